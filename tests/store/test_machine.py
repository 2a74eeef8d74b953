"""Any sequence of edits, undos, branches and approvals, held against a plain dictionary model."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from workbench.domain.changes import Cell, Change
from workbench.domain.errors import InputError
from workbench.store import open_workspace
from workbench.store.checking import check

KEYS = st.sampled_from(["privacy", "reach", "price"])
VALUES = st.none() | st.sampled_from([0.0, 1.0, 2.5]) | st.text("ä文<\\", max_size=2)


class Model:
    """What a scenario should hold: its states so far, what can be undone and redone."""

    def __init__(self, state: dict) -> None:
        self.states = [state]
        self.done: list[dict] = []  # the states before each edit that can be undone
        self.undone: list[dict] = []
        self.frozen = False

    def step(self, state: dict) -> None:
        self.states.append(state)


class WorkspaceMachine(RuleBasedStateMachine):
    scenarios = Bundle("scenarios")

    @initialize(target=scenarios)
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "w.db"
        self.store = open_workspace(f"sqlite:///{path}", who="li")
        self.store.create("s0")
        self.models = {"s0": Model({})}
        return "s0"

    def teardown(self):
        if hasattr(self, "store"):
            assert check(self.store.engine).faults == ()
            self.store.engine.dispose()
            self.folder.cleanup()

    @rule(name=scenarios, wanted=st.dictionaries(KEYS, VALUES, min_size=1))
    def edit(self, name, wanted):
        model = self.models[name]
        before = model.states[-1]
        after = {k: v for k, v in {**before, **wanted}.items() if v is not None}
        changes = [
            Change("weights", key, before.get(key), after.get(key))
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        ]
        if model.frozen or not changes:
            return self.refused(lambda: self.store.apply(name, changes))
        self.store.apply(name, changes)
        model.done.append(before)
        model.undone.clear()
        model.step(after)

    @rule(name=scenarios)
    def undo(self, name):
        model = self.models[name]
        if model.frozen or not model.done:
            return self.refused(lambda: self.store.undo(name))
        self.store.undo(name)
        model.undone.append(model.states[-1])
        model.step(model.done.pop())

    @rule(name=scenarios)
    def redo(self, name):
        model = self.models[name]
        if model.frozen or not model.undone:
            return self.refused(lambda: self.store.redo(name))
        self.store.redo(name)
        model.done.append(model.states[-1])
        model.step(model.undone.pop())

    @rule(target=scenarios, name=scenarios, back=st.integers(0, 3))
    def branch(self, name, back):
        model = self.models[name]
        revision = max(0, len(model.states) - 1 - back)
        new = f"s{len(self.models)}"
        self.store.branch(name, new, revision)
        self.models[new] = Model(model.states[revision])
        return new

    @rule(name=scenarios)
    def approve(self, name):
        model = self.models[name]
        if model.frozen:
            return self.refused(lambda: self.store.approve(name))
        self.store.approve(name)
        model.frozen = True
        model.step(model.states[-1])

    @rule(name=scenarios, key=KEYS, back=st.integers(0, 4))
    def restore(self, name, key, back):
        versions = self.store.history(name, Cell("weights", key))
        if not versions:
            return
        version = versions[min(back, len(versions) - 1)]
        model = self.models[name]
        before = model.states[-1]
        put = lambda: self.store.restore(name, Cell("weights", key), version.command.seq)  # noqa: E731
        if model.frozen or before.get(key) == version.value:
            return self.refused(put)
        put()
        after = {k: v for k, v in {**before, key: version.value}.items() if v is not None}
        model.done.append(before)
        model.undone.clear()
        model.step(after)

    @rule(one=scenarios, two=scenarios)
    def compare(self, one, two):
        found = [
            {cell.key: value for cell, value in self.store.snapshot(name).cells.items()}
            for name in (one, two)
        ]
        assert found == [self.models[one].states[-1], self.models[two].states[-1]]

    def refused(self, act) -> None:
        before = len(self.store.commands(limit=10_000))
        try:
            act()
        except InputError:
            assert len(self.store.commands(limit=10_000)) == before
        else:
            raise AssertionError("it should have been refused")

    @invariant()
    def every_revision_is_what_stood_then(self):
        for name, model in getattr(self, "models", {}).items():
            assert self.store.scenario(name).revision == len(model.states) - 1
            last = len(model.states) - 1
            for revision in {0, last // 2, last}:
                cells = self.store.snapshot(name, revision).cells
                assert {cell.key: value for cell, value in cells.items()} == model.states[revision]


TestWorkspaceMachine = WorkspaceMachine.TestCase
TestWorkspaceMachine.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
