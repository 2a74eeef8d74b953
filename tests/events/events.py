"""Small tables of events, and the same rules applied row by row."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TIME = pa.timestamp("us", tz="UTC")


def at(day: float) -> datetime:
    """So many days after the first of January 2026."""
    return EPOCH + timedelta(days=day)


def touches(*rows, **more) -> pa.Table:
    """Rows (journey, day, partner); further columns by name."""
    journey, day, partner = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "journey": pa.array(journey, pa.string()),
            "timestamp": pa.array([at(each) for each in day], TIME),
            "partner": pa.array(partner, pa.string()),
            **more,
        }
    )


def conversions(*rows, **more) -> pa.Table:
    """Rows (journey, day, value); further columns by name."""
    journey, day, value = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "journey": pa.array(journey, pa.string()),
            "timestamp": pa.array([at(each) for each in day], TIME),
            "value": pa.array(value, pa.float64()),
            **more,
        }
    )
