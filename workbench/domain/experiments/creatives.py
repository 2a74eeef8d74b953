"""Creatives (A4): how often each is used, and which traits the ones that sell share.

A trait is judged with creatives, not clicks, as the units: ten thousand clicks on one red banner
are one red banner. Which creative has which trait is permuted, so what is compared is whether the
creatives with the trait sell better than others that were as likely to have it. With few creatives
no p-value can be small, and that is the honest answer.
"""

import numpy as np
import pandas as pd
from scipy import optimize, stats

from workbench.domain.errors import TableError
from workbench.domain.experiments.families import Method, adjust
from workbench.domain.tables import Column, Schema, conform

USES = Schema(
    "creatives",
    (
        Column("creative", required=True),
        Column("partner"),
        Column("uses", "integer", low=0),
        Column("clicks", "integer", low=0),
        Column("orders", "integer", low=0),
    ),
    key=(),
)
"""A row per creative and partner, or per placement: uses (empty: the row is one), clicks and
orders (empty: unknown)."""
TRAIT_COLUMNS = [
    "trait",
    "value",
    "creatives",
    "clicks",
    "orders",
    "rate",
    "rate_of_others",
    "ratio",
    "p",
    "p_adjusted",
]
_PERMUTATIONS = 9999
_STRONGEST = 1e8
"""Clicks that the common rate may weigh at most, where creatives don't differ at all."""


def usage(
    table: pd.DataFrame, offered: list[str] | None = None, counted: bool = False
) -> pd.DataFrame:
    """How often each creative is used, by how many partners, and what came of it.

    Parameters
    ----------
    table
        Columns of :data:`USES`; ``partner``, ``uses``, ``clicks`` and ``orders`` may be left out.
    offered
        All creatives there are; one that nobody uses is then shown with 0 uses.
    counted
        Whether uses were counted, so that an empty cell is unknown and not the row itself.

    Returns
    -------
    pandas.DataFrame
        Index ``creative``, most used first; ``uses``, ``use_share`` (of all uses), ``partners``
        (NaN where no partner is named), ``clicks``, ``orders``, ``rate`` (NaN where clicks or
        orders are unknown, or there are fewer clicks than orders, as when people only saw it) and
        ``shrunk_rate``: the rate drawn to the common one by as much as its few clicks make it
        doubtful.

    Raises
    ------
    TableError
        If a cell breaks its rule.
    """
    lacking = [name for name in ("partner", "uses", "clicks", "orders") if name not in table]
    rows = conform(table.assign(**dict.fromkeys(lacking, "")), USES)
    if not counted:
        rows["uses"] = rows["uses"].fillna(1)
    rows["partner"] = rows["partner"].mask(rows["partner"] == "")
    groups = rows.groupby("creative", sort=False)
    found = groups[["uses", "clicks", "orders"]].sum(min_count=1)
    found["partners"] = groups["partner"].nunique().where(groups["partner"].count() > 0)
    if offered is not None:
        idle = [name for name in dict.fromkeys(offered) if name not in found.index]
        found = found.reindex([*found.index, *idle])
        found.loc[idle, ["uses", "partners"]] = 0
        found.index.name = "creative"
    found["use_share"] = found["uses"] / found["uses"].sum() if found["uses"].sum() else np.nan
    # Orders of one source to the clicks of another would be no rate.
    pairs = rows.where(rows["clicks"].notna() & rows["orders"].notna())
    rated = pairs.groupby(rows["creative"])[["clicks", "orders"]].sum(min_count=1)
    clicks, orders = (rated[name].reindex(found.index) for name in ("clicks", "orders"))
    told = (clicks > 0) & (orders <= clicks)
    found["rate"] = (orders / clicks).where(told)
    found["shrunk_rate"] = shrunk(orders.where(told), clicks)
    names = ["uses", "use_share", "partners", "clicks", "orders", "rate", "shrunk_rate"]
    return found.sort_values("uses", ascending=False, kind="stable")[names]


