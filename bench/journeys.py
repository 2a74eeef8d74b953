"""Touchpoints and conversions of invented journeys, as many as are asked for, as Parquet."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PARTNERS, CHANNELS = 2_000, 20
TOUCHES_EACH = 3.55
"""Touches of a journey on average: 5 million journeys have 17.7 million."""
BLOCK = 2_500_000
DAY = 86_400 * 10**6


def write_journeys(folder: Path, journeys: int, seed: int = 7) -> int:
    """Files ``touches-*.parquet`` and ``orders-*.parquet``, rows in no order; how many touches.

    Lengths are geometric, up to 40; gaps between touches are exponential with a mean of two days;
    partners are Zipf-like, a channel has every twentieth of them; one journey in five converts,
    up to a day after its last touch.
    """
    weights = 1 / np.arange(1, PARTNERS + 1) ** 0.8
    weights /= weights.sum()
    partners = pa.array([f"partner {number:04d}" for number in range(PARTNERS)])
    channels = pa.array([f"channel {number:02d}" for number in range(CHANNELS)])
    rng, touches = np.random.default_rng(seed), 0
    for block, start in enumerate(range(0, journeys, BLOCK)):
        size = min(BLOCK, journeys - start)
        lengths = np.minimum(rng.geometric(1 / TOUCHES_EACH, size), 40)
        firsts = np.cumsum(lengths) - lengths
        gaps = np.cumsum(rng.exponential(2 * DAY, lengths.sum()))
        begin = rng.integers(0, 180 * DAY, size) + 1_735_689_600 * 10**6
        time = np.repeat(begin, lengths) + (gaps - np.repeat(gaps[firsts], lengths)).astype(int)
        partner = rng.choice(PARTNERS, len(time), p=weights)
        mixed = rng.permutation(len(time))
        ids = names(np.arange(start, start + size))
        table = {
            "journey": ids.take(pa.array(np.repeat(np.arange(size), lengths)[mixed])),
            "timestamp": pa.array(time[mixed], pa.timestamp("us", "UTC")),
            "partner": partners.take(pa.array(partner[mixed])),
            "channel": channels.take(pa.array(partner[mixed] % CHANNELS)),
        }
        pq.write_table(pa.table(table), folder / f"touches-{block}.parquet", row_group_size=500_000)
        converts = np.flatnonzero(rng.random(size) < 0.2)
        late = rng.integers(0, DAY, len(converts))
        orders = {
            "journey": ids.take(pa.array(converts)),
            "timestamp": pa.array(
                time[firsts + lengths - 1][converts] + late, pa.timestamp("us", "UTC")
            ),
            "value": np.round(rng.lognormal(4, 1, len(converts)), 2),
        }
        pq.write_table(pa.table(orders), folder / f"orders-{block}.parquet")
        touches += len(time)
    return touches


def names(numbers: np.ndarray) -> pa.Array:
    """Names as ``u48271``, each number's own, in no order."""
    mixed = numbers * 48_271 % (2**31 - 1)  # a bijection below 2^31 - 1
    return pc.binary_join_element_wise("u", pa.array(mixed).cast(pa.string()), "")
