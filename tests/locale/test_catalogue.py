"""The catalogues hold every message that code and templates show, in both languages."""

import ast
import io
import re
from string import Formatter

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from workbench.locale.extraction import (
    COUNTING,
    KEYWORDS,
    METHODS,
    PACKAGE,
    catalogue_path,
    messages,
)

WITHOUT_CHINESE = {"TOPSIS", "PROMETHEE II", "{provider} in {region}"}
"""Proper names, and names put side by side."""
THROUGH_A_VARIABLE = {
    "locale/words.py: t(WORDS[kind][key])",  # marked where the words stand
    "widgets/_panel.py: InputError(AS_SAID, text=self.state.t.error(error))",  # "{text}"
    # what N_ was given, with literals
    "locale/translator.py: self.n(text.msgid, text.plural, text.values['count'], **others)",
}


@pytest.fixture(scope="module")
def wanted() -> set[str | tuple[str, str]]:
    return messages()


def read(lang: str) -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    """Message -> translation, empty if it is fuzzy; tuples for one that counts."""
    with catalogue_path(lang).open("rb") as file:
        return {
            whole(message.id): "" if message.fuzzy else whole(message.string)
            for message in read_po(file, locale=lang)
            if message.id
        }


def whole(text: str | list[str] | tuple[str, ...]) -> str | tuple[str, ...]:
    return text if isinstance(text, str) else tuple(text)


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


CHINESE = {
    name: text for name, texts in read("zh").items() for text in forms(texts)
}  # it has one form


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_missing_and_nothing_is_stale(lang, wanted):
    """Mend: python -m workbench.locale.extraction, then fill what is empty in zh."""
    held = read(lang)
    assert sorted(wanted - set(held), key=str) == []
    assert sorted(set(held) - wanted, key=str) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_message_has_a_translation(lang):
    empty = [name for name, text in read(lang).items() if not all(forms(text))]
    assert empty == []


def test_english_says_what_the_code_says():
    changed = [name for name, text in read("en").items() if text != name]
    assert changed == []


def test_a_message_that_counts_is_none_that_does_not(wanted):
    """A catalogue holds one entry per wording."""
    ones = [each if isinstance(each, str) else each[0] for each in wanted]
    assert len(set(ones)) == len(ones)


def test_chinese_is_chinese():
    """Every message with words in it has Chinese characters or full-width punctuation."""
    left = [
        name
        for name, text in CHINESE.items()
        if re.search("[A-Za-z]", re.sub(r"\{[^}]*\}", "", forms(name)[-1]))
        and not re.search("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]", text)
    ]
    assert sorted(set(left) - WITHOUT_CHINESE, key=str) == []


def fields(text: str) -> set[tuple[str, str, str]]:
    return {
        (name, spec or "", conversion or "")
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }


def test_placeholders_are_the_same_on_both_sides():
    """The wording for one may leave out the count (the only competitor); Chinese says it."""
    differ = {
        name: text for name, text in CHINESE.items() if fields(forms(name)[-1]) != fields(text)
    }
    assert differ == {}
    for name in CHINESE:
        assert fields(forms(name)[-1]) - fields(forms(name)[0]) <= {("count", "", "")}


def test_chinese_text_keeps_to_full_width_punctuation():
    """No comma, semicolon or full stop of Western width right after a Chinese character."""
    wrong = [
        text for text in CHINESE.values() if re.search("[\u4e00-\u9fff][,;.!?](?![\\w./])", text)
    ]
    assert wrong == []


def test_a_call_is_found_whatever_stands_in_it():
    """The translator as an argument, texts over two lines, calls within the call."""
    code = 'x = t.n("one" " a", "many a", len(b), c=name(d, t), e=T_("inner"))'
    found = list(extract(METHODS[1][1], io.BytesIO(code.encode()), KEYWORDS))
    assert {message for _, message, _, _ in found} == {("one a", "many a"), "inner"}
    template = b'{{ t.n("one", "many", rows|length) }}{{ t("single") }}{{ word("gate", x) }}'
    found = list(extract(METHODS[0][1], io.BytesIO(template), KEYWORDS))
    assert {message for _, message, _, _ in found} == {("one", "many"), "single"}


def calls_without_a_literal() -> list[str]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            shown = node.args[: 2 if name in COUNTING else 1]
            if name in KEYWORDS and not all(
                isinstance(each, ast.Constant) and isinstance(each.value, str) for each in shown
            ):
                found.append(f"{path.relative_to(PACKAGE)}: {ast.unparse(node)}")
    return found


def test_no_message_reaches_a_marker_through_a_variable():
    """Babel extracts literals only."""
    assert set(calls_without_a_literal()) == THROUGH_A_VARIABLE


def test_templates_translate_literals_only():
    for path in sorted((PACKAGE / "assets" / "templates").glob("*.j2")):
        assert not re.findall(r"\bt(?:\.n)?\((?![\"'])", path.read_text(encoding="utf-8")), (
            path.name
        )


def test_one_english_word_for_two_things_has_two_messages():
    """Gate and result; a demand of the law and a required check."""
    zh = CHINESE
    assert zh["Verdict"] != zh["Result"]
    assert "required" not in zh
    assert zh["demanded by law"] != zh["required check"]
