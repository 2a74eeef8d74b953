"""The orders of a programme's history as arrays, in time order, with whole minor units."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.domain.errors import InputError, TableError
from workbench.domain.events import STATUSES
from workbench.domain.programme.minor import Ints, minor_units
from workbench.domain.programme.terms import Whom

NEEDED = ("order", "timestamp", "partner", "value", "currency", "status")
USED = ("source", "commission", "clicked", "modified", "item")
ABOUT = ("name", "type", "country", "contract")
"""Columns of the partner table that are used beside ``source`` and ``partner``."""
UNKNOWN_TIME = np.iinfo(np.int64).min
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Orders:
    """Orders sorted by time, source and order; arrays of shape (orders,).

    Attributes
    ----------
    partners
        Columns ``source, partner, name, type, country, contract``; ``partner`` counts its rows.
    stamp, changed
        Microseconds since 1970; ``changed`` is since when the status holds, or ``UNKNOWN_TIME``.
    after_click
        Microseconds from click to order; -1: not known.
    value, recorded
        Minor units of the order's currency; ``recorded`` is 0 where ``known`` is False.
    left_out
        Reason -> number of rows that can't be judged.
    strangers
        Partners of whom a partner table that was given says nothing.
    """

    partners: pd.DataFrame
    partner: Ints
    currencies: tuple[str, ...]
    currency: Ints
    stamp: Ints
    day: npt.NDArray[np.datetime64]
    value: Ints
    recorded: Ints
    known: Flags
    reversed: Flags
    pending: Flags
    changed: Ints
    after_click: Ints
    item: npt.NDArray[np.object_]
    left_out: dict[str, int]
    strangers: int = 0

    def __len__(self) -> int:
        return len(self.partner)

    def of(self, whom: Whom) -> Flags:
        """Which orders are of partners that match."""
        return matching(self.partners, whom)[self.partner]


def matching(partners: pd.DataFrame, whom: Whom) -> Flags:
    """Which rows of a partner table match every list that is not empty."""
    found = np.ones(len(partners), dtype=bool)
    for column, wanted in (
        ("partner", whom.partners),
        ("type", whom.types),
        ("contract", whom.contracts),
        ("country", whom.countries),
    ):
        if wanted:
            found &= partners[column].isin(wanted).to_numpy()
    return found


def as_frame(table: Any, columns: tuple[str, ...]) -> pd.DataFrame:
    """An Ibis or Arrow table, or a pandas frame, with those of the columns that it has."""
    names = list(table.column_names if hasattr(table, "column_names") else table.columns)
    held = [name for name in columns if name in names]
    if isinstance(table, pd.DataFrame):
        return table[held]
    found = table.select(held)  # both Ibis and Arrow
    return (found.to_pyarrow() if hasattr(found, "to_pyarrow") else found).to_pandas()


def orders_of(conversions: Any, partners: Any = None) -> Orders:
    """Canonical conversions, and partners if there are any, as :class:`Orders`.

    Raises
    ------
    TableError
        If a column is missing, a status is not one of ours, or an order stands twice.
    """
    frame = as_frame(conversions, (*NEEDED, *USED)).copy()
    _checked(frame)
    for name in USED:
        if name not in frame:
            frame[name] = None
    frame["source"] = frame["source"].astype(object).where(frame["source"].notna(), "")
    kept, left_out = _usable(frame)
    rows = kept.sort_values(["timestamp", "source", "order"], kind="stable")
    people, partner, strangers = _partners(rows, partners)
    currency, currencies = pd.factorize(rows["currency"].astype(object), sort=True)
    stamp, changed = _micros(rows["timestamp"]), _micros(rows["modified"])
    clicked = _micros(rows["clicked"])
    known = rows["commission"].notna().to_numpy()
    commission = rows["commission"].astype("float64").fillna(0.0).to_numpy()
    status = rows["status"].astype(object).to_numpy()
    return Orders(
        partners=people,
        partner=partner,
        currencies=tuple(currencies),
        currency=currency.astype(np.int64),
        stamp=stamp,
        day=stamp.astype("datetime64[us]").astype("datetime64[D]"),
        value=_minor(rows["value"].to_numpy("float64"), currency, currencies),
        recorded=_minor(commission, currency, currencies),
        known=known,
        reversed=status == "reversed",
        pending=status == "pending",
        changed=changed,
        after_click=np.where(
            (clicked != UNKNOWN_TIME) & (clicked <= stamp), stamp - np.maximum(clicked, 0), -1
        ),
        item=rows["item"].astype(object).to_numpy(),
        left_out=left_out,
        strangers=strangers,
    )


def _checked(frame: pd.DataFrame) -> None:
    for name in NEEDED:
        if name not in frame:
            raise TableError(
                "The conversions lack the column {column}; a replay needs: {names}.",
                column=name,
                names=", ".join(NEEDED),
            )
    strange = frame.loc[~frame["status"].isin(STATUSES), "status"]
    if len(strange):
        raise TableError(
            "Unknown status {value!r}; statuses are: {known}. Import the export first, which "
            "turns a network's own words into these.",
            value=strange.iloc[0],
            known=", ".join(STATUSES),
        )
    twice = frame.duplicated([name for name in ("source", "order") if name in frame])
    if twice.any():
        raise TableError(
            "The order {order!r} stands twice in the conversions; keep its newest state.",
            order=frame.loc[twice, "order"].iloc[0],
        )


def _usable(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that can be judged, and how many can't for which first reason."""
    reasons = {
        "other_status": frame["status"] == "other",
        "without_time": frame["timestamp"].isna(),
        "without_partner": frame["partner"].isna(),
        "without_value": frame["value"].isna(),
        "without_currency": frame["currency"].isna(),
    }
    kept = pd.Series(True, index=frame.index)
    left_out = {}
    for name, bad in reasons.items():
        left_out[name] = int((kept & bad).sum())
        kept &= ~bad
    return frame[kept], left_out


