"""Patterns in words, with an example that fits them."""

import re

import pytest

from workbench.domain.shapes import shape


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        ("[A-Z]{2}", "ID"),
        ("[A-Z]{3}", "IDN"),
        (r"\d{3}", "035"),
        ("https?://.+", "https://example.org/"),
        ("[a-z][a-z0-9_]*", "live_show"),
    ],
)
def test_the_example_fits_the_pattern(pattern: str, example: str) -> None:
    assert re.fullmatch(pattern, example)
    assert str(shape(pattern)).endswith(f"such as {example}")
    assert shape(f"^{pattern}$") == shape(pattern)


def test_another_pattern_is_shown_as_it_is() -> None:
    assert str(shape("[ab]+")) == "it must match [ab]+"
