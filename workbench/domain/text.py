"""Messages made by the domain, translated later by the layer that shows them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """A sentence to be shown: an English template (the catalogue key) and its values.

    Values may be plain values, another :class:`Text`, or :class:`Bilingual` text from a table.
    """

    msgid: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid.format(**self.values)


@dataclass(frozen=True)
class Bilingual:
    """A text that a data table holds in both languages."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en


def T_(msgid: str, /, **values: Any) -> Text:  # noqa: N802  (the marker that Babel extracts)
    """Mark ``msgid`` for translation and bind its values."""
    return Text(msgid, values)
