"""How many exposures an experiment needs before anything may be said (A4).

Rates: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd
edition (2003), section 4.2, without continuity correction, since the test has none. Values: the
power of the test of means, from tea-tasting, for large counts (its search by Student's t stops at
counts of some hundred thousand, where SciPy's noncentral t is NaN) and a variance that the change
leaves alone.
"""

import math

import numpy as np
from scipy import stats
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import Mean

from workbench.domain.errors import InputError


def planned_size(
    baseline: float, effect: float, alpha: float = 0.05, power: float = 0.8, comparisons: int = 1
) -> float:
    """Exposures per arm that show a change of a conversion rate.

    Parameters
    ----------
    baseline
        The control's rate, between 0 and 1.
    effect
        Smallest relative change worth finding, above 0: 0.1 is from 2% to 2.2%.
    alpha
        Chance to see a difference where there is none, of the whole family.
    power
        Chance to see the change if it is there.
    comparisons
        Arms held against the control; each gets its part of ``alpha``.

    Returns
    -------
    float
        A whole number; NaN where the baseline is 0 or unknown.

    Raises
    ------
    InputError
        If the effect, alpha or power is out of range, or the changed rate would be 1 or more.
    """
    check_plan(effect, alpha, power)
    if baseline >= 1:
        raise InputError(
            "The baseline is {baseline}; give a rate below 1, such as 0.02 for 2%.",
            baseline=baseline,
        )
    if not baseline > 0:
        return math.nan
    changed = baseline * (1 + effect)
    if changed >= 1:
        raise InputError(
            "An effect of {effect} on a rate of {baseline} would be a rate of {changed}; give an "
            "effect that leaves it below 1.",
            effect=effect,
            baseline=baseline,
            changed=changed,
        )
    mean = (baseline + changed) / 2
    under_none = stats.norm.isf(alpha / comparisons / 2) * math.sqrt(2 * mean * (1 - mean))
    under_change = stats.norm.ppf(power) * math.sqrt(
        baseline * (1 - baseline) + changed * (1 - changed)
    )
    return float(math.ceil(((under_none + under_change) / (changed - baseline)) ** 2))


def planned_size_of_values(
    mean: float,
    variance: float,
    effect: float,
    alpha: float = 0.05,
    power: float = 0.8,
    comparisons: int = 1,
) -> float:
    """Exposures per arm that show a change of the mean value; see :func:`planned_size`.

    Returns
    -------
    float
        A whole number; NaN where mean or variance is not above 0.
    """
    check_plan(effect, alpha, power)
    if not (mean > 0 and variance > 0):
        return math.nan
    metric = Mean(
        "value",
        use_t=False,
        alpha=alpha / comparisons,
        power=power,
        effect_size=effect * mean,
    )
    sample = Aggregates(count_=2, mean_={"value": mean}, var_={"value": variance})
    (found,) = metric.solve_power_from_aggregates(sample, "n_obs")
    return float(np.ceil(found.n_obs / 2))


def check_plan(effect: float, alpha: float, power: float) -> None:
    """Raise :class:`InputError` unless the three can plan an experiment."""
    for name, value, high in (("effect", effect, 100), ("alpha", alpha, 0.5), ("power", power, 1)):
        if not 0 < value < high:
            raise InputError(
                "{name} is {value}; it must be above 0 and below {high}, such as {such}.",
                name=name,
                value=value,
                high=high,
                such={"effect": 0.1, "alpha": 0.05, "power": 0.8}[name],
            )
