"""The ids that exist, what a wrong one may have meant, and values as messages show them."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, get_args

from workbench.domain.changes import SETTINGS
from workbench.domain.errors import InputError
from workbench.domain.plan import Lang
from workbench.domain.reference import Reference
from workbench.domain.text import T_, Text

_MOST_HINTS = 200
"""Unknown ids that a near one is sought for; a file full of them would take minutes."""
_MOST_SHOWN = 60
"""Characters of a value that a message shows."""


def known_ids(reference: Reference) -> dict[str, list[str]]:
    """Key column of a sheet -> the ids that exist.

    ``industry`` is no column; it holds for the setting of that name.
    """
    return {
        "market": list(reference.markets["market"]),
        "need": list(reference.needs["need"]),
        "check": list(reference.checks["check"]),
        "criterion": list(dict.fromkeys(reference.industry_weights["criterion"])),
        "channel": list(reference.channels["channel"]),
        "lang": list(get_args(Lang)),
        "name": list(SETTINGS),
        "industry": list(reference.industries["industry"]),
    }


class Ids:
    """Refuses ids that don't exist.

    Parameters
    ----------
    known
        As :func:`known_ids` gives them; of a kind that isn't there every id is let through.
    """

    def __init__(self, known: Mapping[str, Iterable[str]]) -> None:
        # In the order of the tables, so that of two near ids always the same one is named.
        self._known = {kind: dict.fromkeys(names) for kind, names in known.items()}
        self._close: dict[tuple[str, str], str] = {}

    def check(self, column: str, kind: str, found: str) -> None:
        """Raise :class:`InputError`, with the nearest id, if ``found`` is none of its kind."""
        if kind not in self._known or found in self._known[kind]:
            return
        raise InputError(
            "Column {column}: unknown {value!r}{hint}.",
            column=column,
            value=brief(found),
            hint=self.hint(kind, found),
        )

    def hint(self, kind: str, found: str) -> Text | str:
        """What ``found`` may have meant, to stand behind it in a message; "" if nothing is near."""
        close = self._nearest(kind, found)
        return T_(" (did you mean {close!r}?)", close=close) if close else ""

    def _nearest(self, kind: str, found: str) -> str:
        asked = (kind, found)
        if asked not in self._close and len(self._close) < _MOST_HINTS:
            names = {name.casefold(): name for name in self._known[kind]}
            near = difflib.get_close_matches(found.casefold()[:_MOST_SHOWN], names, n=1)
            self._close[asked] = names[near[0]] if near else ""
        return self._close.get(asked, "")


def brief(value: Any) -> Any:
    """A value as a message shows it: a number as it is, anything else as a short text."""
    match value:
        case bool() | int() | float():
            return value
        case None:
            return ""
        case datetime():
            text = value.isoformat(" ")
        case date() | time():
            text = value.isoformat()
        case _:
            text = str(value)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"
