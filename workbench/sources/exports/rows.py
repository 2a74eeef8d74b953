"""Batches of an export as rows of the event tables, and what is wrong with the others."""

import hashlib
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.events import EVENT_TABLES, EventColumn
from workbench.domain.small_units import small_unit_digits
from workbench.domain.text import T_, Text
from workbench.events.schema import ARROW, arrow_schema
from workbench.sources.exports.made import Made, Wrong
from workbench.sources.exports.mapping import Cell, TableMapping
from workbench.sources.exports.money import AMOUNTS, Said, codes, foreign
from workbench.sources.exports.money import said as money_said
from workbench.sources.exports.opening import BROKEN
from workbench.sources.exports.reading import Reading
from workbench.sources.exports.records import Batch
from workbench.sources.exports.values import folded, texts, words

UNREADABLE = f"[{BROKEN}\\x00]"
COUNTABLE = 2**53
"""Beyond it a number read as a float may not be the one that stands there."""
DIGEST = "row-"
"""How an id begins that is made from a whole row."""


def make(reading: Reading, batch: Batch) -> Made:
    """The rows of a batch, its cells read as those of the file so far."""
    read = _Batch(reading, batch)
    for name, table in reading.mapping.tables.items():
        read.fill(name, table)
    return read.made()


class _Batch:
    """One batch on its way."""

    def __init__(self, reading: Reading, batch: Batch) -> None:
        self._reading, self._batch = reading, batch
        self._size = len(batch.numbers)
        self._names = {folded(name): name for name in reversed(list(batch.columns))}
        self._cells: dict[str, pa.Array] = {}
        self._wrong: list[Wrong] = [Wrong(row, "", "", why) for row, why in batch.bad]
        self._broken = np.zeros(self._size, bool)
        self._read_before: dict[tuple[str, str, bytes], pa.Array] = {}
        self._signs: dict[str, pa.Array] = {}
        self._foreign: dict[tuple[str, str], np.ndarray] = {}
        self._told: set[tuple[int, str]] = set()
        self._tables: dict[str, tuple[np.ndarray, dict[str, pa.Array]]] = {}
        self._marks: dict[str, pa.Array] = {}
        self._digested: pa.Array | None = None

    def fill(self, name: str, table: TableMapping) -> None:
        """Make the rows of one table; those that break a rule are marked."""
        meant = self._meant(table)
        if not meant.any():
            return
        columns: dict[str, pa.Array] = {}
        self._digested = None
        said = Said()
        for column in EVENT_TABLES[name].columns:
            cell = table.columns.get(column.name)
            columns[column.name] = (
                pa.nulls(self._size, ARROW[column.kind])
                if cell is None
                else self._column(column, cell, meant, said)
            )
        self._in_one_currency(name, table, columns, said, meant)
        for column_name, cell in table.columns.items():
            if cell.minor:
                columns[column_name] = _whole_units(columns[column_name], columns[cell.minor])
        self._tables[name] = meant, columns
        if EVENT_TABLES[name].parts:
            self._marks[name] = self._digests()
        elif self._digested is not None:
            self._marks[name] = self._digested

    def _in_one_currency(
        self,
        name: str,
        table: TableMapping,
        columns: dict[str, pa.Array],
        said: Said,
        meant: np.ndarray,
    ) -> None:
        """The currency that amounts say is the row's; those of another break the rule.

        Where the export states an amount's own currency in a column of its own, one in another than
        the row's is right, but can't stand in the row: it becomes unknown.
        """
        if "currency" in columns:
            columns["currency"] = currencies = said.filled(codes(columns["currency"]))
        else:  # where rows have none of their own, all have the first that is said
            first = self._reading.first(name, said.first())
            currencies = pa.array([first] * self._size, pa.string())
        for column, cell in table.columns.items():
            if cell.within:
                own = pc.coalesce(*map(self._text, cell.within))
                other = foreign(columns[column], own, currencies)
                said.drop(column, other)
                none = pa.scalar(None, columns[column].type)
                columns[column] = pc.if_else(pa.array(other), none, columns[column])
                self._foreign[name, column] = other
        for shown, wrong, currency in said.contrary(currencies):
            rule = T_("is in another currency than the row's, {currency}", currency=currency)
            self._break(wrong & meant, shown, rule)

    def made(self) -> Made:
        """What the batch gave, without the records that break a rule."""
        good = ~self._broken
        loaded = np.zeros(self._size, bool)
        tables, marks = {}, {}
        for name, (meant, columns) in self._tables.items():
            keep = meant & good
            loaded |= keep
            schema = arrow_schema(EVENT_TABLES[name])
            rows = pa.table([columns[field.name] for field in schema], names=schema.names)
            tables[name] = rows.filter(pa.array(keep)).cast(schema)
            if name in self._marks:
                marks[name] = self._marks[name].filter(pa.array(keep))
        apart = Counter[str]()
        for (name, column), other in self._foreign.items():
            apart[column] += int((other & self._tables[name][0] & good).sum())
        bad = len(self._batch.bad)
        broken = int(self._broken.sum())
        return Made(
            tables,
            marks,
            sorted(self._wrong, key=lambda one: one.row),
            self._size + bad,
            int(loaded.sum()),
            bad + broken,
            self._size - int(loaded.sum()) - broken,
            +apart,
        )

    def _text(self, name: str) -> pa.Array:
        """Cells of a column of the export as texts; nulls where there is none of that name."""
        if name not in self._cells:
            known = self._names.get(folded(name))
            self._cells[name] = (
                pa.nulls(self._size, pa.string())
                if known is None
                else texts(self._batch.columns[known], self._reading.mapping.empty)
            )
        return self._cells[name]

    def _meant(self, table: TableMapping) -> np.ndarray:
        meant = np.ones(self._size, bool)
        for name, allowed in table.only.items():
            found = pc.is_in(self._text(name), pa.array(allowed, pa.string()))
            meant &= found.to_numpy(zero_copy_only=False)
        for name in table.needs:
            meant &= self._text(name).is_valid().to_numpy(zero_copy_only=False)
        return meant

    def _column(self, column: EventColumn, cell: Cell, meant: np.ndarray, said: Said) -> pa.Array:
        there = [name for name in cell.columns if folded(name) in self._names]
        found = pa.nulls(self._size, ARROW[column.kind])
        for name in there:
            key = (
                column.name if column.kind == "text" or column.name in AMOUNTS else column.kind,
                folded(name),
                meant.tobytes(),
            )
            if key not in self._read_before:
                self._read_before[key] = self._read(column, name, meant)
            values = self._read_before[key]
            signs = self._signs.get(folded(name)) if column.name in AMOUNTS else None
            if signs is not None:
                chosen = pc.and_(found.is_null(), values.is_valid())
                none = pa.scalar(None, pa.string())
                said.add(column.name, self._names[folded(name)], pc.if_else(chosen, signs, none))
            found = values if found.null_count == self._size else pc.coalesce(found, values)
        if cell.constant is not None and found.null_count:
            constant = pa.scalar(cell.constant, pa.string()).cast(ARROW[column.kind])
            found = pc.fill_null(found, constant)
        if cell.digest and found.null_count:
            none = pa.scalar(None, pa.string())
            self._digested = pc.if_else(found.is_null(), self._digests(), none)
            found = pc.coalesce(found, self._digested)
        if column.required and found.null_count:
            lacking = found.is_null().to_numpy(zero_copy_only=False) & meant
            shown = next(iter(there), next(iter(cell.columns), column.name))
            self._break(lacking, shown, T_("must not be empty"))
        if column.low is not None:
            below = pc.fill_null(pc.less(found, column.low), False)
            self._break(
                below.to_numpy(zero_copy_only=False) & meant,
                next(iter(there), column.name),
                T_("must be {low} or more", low=column.low),
            )
        return found

    def _read(self, column: EventColumn, name: str, meant: np.ndarray) -> pa.Array:
        """One column of the export, read as ours."""
        cells = self._text(name)
        shown = self._names[folded(name)]
        unreadable = pc.fill_null(pc.match_substring_regex(cells, UNREADABLE), False)
        self._break(
            unreadable.to_numpy(zero_copy_only=False) & meant,
            shown,
            T_("must be text that can be decoded; name the encoding with --encoding"),
        )
        if column.kind in ("number", "count"):
            return self._amounts(column, shown, cells, meant)
        if column.kind in ("time", "date"):
            read = self._reading.time if column.kind == "time" else self._reading.day
            moments, wrong = read(shown, cells)
            self._break(
                wrong & meant, shown, T_("must be a time, such as 2026-01-31 or 31.01.2026 18:00")
            )
            return moments
        mapping = self._reading.mapping
        ours = {
            "status": (mapping.statuses, "other"),
            "customer": (mapping.customers, None),
            "kind": ({**_SELF, **mapping.kinds}, "other"),
        }
        if column.name not in ours:
            return cells
        known, otherwise = ours[column.name]
        found = words(cells, {folded(word): each for word, each in known.items()}, otherwise)
        return self._paid(found) if column.name == "status" else found

    def _paid(self, statuses: pa.Array) -> pa.Array:
        """Statuses in which approved orders are paid where another column says so."""
        for name, said in self._reading.mapping.paid.items():
            cells = self._text(name)
            yes = (
                pc.is_valid(words(cells, {folded(word): word for word in said}, None))
                if said
                else cells.is_valid()
            )
            approved = pc.fill_null(pc.equal(statuses, "approved"), False)
            statuses = pc.if_else(pc.and_(yes, approved), "paid", statuses)
        return statuses

    def _amounts(
        self, column: EventColumn, shown: str, cells: pa.Array, meant: np.ndarray
    ) -> pa.Array:
        numbers, wrong = self._reading.number(shown, cells)
        self._break(wrong & meant, shown, T_("must be a number"))
        if column.name in AMOUNTS and (found := money_said(cells)) is not None:
            self._signs[folded(shown)], unclear = found
            self._break(unclear & meant, shown, T_("must be in one currency, such as USD"))
        if column.kind == "number":
            return numbers
        floored = pc.equal(numbers, pc.floor(numbers))
        countable = pc.less_equal(pc.abs(numbers), COUNTABLE)
        whole = pc.fill_null(pc.and_(floored, countable), True)
        self._break(
            ~whole.to_numpy(zero_copy_only=False) & meant, shown, T_("must be a whole number")
        )
        counted = pc.if_else(whole, pc.floor(numbers), pa.scalar(None, pa.float64()))
        return pc.cast(counted, pa.int64())

    def _break(self, wrong: np.ndarray, column: str, rule: Text) -> None:
        if not wrong.any():
            return
        for place in np.flatnonzero(wrong):
            row = self._batch.numbers[place]
            if (row, column) not in self._told:  # a column that fills two of ours is told once
                self._told.add((row, column))
                cells = self._text(column) if folded(column) in self._names else None
                value = cells[int(place)].as_py() if cells is not None else None
                self._wrong.append(Wrong(row, column, value or "", rule))
        self._broken |= wrong

    def _digests(self) -> pa.Array:
        """A digest of each record's filled cells: the same whatever file or batch it is in."""
        columns = self._batch.columns
        names = sorted(columns)
        prefixes = [f"\x1e{name}\x1f" for name in names]
        return pa.array(
            [
                DIGEST
                + hashlib.blake2b(
                    "".join(
                        [name + cell for name, cell in zip(prefixes, row, strict=True) if cell]
                    ).encode("utf-8", "surrogatepass"),
                    digest_size=12,
                ).hexdigest()
                for row in zip(*(columns[name] for name in names), strict=True)
            ],
            pa.string(),
        )


_SELF = {kind: kind for kind in ("click", "impression", "visit", "code", "other")}


def _whole_units(amounts: pa.Array, currencies: pa.Array) -> pa.Array:
    """Amounts in a currency's small unit as amounts of it; without a currency they are unknown."""
    coded = currencies.dictionary_encode()
    factors = [10.0 ** small_unit_digits(code) for code in coded.dictionary.to_pylist()]
    return pc.divide(amounts, pa.array(factors, pa.float64()).take(coded.indices))
