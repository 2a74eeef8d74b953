"""The event tables as Arrow schemas."""

import pyarrow as pa

from workbench.domain.events import EventTable

ARROW = {
    "text": pa.string(),
    "number": pa.float64(),
    "count": pa.int64(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
}
"""Kind of a column -> its Arrow type."""


def arrow_schema(table: EventTable) -> pa.Schema:
    """Columns in order; a required one can't be null."""
    return pa.schema(
        [
            pa.field(column.name, ARROW[column.kind], nullable=not column.required)
            for column in table.columns
        ]
    )
