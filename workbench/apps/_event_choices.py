"""What every page over events offers: its markets, the orders that count, their currencies."""

from typing import Any

from workbench.apps._asking import Options
from workbench.domain.events import COUNTED
from workbench.locale import Translator, word
from workbench.sources.ground import Ground
from workbench.sources.measuring import currencies_in, in_one_currency, markets_in

STATUSES = (COUNTED, ("approved", "paid"), ("paid",), ("reversed",))


def status_options(t: Translator, _events: Ground) -> Options:
    """Which orders count."""
    return [
        (t.listing([word(t, "order_status", status) for status in each]), each) for each in STATUSES
    ]


def market_options(t: Translator, events: Ground, nothing: Any = None) -> Options:
    """All markets together, and each that has conversions."""
    named = [(f"{t.market(code)} ({code})", code) for code in markets_in(events)]
    return [(t("all markets"), nothing), *named]


def currency_options(t: Translator, events: Ground, nothing: Any = None) -> Options:
    """The currencies that orders are in, where there are several."""
    named = [(code, code) for code in currencies_in(events)]
    return [(t("that of most orders"), nothing), *named] if len(named) > 1 else []


def left_out(events: Ground, market: str | None, currency: str | None, t: Translator) -> str:
    """What is said where orders in other currencies are left out; empty where none are."""
    shown = in_one_currency(events, market, currency)
    others = [code for code in currencies_in(events, market) if shown and code != shown]
    if not others:
        return ""
    return t(
        "Orders in {shown} only; those in {others} are left out, choose them by Currency.",
        shown=shown,
        others=t.listing(others),
    )
