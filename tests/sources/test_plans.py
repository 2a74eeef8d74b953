"""Plan files: round trip, readable diffs, nobody's work overwritten, nothing torn."""

import contextlib
import difflib
import json
import os
import resource
import tempfile
from datetime import date
from pathlib import Path

import pytest
import yaml

from workbench.domain.errors import InputError, ReadOnlyError
from workbench.domain.plan import Plan, make_plan
from workbench.sources.paths import own_plan
from workbench.sources.plans import (
    PLAN_VARIABLE,
    ROLE_VARIABLE,
    PlanFile,
    ReadOnlyStore,
    dump_plan,
    load_plan,
    open_store,
)

NOBODY = 65534
FULL = make_plan(
    {
        "scenario": "基准 <b>",
        "market": "NO",
        "markets": ["NO", "ID", "NA"],
        "industry": "games",
        "product": "live_show",
        "lang": "en",
        "weights": {"reach": 2, "privacy": 0.1},
        "channel_weights": {"kol": 0},
        "floors": {"seo": 5},
        "caps": {"kol": 20.5},
        "levels": [
            {
                "market": "ID",
                "need": "privacy",
                "level": 4.5,
                "reason": '=HYPERLINK("x")\n第二行',
                "who": "Li",
                "when": "2025-06-30",
                "confidence": "high",
            },
            {"market": "SA", "need": "regulation", "level": None, "reason": "no: unclear # really"},
        ],
        "answers": [
            {
                "market": "ID",
                "check": "promises_kept",
                "status": "ready",
                "evidence": "yes",
                "owner": "周",
                "due": "2025-12-31",
                "expiry": "2026-01-31",
                "answered_on": "2025-10-01",
            }
        ],
        "top": 5,
        "samples": 500,
        "seed": 3,
    }
)
SUFFIXES = [".yaml", ".yml", ".json"]


def same(one: Plan, other: Plan) -> bool:
    """Equal but for the day of judging, which is not kept in a file."""
    return one.but(as_of="2025-01-01") == other.but(as_of="2025-01-01")


# ---- Text ----


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_plan_comes_back_from_its_file_as_it_was(tmp_path, suffix):
    path = tmp_path / f"plan{suffix}"
    path.write_text(dump_plan(FULL, suffix), encoding="utf-8")
    assert same(load_plan(path), FULL)
    assert dump_plan(load_plan(path), suffix) == dump_plan(FULL, suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_fields_stand_sorted_and_chinese_stays_readable(suffix):
    text = dump_plan(FULL, suffix)
    content = json.loads(text) if suffix == ".json" else yaml.safe_load(text)
    assert list(content) == sorted(content)
    assert list(content["weights"]) == ["privacy", "reach"]
    assert "基准" in text and "周" in text and text.endswith("\n")
    assert "as_of" not in content  # a saved plan is judged on the day it is used


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "change",
    [
        {"top": 6},
        {"weights": {"reach": 2, "privacy": 0.2}},
        {"market": "SA"},
        {"markets": ["NO", "BR", "NA"]},
    ],
)
def test_one_change_is_one_line_of_diff(suffix, change):
    before, after = (dump_plan(plan, suffix).splitlines() for plan in (FULL, FULL.but(**change)))
    changed = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert [line[0] for line in changed] == ["-", "+"]


def test_the_order_in_which_weights_were_set_does_not_show(tmp_path):
    one, other = (
        make_plan({"weights": weights})
        for weights in ({"privacy": 1, "reach": 2}, {"reach": 2, "privacy": 1})
    )
    assert dump_plan(one, ".yaml") == dump_plan(other, ".yaml")
    assert dump_plan(one, ".json") == dump_plan(other, ".json")


