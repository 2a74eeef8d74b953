"""The programme's figures as a table (A3, A7), with another period's and what none of them has."""

from collections.abc import Sequence
from typing import Any

from workbench.domain.programme.against import Comparison
from workbench.domain.programme.pivot import Pivot
from workbench.figures.programme import (
    LISTED,
    NO_LABELS,
    SHOWN,
    Labels,
    column_word,
    figure_text,
    group_names,
    statuses_said,
    value_text,
)
from workbench.figures.view import View, render
from workbench.locale import Translator


def basics_view(
    found: Pivot,
    t: Translator,
    links: Sequence[str | None] = (),
    labels: Labels = NO_LABELS,
    held: Comparison | None = None,
) -> View:
    """The figures by their dimensions, with the total and what each leaves out.

    Parameters
    ----------
    links
        Where the name of a row leads, in the order of rows; None: nowhere.
    held
        The same groups in another period, whose figures stand below those of this one.
    """
    columns = list(found.columns)
    then = _then(held, columns)
    rows = [
        {
            "href": links[place] if place < len(links) else None,
            "names": [value_text(name, row[name], t, labels) for name in columns],
            "figures": _cells(found, row, then.get(tuple(row[name] for name in columns)), t),
        }
        for place, row in enumerate(found.table.head(LISTED).to_dict("records"))
    ]
    left = [
        t("{measure}: {count} left out", measure=column_word(name, t), count=t.number(count))
        for name, count in found.left_out.items()
        if count > 0
    ]
    html = render(
        "programme",
        t,
        heads=[column_word(name, t) for name in columns],
        linked=columns.index("name") if "name" in columns else 0,
        measures=[column_word(name, t) for name in found.measures],
        rows=rows,
        total=_cells(
            found, found.total.to_dict(), None if held is None else held.total.to_dict(), t
        ),
        said=statuses_said(found, t),
        left=t.listing(left),
        gaps=gaps_said(found, t),
        more=max(0, len(found.sums) - LISTED),
    )
    return View("basics", t("Figures of the programme"), html)


def _then(held: Comparison | None, columns: list[str]) -> dict[tuple[Any, ...], dict[Any, Any]]:
    """Group -> its figures of both periods."""
    if held is None:
        return {}
    if not columns:
        return {(): held.total.to_dict()}
    return {tuple(row[name] for name in columns): row for row in held.table.to_dict("records")}


def _cells(
    found: Pivot, row: dict[Any, Any], both: dict[Any, Any] | None, t: Translator
) -> list[dict[str, str]]:
    """The figures of a row as texts, with those of the other period if there is one."""
    return [
        {
            "now": figure_text(name, row[name], t),
            "then": "" if both is None else figure_text(name, both[f"{name}_then"], t),
            "sort": "?" if row[name] != row[name] else str(row[name]),
        }
        for name in found.measures
    ]


def lost_said(held: Comparison, t: Translator, labels: Labels = NO_LABELS) -> str:
    """Groups with something then and nothing now, which the table doesn't have; empty if none."""
    lost = held.table[held.table["member"] == "lost"]
    names = group_names(held, lost.head(SHOWN), t, labels)
    if not names:
        return ""
    more = len(lost) - len(names)
    names += [t.n("{count} more", "{count} more", more)] if more else []
    return t("Something then and nothing now: {names}.", names=t.listing(names))


def gaps_said(found: Pivot, t: Translator) -> str:
    """Of how many sums clicks or orders are unknown; empty if of none."""
    said = [
        t("{measure}: {count}", measure=column_word(what, t), count=t.number(count))
        for what, count in found.gaps.items()
        if count
    ]
    if not said:
        return ""
    return t("Sums of a day in which the cell is empty, so that it isn't counted: {gaps}.",
             gaps=t.listing(said))  # fmt: skip
