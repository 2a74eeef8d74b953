"""The cells of a workspace as a reader knows them: names and values in the page's language."""

from datetime import date
from typing import Any

from workbench.domain.assess import Portfolio
from workbench.domain.changes import COMMENTS, Cell
from workbench.domain.text import T_, Text
from workbench.figures.channels import channel_names
from workbench.figures.needs import need_names
from workbench.figures.ranking import criterion_names
from workbench.figures.readiness import check_names
from workbench.figures.verdict import product_name
from workbench.locale import Translator, word

_NAMED: dict[str, dict[str, Text]] = {
    "settings": {
        "industry": T_("Industry"),
        "product": T_("Product"),
        "competitors": T_("Competitor register"),
        "markets": T_("Markets"),
        "top": T_("How many count as the best"),
        "samples": T_("Sampled weightings"),
        "seed": T_("Seed of the sampling"),
    },
    "advert": {"zh": T_("Copy in Chinese"), "en": T_("Copy in English")},
}
_PER_CHANNEL: dict[str, Text] = {
    "channel_weights": T_("Channel weight"),
    "floors": T_("Floor in %"),
    "caps": T_("Cap in %"),
}


def cell_name(portfolio: Portfolio, cell: Cell, t: Translator) -> str:
    """The name of a cell; ids that the tables don't know stand as they are."""
    table, key = cell
    if table in _NAMED and key in _NAMED[table]:
        name = t.text(_NAMED[table][key])
    elif table == "weights":
        name = _joined(t("Weight"), criterion_names(portfolio, t).get(key, key))
    elif table in _PER_CHANNEL:
        name = _joined(t.text(_PER_CHANNEL[table]), channel_names(portfolio, t).get(key, key))
    elif table in ("levels", "answers"):
        market, _, topic = key.partition("/")
        names = need_names(portfolio, t) if table == "levels" else check_names(portfolio, t)
        name = _joined(t.market(market), names.get(topic, topic))
    elif table == COMMENTS and " " in key:
        place, _, number = key.rpartition("#")
        about = Cell(*place.split(" ", 1))
        name = t("Comment {number} on {cell}", number=number, cell=cell_name(portfolio, about, t))
    else:
        name = _joined(table, key)
    return name


def cell_value(portfolio: Portfolio, cell: Cell, value: Any, t: Translator) -> str:
    """What stands in a cell, in words; None: the derived or the industry's value holds.

    What levels and answers say of themselves is in :func:`why_of`.
    """
    if value is None:
        return t("default")
    if cell.table == "levels" and isinstance(value, dict):
        level = value.get("level")
        return t("unknown") if level is None else _number(level, t)
    if cell.table == "answers" and isinstance(value, dict):
        return _answer(value, t)
    if cell.table == COMMENTS and isinstance(value, dict):
        return str(value.get("text", ""))
    if cell.table == "settings":
        return _setting(portfolio, cell.key, value, t)
    return _number(value, t)


def why_of(cell: Cell, value: Any) -> tuple[str, str]:
    """The reason and the evidence that a level or an answer carries itself; else empty."""
    if cell.table not in ("levels", "answers") or not isinstance(value, dict):
        return "", ""
    return str(value.get("reason", "")), str(value.get("evidence", ""))


def _setting(portfolio: Portfolio, key: str, value: Any, t: Translator) -> str:
    if key == "industry":
        return portfolio.reference.label("industries", str(value), t.lang)
    if key == "product" and value == portfolio.plan.product:
        return product_name(portfolio, t)
    if key == "markets" and isinstance(value, list):
        return t.listing([t.market(str(code)) for code in value])
    return _number(value, t)


def _answer(value: dict[str, Any], t: Translator) -> str:
    status, owner = value.get("status"), value.get("owner")
    parts = [word(t, "status", status) if status else t("Not answered")]
    if owner:
        parts.append(t("owner {owner}", owner=owner))
    for name, template in (("due", t("due {day}")), ("expiry", t("holds until {day}"))):
        if value.get(name):
            parts.append(template.format(day=t.date(date.fromisoformat(value[name]))))
    return " · ".join(parts)


def _number(value: Any, t: Translator) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return t.number(value, 0 if float(value).is_integer() else 2)
    return str(value)


def _joined(*parts: str) -> str:
    return " · ".join(parts)
