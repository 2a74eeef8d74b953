"""The programme's figures as numbers for programs, as lines for a terminal, as a workbook."""

import math
from datetime import date
from typing import Any

import pandas as pd

from workbench.domain.programme.activity import Activity
from workbench.domain.programme.against import Comparison
from workbench.domain.programme.concentration import Concentration
from workbench.domain.programme.measures import ALL
from workbench.domain.programme.pivot import Pivot
from workbench.figures.programme import column_word, figure_text, value_text
from workbench.locale import Translator

VERSION = 1


def record(
    found: Pivot,
    acts: Activity,
    spread: Concentration,
    against: Comparison | None,
) -> dict[str, Any]:
    """Everything as JSON-ready values; unknown is None. See docs/programme.md."""
    period = found.scope.period
    answer: dict[str, Any] = {
        "version": VERSION,
        "since": period.since and period.since.isoformat(),
        "until": period.until and period.until.isoformat(),
        "statuses": list(found.scope.statuses.counted),
        "currency": found.currency,
        "by": list(found.columns),
        "rows": _rows(found.table),
        "total": _row(found.total.to_dict()),
        "left_out": _row(found.left_out.to_dict()),
        "gaps": found.gaps,
        "unstated": float(found.sums["unstated"].sum()),
        "activity": {
            **_row(acts.total.to_dict()),
            "unlisted": acts.unlisted,
            "undated": acts.undated,
            "rows": _rows(acts.table),
        },
        "concentration": {
            "partners": spread.partners,
            "top_share": {str(n): _value(share) for n, share in spread.top.items()},
            "hhi": _value(spread.hhi),
            "gini": _value(spread.gini),
            "make_80_percent": spread.makers,
        },
    }
    if against is not None:
        then = against.then.scope.period
        answer["against"] = {
            "since": then.since and then.since.isoformat(),
            "until": then.until and then.until.isoformat(),
            "rows": _rows(against.table),
            "total": _row(against.total.to_dict()),
        }
    return answer


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [_row(row) for row in table.to_dict("records")]


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def listing(
    found: Pivot, against: Comparison | None, most: int, t: Translator
) -> tuple[list[str], list[list[str]]]:
    """Head and rows for a terminal; the total stands last."""
    if against is not None:
        return _side_by_side(against, most, t)
    columns, names = list(found.columns), list(found.measures)
    head = [column_word(name, t) for name in (*columns, *names)]
    shown = [
        [
            *(value_text(name, row[name], t) for name in columns),
            *(figure_text(name, row[name], t) for name in names),
        ]
        for row in found.table.head(most).to_dict("records")
    ]
    total = found.total.to_dict()
    last = [t("Total"), *[""] * (len(columns) - 1)] if columns else []
    shown.append([*last, *(figure_text(name, total[name], t) for name in names)])
    return head, shown


def _side_by_side(
    against: Comparison, most: int, t: Translator
) -> tuple[list[str], list[list[str]]]:
    """A line a measure: three columns for each of thirteen would fit no terminal."""
    columns = [*against.now.columns, "member"]
    head = [*(column_word(name, t) for name in columns), t("Measure")]
    head += [t("Now"), t("Then"), t("Now / then")]
    groups = [
        ([value_text(name, row[name], t) for name in columns], row)
        for row in against.table.head(most).to_dict("records")
    ]
    groups.append(([t("Total"), *[""] * (len(columns) - 1)], against.total.to_dict()))
    shown = []
    for names, row in groups:
        for place, measure in enumerate(against.now.measures):
            figures = [
                figure_text(f"{measure}{part}", row[f"{measure}{part}"], t)
                for part in ("_now", "_then", "_ratio")
            ]
            own = names if place == 0 else [""] * len(names)
            shown.append([*own, column_word(measure, t), *figures])
    return head, shown


def kind_of(name: str) -> str:
    """How a column of figures is written: ``count``, ``money``, ``share`` or ``ratio``."""
    for end in ("_now", "_then", "_change"):
        if name.removesuffix(end) in ALL:
            return ALL[name.removesuffix(end)].kind
    return "ratio"
