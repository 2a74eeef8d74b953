"""Value per exposure compared (money per visitor): Welch's test from sums alone.

tea-tasting's ``Mean`` does it from counts, means and variances, with the interval of the
difference and, by the delta method, of the ratio.
"""

from typing import Any

import numpy as np
import pandas as pd
from tea_tasting.aggr import Aggregates
from tea_tasting.metrics import Mean

from workbench.domain.experiments.rates import COLUMNS


def moments(arms: pd.DataFrame) -> pd.DataFrame:
    """Mean and variance of the value per exposure; NaN where unknown. Index as ``arms``."""
    n = arms["exposures"].to_numpy(float)
    mean = arms["value"].to_numpy(float) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (arms["value_squares"].to_numpy(float) - n * mean**2) / (n - 1)
    # Squares that just reach the smallest possible sum: rounding must not make them negative.
    return pd.DataFrame({"mean": mean, "variance": np.maximum(variance, 0)}, index=arms.index)


def effect(arm: pd.Series, control: pd.Series, alpha: float = 0.05) -> dict[str, Any]:
    """Difference and ratio of mean values with intervals of level ``1 - alpha``, p-value.

    Parameters
    ----------
    arm, control
        ``exposures``, ``mean``, ``variance``.

    Returns
    -------
    dict
        Keys :data:`workbench.domain.experiments.rates.COLUMNS`. All NaN where a mean is unknown
        or nothing varies; the ratio is unknown unless both means are above 0.
    """
    unknown: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan) | {"test": "welch"}
    spread = arm["variance"] + control["variance"]
    if not spread > 0 or min(arm["exposures"], control["exposures"]) < 2:
        return unknown
    metric = Mean("value", equal_var=False, use_t=True, confidence_level=1 - alpha)
    found = metric.analyze_aggregates(_aggregates(control), _aggregates(arm))
    result = unknown | {
        "difference": found.effect_size,
        "difference_low": found.effect_size_ci_lower,
        "difference_high": found.effect_size_ci_upper,
        "p": found.pvalue,
    }
    if min(arm["mean"], control["mean"]) > 0:
        result |= {
            "ratio": found.rel_effect_size + 1,
            "ratio_low": found.rel_effect_size_ci_lower + 1,
            "ratio_high": found.rel_effect_size_ci_upper + 1,
        }
    return result


def _aggregates(arm: pd.Series) -> Aggregates:
    return Aggregates(
        count_=int(arm["exposures"]),
        mean_={"value": float(arm["mean"])},
        var_={"value": float(arm["variance"])},
    )
