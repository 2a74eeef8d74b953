"""The rows of a small table, quickly.

``itertuples`` and ``to_dict("records")`` make a series of each column; for the tables here, of ten
rows and ten columns, that is nearly all they do. What comes out is the same, nullable columns
apart: an unknown in one of those is ``pandas.NA`` here.
"""

from collections import namedtuple
from functools import lru_cache
from typing import Any

import pandas as pd


def tuples(frame: pd.DataFrame) -> list[Any]:
    """What ``list(frame.itertuples())`` gives: tuples by name, the row's label as ``Index``."""
    row = _row(tuple(map(str, frame.columns)))
    return [
        row(label, *values)
        for label, values in zip(frame.index, frame.to_numpy(object).tolist(), strict=True)
    ]


def records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """What ``frame.to_dict("records")`` gives."""
    names = list(frame.columns)
    return [dict(zip(names, values, strict=True)) for values in frame.to_numpy(object).tolist()]


@lru_cache(maxsize=256)
def _row(names: tuple[str, ...]) -> type:
    return namedtuple("Row", ("Index", *names), rename=True)
