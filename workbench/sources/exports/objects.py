"""Nested records as flat ones of texts, by paths; records of Parquet."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from workbench.domain.errors import InputError

Flat = dict[str, str | None]
STEP = 1_000
"""Records of Parquet that become Python's at once."""
PAGE = 4_000_000
"""Bytes that a row of pages is read by."""


def flat(record: dict[str, Any]) -> Flat:
    """Nested values by paths: ``saleAmount.amount``; GA4's list of parameters by their keys."""
    found: Flat = {}
    _flatten("", record, found)
    return found


def cell(value: Any) -> str | None:
    """A typed value as text; None for what is not there, as not-a-number in Parquet."""
    if value is None or value == "" or value != value:
        return None
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


def whole(text: str) -> str:
    """Text in which halves of a surrogate pair are joined, or marked as unreadable."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _flatten(prefix: str, value: Any, found: Flat) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            said = whole(str(name))
            _flatten(f"{prefix}.{said}" if prefix else said, inner, found)
    elif isinstance(value, list):
        if value and all(isinstance(one, dict) and "key" in one for one in value):
            for one in value:
                inner = one.get("value")
                if isinstance(inner, dict):  # of several types one is set
                    inner = next((each for each in inner.values() if each is not None), None)
                _flatten(f"{prefix}.{whole(str(one['key']))}", inner, found)
        else:
            names = [_name(one) for one in value]
            found[prefix] = " > ".join(name for name in names if name) or None
    else:
        found[prefix] = cell(value)


def _name(one: Any) -> str:
    """What an entry of a list is called."""
    if isinstance(one, dict):
        keys = ("name", "media_name", "mediaName", "MediaName", "id", "media_id", "mediaId")
        return next((whole(str(one[key])) for key in keys if one.get(key)), "")
    return cell(one) or ""


def parquet_records(stream: BinaryIO, name: str, size: int, most: int) -> Iterator[dict[str, Any]]:
    """Records of a Parquet file, one after the other.

    Parameters
    ----------
    size, most
        Records that are decoded at once, and bytes that they may have together.

    Raises
    ------
    InputError
        If it is damaged.
    """
    try:
        file = pq.ParquetFile(stream, buffer_size=PAGE, pre_buffer=False)
        groups = [file.metadata.row_group(place) for place in range(file.num_row_groups)]
        widest = max((one.total_byte_size / max(one.num_rows, 1) for one in groups), default=1)
        for some in file.iter_batches(batch_size=max(1, min(size, int(most / max(widest, 1))))):
            told = _with_times_as_texts(some)
            for start in range(0, told.num_rows, STEP):
                yield from told.slice(start, STEP).to_pylist()
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise InputError(
            "The file {path} can't be read: {why}.",
            path=name,
            why=(str(error).splitlines() or [type(error).__name__])[0],
        ) from error


def _with_times_as_texts(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Times beyond the year 9999, which Python has not, become texts that are no times."""
    columns = [
        pc.cast(column, pa.string()) if pa.types.is_timestamp(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
