"""One object that turns messages and values into text of one language."""

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent

from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.text import Bilingual, Text
from workbench.locale.language_names import NAMES

LANGS = ("zh", "en")
_LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
_FOLDER = Path(__file__).parent
UNKNOWN = {"zh": "未知", "en": "unknown"}
MACAO_AND_KIN = {  # shorter than CLDR's, as Chinese business writing has them
    ("zh", "HK"): "中国香港",
    ("zh", "MO"): "中国澳门",
    ("zh", "TW"): "中国台湾",
}


class Translator:
    """Text of one language.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.tag = {"zh": "zh-CN", "en": "en"}[lang]
        self._locale = Locale.parse(_LOCALES[lang])
        self._messages = catalogue(lang)

    def __call__(self, msgid: str, /, **values: Any) -> str:
        """The message in this language, its placeholders filled with localised values."""
        template = self._template(msgid)
        if not values:
            return template
        return template.format(**{name: self.value(value) for name, value in values.items()})

    def n(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """A message that counts: ``t.n("{count} need", "{count} needs", len(needs))``.

        Parameters
        ----------
        one, many
            English wording for one and for any other number; both literals, so that Babel
            extracts them. Chinese has one wording for both.
        count
            Decides the wording and fills ``{count}``, thousands grouped.
        values
            What fills the other placeholders, as in a call without a count.
        """
        template = self._template(one, many, count)
        found = {name: self.value(value) for name, value in values.items()}
        return template.format(**found, count=self.number(count))

    def _template(self, one: str, many: str = "", count: int = 1) -> str:
        place = int(count != 1)
        forms = self._messages.get(one) or (one, many or one)
        return forms[min(place, len(forms) - 1)]

    def value(self, value: Any) -> Any:
        """A placeholder's value as text of this language; what needs no change is kept."""
        if isinstance(value, Text | Bilingual):
            return self.text(value)
        if isinstance(value, tuple):
            return self.listing([str(self.value(each)) for each in value])
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, float):
            return self.number(value, 1)
        return value

    def text(self, text: Text | Bilingual | str) -> str:
        """A domain message, a bilingual text, or a user's own words as they are."""
        if isinstance(text, Text):
            if text.plural:
                others = {name: each for name, each in text.values.items() if name != "count"}
                return self.n(text.msgid, text.plural, text.values["count"], **others)
            return self(text.msgid, **text.values)
        if isinstance(text, Bilingual):
            return getattr(text, self.lang)
        return str(text)

    def error(self, error: WorkbenchError) -> str:
        """An error's text in this language, values as the user typed them."""
        values = {
            name: self.text(value) if isinstance(value, Text | Bilingual) else value
            for name, value in error.values.items()
        }
        return self._template(error.msgid).format(**values)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number, thousands grouped; ``unknown`` where there is none."""
        if value is None or _nan(value):
            return UNKNOWN[self.lang]
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        return format_decimal(value, pattern, locale=self._locale)

    def percent(self, share: float | None, decimals: int = 0) -> str:
        """A share of 1 as a percentage."""
        if share is None or _nan(share):
            return UNKNOWN[self.lang]
        pattern = "#,##0." + "0" * decimals + "%" if decimals else "#,##0%"
        return format_percent(share, pattern, locale=self._locale)

    def money(self, value: float | None, currency: str = "USD") -> str:
        """An amount in an ISO 4217 currency."""
        if value is None or _nan(value):
            return UNKNOWN[self.lang]
        return format_currency(value, currency, locale=self._locale)

    def date(self, day: date | None) -> str:
        """A day in the locale's medium form; a dash where there is none."""
        return "—" if day is None else format_date(day, "medium", locale=self._locale)

    def market(self, code: str) -> str:
        """The market's name."""
        return MACAO_AND_KIN.get((self.lang, code)) or self._locale.territories.get(code, code)

    def region(self, m49: str) -> str:
        """The name of a UN M49 region."""
        return self._locale.territories.get(m49, m49)

    def language(self, tag: str) -> str:
        """The name of a language."""
        base = re.split("[-_]", tag, maxsplit=1)[0]
        english, chinese = NAMES.get(base, (tag, tag))
        return self._locale.languages.get(base) or (chinese if self.lang == "zh" else english)

    def listing(self, parts: list[str]) -> str:
        """Parts joined by the language's comma."""
        return ("、" if self.lang == "zh" else ", ").join(parts)

    def sentences(self, *parts: str) -> str:
        """Whole sentences as one paragraph, empty ones left out; no space follows a 。."""
        return ("" if self.lang == "zh" else " ").join(part for part in parts if part)


def _nan(value: float) -> bool:
    return isinstance(value, float) and math.isnan(value)


@lru_cache(maxsize=4)
def catalogue(lang: str) -> dict[str, tuple[str, ...]]:
    """Message -> translation of one language, as its ``.po`` file has it.

    A message that counts stands under its wording for one and has the language's plural forms:
    English two (one, any other), Chinese one.
    """
    with (_FOLDER / lang / "LC_MESSAGES" / "workbench.po").open("rb") as file:
        messages = [each for each in read_po(file, locale=lang) if each.id and not each.fuzzy]
    forms = {_as_tuple(each.id)[0]: _as_tuple(each.string) for each in messages}
    return {msgid: found for msgid, found in forms.items() if all(found)}


def _as_tuple(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a message: Babel has a text where there is one, else a sequence."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


@lru_cache(maxsize=4)
def translator(lang: str) -> Translator:
    """The translator of a language.

    Raises
    ------
    InputError
        If it is neither ``zh`` nor ``en``.
    """
    if lang not in LANGS:
        raise InputError("Language {lang!r} is not available; choose zh or en.", lang=lang)
    return Translator(lang)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Let errors of ours leave the block with their text in a language.

    For places that show an exception's own text: a notebook's cell, a page's error card.
    """
    try:
        yield
    except WorkbenchError as error:
        error.args = (translator(lang).error(error),)
        raise
