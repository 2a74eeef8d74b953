"""The bundle of reference tables."""

from dataclasses import fields

import pandas as pd
import pytest

from workbench.domain.reference import Reference


def bundle(**tables: pd.DataFrame) -> Reference:
    empty = pd.DataFrame()
    return Reference(**{name: tables.get(name, empty) for name in Reference.names()})


def test_names_are_the_tables_in_order() -> None:
    """What a reader loads is what the class holds."""
    assert Reference.names() == tuple(field.name for field in fields(Reference))
    assert Reference.names()[0] == "markets" and Reference.names()[-1] == "competitors"


NEEDS = pd.DataFrame({"need": ["privacy"], "name_en": ["Privacy"], "name_zh": ["隐私"]})


@pytest.mark.parametrize(
    ("key", "lang", "name"),
    [("privacy", "zh", "隐私"), ("privacy", "en", "Privacy"), ("speed", "zh", "speed")],
)
def test_a_label_is_the_name_in_the_language(key, lang, name) -> None:
    """An entry that the table lacks shows its key instead of failing."""
    assert bundle(needs=NEEDS).label("needs", key, lang) == name


def test_the_bundle_does_not_change() -> None:
    """Tables are shared by all portfolios of a process."""
    with pytest.raises(AttributeError):
        bundle().needs = NEEDS
