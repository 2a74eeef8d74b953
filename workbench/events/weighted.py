"""Weighted paths: whole paths with how often they stand, without single events and times."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.answer import Answer, Counted
from workbench.domain.attribution import Paths, attribute, partial_sums
from workbench.domain.credited import Credited
from workbench.domain.errors import InputError
from workbench.domain.question import Question

BETWEEN = ">"
"""What stands between the touches of a path; spaces around it don't count."""


def credit_weighted(rows: pa.Table, order: int = 1) -> Credited:
    """Credits by every model that needs no times.

    Parameters
    ----------
    rows
        Columns ``path`` (text, touches joined by ``>``; empty: no touch), ``conversions``, and
        perhaps ``value`` and ``nulls`` (how often the path ended in no conversion). A value that
        is not known adds nothing to the value.
    order
        Highest Markov order, 1 to 3; 0 for none.

    Raises
    ------
    InputError
        If a count is missing, negative or infinite, or a path is missing or has an empty touch.
    """
    path = rows["path"].combine_chunks().cast(pa.string())
    if path.null_count:
        raise InputError(
            "Row {row} has no path; write the touches joined by '>', or leave the row out.",
            row=_first(pc.is_null(path)),
        )
    split = pc.split_pattern(path, BETWEEN)
    touches = pc.utf8_trim_whitespace(split.flatten())
    lengths = np.diff(split.offsets.to_numpy())
    bare = pc.equal(pc.utf8_trim_whitespace(path), "").to_numpy(zero_copy_only=False)
    empty = pc.equal(touches, "").to_numpy(zero_copy_only=False)
    if (empty & ~np.repeat(bare, lengths)).any():
        row = int(np.repeat(np.arange(len(path)), lengths)[empty & ~np.repeat(bare, lengths)][0])
        raise InputError(
            "The path {path!r} in row {row} has a touch without a name; mend it.",
            path=path[row].as_py(),
            row=row + 1,
        )
    touches, lengths = touches.filter(pa.array(~empty)), np.where(bare, 0, lengths)
    names = sorted(pc.unique(touches).to_pylist())
    member = pc.index_in(touches, pa.array(names, pa.string())).to_numpy(zero_copy_only=False)
    found = Paths(
        member=member.astype(np.int32),
        offsets=np.concatenate(([0], np.cumsum(lengths))),
        conversions=_counts(rows, "conversions"),
        value=_counts(rows, "value"),
        nulls=_counts(rows, "nulls"),
    )
    return Credited(tuple(names), attribute(partial_sums(found, len(names), order)))


def weighted_answer(rows: pa.Table, question: Question) -> Answer:
    """The answer from weighted paths: no window, no days, no statuses, no costs.

    The U needs times; its like without them, 40/20/40, takes its place in the incremental list.
    """
    credited = credit_weighted(rows, question.order)
    if question.model == "u_shaped" and question.model in credited.found.left_out:
        question = question.but(model="position")
    unknown = rows["value"].null_count if "value" in rows.column_names else rows.num_rows
    return Answer(question, credited, Counted(question.currency, 0, unknown), {})


def _counts(rows: pa.Table, name: str) -> np.ndarray:
    """A column of numbers; 0 where there is none, for then there is nothing to share out."""
    if name not in rows.column_names:
        return np.zeros(rows.num_rows)
    column = rows[name].cast(pa.float64()).to_numpy()
    if name == "value":
        column = np.nan_to_num(column, nan=0.0, posinf=np.inf)
    wrong = ~(np.isfinite(column) & (column >= 0))
    if wrong.any():
        raise InputError(
            "Row {row} has {value} in column {column}; it is a number, 0 or more.",
            row=int(np.flatnonzero(wrong)[0]) + 1,
            value=column[wrong][0],
            column=name,
        )
    return column


def _first(found: pa.Array) -> int:
    """Number of the first row that is true, from 1."""
    return int(np.flatnonzero(found.to_numpy(zero_copy_only=False))[0]) + 1
