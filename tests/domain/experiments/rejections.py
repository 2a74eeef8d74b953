"""How often a test may reject in a simulation."""

from scipy import stats


def bounds(runs: int, chance: float) -> tuple[float, float]:
    """Smallest and largest count in 99.98% of simulations, if each run rejects with this chance."""
    low, high = stats.binom.interval(0.9998, runs, chance)
    return float(low), float(high)
