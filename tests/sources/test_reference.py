"""The reader of the reference tables and of a competitor register."""

from pathlib import Path

import pytest

from workbench.domain.errors import InputError, TableError
from workbench.domain.reference import Reference
from workbench.sources.paths import data_folder
from workbench.sources.reference import (
    load_reference,
    load_register,
    load_table,
    register_of,
    schemas,
)

HEADER = (
    "market,competitor,industry,channel,cpa_usd,return_ratio,spend_share_pct,source,as_of,"
    "confidence,note_en,note_zh\n"
)
RIVAL = "NA,Rival,live_show,kol,1.2,,30,Own survey,2025-06-30,medium,,\n"


def put(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


# --- schemas -----------------------------------------------------------------------------------


def test_every_table_of_the_bundle_has_a_schema_and_no_schema_is_idle() -> None:
    """What is loaded is what is described."""
    assert set(schemas()) == set(Reference.names())


def test_a_schema_file_is_read_column_by_column(tmp_path) -> None:
    """A "!" means filled; rules become limits; the key is kept."""
    put(
        tmp_path,
        "schema.yaml",
        "rivals:\n  key: [market]\n  columns:\n"
        '    market!: {pattern: "[A-Z]{2}"}\n    cost: {kind: number, low: 0}\n'
        "    confidence!: {allowed: [high, low]}\n",
    )
    schema = schemas(tmp_path)["rivals"]
    assert schema.name == "rivals" and schema.key == ("market",)
    market, cost, confidence = schema.columns
    assert (market.name, market.required, market.pattern) == ("market", True, "[A-Z]{2}")
    assert (cost.name, cost.required, cost.kind, cost.low) == ("cost", False, "number", 0)
    assert confidence.allowed == ("high", "low")


def test_a_misspelt_rule_in_a_schema_is_an_error(tmp_path) -> None:
    """Not silently without effect."""
    put(tmp_path, "schema.yaml", "rivals:\n  key: []\n  columns:\n    cost: {minimum: 0}\n")
    with pytest.raises(
        TableError,
        match=r"Schema of rivals, column cost: unknown rules "
        r"\['minimum'\]",
    ):
        schemas(tmp_path)


# --- tables ------------------------------------------------------------------------------------


def test_namibia_survives_reading() -> None:
    """ "NA" is a market with figures and languages in every derived table."""
    found = load_reference()
    for name in ("markets", "indicators", "languages"):
        frame = getattr(found, name)
        assert frame["market"].notna().all()
        assert (frame["market"] == "NA").any(), name
    people = found.indicators.set_index(["market", "indicator"])["value"]["NA", "population"]
    assert 2e6 < people < 4e6


def test_another_file_of_a_table_is_held_to_the_same_schema(tmp_path) -> None:
    """The table's name, the line and the rule are in the error."""
    path = put(tmp_path, "mine.csv", "channel,need\nkol,privacy\n")
    with pytest.raises(TableError, match="Table channel_rules lacks the column rule; its columns"):
        load_table("channel_rules", path)
    found = load_table("competitors", put(tmp_path, "rivals.csv", HEADER + RIVAL))
    assert found.loc[0, ["market", "cpa_usd"]].tolist() == ["NA", 1.2]
    assert found["return_ratio"].isna().all()


def test_committed_tables_are_kept_in_memory() -> None:
    """Read once a process, whatever the register."""
    assert load_reference().indicators is load_reference(None).indicators


def test_a_missing_data_folder_names_the_remedy(tmp_path, monkeypatch) -> None:
    """A wrong WORKBENCH_DATA is told, not worked around."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    with pytest.raises(InputError, match="has no reference folder; set WORKBENCH_DATA to the"):
        load_table("markets")


# --- register ----------------------------------------------------------------------------------


def test_without_a_register_there_are_no_competitors() -> None:
    """An empty table with its columns, so that nothing downstream has to ask."""
    found = load_register(None)
    assert len(found) == 0
    assert found.columns.tolist() == HEADER.strip().split(",")
    assert load_reference().competitors.empty


def test_an_edited_register_is_read_anew(tmp_path) -> None:
    """Its owner edits it while the planner is open."""
    path = put(tmp_path, "rivals.csv", HEADER + RIVAL)
    assert load_reference(path).competitors["cpa_usd"].tolist() == [1.2]
    put(tmp_path, "rivals.csv", HEADER + RIVAL.replace("1.2", "0.8"))
    assert load_reference(path).competitors["cpa_usd"].tolist() == [0.8]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            HEADER + RIVAL.replace("1.2", "cheap"),
            "rivals.csv, row 2, column cpa_usd: 'cheap' is not allowed; a number is expected.",
        ),
        (
            HEADER + RIVAL.replace(",30,", ",130,"),
            "column spend_share_pct: '130' is not allowed; it must be at most 100.",
        ),
        (
            HEADER + RIVAL + RIVAL,
            "the row market=NA, competitor=Rival, industry=live_show, "
            "channel=kol stands twice; keep one of them.",
        ),
        (HEADER.replace("cpa_usd", "cpa"), "rivals.csv lacks the column cpa_usd"),
    ],
)
def test_a_broken_register_says_where(tmp_path, content, message) -> None:
    """The user's own file: table, line, column, value, rule."""
    with pytest.raises(TableError) as caught:
        load_register(put(tmp_path, "rivals.csv", content))
    assert str(caught.value).startswith(f"Table {tmp_path}") and message in str(caught.value)


def test_a_register_that_is_not_there_is_named(tmp_path) -> None:
    """A typo in the path."""
    with pytest.raises(InputError, match=r"There is no file .*rivals\.csv; check the path"):
        load_reference(tmp_path / "rivals.csv")


def test_the_named_register_stands_before_the_example() -> None:
    """Invented figures are used with an example product only."""
    example = data_folder() / "examples" / "competitors.csv"
    assert register_of("mine.csv", example=True) == Path("mine.csv")
    assert register_of(None, example=True) == example
    assert register_of(None, example=False) is None
    assert register_of("", example=False) is None


@pytest.mark.parametrize(
    ("column", "wrong", "command"),
    [
        ("market", "ZZ", "workbench markets"),
        ("industry", "nope", "workbench data ids --kind industry"),
        ("channel", "nope", "workbench data ids --kind channel"),
    ],
)
def test_a_register_that_names_the_unknown_is_refused(tmp_path, column, wrong, command) -> None:
    """A misspelt id would otherwise be a competitor nobody ever sees."""
    row = dict(zip(HEADER.strip().split(","), RIVAL.strip().split(","), strict=True))
    path = tmp_path / "register.csv"
    path.write_text(HEADER + ",".join({**row, column: wrong}.values()) + "\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load_reference(path)
    assert str(caught.value) == (
        f"Table {path}, row 2, column {column}: '{wrong}' is not known; `{command}` lists those "
        "that are."
    )
