"""One experiment judged as a whole (A4): every measure, and a verdict that waits its turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.experiments import rates, values
from workbench.domain.experiments.arms import control_of
from workbench.domain.experiments.families import Method, adjust
from workbench.domain.experiments.planning import (
    check_plan,
    planned_size,
    planned_size_of_values,
)
from workbench.domain.experiments.posterior import JEFFREYS, posterior
from workbench.domain.experiments.sequence import rate_sequence
from workbench.domain.experiments.splitting import Split, split_check
from workbench.domain.experiments.value_sequence import value_sequence

Metric = Literal["conversions", "value"]
METRICS: tuple[Metric, ...] = ("conversions", "value")
VERDICTS = ("broken", "too_early", "better", "worse", "no_difference_shown")
"""``broken``: the split is not the planned one. ``too_early``: fewer exposures than planned."""


@dataclass(frozen=True)
class Comparison:
    """An experiment's result, with all that led to it.

    Attributes
    ----------
    arms
        As :func:`check_arms` returns them, and ``rate``, ``mean``, ``variance`` (of the value).
    control
        The arm that the others are held against.
    rule
        ``fixed``: judged once, when the planned size is reached, by the adjusted p-value.
        ``sequential``: judged at every look, by the always-valid p-value.
    effects
        A row per metric and arm other than the control: ``metric, arm``, the columns of
        :data:`rates.COLUMNS`, ``p_adjusted`` over all rows, ``counted`` (exposures of the smaller
        of both arms), ``planned`` (exposures per arm; NaN if it can't be told), ``always_p`` and
        ``always_p_adjusted`` (NaN without looks), ``verdict`` (one of :data:`VERDICTS`).
    posterior
        Of the conversion rates; see :func:`posterior`.
    split
        Exposures against plan.
    looks
        Per ``metric, arm, day``: ``estimate, low, high, p``; the odds ratio for conversions, the
        difference for value. None without days.
    alpha, power, effect, baseline
        The plan; the baseline None: the control's observed rate was taken.
    method
        How p-values were adjusted.
    """

    arms: pd.DataFrame
    control: str
    rule: Literal["fixed", "sequential"]
    effects: pd.DataFrame
    posterior: pd.DataFrame
    split: Split
    looks: pd.DataFrame | None
    alpha: float
    power: float
    effect: float
    baseline: float | None
    method: Method


def compare(
    arms: pd.DataFrame,
    control: str | None = None,
    *,
    days: pd.DataFrame | None = None,
    metrics: Sequence[str] = ("conversions",),
    alpha: float = 0.05,
    power: float = 0.8,
    effect: float = 0.1,
    baseline: float | None = None,
    planned_split: bool = True,
    method: Method = "holm",
    prior: tuple[float, float] = JEFFREYS,
) -> Comparison:
    """Hold every arm against the control.

    Parameters
    ----------
    arms
        As :func:`check_arms` returns them.
    control
        None: the first arm.
    days
        The same counts by day, as :func:`check_days` returns them; then the sequential rule holds.
    metrics
        ``conversions`` (rate), ``value`` (mean per exposure), or both.
    alpha
        Chance of any false finding, over all arms and metrics.
    power, effect
        Chance to find a relative change of ``effect`` that is there; they set the planned size.
    baseline
        The control's conversion rate as assumed when the size was planned; None: as observed.
    planned_split
        False: partners chose their creative, so exposures were not split by plan.
    prior
        Of the Bayesian view.

    Raises
    ------
    InputError
        If the control or a metric is unknown, no value is known though it is asked for, or a
        number of the plan is out of range.
    """
    check_plan(effect, alpha, power)
    chosen = _metrics(metrics, arms)
    control = control_of(arms, control)
    arms = arms.assign(rate=arms["conversions"] / arms["exposures"]).join(values.moments(arms))
    others = [arm for arm in arms.index if arm != control]
    comparisons = len(others) * len(chosen)
    rows = [
        {
            "metric": metric,
            "arm": arm,
            **_effect(arms, arm, control, metric, alpha),
            "counted": int(arms.loc[[arm, control], "exposures"].min()),
            "planned": _planned(
                arms.loc[control], metric, effect, alpha, power, comparisons, baseline
            ),
        }
        for metric in chosen
        for arm in others
    ]
    effects = pd.DataFrame(rows)
    effects["p_adjusted"] = adjust(effects["p"].to_numpy(), method)
    looks = None
    effects["always_p"] = np.nan
    if days is not None:
        looks = pd.concat(
            [
                _looks(days, arm, control, metric, effect, alpha / comparisons)
                for metric in chosen
                for arm in others
            ],
            ignore_index=True,
        )
        last = looks.groupby(["metric", "arm"], sort=False)["p"].last()
        effects["always_p"] = last.reindex(
            pd.MultiIndex.from_frame(effects[["metric", "arm"]])
        ).to_numpy()
    effects["always_p_adjusted"] = adjust(effects["always_p"].to_numpy(), method)
    split = split_check(arms, planned_split)
    rule: Literal["fixed", "sequential"] = "fixed" if days is None else "sequential"
    effects["verdict"] = [
        _verdict(row, rule, split.broken, alpha) for row in effects.to_dict("records")
    ]
    return Comparison(
        arms=arms,
        control=control,
        rule=rule,
        effects=effects,
        posterior=posterior(arms, control, 1 - alpha, prior),
        split=split,
        looks=looks,
        alpha=alpha,
        power=power,
        effect=effect,
        baseline=baseline,
        method=method,
    )


def _metrics(metrics: Sequence[str], arms: pd.DataFrame) -> list[str]:
    for metric in metrics:
        if metric not in METRICS:
            raise InputError(
                "There is no metric {metric!r}; choose conversions or value.", metric=metric
            )
    if "value" in metrics and arms["value"].isna().any():
        raise InputError(
            "The value of arm {arm} is unknown; give value and value_squares for every arm, or "
            "choose the metric conversions.",
            arm=str(arms.index[arms["value"].isna()][0]),
        )
    return list(dict.fromkeys(metrics))


def _effect(
    arms: pd.DataFrame, arm: str, control: str, metric: str, alpha: float
) -> dict[str, Any]:
    own, other = arms.loc[arm], arms.loc[control]
    if metric == "value":
        return values.effect(own, other, alpha)
    x, n, x0, n0 = (
        np.array([each[name]]) for each in (own, other) for name in ("conversions", "exposures")
    )
    return rates.effect(x, n, x0, n0, alpha).iloc[0].to_dict()


def _planned(
    control: pd.Series,
    metric: str,
    effect: float,
    alpha: float,
    power: float,
    comparisons: int,
    baseline: float | None,
) -> float:
    if metric == "value":
        return planned_size_of_values(
            control["mean"], control["variance"], effect, alpha, power, comparisons
        )
    rate = control["rate"] if baseline is None else baseline
    return planned_size(rate, effect, alpha, power, comparisons)


def _looks(
    days: pd.DataFrame, arm: str, control: str, metric: str, effect: float, alpha: float
) -> pd.DataFrame:
    """The looks of one arm; the level is its part of alpha, for the arms share it."""
    names = {"conversions": "x", "exposures": "n", "value": "value", "value_squares": "squares"}
    own, other = (
        days[days["arm"] == each].set_index("day")[list(names)].rename(columns=names)
        for each in (arm, control)
    )
    day = own.join(other.add_suffix("0"))
    found = (value_sequence if metric == "value" else rate_sequence)(day, effect, alpha)
    return found.rename_axis("day").reset_index().assign(metric=metric, arm=arm)


def _verdict(row: dict[str, Any], rule: str, broken: bool, alpha: float) -> str:
    """See :data:`VERDICTS`."""
    full = row["counted"] >= row["planned"]  # False where the plan is unknown
    p = row["p_adjusted"] if rule == "fixed" else row["always_p_adjusted"]
    may_judge = full or rule == "sequential"
    if broken:
        return "broken"
    if may_judge and p <= alpha:
        return "better" if row["difference"] > 0 else "worse"
    return "no_difference_shown" if full else "too_early"