def _partners(rows: pd.DataFrame, partners: Any) -> tuple[pd.DataFrame, Ints, int]:
    """One row per partner that has orders, what is known of it; each order's row; strangers.

    Partners are found by source and id; where either table has no source, by id alone.
    """
    key = pd.MultiIndex.from_frame(rows[["source", "partner"]].astype(object))
    code, names = pd.factorize(key, sort=True)
    people = pd.DataFrame(list(names), columns=["source", "partner"], dtype=object)
    if partners is None:
        return people.reindex(columns=["source", "partner", *ABOUT]), code.astype(np.int64), 0
    about = as_frame(partners, ("source", "partner", *ABOUT)).copy()
    if "partner" not in about:
        raise TableError("The partners lack the column partner; add it.")
    both = "source" in about and (people["source"] != "").any() and about["source"].notna().any()
    on = ["source", "partner"] if both else ["partner"]
    if "source" in about and not both:
        about = about.drop(columns="source")
    twice = about.duplicated(on)
    if twice.any():
        raise TableError(
            "The partner {partner!r} stands twice in the partner table; keep one of the rows.",
            partner=about.loc[twice, "partner"].iloc[0],
        )
    about = about.astype(object).where(about.notna(), None)
    found = people.merge(about, on=on, how="left", validate="many_to_one", indicator=True)
    strangers = int((found["_merge"] == "left_only").sum())
    found = found.reindex(columns=["source", "partner", *ABOUT])
    return found, code.astype(np.int64), strangers


def _micros(times: pd.Series) -> Ints:
    moments = pd.to_datetime(times, utc=True)
    found = moments.dt.as_unit("us").to_numpy("datetime64[us]").astype(np.int64)
    return np.where(moments.isna(), UNKNOWN_TIME, found)


def _minor(amounts: npt.NDArray[np.float64], currency: Ints, names: Any) -> Ints:
    found = np.zeros(len(amounts), dtype=np.int64)
    for code, name in enumerate(names):
        rows = currency == code
        found[rows] = minor_units(amounts[rows], str(name))
    return found


def whole_days(days: int) -> int:
    """Days as microseconds."""
    return days * 86_400_000_000


def check_exchange(names: tuple[str, ...], known: Any) -> None:
    """Refuse currencies that the plan can't convert.

    Raises
    ------
    InputError
        Naming them.
    """
    lacking = [name for name in names if name not in known]
    if lacking:
        raise InputError(
            "There are orders in {currencies}; state under exchange what one unit is worth in the "
            "plan's currency, such as {first}: 1.08.",
            currencies=", ".join(lacking),
            first=lacking[0],
        )
