"""A replay drawn: gains above losses, what is said of them."""

import pandas as pd

from workbench.domain.programme.incentives import make_incentives
from workbench.domain.programme.replay import replay
from workbench.figures.incentives import MOST, changes
from workbench.locale import translator

EN = translator("en")
PLAN = make_incentives(
    {
        "name": "T",
        "currency": "USD",
        "proposed": {"contracts": [{"contract": "c", "versions": [{"rate": 10}]}]},
    }
)


def orders(*commissions: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "order": str(number),
                "timestamp": "2026-01-01",
                "partner": f"p{number}",
                "value": 100.0,
                "currency": "USD",
                "status": "paid",
                "commission": commission,
            }
            for number, commission in enumerate(commissions)
        ],
        columns=["order", "timestamp", "partner", "value", "currency", "status", "commission"],
    )


def test_gains_stand_above_losses():
    drawn = changes(replay(PLAN, orders(12.5, 4.0)), EN)
    (bar,) = drawn.figure.data
    assert list(bar.x) == [-2.5, 6.0]  # drawn from below
    assert list(drawn.figure.layout.yaxis.ticktext) == ["p0", "p1"]
    assert drawn.finding == "Gains: 1, losses: 1; in all $3.50"
    assert drawn.alt.startswith("p1 $6.00")


def test_of_many_partners_both_ends_are_drawn():
    drawn = changes(replay(PLAN, orders(*range(40))), EN)
    assert len(drawn.figure.data[0].x) == 2 * MOST


def test_without_orders_there_is_nothing_to_draw():
    assert changes(replay(PLAN, orders()), EN) is None
