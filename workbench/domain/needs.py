"""The market-needs matrix (M2): how strongly each market asks for what, and why we think so.

A cell's score runs from 1 (hardly asked for) to 5 (decisive); its level is the score rounded.
It comes from a regional prior, else from a formula over the market's figures, else it is
unknown; a strategist may override it. The formula of a need is a table of terms, so that it can
be read, checked and changed without touching code:

    score = 1 + 4 * sum(weight * position) / sum(weight)

where ``position`` runs from 0 to 1 as the indicator goes from ``at_low`` to ``at_high``
(on a logarithmic axis where ``scale`` is ``log``), clipped at both ends. ``at_high`` may be the
smaller number: then the need falls as the indicator rises.
"""

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.rows import tuples

CELL_COLUMNS = [
    "market",
    "need",
    "score",
    "level",
    "origin",
    "confidence",
    "known_weight",
    "evidence",
    "derived_score",
]
MIN_KNOWN_WEIGHT = 0.5
"""Share of a formula's weight that must be known; below it the cell is unknown."""

FOCUS_LEVEL = 4
"""From this level a need shapes the message."""


def to_level(score: pd.Series) -> pd.Series:
    """Scores rounded half up to levels 1 to 5; NaN stays NaN."""
    levels = np.floor(score.to_numpy(float) + 0.5).clip(1, 5)
    return pd.Series(levels, score.index, name=score.name)


