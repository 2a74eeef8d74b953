"""What is asked of attribution: one object behind command, page, address and report."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workbench.domain.credited import DEFAULT_MODEL
from workbench.domain.dates import day
from workbench.domain.errors import InputError
from workbench.domain.events import COUNTED, STATUSES
from workbench.domain.tables import MARKET_PATTERN

MODEL_NAMES = (
    "first",
    "last",
    "linear",
    "position",
    "time_decay",
    "u_shaped",
    "shapley",
    "markov_1",
    "markov_2",
    "markov_3",
)
LOOKBACK = "30d"
_UNITS = {"h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}


@dataclass(frozen=True)
class Question:
    """Which credits, of which conversions.

    Attributes
    ----------
    by
        Column of the touchpoints that names the member: ``partner``, ``channel`` or another.
    lookback
        Seconds before a conversion in which a touch counts; None: any.
    order
        Highest Markov order, 1 to 3.
    statuses
        Statuses of the conversions that count.
    currency
        The one currency; None: the only one there is.
    since, until
        First and last day, UTC; None: no bound.
    model
        The model of the incremental list.
    source
        The export that conversions come from; None: all. Two that report the same orders would
        count them twice.
    market
        Conversions of this country (ISO 3166-1 alpha-2), and touches of no other; None: all.
    """

    by: str = "partner"
    lookback: float | None = 30 * 86400.0
    order: int = 1
    statuses: tuple[str, ...] = COUNTED
    currency: str | None = None
    since: date | None = None
    until: date | None = None
    model: str = DEFAULT_MODEL
    market: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        for status in self.statuses:
            if status not in STATUSES:
                raise InputError(
                    "Unknown status {status!r}; statuses are: {known}.",
                    status=status,
                    known=", ".join(STATUSES),
                )
        known = MODEL_NAMES[: len(MODEL_NAMES) - 3 + self.order]
        if self.model not in known:
            raise InputError(
                "Unknown model {model!r}; models are: {known}.",
                model=self.model,
                known=", ".join(known),
            )
        if self.market is not None and not re.fullmatch(MARKET_PATTERN, self.market):
            raise InputError(
                "{market!r} is no market; name one by its code, such as ID.", market=self.market
            )
        if self.since and self.until and self.since > self.until:
            raise InputError(
                "The period ends on {until}, before it starts on {since}; swap the days.",
                since=self.since,
                until=self.until,
            )

    def but(self, **changes: Any) -> "Question":
        """The same with changes."""
        return replace(self, **changes)


def seconds(text: str) -> float | None:
    """A lookback as ``30d``, ``12h``, ``2w`` in seconds; ``all``: None, no window.

    Raises
    ------
    InputError
        If it is written otherwise.
    """
    if text.strip().lower() == "all":
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([hdw])", text.strip().lower())
    if not found:
        raise InputError(
            "The lookback {text!r} can't be read; write it as 30d, 12h or 2w, or all.",
            text=text,
        )
    return float(found[1]) * _UNITS[found[2]]


FIELDS = (
    "market",
    "source",
    "by",
    "model",
    "lookback",
    "order",
    "status",
    "currency",
    "since",
    "until",
)
"""Names of a question in an address and among a notebook's parameters."""


def question_of(values: Mapping[str, str]) -> Question:
    """A question from texts by the names of :data:`FIELDS`; what is missing is as usual.

    ``status`` holds several with commas between; ``lookback`` is as for :func:`seconds`.

    Raises
    ------
    InputError
        If a text can't be read or the question makes no sense.
    """
    given = {name: text.strip() for name, text in values.items() if text and text.strip()}
    order = given.get("order", "1")
    if order not in ("1", "2", "3"):
        raise InputError(
            "A Markov order of {order} is not allowed; it is 1, 2 or 3, or 0 for no chain.",
            order=order,
        )
    usual = Question()
    return Question(
        by=given.get("by", usual.by),
        lookback=seconds(given.get("lookback", LOOKBACK)),
        order=int(order),
        statuses=tuple(given["status"].split(",")) if "status" in given else usual.statuses,
        currency=given.get("currency"),
        since=day(given.get("since")),
        until=day(given.get("until")),
        model=given.get("model", usual.model),
        market=given.get("market"),
        source=given.get("source"),
    )


def texts_of(question: Question) -> dict[str, str]:
    """The texts from which :func:`question_of` makes the question; what is as usual is left out."""
    return {name: text for name, text in _texts(question).items() if text != _USUAL[name]}


def _texts(question: Question) -> dict[str, str]:
    return {
        "market": question.market or "",
        "source": question.source or "",
        "by": question.by,
        "model": question.model,
        "lookback": window(question.lookback),
        "order": str(question.order),
        "status": ",".join(question.statuses),
        "currency": question.currency or "",
        "since": question.since.isoformat() if question.since else "",
        "until": question.until.isoformat() if question.until else "",
    }


def window(lookback: float | None) -> str:
    """A lookback as :func:`seconds` reads it."""
    if lookback is None:
        return "all"
    days = lookback / 86400
    return f"{days:g}d" if lookback >= 86400 else f"{lookback / 3600:g}h"


def models_of(names: list[str], order: int) -> tuple[str, ...]:
    """Models by name, in the order of :data:`MODEL_NAMES`; ``all`` alone: empty, every one.

    ``markov`` is the chain of the highest order.

    Raises
    ------
    InputError
        If a name is unknown.
    """
    if names == ["all"]:
        return ()
    wanted = {f"markov_{order}" if name == "markov" else name for name in names}
    known = MODEL_NAMES[: len(MODEL_NAMES) - 3 + order]
    for name in sorted(wanted):
        if name not in known:
            raise InputError(
                "Unknown model {model!r}; models are: {known}.",
                model=name,
                known=", ".join((*known, "markov", "all")),
            )
    return tuple(name for name in known if name in wanted)


_USUAL = _texts(Question())
