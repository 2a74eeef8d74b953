"""The catalogues hold every message that code and templates show, in both languages."""

import ast
import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from workbench.locale.extraction import KEYWORDS, PACKAGE, catalogue_path, messages

WITHOUT_CHINESE = {"TOPSIS", "PROMETHEE II", "{provider} in {region}"}
"""Proper names, and names put side by side."""
THROUGH_A_VARIABLE = {
    "locale/words.py: t(WORDS[kind][key])",  # marked where the words stand
    "widgets/_panel.py: InputError(AS_SAID, text=self.state.t.error(error))",  # "{text}"
}


@pytest.fixture(scope="module")
def wanted() -> set[str]:
    return messages()


def read(lang: str) -> dict[str, object]:
    with catalogue_path(lang).open("rb") as file:
        return {str(message.id): message for message in read_po(file, locale=lang) if message.id}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_missing_and_nothing_is_stale(lang, wanted):
    """Mend: python -m workbench.locale.extraction, then fill what is empty in zh."""
    held = read(lang)
    assert sorted(wanted - set(held)) == []
    assert sorted(set(held) - wanted) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_message_has_a_translation(lang):
    empty = [name for name, message in read(lang).items() if not message.string or message.fuzzy]
    assert empty == []


def test_english_says_what_the_code_says():
    changed = [name for name, message in read("en").items() if message.string != name]
    assert changed == []


def test_chinese_is_chinese():
    """Every message with words in it has Chinese characters or full-width punctuation."""
    left = [
        name
        for name, message in read("zh").items()
        if re.search("[A-Za-z]", re.sub(r"\{[^}]*\}", "", name))
        and not re.search("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]", message.string)
    ]
    assert sorted(set(left) - WITHOUT_CHINESE) == []


def fields(text: str) -> set[tuple[str, str, str]]:
    return {
        (name, spec or "", conversion or "")
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }


def test_placeholders_are_the_same_on_both_sides():
    differ = {
        name: message.string
        for name, message in read("zh").items()
        if fields(name) != fields(message.string)
    }
    assert differ == {}


def test_chinese_text_keeps_to_full_width_punctuation():
    """No comma, semicolon or full stop of Western width right after a Chinese character."""
    wrong = [
        message.string
        for message in read("zh").values()
        if re.search("[\u4e00-\u9fff][,;.!?](?![\\w./])", message.string)
    ]
    assert wrong == []


def calls_without_a_literal() -> list[str]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in KEYWORDS and not (
                isinstance(first, ast.Constant) and isinstance(first.value, str)
            ):
                found.append(f"{path.relative_to(PACKAGE)}: {ast.unparse(node)}")
    return found


def test_no_message_reaches_a_marker_through_a_variable():
    """Babel extracts literals only."""
    assert set(calls_without_a_literal()) == THROUGH_A_VARIABLE


def test_templates_translate_literals_only():
    for path in sorted((PACKAGE / "assets" / "templates").glob("*.j2")):
        assert not re.findall(r"\bt\((?![\"'])", path.read_text(encoding="utf-8")), path.name


def test_one_english_word_for_two_things_has_two_messages():
    """Gate and result; a demand of the law and a required check."""
    zh = {name: message.string for name, message in read("zh").items()}
    assert zh["Verdict"] != zh["Result"]
    assert "required" not in zh
    assert zh["demanded by law"] != zh["required check"]
