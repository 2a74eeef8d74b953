"""Ranking of markets for a product and industry (M2): which market first, why, and how firmly.

Criteria are the needs and a few opportunity figures. What a need is worth depends on its role:

* a **pull** need (interactivity, picture quality) counts for a market as far as the product
  serves it: utility = (min(level, strength) - 1) / 4;
* a **barrier** need (privacy, regulation, weak network …) counts against a market as far as the
  product falls short of it: utility = 1 - max(0, level - strength) / 4;
* an **opportunity** (reach, purchasing power) is its position between two ends, 0 to 1.

Without a product a pull counts by its level alone and a barrier by its level above 1.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.domain import scoring
from workbench.domain.errors import InputError

MAX_MISSING = 0.4
"""A market whose unknown criteria carry more than this share of the weight gets no rank."""


@dataclass(frozen=True)
class Ranking:
    """A ranking that explains itself.

    Attributes
    ----------
    table
        Index ``market``, sorted by rank; columns ``rank, score, low, high, top_share, missing,
        topsis, topsis_rank, promethee, promethee_rank``. ``missing`` is the share of weight that
        is unknown; a market above :data:`MAX_MISSING` has NaN everywhere else and comes last.
    contributions
        Markets × criteria; a row sums to ``score``. A criterion unknown for a market contributes
        the median of the others, and ``unknown`` says so.
    unknown
        Markets × criteria, True where the entry was not known.
    weights
        Criterion -> weight used, summing to 1.
    dropped
        Criteria left out since they are unknown for every market.
    agreement
        Kendall's tau-b between the weighted sum and each other method.
    top, samples
        As asked for.
    """

    table: pd.DataFrame
    contributions: pd.DataFrame
    unknown: pd.DataFrame
    weights: pd.Series
    dropped: tuple[str, ...]
    agreement: dict[str, float]
    top: int
    samples: int


def utilities(
    scores: pd.DataFrame,
    roles: dict[str, str],
    opportunities: pd.DataFrame,
    strengths: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Utility matrix: markets × (needs + opportunities), 0 to 1, NaN = unknown.

    Parameters
    ----------
    scores
        Markets × needs, 1 to 5 or NaN.
    roles
        Need -> ``pull`` or ``barrier``.
    opportunities
        Markets × opportunity criteria, already 0 to 1.
    strengths
        Markets × needs, 1 to 5 or NaN; None when no product is given.
    """
    columns = {}
    for need in scores.columns:
        level = scores[need]
        if roles[need] == "pull":
            served = level if strengths is None else np.minimum(level, strengths[need])
            columns[need] = (served - 1) / 4
        else:
            gap = level - 1 if strengths is None else (level - strengths[need]).clip(lower=0)
            columns[need] = 1 - gap / 4
    return pd.concat([pd.DataFrame(columns, index=scores.index), opportunities], axis=1)


def full_weights(given: dict[str, float], defaults: pd.Series) -> pd.Series:
    """Defaults of the industry with the strategist's weights put over them.

    Raises
    ------
    InputError
        For an unknown criterion, a negative weight, or weights that sum to 0.
    """
    for criterion, weight in given.items():
        if criterion not in defaults.index:
            raise InputError(
                "Unknown criterion {criterion!r} in the weights; criteria are: {known}.",
                criterion=criterion,
                known=", ".join(defaults.index),
            )
        if not np.isfinite(weight) or weight < 0:
            raise InputError(
                "The weight {weight!r} of {criterion} is not allowed; a weight is a "
                "number of at least 0.",
                weight=weight,
                criterion=criterion,
            )
    weights = defaults.astype(float).copy()
    weights.update(pd.Series(given, dtype=float))
    scoring.normalised(weights.to_numpy())
    return weights


def _nothing_ranked(
    missing: pd.Series, share: pd.Series, dropped: tuple[str, ...], samples: int
) -> Ranking:
    columns = ["rank", "score", "low", "high", "top_share", "missing"]
    columns += ["topsis", "topsis_rank", "promethee", "promethee_rank"]
    return Ranking(
        table=pd.DataFrame({"missing": missing}, columns=columns).astype(float),
        contributions=pd.DataFrame(index=missing.index[:0]),
        unknown=pd.DataFrame(index=missing.index[:0]),
        weights=share,
        dropped=dropped,
        agreement={"topsis": float("nan"), "promethee": float("nan")},
        top=0,
        samples=samples,
    )


def rank(
    utility: pd.DataFrame,
    weights: pd.Series,
    *,
    top: int = 10,
    samples: int = 10_000,
    seed: int = 0,
) -> Ranking:
    """Rank the markets; see :class:`Ranking`.

    Raises
    ------
    InputError
        If the weights are unusable.

    Notes
    -----
    Where too much is unknown of every market, no market has a rank: the table holds what is
    missing, ``contributions`` is empty and the agreements are NaN.
    """
    weights = weights.reindex(utility.columns).fillna(0.0)
    share = pd.Series(scoring.normalised(weights.to_numpy()), index=weights.index)
    blank = utility.isna()
    missing = (blank * share).sum(axis=1)
    dropped = tuple(name for name in utility.columns if blank[name].all() and weights[name] > 0)
    used = [name for name in utility.columns if not blank[name].all() and weights[name] > 0]
    ranked = missing.index[missing <= MAX_MISSING + 1e-12]
    if not used or ranked.empty:
        return _nothing_ranked(missing, share, dropped, samples)
    chosen = utility.loc[ranked, used]
    holes = chosen.isna()
    # The median is a neutral stand-in; the sampled weightings draw the unknown anew instead.
    complete = chosen.fillna(chosen.median()).fillna(0.5)
    matrix, vector = complete.to_numpy(), weights[used].to_numpy()
    score = scoring.weighted_sum(matrix, vector)
    firm = scoring.stability(matrix, vector, top, samples, seed, holes.to_numpy())
    other = {
        "topsis": scoring.topsis(matrix, vector),
        "promethee": scoring.promethee(matrix, vector),
    }
    table = pd.DataFrame(
        {
            "rank": scoring.ranks(score),
            "score": score,
            "low": firm.low,
            "high": firm.high,
            "top_share": firm.top_share,
            "missing": missing[ranked],
        },
        index=ranked,
    )
    for name, values in other.items():
        table[name] = values
        table[f"{name}_rank"] = scoring.ranks(values)
    table = table.sort_values(["rank", "missing"], kind="stable")
    unranked = pd.DataFrame({"missing": missing.drop(ranked)}, columns=table.columns)
    return Ranking(
        table=pd.concat([table, unranked]).astype(float) if len(unranked) else table.astype(float),
        contributions=pd.DataFrame(scoring.contributions(matrix, vector), ranked, used),
        unknown=holes,
        weights=share[used] / share[used].sum(),
        dropped=dropped,
        agreement={name: scoring.agreement(score, values) for name, values in other.items()},
        top=min(top, len(ranked)),
        samples=samples,
    )