def shrunk(orders: pd.Series, clicks: pd.Series) -> pd.Series:
    """Rates drawn towards the common rate, as a beta-binomial model fitted to all of them says.

    The common rate is that of all clicks together; how many clicks it weighs is the likeliest
    number, given how much the creatives differ. NaN where clicks or orders are unknown.
    """
    known = (clicks > 0) & orders.notna()
    x, n = orders[known].to_numpy(float), clicks[known].to_numpy(float)
    if not len(x) or not 0 < x.sum() < n.sum():
        return (orders / clicks).where(known)
    common = x.sum() / n.sum()

    def unlikely(log_weight: float) -> float:
        weight = np.exp(log_weight)
        return -stats.betabinom.logpmf(x, n, weight * common, weight * (1 - common)).sum()

    bounds = (0.0, np.log(_STRONGEST))
    weight = np.exp(optimize.minimize_scalar(unlikely, bounds=bounds, method="bounded").x)
    return ((orders + weight * common) / (clicks + weight)).where(known)


def traits(
    used: pd.DataFrame, table: pd.DataFrame, method: Method = "holm", seed: int = 0
) -> pd.DataFrame:
    """Each value of each trait held against the creatives that have another value.

    An association, not a cause: what partners chose to use where decides too.

    Parameters
    ----------
    used
        As :func:`usage` returns it.
    table
        Column ``creative`` and a column per trait (colour, layout, copy …), any texts; empty is
        unknown and takes no part.
    seed
        Of the permutations, where there are too many to try all.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`TRAIT_COLUMNS`, smallest p first: ``rate`` over all clicks of the creatives
        with the value, ``rate_of_others``, their ``ratio``, ``p`` by permuting creatives,
        ``p_adjusted`` over all rows. Values that all or no other creatives have are left out.

    Raises
    ------
    TableError
        If there is no column ``creative`` or no trait, or a creative stands twice.
    """
    if "creative" not in table or table.shape[1] < 2:
        raise TableError(
            "The table of traits needs a column creative and a column for each trait, such as "
            "colour; its columns are: {names}.",
            names=", ".join(map(str, table.columns)),
        )
    doubled = table["creative"].duplicated()
    if doubled.any():
        raise TableError(
            "Table {table}: the row {row} stands twice; keep one of them.",
            table="traits",
            row=f"creative={table.loc[doubled, 'creative'].iloc[0]}",
        )
    joined = used[used["rate"].notna()].join(
        table.set_index("creative").astype(object), how="inner"
    )
    rows = []
    for trait in table.columns.drop("creative"):
        own = joined[joined[trait].notna() & (joined[trait].astype(str).str.strip() != "")]
        for value in own[trait].unique() if own[trait].nunique() > 1 else []:
            rows.append({"trait": trait, "value": value, **_held(own, own[trait] == value, seed)})
    found = pd.DataFrame(rows, columns=TRAIT_COLUMNS)
    # Of two values each is held against the other: one comparison, shown from both sides.
    mirrored = found.groupby("trait")["value"].transform("size").eq(2) & found["trait"].duplicated()
    adjusted = adjust(found["p"].where(~mirrored).to_numpy(float), method)
    found["p_adjusted"] = pd.Series(adjusted, index=found.index).ffill()
    return found.sort_values("p", kind="stable", ignore_index=True)


def _held(creatives: pd.DataFrame, having: pd.Series, seed: int) -> dict[str, float]:
    """Creatives with a value against the others."""
    orders, clicks = (creatives[name].to_numpy(float) for name in ("orders", "clicks"))

    def rates(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of those inside and those outside; any number of divisions, one a row."""
        own, other = inside, 1 - inside
        return own @ orders / (own @ clicks), other @ orders / (other @ clicks)

    def distance(inside: np.ndarray, axis: int = -1) -> np.ndarray:
        own, other = rates(inside)
        return np.abs(own - other)

    inside = having.to_numpy(float)
    tested = stats.permutation_test(
        (inside,),
        distance,
        permutation_type="pairings",
        vectorized=True,
        n_resamples=_PERMUTATIONS,
        alternative="greater",
        rng=np.random.default_rng(seed),
    )
    rate, others = map(float, rates(inside))
    return {
        "creatives": int(inside.sum()),
        "clicks": inside @ clicks,
        "orders": inside @ orders,
        "rate": rate,
        "rate_of_others": others,
        "ratio": rate / others if others else np.nan,
        "p": float(tested.pvalue),
    }
