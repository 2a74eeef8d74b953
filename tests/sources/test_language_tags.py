"""Language tags: what is known, and what a wrong one most likely meant."""

import pytest

from workbench.sources.language_tags import is_known, meant
from workbench.sources.products import example_products, load_product
from workbench.sources.reference import load_reference

LANGUAGES = load_reference().languages


@pytest.mark.parametrize(
    "tag",
    ["en", "EN", "no", "nb", "fil", "yue", "pt-BR", "pt-br", "es-419", "zh-Hant", "zh-Hant-TW"],
)
def test_a_language_with_script_and_region_is_known(tag):
    assert is_known(tag, LANGUAGES)


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("pt_BR", "pt-BR"),  # the hyphen is the standard's
        ("eng", "en"),
        ("jpn-JP", "ja-JP"),
        ("iw", "he"),  # outdated
        ("tl", "fil"),
        ("jp", "ja"),  # a country's code
        ("cn", "zh"),
        ("English", "en"),
        ("portugese", "pt"),
        ("日语", "ja"),
        ("en-UK", "en"),
        ("en-Foob", "en"),
        ("xx", None),
        ("", None),
        ("zzz", None),
        ("mul", None),
    ],
)
def test_a_wrong_tag_is_unknown_and_answered_with_the_nearest(tag, nearest):
    assert not is_known(tag, LANGUAGES)
    assert meant(tag, LANGUAGES) == nearest


def test_every_language_of_the_table_is_known():
    assert [tag for tag in LANGUAGES["language"].unique() if not is_known(tag, LANGUAGES)] == []


@pytest.mark.parametrize("name", example_products())
def test_the_languages_of_the_examples_are_known(name):
    assert all(is_known(tag, LANGUAGES) for tag in load_product(name).languages)
