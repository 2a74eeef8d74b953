"""Small event tables in a DuckDB of their own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.domain.events import EVENT_TABLES
from workbench.domain.programme.coverage import Told, told_of
from workbench.domain.programme.seen import Views

KINDS = {
    "text": pa.string(),
    "number": pa.float64(),
    "count": pa.int64(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
}


@dataclass(frozen=True)
class Tables:
    touchpoints: ir.Table
    conversions: ir.Table
    partners: ir.Table
    performance: ir.Table

    @cached_property
    def told(self) -> Told:
        return told_of(self.touchpoints, self.conversions, self.performance)

    @cached_property
    def views(self) -> Views:
        return Views(lambda rows: rows.get_backend().create_view(ibis.util.gen_name("v"), rows))


def at(text: str) -> datetime:
    """``2026-03-01`` or ``2026-03-01T12:00``, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def arrow(name: str, rows: list[dict]) -> pa.Table:
    """Rows of an event table; what is not given is null, the source is "s"."""
    table = EVENT_TABLES[name]
    schema = pa.schema(
        [
            pa.field(column.name, KINDS[column.kind], nullable=not column.required)
            for column in table.columns
        ]
    )
    own = {"touch": "t", "order": "o", "journey": "j"}
    filled = [
        {"source": "s", **{key: f"{own[key]}{place}" for key in own if key in schema.names}, **row}
        for place, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(filled, schema)


def opened(touchpoints=(), conversions=(), partners=(), performance=()) -> Tables:
    """The four tables, ready to be asked."""
    backend = ibis.duckdb.connect(":memory:", threads=1)
    backend.con.execute("SET TimeZone = 'UTC'")
    given = {
        "touchpoints": touchpoints,
        "conversions": conversions,
        "partners": partners,
        "performance": performance,
    }
    return Tables(
        **{
            name: backend.create_table(name, arrow(name, list(rows)))
            for name, rows in given.items()
        }
    )


def click(partner: str | None, when: str, **more) -> dict:
    return {"partner": partner, "timestamp": at(when), "kind": "click", **more}


def order(partner: str | None, when: str, value: float | None = None, **more) -> dict:
    return {
        "partner": partner,
        "timestamp": at(when),
        "value": value,
        "status": "approved",
        "currency": "USD",
        **more,
    }
