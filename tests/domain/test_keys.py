"""Names of tables and cells."""

import pytest

from workbench.domain.changes import SETTINGS, TABLES, Cell
from workbench.domain.errors import InputError
from workbench.domain.ids import known_ids
from workbench.domain.keys import KEYS, cell_named, chosen_tables
from workbench.sources.reference import load_reference

KNOWN = known_ids(load_reference())


def test_every_table_of_the_workspace_has_a_key():
    assert tuple(KEYS) == TABLES


def test_tables_are_chosen_in_the_order_of_the_sheets():
    assert chosen_tables(None) == TABLES
    assert chosen_tables(["levels", "caps", "caps"]) == ("caps", "levels")
    with pytest.raises(InputError, match="Unknown table 'level'; tables are: settings, weights"):
        chosen_tables(["levels", "level"])
    with pytest.raises(InputError, match="Unknown table ''"):
        chosen_tables([])


@pytest.mark.parametrize(
    ("table", "key"),
    [
        *(("settings", name) for name in SETTINGS),
        ("weights", "reach"),
        ("caps", "kol"),
        ("advert", "zh"),
        ("levels", "ID/privacy"),
        ("answers", "ID/promises_kept"),
        ("comments", "levels ID/privacy#1"),
    ],
)
def test_a_cell_that_can_be_set_is_named(table, key):
    assert cell_named(table, key, KNOWN) == Cell(table, key)


@pytest.mark.parametrize(
    ("table", "key", "reason"),
    [
        ("colours", "red", "Unknown table 'colours'; tables are: settings, weights, "),
        ("settings", "revision", "no setting 'revision'; settings are: industry, product, .*seed"),
        ("settings", "scenario", "no setting 'scenario'; settings are: industry"),
        ("settings", "lang", "no setting 'lang'"),
        ("settings", "sed", r"no setting 'sed' \(did you mean 'seed'\?\); settings are"),
        ("weights", "raech", r"weights raech: there is no criterion 'raech' \(did you mean 'reac"),
        ("channel_weights", "nope", "there is no channel 'nope'; there are: aso, community"),
        ("floors", "", "there is no channel ''"),
        ("caps", "Kol", r"no channel 'Kol' \(did you mean 'kol'"),
        ("advert", "fr", "there is no lang 'fr'; there are: zh, en"),
        ("levels", "ID", "levels ID: a key of levels is written market/need, such as "),
        ("levels", "ID/privacy/x", "a key of levels is written market/need"),
        ("levels", "ID/", "there is no need ''"),
        ("levels", "XX/privacy", "no market 'XX'; a market is .*`workbench markets` lists all"),
        ("answers", "id/promises_kept", r"there is no market 'id' \(did you mean 'ID'\?\)"),
        ("answers", "ID/privacy", "there is no check 'privacy'; there are: acquisition"),
        ("weights", "x" * 500, "weights x{52}…: there is no criterion 'x{60}…'"),
    ],
)
def test_what_names_no_cell_is_refused_with_those_there_are(table, key, reason):
    with pytest.raises(InputError, match=reason):
        cell_named(table, key, KNOWN)