def positions(profile: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Where each market stands on each term, 0 to 1 or NaN: shape (markets, terms)."""
    place = np.full((len(profile), len(terms)), np.nan)
    bounds = terms[["indicator", "at_low", "at_high", "scale"]].itertuples(index=False)
    for column, (indicator, at_low, at_high, scale) in enumerate(bounds):
        if indicator not in profile:
            continue
        values, low, high = profile[indicator].to_numpy(float), float(at_low), float(at_high)
        if scale == "log":
            values, low, high = _log(values), np.log(low), np.log(high)
        place[:, column] = np.clip((values - low) / (high - low), 0, 1)
    return pd.DataFrame(place, index=profile.index, columns=terms.index)


def _log(values: np.ndarray) -> np.ndarray:
    """Natural logarithms; NaN where there is none."""
    return np.log(values, where=values > 0, out=np.full(len(values), np.nan))


def by_formula(profile: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Scores of one need: columns ``score`` (1 to 5 or NaN) and ``known_weight`` (0 to 1)."""
    place = positions(profile, terms)
    weight = terms["weight"].astype(float)
    known = place.notna().mul(weight, axis=1).sum(axis=1)
    score = 1 + 4 * place.mul(weight, axis=1).sum(axis=1) / known.where(known > 0)
    known = known / weight.sum()
    return pd.DataFrame({"score": score.where(known >= MIN_KNOWN_WEIGHT), "known_weight": known})


def derive(
    needs: list[str],
    profile: pd.DataFrame,
    formulas: pd.DataFrame,
    priors: pd.DataFrame,
    groups: pd.DataFrame,
) -> pd.DataFrame:
    """Every cell of the matrix, long.

    Parameters
    ----------
    needs
        Ids, in the order wanted.
    profile
        Markets × indicators (see :func:`workbench.domain.market.profile`).
    formulas
        Columns ``need, indicator, weight, at_low, at_high, scale, confidence``.
    priors
        Columns ``need, group, level, confidence, evidence_en``; a group is a market code, an
        M49 code or a trade group. The narrowest (fewest markets) wins.
    groups
        Columns ``market, group``: which groups each market belongs to.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`CELL_COLUMNS`, one row per market and need, sorted by both as given.
    """
    parts = []
    for need in needs:
        terms = formulas[formulas["need"] == need]
        found = (
            by_formula(profile, terms)
            if len(terms)
            else pd.DataFrame({"score": np.nan, "known_weight": 0.0}, index=profile.index)
        )
        certainty = terms["confidence"].iloc[0] if len(terms) else ""
        part = pd.DataFrame(
            {
                "need": need,
                "score": found["score"],
                "origin": np.where(found["score"].notna(), "formula", "unknown"),
                "confidence": np.where(found["score"].notna(), certainty, ""),
                "known_weight": found["known_weight"],
                "evidence": "",
            },
            index=profile.index,
        )
        short = part["score"].notna() & (part["known_weight"] < 1 - 1e-9)
        part.loc[short, "confidence"] = "low"
        parts.append(_with_priors(part, priors[priors["need"] == need], groups))
    cells = pd.concat(parts).rename_axis("market").reset_index()
    cells["level"] = to_level(cells["score"])
    cells["derived_score"] = cells["score"]
    order = {market: place for place, market in enumerate(profile.index)}
    cells = cells.sort_values("market", key=lambda codes: codes.map(order), kind="stable")
    return cells[CELL_COLUMNS].reset_index(drop=True)


def _with_priors(part: pd.DataFrame, priors: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    part = part.copy()
    size = groups.groupby("group")["market"].count()
    widest_first = priors.assign(size=priors["group"].map(size).fillna(1))
    for prior in tuples(widest_first.sort_values(["size", "group"], ascending=[False, True])):
        inside = groups.loc[groups["group"] == prior.group, "market"]
        rows = part.index.isin(inside)
        part.loc[rows, "score"] = float(prior.level)
        part.loc[rows, "origin"] = "prior"
        part.loc[rows, "confidence"] = prior.confidence
        part.loc[rows, "evidence"] = prior.evidence_en
    return part


def override(cells: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Cells with a strategist's levels put in; ``derived_score`` keeps the original.

    Parameters
    ----------
    cells
        As :func:`derive` returns them.
    changes
        Columns ``market, need, level, reason, confidence``; level 1 to 5, or NaN for "we don't
        know after all".

    Raises
    ------
    InputError
        If a change names an unknown market or need, a level outside 1 to 5, or no reason.
    """
    cells = cells.set_index(["market", "need"])
    for change in tuples(changes):
        where = (change.market, change.need)
        if where not in cells.index:
            raise InputError(
                "No cell for market {market!r} and need {need!r}; needs are: {needs}.",
                market=change.market,
                need=change.need,
                needs=", ".join(cells.index.unique("need")),
            )
        check_level(change.level, change.market, change.need)
        if not str(change.reason).strip():
            raise InputError(
                "The override of {need} in {market} has no reason; say why, so that others can "
                "follow it.",
                need=change.need,
                market=change.market,
            )
        cells.loc[where, ["score", "origin", "confidence", "evidence"]] = [
            change.level,
            "override",
            change.confidence or "medium",
            change.reason,
        ]
    cells["level"] = to_level(cells["score"])
    return cells.reset_index()[CELL_COLUMNS]


def check_level(level: float | None, market: str, need: str) -> None:
    """Raise :class:`InputError` unless the level is 1 to 5 or unknown (None or NaN)."""
    if level is None or level != level:
        return
    if isinstance(level, bool) or not isinstance(level, int | float) or not 1 <= level <= 5:
        raise InputError(
            "Level {level!r} of {need} in {market} is not allowed; a level is a number from 1 "
            "(hardly asked for) to 5 (decisive), or empty for unknown.",
            level=level,
            need=need,
            market=market,
        )


def matrix(cells: pd.DataFrame, column: str = "score") -> pd.DataFrame:
    """Cells as a table of markets × needs, in the order they stand in."""
    wide = cells.pivot(index="market", columns="need", values=column)
    wide.columns.name = None
    return wide.loc[cells["market"].unique(), cells["need"].unique()]


def message_focus(cells: pd.DataFrame, market: str, most: int = 3) -> list[str]:
    """The needs that shape the message in a market: level 4 and more, highest first."""
    own = [
        (-score, need)
        for code, need, score, level in zip(
            cells["market"], cells["need"], cells["score"], cells["level"], strict=True
        )
        if code == market and level >= FOCUS_LEVEL
    ]
    return [need for _, need in sorted(own, key=lambda pair: pair[0])[:most]]


def explain(profile: pd.DataFrame, formulas: pd.DataFrame, market: str) -> pd.DataFrame:
    """The terms behind the formulas' cells of one market.

    Returns
    -------
    pandas.DataFrame
        Columns ``need, indicator, value, at_low, at_high, scale, weight, position, points``, a
        row per term; the points of a need's known terms add up to ``score - 1``.
    """
    own = profile.loc[[market]]
    place = positions(own, formulas).to_numpy()[0]
    weight = formulas["weight"].to_numpy(float)
    need = pd.factorize(formulas["need"])[0]
    known = np.bincount(need, np.where(np.isnan(place), 0.0, weight))[need]
    points = np.divide(4 * weight * place, known, where=known > 0, out=np.full(len(place), np.nan))
    values = own.iloc[0].to_dict()
    return pd.DataFrame(
        {
            **{name: formulas[name].to_numpy() for name in ("need", "indicator")},
            "value": [values.get(name, np.nan) for name in formulas["indicator"]],
            **{name: formulas[name].to_numpy() for name in ("at_low", "at_high", "scale")},
            "weight": formulas["weight"].to_numpy(),
            "position": place,
            "points": points,
        }
    )