def test_a_plan_of_defaults_is_an_empty_mapping_that_can_be_read_again(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(dump_plan(Plan(), ".yaml"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "{}\n"
    assert same(load_plan(path), Plan())


# ---- Reading what people write ----


@pytest.mark.parametrize(
    ("text", "market", "markets"),
    [
        ("market: NO\nmarkets: [NO, SE, NA]\n", "NO", ("NO", "SE", "NA")),  # Norway is not "false"
        ("market: no\n", "NO", ()),
        ("markets: id, sa\n", None, ("ID", "SA")),
    ],
)
def test_market_codes_are_text_in_yaml(tmp_path, text, market, markets):
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    plan = load_plan(path)
    assert (plan.market, plan.markets) == (market, markets)


def test_a_date_in_yaml_needs_no_quotes(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text("as_of: 2025-02-28\n", encoding="utf-8")
    assert load_plan(path).as_of == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("p.yaml", "market: [ID\n", r"p\.yaml is not valid YAML, line 2: "),
        ("p.yaml", "a: 1\n\tb: 2\n", r"p\.yaml is not valid YAML, line 2: "),
        ("p.json", '{"market": "ID",}', r"p\.json is not valid JSON, line 1: "),
        ("p.yaml", "", r"p\.yaml must hold a mapping of names to values; it holds nothing"),
        ("p.yaml", "- market\n", "it holds a list"),
        ("p.json", "3", "it holds a number"),
        ("p.yaml", "as_of: 2025-02-30\n", "Parameter as_of: '2025-02-30' is not allowed"),
        ("p.yaml", "makret: ID\n", "Unknown parameter 'makret' .did you mean 'market'"),
        (
            "p.yaml",
            "levels: [{market: ID, need: privacy, level: 9, reason: x}]\n",
            "Parameter levels, entry 1, level: 9 is not allowed .it must be at most 5",
        ),
        ("p.json", '{"weights": {"privacy": NaN}}', "weights.privacy: nan is not allowed"),
        ("p.yaml", "weights: {privacy: .nan}\n", "weights.privacy: nan is not allowed"),
        ("p.yaml", "market: ../../x\n", "Parameter market: .* is not allowed"),
        ("p.yaml", "!!python/object/apply:os.getcwd []\n", "is not valid YAML, line 1"),
    ],
)
def test_a_broken_plan_file_is_named_with_the_place_and_the_rule(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_plan(path)


def test_a_missing_plan_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"There is no file .*nope\.yaml; check the path"):
        load_plan(tmp_path / "nope.yaml")


def test_a_plan_file_that_is_not_utf8_is_named_with_the_byte(tmp_path):
    path = tmp_path / "p.yaml"
    path.write_bytes("scenario: 基准".encode("gb18030"))
    with pytest.raises(InputError, match=r"is not UTF-8 text \(byte 10\); save it as UTF-8"):
        load_plan(path)


# ---- The store ----


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_saved_is_loaded(tmp_path, suffix):
    store = PlanFile(tmp_path / "new" / f"plan{suffix}")  # the folder is made
    store.save(FULL)
    assert same(store.load(), FULL)
    assert same(PlanFile(store.path).load(), FULL)
    store.save(FULL.but(top=7))  # its own change is not somebody else's
    assert store.load().top == 7
    assert [each.name for each in store.path.parent.iterdir()] == [store.path.name]


def test_without_a_file_the_store_starts_from_the_example_plan(tmp_path):
    store = PlanFile(tmp_path / "plan.yaml")
    plan = store.load()
    assert plan.product == "live_show" and len(plan.markets) >= 12
    assert not store.path.exists()


@pytest.mark.parametrize("name", ["plan", "plan.txt", "plan.csv"])
def test_a_plan_file_has_a_suffix_we_can_read(tmp_path, name):
    with pytest.raises(InputError, match=rf"{name} must end in \.yaml, \.yml or \.json"):
        PlanFile(tmp_path / name)


def edit(path: Path) -> None:
    path.write_text("top: 3\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("exists", "meddle"),
    [(True, edit), (True, Path.unlink), (False, edit)],
    ids=["changed", "deleted", "made"],
)
def test_saving_is_refused_where_somebody_changed_the_file_meanwhile(tmp_path, exists, meddle):
    path = tmp_path / "plan.yaml"
    if exists:
        PlanFile(path).save(FULL)
    store = PlanFile(path)
    store.load()
    meddle(path)
    now = path.read_bytes() if path.exists() else None
    with pytest.raises(
        InputError,
        match=r"plan\.yaml was changed by someone else meanwhile; "
        "reload it, then make your change again",
    ):
        store.save(FULL.but(top=9))
    assert (path.read_bytes() if path.exists() else None) == now
    store.load()  # the remedy works
    store.save(FULL.but(top=9))
    assert load_plan(path).top == 9


def test_a_file_that_was_touched_but_not_changed_can_be_saved(tmp_path):
    store = PlanFile(tmp_path / "plan.yaml")
    store.save(FULL)
    os.utime(store.path, (1, 1))
    store.save(FULL.but(top=9))
    assert store.load().top == 9


# ---- Whole or not at all ----


def refused_replace(monkeypatch, tmp_path):
    def refuse(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    return contextlib.nullcontext(), "the disk is full"


def refused_flush(monkeypatch, tmp_path):
    def refuse(_handle):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    return contextlib.nullcontext(), "the disk reports a fault"


def small_disk(monkeypatch, tmp_path):
    @contextlib.contextmanager
    def limited():
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, usual[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    return limited(), "the file is too large for the disk"


def read_only_folder(monkeypatch, tmp_path):
    """Nobody may write there; root may anywhere, and so becomes nobody for the while."""
    own = os.geteuid()

    @contextlib.contextmanager
    def locked():
        for folder in tmp_path.parents:
            if folder.stat().st_uid == own and folder.is_relative_to(tempfile.gettempdir()):
                opened.append((folder, folder.stat().st_mode))
                folder.chmod(opened[-1][1] | 0o011)
        tmp_path.chmod(0o555)
        if own == 0:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            if own == 0:
                os.seteuid(0)
            tmp_path.chmod(0o755)
            for folder, mode in opened:
                folder.chmod(mode)

    opened: list[tuple[Path, int]] = []
    return locked(), "this account may not; change the permissions or choose another place"


@pytest.mark.parametrize("trouble", [refused_replace, refused_flush, small_disk, read_only_folder])
def test_a_save_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path, monkeypatch, trouble
):
    store = PlanFile(tmp_path / "plan.yaml")
    store.save(Plan(top=4))
    before = store.path.read_bytes()
    during, why = trouble(monkeypatch, tmp_path)
    with during, pytest.raises(InputError) as caught:
        store.save(FULL)
    assert str(caught.value) == (
        f"The file {store.path} can't be written: {why}; the old one is unchanged."
    )
    assert store.path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["plan.yaml"]
    monkeypatch.undo()
    store.save(FULL)  # the store is still usable afterwards
    assert same(store.load(), FULL)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"file/plan\.yaml can't be (read|written): "):
        PlanFile(tmp_path / "file" / "plan.yaml").save(FULL)


# ---- Paths inside a plan ----


def test_a_path_in_a_plan_counts_from_the_plans_own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "plans"
    store = PlanFile(folder / "plan.yaml")
    inside, outside = folder / "mine.yaml", tmp_path / "rivals.csv"
    store.save(Plan(product=str(inside), competitors=str(outside)))
    assert yaml.safe_load(store.path.read_text(encoding="utf-8")) == {
        "competitors": str(outside),
        "product": "mine.yaml",
    }
    found = load_plan("plans/plan.yaml")
    assert (found.product, found.competitors) == (str(inside), str(outside))
    # A path relative to where the user stands is kept as the same file.
    store.save(Plan(product="plans/mine.yaml", competitors="rivals.csv"))
    found = load_plan(store.path)
    assert (found.product, found.competitors) == (str(inside), str(outside))


def test_an_example_product_stays_an_id(tmp_path):
    store = PlanFile(tmp_path / "plan.yaml")
    store.save(Plan(product="live_show"))
    assert store.load().product == "live_show"


# ---- Which store ----


def test_a_read_only_store_shows_its_plan_and_refuses_to_save():
    store = ReadOnlyStore(FULL)
    assert store.load() is FULL and not store.writable
    with pytest.raises(ReadOnlyError, match="read-only; open the planner in JupyterLab to change"):
        store.save(FULL)


@pytest.fixture
def plain(monkeypatch):
    monkeypatch.delenv(PLAN_VARIABLE, raising=False)
    monkeypatch.delenv(ROLE_VARIABLE, raising=False)
    return monkeypatch


def test_the_environment_names_the_plan_file_unless_one_is_given(tmp_path, plain):
    plain.setenv(PLAN_VARIABLE, str(tmp_path / "named.yaml"))
    store = open_store()
    assert store.writable and store.path == tmp_path / "named.yaml"
    assert open_store(str(tmp_path / "given.json")).path == tmp_path / "given.json"


def test_without_any_name_a_strategist_gets_a_file_of_their_own(plain):
    """It starts as the example plan; nothing is written before something is changed."""
    store = open_store()
    assert store.writable and store.path == own_plan()
    assert own_plan() == Path(os.environ["WORKBENCH_HOME"]) / "my-plan.yaml"
    plain.delenv("WORKBENCH_HOME")
    assert own_plan().name == "my-plan.yaml" and own_plan().parent.name == "reports"


def test_without_any_name_a_viewer_sees_the_example(plain):
    plain.setenv(ROLE_VARIABLE, "viewer")
    store = open_store()
    assert not store.writable and store.load().product == "live_show"


def test_a_viewer_never_gets_a_store_that_can_write(tmp_path, plain):
    path = tmp_path / "plan.yaml"
    PlanFile(path).save(FULL)
    before = path.read_bytes()
    plain.setenv(ROLE_VARIABLE, "viewer")
    plain.setenv(PLAN_VARIABLE, str(path))
    for store in (open_store(), open_store(str(path))):
        assert same(store.load(), FULL) and not store.writable
        with pytest.raises(ReadOnlyError):
            store.save(Plan())
    assert path.read_bytes() == before
