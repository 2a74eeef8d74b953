"""Any sequence of edits, undos, branches and approvals by two people, held against dictionaries."""

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
PEOPLE = st.sampled_from(["li", "wang"])
VALUES = st.none() | st.sampled_from([0.0, 1.0, 2.5]) | st.text("ä文<\\", max_size=2)


class Model:
    """What a scenario should hold: its states so far, and what each person can undo and redo.

    A step is ``{key: (before, after)}``. What can be redone is the edit, and the step by which it
    was taken back, which may have left some cells alone.
    """

    def __init__(self, state: dict) -> None:
        self.states = [state]
        self.done: dict[str, list[dict]] = {"li": [], "wang": []}
        self.undone: dict[str, list[tuple[dict, dict]]] = {"li": [], "wang": []}
        self.frozen = False

    def stale(self, step: dict) -> set:
        """The keys that no longer hold what the step begins with."""
        return {key for key, (before, _) in step.items() if self.states[-1].get(key) != before}

    def take(self, step: dict) -> None:
        state = self.states[-1] | {key: after for key, (_, after) in step.items()}
        self.states.append({key: value for key, value in state.items() if value is not None})

    def edit(self, who: str, step: dict) -> None:
        self.take(step)
        self.done[who].append(step)
        self.undone[who].clear()


def back(step: dict) -> dict:
    return {key: (after, before) for key, (before, after) in step.items()}


class WorkspaceMachine(RuleBasedStateMachine):
    scenarios = Bundle("scenarios")

    @initialize(target=scenarios)
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "w.db"
        self.store = open_workspace(f"sqlite:///{path}", who="li")
        self.store.create("s0")
        self.of = {"li": self.store, "wang": open_workspace(f"sqlite:///{path}", who="wang")}
        self.models = {"s0": Model({})}
        return "s0"

    def teardown(self):
        if hasattr(self, "store"):
            assert check(self.store.engine).faults == ()
            for store in self.of.values():
                store.engine.dispose()
            self.folder.cleanup()

    @rule(name=scenarios, who=PEOPLE, wanted=st.dictionaries(KEYS, VALUES, min_size=1))
    def edit(self, name, who, wanted):
        model, store = self.models[name], self.of[who]
        now = model.states[-1]
        step = {k: (now.get(k), value) for k, value in wanted.items() if now.get(k) != value}
        changes = [Change("weights", key, *pair) for key, pair in step.items()]
        if model.frozen or not changes:
            return self.refused(lambda: store.apply(name, changes))
        store.apply(name, changes)
        model.edit(who, step)

    @rule(name=scenarios, who=PEOPLE, skip=st.booleans())
    def undo(self, name, who, skip):
        model, undo = self.models[name], lambda: self.of[who].undo(name, skip=skip)
        if model.frozen or not model.done[who]:
            return self.refused(undo)
        step = back(model.done[who][-1])
        stale = model.stale(step)
        if stale and not skip:
            return self.refused(undo)
        undo()
        taken = {key: pair for key, pair in step.items() if key not in stale}
        model.undone[who].append((model.done[who].pop(), taken))
        model.take(taken)

    @rule(name=scenarios, who=PEOPLE, skip=st.booleans())
    def redo(self, name, who, skip):
        model, redo = self.models[name], lambda: self.of[who].redo(name, skip=skip)
        if model.frozen or not model.undone[who]:
            return self.refused(redo)
        edit, taken = model.undone[who][-1]
        step = back(taken)
        stale = model.stale(step)
        if stale and not skip:
            return self.refused(redo)
        redo()
        model.undone[who].pop()
        model.done[who].append(edit)
        model.take({key: pair for key, pair in step.items() if key not in stale})

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
        model.take({})

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
        model.edit("li", {key: (before.get(key), version.value)})

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
