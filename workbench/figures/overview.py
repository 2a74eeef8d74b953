"""The programme page's views (A3, A6 to A8): what stands on it from top to bottom."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.domain.programme.dimensions import OF_TIME
from workbench.domain.programme.overview import Overview
from workbench.domain.programme.ramp import against
from workbench.domain.programme.views import SavedView
from workbench.domain.tables import MARKET_PATTERN
from workbench.figures import basics_table, programme
from workbench.figures.ramp import band
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator, word

MAIN = ("clicks", "orders", "value", "aov", "cost", "roi", "conversion_rate", "reversal_rate")
"""Measures shown unless a view asks for others."""
NEXT = {
    "type": "partner",
    "channel": "partner",
    "contract": "partner",
    "tenure": "partner",
    "partner_country": "partner",
    "country": "type",
    "month": "type",
    "partner": "month",
}
"""Dimension -> what a group of it is split by next."""
Href = Callable[[SavedView], str]


@dataclass(frozen=True)
class Crumb:
    """Something that narrows the view: what it says, and the address without it."""

    text: str
    href: str


def head_view(found: Overview, source: str, t: Translator) -> View:
    """The figures of the whole programme, and where the events come from."""
    total, acts = found.whole.total, found.acts.total
    if not found.ordered:
        total = total * math.nan  # not known, which is not none
    tiles = [
        (t("Partners joined"), programme.figure_text("orders", acts["joined"], t)),
        (t("Selling partners"), programme.figure_text("orders", acts["selling"], t)),
        (programme.column_word("orders", t), programme.figure_text("orders", total["orders"], t)),
        (programme.column_word("value", t), _whole(total["value"], t)),
        (programme.column_word("roi", t), programme.figure_text("roi", total["roi"], t)),
        (
            programme.column_word("reversal_rate", t),
            programme.figure_text("reversal_rate", total["reversal_rate"], t),
        ),
    ]
    remarks = [programme.statuses_said(found.whole, t)]
    if found.view.filters:
        remarks.append(
            t(
                "Alerts, congratulations and credits are of all partners: the filter narrows "
                "figures, activity, concentration and ramp."
            )
        )
    html = render("measured", t, tiles=tiles, remarks=remarks, source=source)
    return View("programme", t("The programme at a glance"), html)


def _whole(amount: float, t: Translator) -> str:
    return "?" if amount != amount else t.number(amount)


def ramp_view(found: Overview, t: Translator) -> View:
    """Orders of the first twelve months against the band, month by month."""
    title = t("Slow ramp: the first twelve months")
    if not found.months:
        return View("ramp", title, render("empty", t, text=t("There is no order yet.")))
    ramped = found.ramped
    rows: list[dict[str, str | int]] = []
    for place, (month, actual) in enumerate(found.months.items()):
        row: dict[str, str | int] = {
            "number": place + 1,
            "month": f"{month:%Y-%m}",
            "actual": programme.figure_text("orders", actual, t),
        }
        if ramped is not None:
            low, high = ramped.table.loc[place, ["low", "high"]]
            row |= {
                "low": t.number(low),
                "high": t.number(high),
                "verdict": word(t, "ramp", against(actual, low, high)),
            }
        elif actual != actual:
            continue  # without a band there is nothing to see of a month to come
        rows.append(row)
    unset = "" if found.ramped else t(
        "How many orders a mature month is to bring isn't set; with it the band of expectation "
        "is drawn."
    )  # fmt: skip
    html = render("ramp", t, rows=rows, unset=unset)
    return View("ramp", title, html, band(found.ramped, t) if found.ramped else None)


def figures_view(
    found: Overview,
    t: Translator,
    href: Href | None = None,
    labels: programme.Labels = programme.NO_LABELS,
) -> View:
    """The figures by their dimensions; each group leads to its parts where links can be followed.

    Parameters
    ----------
    href
        The address of another view; None: no links.
    labels
        Names of values that are data, such as partner types.
    """
    view = found.view
    shown = found.figures
    if not view.measures:
        shown = replace(shown, measures=MAIN)
    links = [_into(view, row, href) for row in shown.sums.head(programme.LISTED).to_dict("records")]
    body = basics_table.basics_view(shown, t, links, labels, found.held)
    if found.held is not None:
        then = found.held.then.scope.period
        said = [
            t(
                "Below each figure that of {since} to {until}.",
                since=then.since,
                until=then.until,
            ),
            basics_table.lost_said(found.held, t, labels),
        ]
        body = replace(body, html=body.html + render("sentences", t, said=list(filter(None, said))))
    html = render("narrowed", t, crumbs=_crumbs(view, t, href, labels), html=body.html)
    return View(body.topic, body.title, html, _drawn(found, t, labels))


def _drawn(found: Overview, t: Translator, labels: programme.Labels) -> Drawing | None:
    if found.held is not None:
        measures = found.held.now.measures
        measure = "orders" if "orders" in measures else measures[0]
        if found.held.table[f"{measure}_change"].isna().all():
            return None  # axes without a bar would tell nothing
        return programme.against(found.held, measure, t, labels)
    if not found.view.by:
        return None
    return programme.shares(replace(found.figures, measures=MAIN), t, labels=labels)


def _into(view: SavedView, row: dict[str, object], href: Href | None) -> str | None:
    """The address of a group's parts; None for a group that is unknown or can't be split."""
    if href is None or not view.by:
        return None
    first = view.by[0]
    value = row.get(first)
    if first not in NEXT or value is None or first == "month":
        return None
    rest = view.by[1:] or (NEXT[first],)
    if any(name in OF_TIME for name in rest):  # periods can't be compared by month
        view = view.but(against="")
    if first == "country" and re.fullmatch(MARKET_PATTERN, str(value)):
        return href(view.but(market=str(value), by=rest, name=""))
    filters = {**view.filters, first: (str(value),)}
    if first == "partner":  # networks use the same ids
        filters["source"] = (str(row["source"]),)
    return href(view.but(filters=filters, by=rest, name=""))


def _crumbs(
    view: SavedView, t: Translator, href: Href | None, labels: programme.Labels
) -> list[Crumb]:
    found = []
    for name, values in view.filters.items():
        rest = {other: held for other, held in view.filters.items() if other != name}
        texts = t.listing([programme.value_text(name, value, t, labels) for value in values])
        text = f"{programme.column_word(name, t)}: {texts}"
        found.append(Crumb(text, href(view.but(filters=rest, name="")) if href else ""))
    return found


def activity_view(found: Overview, t: Translator) -> View:
    """Partners that joined, clicked, sold."""
    acts = found.acts
    remarks = []
    if acts.unlisted:
        remarks.append(
            t.n(
                "{count} partner stands in no table of partners; it counts as joined.",
                "{count} partners stand in no table of partners; they count as joined.",
                acts.unlisted,
            )
        )
    if acts.undated:
        remarks.append(
            t.n(
                "When {count} partner joined is unknown; it counts as joined.",
                "When {count} partners joined is unknown; they count as joined.",
                acts.undated,
            )
        )
    html = render("sentences", t, said=remarks)
    return View("activity", t("Partners by activity"), html, programme.funnel(acts, t))


def concentration_view(found: Overview, t: Translator) -> View:
    """How far the output hangs on few partners."""
    spread, lorenz = found.spread, programme.lorenz(found.spread, t)
    said = [
        t("The biggest {count} make {share} of the orders.", count=count, share=t.percent(share, 1))
        for count, share in spread.top.items()
        if share == share and count < spread.partners
    ]
    html = render("sentences", t, said=said)
    return View("concentration", t("How many carry the programme"), html, lorenz)


def saved_view(
    views: Sequence[SavedView],
    current: SavedView,
    t: Translator,
    href: Href | None,
    labels: programme.Labels = programme.NO_LABELS,
    faults: Sequence[str] = (),
) -> View:
    """Views that were kept, each with its address, and why others can't be shown."""
    shown = [
        {
            "name": one.name,
            "href": href(one) if href else "",
            "current": one.but(name="") == current.but(name=""),
            "said": _said(one, t, labels),
        }
        for one in views
    ]
    return View("saved", t("Saved views"), render("saved_views", t, views=shown, faults=faults))


def _said(view: SavedView, t: Translator, labels: programme.Labels) -> str:
    """A view in words: by what, of what, when."""
    parts = [t.listing([programme.column_word(name, t) for name in view.by])] if view.by else []
    if view.market:
        parts.append(t.market(view.market))
    parts += [crumb.text for crumb in _crumbs(view, t, None, labels)]
    if view.period:
        parts.append(view.period)
    if view.against:
        parts.append(word(t, "against", view.against))
    return " · ".join(parts)
