"""Two scenarios side by side: what differs in the inputs, and what that changes (W6)."""

from dataclasses import dataclass

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.changes import Change, cells_of, differences


@dataclass(frozen=True)
class Comparison:
    """What leads from one scenario to another.

    Attributes
    ----------
    inputs
        The cells that differ, by table and key.
    markets
        Index market, the markets that either scenario names; columns ``gate_one, gate_two,
        rank_one, rank_two`` (NaN: not ranked), ``mix_moved`` (percentage points of the channel mix
        that go elsewhere, 0 to 100), ``changed`` (whether any of these differs).
    mixes
        Columns ``market, channel, one, two`` in %: the channels whose share differs by at least
        0.05 points, the largest move of a market first.
    """

    inputs: tuple[Change, ...]
    markets: pd.DataFrame
    mixes: pd.DataFrame


def compare(one: Portfolio, two: Portfolio) -> Comparison:
    """Hold two portfolios over the same tables side by side."""
    codes = list(dict.fromkeys((*one.chosen, *two.chosen)))
    mixes = pd.concat([_mix(one, two, code) for code in codes], ignore_index=True)
    moved = (mixes["two"] - mixes["one"]).clip(lower=0).groupby(mixes["market"]).sum()
    table = pd.DataFrame(
        {
            "gate_one": [one.market(code).readiness.gate for code in codes],
            "gate_two": [two.market(code).readiness.gate for code in codes],
            "rank_one": one.ranking.table["rank"].reindex(codes).to_numpy(),
            "rank_two": two.ranking.table["rank"].reindex(codes).to_numpy(),
            "mix_moved": moved.reindex(codes).to_numpy(),
        },
        index=pd.Index(codes, name="market"),
    )
    same_rank = table["rank_one"].fillna(-1) == table["rank_two"].fillna(-1)
    same_gate = table["gate_one"] == table["gate_two"]
    table["changed"] = ~(same_rank & same_gate & (table["mix_moved"] < 0.05))
    shift = (mixes["two"] - mixes["one"]).abs()
    order = mixes.assign(shift=shift)[shift >= 0.05]
    order["place"] = order["market"].map({code: place for place, code in enumerate(codes)})
    order = order.sort_values(["place", "shift"], ascending=[True, False], kind="stable")
    return Comparison(
        differences(cells_of(one.plan), cells_of(two.plan)),
        table,
        order[["market", "channel", "one", "two"]].reset_index(drop=True),
    )


def _mix(one: Portfolio, two: Portfolio, code: str) -> pd.DataFrame:
    shares = pd.DataFrame(
        {
            "one": one.market(code).channels.table["mix"],
            "two": two.market(code).channels.table["mix"],
        }
    ).fillna(0.0)  # a channel that isn't in a mix has no share of it
    shares.insert(0, "market", code)
    return shares.rename_axis("channel").reset_index()
