"""How staged rows and those that are there become one table, in DuckDB's SQL."""

from collections.abc import Sequence
from pathlib import Path

from workbench.domain.events import EventTable

PLACE = "place_"
"""Column of the staged rows: their place in the load."""
MARK = "mark_"
"""Column of the staged rows: a digest of the record, where rows of one key are told apart by it."""
STEPS = "1e4"
"""Parts of one that sums are exact to: the smallest units of money are a thousandth, or a 10,000th.
"""
EXACT = "9e11"
"""Below it a number has fewer than 2**53 such parts, so that a float holds them all."""


def statement(table: EventTable, staged: Path, held: Sequence[Path], marked: bool) -> str:
    """The views and tables ``staged, latest, there, compared, merged``.

    Parameters
    ----------
    staged
        File of the rows of the load, with :data:`PLACE` and :data:`MARK`.
    held
        Files of the rows that are there.
    marked
        Whether any staged row has a mark.
    """
    key = ", ".join(_quoted(name) for name in table.key)
    same = " AND ".join(f"s.{_quoted(n)} IS NOT DISTINCT FROM e.{_quoted(n)}" for n in table.key)
    differs = " OR ".join(
        f"s.{_quoted(name)} IS DISTINCT FROM e.{_quoted(name)}" for name in table.names
    )
    newest = _quoted(table.newest) if table.newest else "NULL::TIMESTAMPTZ"
    open_, was_open = (
        (f"(s.{_quoted(table.undecided[0])} = {_text(table.undecided[1])})",
         f"(e.{_quoted(table.undecided[0])} = {_text(table.undecided[1])})")
        if table.undecided else ("false", "false")
    )  # fmt: skip
    older = (
        f"CASE WHEN s.{newest} <> e.{newest} THEN s.{newest} < e.{newest} "
        f"ELSE {open_} AND NOT {was_open} END"
        if table.newest
        else "false"
    )
    there = (
        f"read_parquet([{', '.join(map(literal, held))}])"
        if held
        else f"(SELECT * EXCLUDE ({PLACE}, {MARK}, parts_) FROM staged WHERE false)"
    )
    return f"""
        CREATE OR REPLACE TEMP VIEW staged AS
            {_staged(table, f"read_parquet({literal(staged)})", marked)};
        CREATE OR REPLACE TEMP TABLE latest AS
            {_latest(key, newest, open_)};
        CREATE OR REPLACE TEMP VIEW there AS SELECT * FROM {there};
        CREATE OR REPLACE TEMP TABLE compared AS
            SELECT s.* EXCLUDE parts_, CASE WHEN e.source IS NULL THEN 'new' WHEN NOT ({differs})
                THEN 'unchanged' WHEN {older} THEN 'older' ELSE 'changed' END AS fate_
            FROM latest s LEFT JOIN there e ON {same};
        CREATE OR REPLACE TEMP VIEW merged AS
            SELECT * FROM there e WHERE NOT EXISTS (
                SELECT 1 FROM compared s WHERE fate_ = 'changed' AND {same})
            UNION ALL BY NAME
            SELECT * EXCLUDE fate_ FROM compared WHERE fate_ IN ('new', 'changed');
        """


def _staged(table: EventTable, rows: str, marked: bool) -> str:
    """The rows of the load, each with how many others were added to it.

    Of an id that was made from a whole row, rows that are alike have the same; within a load the
    second becomes ``…-2``, so that none is lost, and a second load finds both again. Sums of one
    key that are from different records are its parts and are added up; an amount that one of them
    leaves out is unknown.
    """
    if not marked:
        return f"SELECT *, 0 AS parts_ FROM {rows}"
    if not table.parts:
        last = _quoted(table.key[-1])
        return f"""SELECT * REPLACE (CASE WHEN {MARK} IS NOT NULL THEN
            {last} || coalesce('-' || nullif(row_number() OVER (
                PARTITION BY source, {last} ORDER BY {PLACE}), 1), '')
            ELSE {last} END AS {last}), 0 AS parts_ FROM {rows}"""
    key = ", ".join(_quoted(name) for name in table.key)
    shown = []
    for column in table.columns:
        name = _quoted(column.name)
        if column.name in table.key:
            shown.append(name)
        elif column.name in table.parts:
            total = _total(name) if column.kind == "number" else f"sum({name})::BIGINT"
            shown.append(f"CASE WHEN count({name}) = count(*) THEN {total} END AS {name}")
        else:  # as unique clicks: who came by phone may have come by desktop too
            shown.append(f"CASE WHEN count(*) = 1 THEN any_value({name}) END AS {name}")
    return f"""SELECT {", ".join(shown)}, min({PLACE}) AS {PLACE}, NULL::VARCHAR AS {MARK},
            count(*) - 1 AS parts_
        FROM (SELECT * FROM {rows} QUALIFY row_number() OVER (
            PARTITION BY {key}, {MARK} ORDER BY {PLACE} DESC) = 1)
        GROUP BY {key}"""


def _total(name: str) -> str:
    """A sum of numbers that is the same whatever the order of the rows and the number of threads.

    Floats added up in another order differ in their last bits, and the same file again would be a
    change. So those that are whole steps of :data:`STEPS`, as all money is, are added as whole
    numbers, exactly and fast; others one after the other, in the order of their records' digests.
    """
    steps = f"round({name} * {STEPS})"
    exact = f"(abs({name}) < {EXACT} AND {steps} / {STEPS} = {name})"
    return (
        f"coalesce(sum(CASE WHEN {exact} THEN {steps}::BIGINT END)::DOUBLE / {STEPS}, 0) + "
        f"coalesce(list_sum(list({name} ORDER BY {MARK}) FILTER (NOT {exact})), 0)"
    )


def _latest(key: str, newest: str, open_: str) -> str:
    """Of the staged rows of each key the one that counts, wherever in the load the others stand.

    Of those that are decided the newest, and of those that aren't; an undated one is taken to be as
    new as the newest before it that is of the same kind. Of both the decided one, unless the other
    is known to be newer.
    """
    return f"""
        SELECT * EXCLUDE ({PLACE}, {MARK}, since_, open_) FROM (
            SELECT * FROM (
                SELECT *, {open_} AS open_, coalesce({newest}, max({newest}) OVER (
                    PARTITION BY {key}, {open_} ORDER BY {PLACE})) AS since_
                FROM staged s)
            QUALIFY row_number() OVER (PARTITION BY {key}, open_
                ORDER BY since_ DESC NULLS LAST, {PLACE} DESC) = 1)
        WINDOW alike AS (PARTITION BY {key})
        QUALIFY open_ = coalesce(
            max({newest}) FILTER (open_) OVER alike > max({newest}) FILTER (NOT open_) OVER alike,
            bool_and(open_) OVER alike)"""


def _quoted(name: str) -> str:
    return f'"{name}"'


def literal(path: Path) -> str:
    """A path as a text of SQL."""
    return _text(str(path))


def _text(said: str) -> str:
    """A text of SQL."""
    return "'" + said.replace("'", "''") + "'"
