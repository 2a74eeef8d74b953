"""Edits, undo and redo, history, branches, freezing, conflicts: on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
from databases import change

from workbench.domain.changes import Cell
from workbench.domain.errors import ConflictError, InputError, ReadOnlyError
from workbench.store import Evidence, Workspace, open_workspace
from workbench.store.checking import check

PRIVACY = Cell("weights", "privacy")


def held(workspace: Workspace, name: str = "base") -> dict[Cell, object]:
    return workspace.snapshot(name).cells


def test_an_edit_is_kept_with_who_when_why_and_on_what_evidence(workspace, database):
    evidence = Evidence("interviews", "https://example.org/notes", "2026-11-02", "medium")
    before = datetime.now(UTC)
    made = workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)], "users left", evidence)
    again = open_workspace(database, who="wang")  # another process, another day
    (command,) = again.commands("base", limit=1)
    assert command == made
    assert (command.who, command.reason, command.evidence) == ("li", "users left", evidence)
    assert before <= command.at <= datetime.now(UTC)
    assert held(again) == {PRIVACY: 3.0}
    assert again.authors("base") == {PRIVACY: made}


def test_values_of_every_json_type_come_back_equal(workspace):
    values = [0.1, "文字 <b>'\"\\ \x01", True, {"a": [1, None]}, ["ID", "SA"], 10**15]
    cells = [change("settings", f"k{n}", None, value) for n, value in enumerate(values)]
    workspace.apply("base", cells)
    found = held(workspace)
    assert [found[Cell("settings", f"k{n}")] for n in range(len(values))] == values


def test_undo_and_redo_walk_back_and_forth_across_tables_and_sessions(workspace, database):
    workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)])
    workspace.apply(
        "base", [change("floors", "kol", None, 10.0), change("weights", "privacy", 3.0, 4.0)]
    )
    again = open_workspace(database, who="li")
    again.undo("base")
    assert held(again) == {PRIVACY: 3.0}
    again.undo("base")
    assert held(again) == {PRIVACY: 2.0}
    with pytest.raises(InputError, match="nothing to undo"):  # making the scenario isn't undone
        again.undo("base")
    again.redo("base")
    again.redo("base")
    assert held(again) == {PRIVACY: 4.0, Cell("floors", "kol"): 10.0}
    with pytest.raises(InputError, match="nothing to redo"):
        again.redo("base")


def test_after_a_new_edit_what_was_undone_is_gone_from_redo(workspace):
    workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)])
    workspace.undo("base")
    workspace.apply("base", [change("weights", "privacy", 2.0, 5.0)])
    with pytest.raises(InputError, match="nothing to redo"):
        workspace.redo("base")
    workspace.undo("base")
    assert held(workspace) == {PRIVACY: 2.0}


def test_undo_takes_back_ones_own_edit_and_never_anothers(workspace, database):
    other = open_workspace(database, who="wang")
    workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)])
    other.apply("base", [change("floors", "kol", None, 10.0)])
    workspace.undo("base")
    assert held(workspace) == {PRIVACY: 2.0, Cell("floors", "kol"): 10.0}
    workspace.redo("base")
    other.apply("base", [change("weights", "privacy", 3.0, 1.0)])
    with pytest.raises(ConflictError, match=r"weights privacy was changed meanwhile by wang at .*"):
        workspace.undo("base")
    assert held(workspace)[PRIVACY] == 1.0


def test_a_cell_that_someone_changed_meanwhile_is_not_overwritten(workspace, database):
    other = open_workspace(database, who="wang")
    other.apply("base", [change("weights", "privacy", 2.0, 4.0)])
    with pytest.raises(ConflictError, match=r"by wang at .* it holds 4\.0, not 2\.0"):
        workspace.apply(
            "base", [change("floors", "kol", None, 5.0), change("weights", "privacy", 2.0, 3.0)]
        )
    assert held(workspace) == {PRIVACY: 4.0}  # all or nothing
    workspace.apply("base", [change("floors", "kol", None, 5.0)])  # another cell is no conflict


def test_history_of_a_cell_goes_back_beyond_the_branching(workspace):
    workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)], "first")
    workspace.branch("base", "bold", reason="for the board")
    workspace.apply("base", [change("weights", "privacy", 3.0, 8.0)], "after the branching")
    workspace.apply("bold", [change("weights", "privacy", 3.0, 9.0)], "bolder")
    found = workspace.history("bold", PRIVACY)
    assert [(one.scenario, one.value, one.command.reason) for one in found] == [
        ("bold", 9.0, "bolder"),
        ("base", 3.0, "first"),
        ("base", 2.0, ""),
    ]
    assert [one.value for one in workspace.history("bold", PRIVACY, limit=2)] == [9.0, 3.0]


def test_cells_that_were_ever_set_are_known_beyond_the_branching(workspace):
    workspace.apply("base", [change("floors", "kol", None, 5.0)])
    workspace.apply("base", [change("floors", "kol", 5.0, None)])
    workspace.branch("base", "bold")
    workspace.apply("base", [change("caps", "kol", None, 5.0)])
    assert workspace.touched("bold") == {PRIVACY, Cell("floors", "kol")}
    assert workspace.touched("base") == {PRIVACY, Cell("floors", "kol"), Cell("caps", "kol")}


def test_a_value_is_restored_as_an_edit_that_can_be_undone(workspace):
    first = workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)])
    workspace.apply("base", [change("weights", "privacy", 3.0, None)])
    made = workspace.restore("base", PRIVACY, first.seq, "was right after all")
    assert held(workspace)[PRIVACY] == 3.0
    assert (made.reason, made.details) == ("was right after all", {"restored": first.seq})
    workspace.undo("base")
    assert PRIVACY not in held(workspace)
    with pytest.raises(InputError, match="Command 99 did not change weights privacy"):
        workspace.restore("base", PRIVACY, 99)
    workspace.restore("base", PRIVACY, first.seq)
    with pytest.raises(InputError, match="nothing to change"):
        workspace.restore("base", PRIVACY, first.seq)


def test_a_value_that_came_after_the_branching_is_not_the_branchs(workspace):
    workspace.branch("base", "bold")
    later = workspace.apply("base", [change("weights", "privacy", 2.0, 7.0)])
    with pytest.raises(InputError, match=f"Command {later.seq} did not change"):
        workspace.restore("bold", PRIVACY, later.seq)


def test_a_branch_starts_from_any_revision_and_goes_its_own_way(workspace):
    workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)])
    workspace.apply("base", [change("weights", "privacy", 3.0, 4.0)])
    workspace.branch("base", "then", revision=1)
    workspace.branch("base", "now")
    assert (held(workspace, "then"), held(workspace, "now")) == ({PRIVACY: 3.0}, {PRIVACY: 4.0})
    workspace.apply("then", [change("weights", "privacy", 3.0, 1.0)])
    workspace.branch("then", "deeper", revision=0)
    assert held(workspace, "deeper") == {PRIVACY: 3.0}
    assert [(one.name, one.parent, one.parent_revision) for one in workspace.scenarios()] == [
        ("base", None, None),
        ("then", "base", 1),
        ("now", "base", 2),
        ("deeper", "then", 0),
    ]
    assert held(workspace, "base") == {PRIVACY: 4.0}


def test_an_old_revision_is_what_stood_then(workspace):
    for level in (3.0, 4.0, None):
        before = held(workspace).get(PRIVACY)
        workspace.apply("base", [change("weights", "privacy", before, level)])
    found = [workspace.snapshot("base", revision).cells.get(PRIVACY) for revision in range(4)]
    assert found == [2.0, 3.0, 4.0, None]
    with pytest.raises(InputError, match="no revision 4; its revisions are 0 to 3"):
        workspace.snapshot("base", 4)


@pytest.mark.parametrize("act", ["apply", "undo", "redo", "restore", "approve"])
def test_an_approved_scenario_cannot_change(workspace, act):
    edit = workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)])
    workspace.undo("base")
    workspace.approve("base", "board, 22 November")
    acts = {
        "apply": lambda: workspace.apply("base", [change("weights", "privacy", 2.0, 5.0)]),
        "undo": lambda: workspace.undo("base"),
        "redo": lambda: workspace.redo("base"),
        "restore": lambda: workspace.restore("base", PRIVACY, edit.seq),
        "approve": lambda: workspace.approve("base"),
    }
    with pytest.raises(InputError, match=r"'base' was approved by li on .*; branch from it"):
        acts[act]()
    assert held(workspace) == {PRIVACY: 2.0}
    assert workspace.scenario("base").frozen
    workspace.branch("base", "next")
    workspace.apply("next", [change("weights", "privacy", 2.0, 5.0)])


def test_who_approved_and_why_stands_in_the_log(workspace):
    workspace.approve("base", "board, 22 November")
    (command,) = workspace.commands("base", limit=1)
    assert (command.kind, command.who, command.reason) == ("approve", "li", "board, 22 November")
    assert workspace.scenario("base").frozen_by == "li"


def test_a_check_that_refuses_leaves_nothing_behind(workspace):
    seen = []

    def refuse(cells):
        seen.append(cells)
        raise InputError("No.")

    with pytest.raises(InputError, match="No"):
        workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)], check=refuse)
    assert seen == [{PRIVACY: 3.0}]
    assert held(workspace) == {PRIVACY: 2.0}
    assert len(workspace.commands()) == 1


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "1 to 80 characters"),
        ("x" * 81, "1 to 80 characters"),
        (" ", "a space at an end"),
        (" base", "a space at an end"),
        ("a\nb", r"U\+000A can't be seen"),
        ("base\x00", r"U\+0000 can't be seen"),
        ("\u202eesab", r"U\+202E can't be seen"),
        ("ba\u200bse", r"U\+200B can't be seen"),
    ],
)
def test_a_name_that_cannot_be_read_on_a_line_is_refused(workspace, name, rule):
    with pytest.raises(InputError, match=rule):
        workspace.branch("base", name)


def test_a_name_that_looks_like_another_is_taken(workspace):
    for name in ("base", "Base", "ｂａｓｅ"):
        with pytest.raises(InputError, match="a scenario 'base' already"):
            workspace.create(name)
    workspace.create("基准")
    workspace.create("bas")


def test_an_unknown_scenario_is_told_with_those_there_are(workspace):
    for number in range(12):
        workspace.create(f"s{number}")
    with pytest.raises(InputError, match=r"'bsae' \(did you mean 'base'\?\); .*: base, s0,"):
        workspace.snapshot("bsae")
    with pytest.raises(InputError, match="s8 and 3 more"):
        workspace.snapshot("nothing like it")
    with pytest.raises(InputError, match="nothing to change"):
        workspace.apply("base", [])


def test_a_change_of_others_can_be_left_alone_when_one_s_own_is_taken_back(workspace, database):
    wang = open_workspace(database, who="wang")
    reach = Cell("weights", "reach")
    workspace.apply(
        "base", [change("weights", "privacy", 2.0, 3.0), change("weights", "reach", None, 1.0)]
    )
    wang.apply("base", [change("weights", "privacy", 3.0, 9.0)])
    with pytest.raises(ConflictError, match="weights privacy was changed meanwhile by wang"):
        workspace.undo("base")
    undone = workspace.undo("base", skip=True)
    assert undone.details == {"left": [["weights", "privacy"]]}
    assert held(workspace) == {PRIVACY: 9.0}
    workspace.redo("base")  # makes again what the undo took back, and that alone
    assert held(workspace) == {PRIVACY: 9.0, reach: 1.0}
    wang.undo("base")
    workspace.undo("base")  # now the whole edit can be taken back
    assert held(workspace) == {PRIVACY: 2.0}
    assert check(workspace.engine).faults == ()


def test_what_a_plan_rests_on_is_recorded_with_the_change_that_finds_it_different(workspace):
    product = Cell("inputs", "product")
    stands = {product: {"text": "one"}}
    workspace.apply("base", [change("caps", "kol", None, 1.0)], check=lambda _cells: stands)
    workspace.apply("base", [change("caps", "kol", 1.0, 2.0)], check=lambda _cells: stands)
    assert [len(one.changes) for one in workspace.commands("base", limit=2)] == [1, 2]
    stands = {product: {"text": "two"}}
    undone = workspace.undo("base", check=lambda _cells: stands)
    assert undone.changes == (
        change("caps", "kol", 2.0, 1.0),
        change("inputs", "product", {"text": "one"}, {"text": "two"}),
    )
    assert workspace.snapshot("base", 2).cells[product] == {"text": "one"}
    workspace.undo("base")  # what was recorded is no edit: it stays
    assert workspace.snapshot("base").cells == {PRIVACY: 2.0, product: {"text": "two"}}
    assert check(workspace.engine).faults == ()


def test_what_a_plan_rests_on_can_be_recorded_alone_and_is_never_set(workspace):
    product = Cell("inputs", "product")
    stands = {product: {"text": "one"}}
    assert workspace.record("base", lambda _cells: stands).kind == "record"
    assert workspace.record("base", lambda _cells: stands) is None
    approved = workspace.approve("base", check=lambda _cells: {product: {"text": "two"}})
    assert approved.changes == (change("inputs", "product", {"text": "one"}, {"text": "two"}),)
    with pytest.raises(InputError, match="was approved"):
        workspace.record("base", lambda _cells: stands)
    workspace.branch("base", "next")
    assert workspace.snapshot("next").cells[product] == {"text": "two"}
    with pytest.raises(InputError, match="inputs product can't be set"):
        workspace.apply("next", [change("inputs", "product", {"text": "two"}, None)])
    assert product not in workspace.touched("next")
    assert check(workspace.engine).faults == ()


def test_a_handle_to_read_cannot_write(workspace, database):
    viewer = open_workspace(database, readonly=True)
    assert held(viewer) == {PRIVACY: 2.0}
    for act in (
        lambda: viewer.apply("base", [change("weights", "privacy", 2.0, 3.0)]),
        lambda: viewer.undo("base"),
        lambda: viewer.create("mine"),
        lambda: viewer.approve("base"),
    ):
        with pytest.raises(ReadOnlyError, match="only read"):
            act()


def test_the_database_itself_refuses_a_reader_that_forgets_it_is_one(workspace, database):
    from workbench.domain.errors import StoreError

    viewer = open_workspace(database, readonly=True)
    viewer.who = "mallory"
    with pytest.raises(StoreError, match="open to read only; nothing was saved"):
        viewer.apply("base", [change("weights", "privacy", 2.0, 3.0)])
    assert held(workspace) == {PRIVACY: 2.0}


def test_the_clock_of_the_handle_is_what_is_written(database):
    day = datetime(2026, 3, 4, 10, 42, tzinfo=UTC)
    ticks = iter(day + timedelta(minutes=n) for n in range(9))
    opened = open_workspace(database, who="li")
    own = Workspace(opened.engine, "li", clock=lambda: next(ticks))
    own.create("base")
    own.apply("base", [change("weights", "privacy", None, 1.0)])
    assert [one.at for one in own.commands()] == [day + timedelta(minutes=1), day]
    assert own.snapshot("base", 0).at == day


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800"], ids=["NUL", "half a character"])
def test_text_that_one_database_could_not_keep_is_refused_by_both(workspace, text):
    for act in (
        lambda: workspace.apply("base", [change("weights", "privacy", 2.0, 3.0)], reason=text),
        lambda: workspace.apply("base", [change("weights", text, None, 3.0)]),
        lambda: workspace.apply(
            "base", [change("weights", "privacy", 2.0, 3.0)], evidence=Evidence(text)
        ),
        lambda: workspace.approve("base", text),
    ):
        with pytest.raises(InputError, match="can't be stored"):
            act()
    with pytest.raises(InputError, match="at most 500"):
        workspace.apply("base", [change("weights", "k" * 501, None, 3.0)])
    assert held(workspace) == {PRIVACY: 2.0}


def test_a_cell_is_set_once_in_a_command_and_first_cells_expect_nothing(workspace):
    with pytest.raises(InputError, match="set twice"):
        workspace.apply(
            "base", [change("caps", "kol", None, 1.0), change("caps", "kol", None, 2.0)]
        )
    with pytest.raises(ConflictError):
        workspace.create("other", [change("caps", "kol", 5.0, 6.0)])
    assert [one.name for one in workspace.scenarios()] == ["base"]
