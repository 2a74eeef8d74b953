"""Messages made by the domain, translated later by the layer that shows them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """A sentence to be shown: an English template (the catalogue key) and its values.

    Values may be plain values, another :class:`Text`, or :class:`Bilingual` text from a table.
    With a ``plural``, ``msgid`` is the wording for one and ``values["count"]`` decides.
    """

    msgid: str
    values: dict[str, Any] = field(default_factory=dict)
    plural: str = ""

    def __str__(self) -> str:
        several = self.plural and self.values["count"] != 1
        return (self.plural if several else self.msgid).format(**self.values)


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


def N_(one: str, many: str, count: int, /, **values: Any) -> Text:  # noqa: N802
    """Mark a sentence that counts: ``N_("{count} need", "{count} needs", len(needs))``.

    ``{count}`` is filled in both wordings; the lazy form of ``Translator.n``.
    """
    return Text(one, {**values, "count": count}, many)
