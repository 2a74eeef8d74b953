"""Messages: a template and its values, readable before they are translated."""

import pytest

from workbench.domain.text import N_, T_, Bilingual, Text


def test_a_text_reads_as_its_template_filled_in() -> None:
    """The template stays the key of the catalogue; the values are kept apart."""
    text = T_("Need {level} of 5: {what}.", level=3.5, what="served")
    assert str(text) == "Need 3.5 of 5: served."
    assert text.msgid == "Need {level} of 5: {what}."
    assert text.values == {"level": 3.5, "what": "served"}


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 needs met"), (1, "1 need met"), (2, "2 needs met")]
)
def test_a_text_that_counts_reads_with_its_noun(count, said) -> None:
    """One is singular, everything else plural, none too."""
    assert str(N_("{count} need {how}", "{count} needs {how}", count, how="met")) == said


def test_texts_nest() -> None:
    """A value may be a text itself, or one that a table holds in both languages."""
    law = Bilingual(en="Law 27 of 2022", zh="2022年第27号法")
    assert (
        str(T_("{evidence} (checked)", evidence=T_("See {law}", law=law)))
        == "See Law 27 of 2022 (checked)"
    )


def test_a_bilingual_text_reads_in_english() -> None:
    """Until a layer with a language shows the other."""
    assert str(Bilingual(en="Privacy", zh="隐私")) == "Privacy"


def test_braces_in_a_value_are_left_alone() -> None:
    """What a user typed is a value, never a template."""
    assert str(T_("Copy: {copy}", copy="{level} {0}")) == "Copy: {level} {0}"


def test_a_value_may_be_called_msgid() -> None:
    """The template's own parameter is positional only."""
    assert T_("{msgid}", msgid=1) == Text("{msgid}", {"msgid": 1})


def test_a_text_does_not_change() -> None:
    """Frozen, so that a result can be handed on."""
    with pytest.raises(AttributeError):
        T_("a").msgid = "b"
