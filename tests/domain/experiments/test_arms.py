"""What enters an experiment is checked once, and every refusal names row, rule and remedy."""

import numpy as np
import pandas as pd
import pytest

from workbench.domain.errors import InputError, TableError
from workbench.domain.experiments.arms import check_arms, check_days, control_of, totals


def arms(**changes: list) -> pd.DataFrame:
    table = {"arm": ["A", "B"], "exposures": ["100", "80"], "conversions": ["10", "0"]}
    return pd.DataFrame(table | changes)


def test_texts_become_counts_and_what_is_missing_stays_unknown():
    found = check_arms(arms(value=["20.5", ""], value_squares=["60", ""]))
    assert found.index.tolist() == ["A", "B"]
    assert found["exposures"].tolist() == [100, 80] and found["exposures"].dtype == "int64"
    assert found.loc["A", "value"] == 20.5 and np.isnan(found.loc["B", "value"])
    assert found["share"].tolist() == [0.5, 0.5]


def test_planned_shares_add_up_to_one():
    assert check_arms(arms(share=["3", "1"]))["share"].tolist() == [0.75, 0.25]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"conversions": ["10", "81"]}, "row 3: arm B has 81 conversions and only 80 exposures"),
        ({"exposures": ["100", "-1"]}, "row 3, column exposures: '-1' is not allowed"),
        (
            {"exposures": ["100.5", "80"]},
            "row 2, column exposures: '100.5' is not allowed; a whole",
        ),
        ({"conversions": ["10", ""]}, "row 3, column conversions: '' is not allowed; a value is"),
        ({"conversions": ["10", "many"]}, "a number is expected"),
        ({"arm": ["A", "A"]}, "the row arm=A stands twice"),
        ({"arm": ["A", ""]}, "row 3, column arm"),
        ({"exposures": ["100", "0"]}, "row 3: arm B has no exposures; leave it out until it has"),
        ({"value": ["5", "5"], "value_squares": ["9", ""]}, "row 3: arm B has only one of value"),
        (
            {"value": ["50", "5"], "value_squares": ["24", "9"]},
            "needs at least 25.0; add up the sq",
        ),
        ({"share": ["1", ""]}, "row 3: the planned share of B is missing or 0"),
        ({"share": ["0", "1"]}, "row 2: the planned share of A is missing or 0"),
        ({"colour": ["red", "blue"]}, "unknown column colour"),
    ],
)
def test_a_wrong_table_is_refused(changes, message):
    with pytest.raises(TableError) as caught:
        check_arms(arms(**changes))
    assert message in str(caught.value)


@pytest.mark.parametrize("rows", [0, 1])
def test_one_arm_is_no_experiment(rows):
    with pytest.raises(TableError, match="compares at least two arms; the table has"):
        check_arms(arms().head(rows))


def test_the_control_is_the_first_arm_or_the_one_named():
    table = check_arms(arms())
    assert control_of(table, None) == "A" and control_of(table, "B") == "B"
    with pytest.raises(InputError, match=r"no arm 'C' to be the control; the arms are: A, B\."):
        control_of(table, "C")


DAYS = pd.DataFrame(
    {
        "day": ["2026-11-02", "2026-11-01", "2026-11-01", "2026-11-02"],
        "arm": ["A", "A", "B", "B"],
        "exposures": [30, 10, 20, 25],
        "conversions": [3, 1, 2, 2],
    }
)


def test_days_are_put_in_order_and_add_up():
    found = check_days(DAYS)
    assert found["day"].tolist() == ["2026-11-01"] * 2 + ["2026-11-02"] * 2
    sums = totals(found)
    assert sums["exposures"].tolist() == [40, 45] and sums["conversions"].tolist() == [4, 4]
    assert sums["value"].isna().all()
    assert totals(found, {"A": 1, "B": 3})["share"].tolist() == [0.25, 0.75]


def test_running_totals_become_each_day_s_own_counts():
    found = check_days(DAYS, cumulative=True).set_index(["arm", "day"])["exposures"]
    assert found["A"].tolist() == [10, 20] and found["B"].tolist() == [20, 5]


def test_running_totals_must_not_fall():
    falling = DAYS.assign(conversions=[0, 1, 2, 2])
    assert len(check_days(falling)) == 4
    with pytest.raises(TableError, match="cumulative counts of arm A fall on 2026-11-02"):
        check_days(falling, cumulative=True)


def test_an_unknown_value_of_one_day_makes_the_sum_unknown():
    table = DAYS.assign(value=[9.0, 9, 9, np.nan], value_squares=[81.0, 81, 81, np.nan])
    sums = totals(check_days(table))
    assert sums.loc["A", "value"] == 18 and np.isnan(sums.loc["B", "value"])


def test_a_day_without_a_row_is_not_taken_for_a_day_without_exposures():
    with pytest.raises(TableError, match="Day 2026-11-02 has no row for arm B; add it"):
        check_days(DAYS.head(3))


def test_a_day_is_a_date():
    with pytest.raises(TableError, match="a date is written YYYY-MM-DD"):
        check_days(DAYS.assign(day="2.11.2026"))
