"""Regular expressions that texts must match, said in words with an example of what is right."""

from workbench.domain.text import T_, Text

_WORDS = {
    "[A-Z]{2}": T_("two capital letters are expected, such as ID"),
    "[A-Z]{3}": T_("three capital letters are expected, such as IDN"),
    r"\d{3}": T_("three digits are expected, such as 035"),
    "https?://.+": T_("a web address is expected, such as https://example.org/"),
    "[a-z][a-z0-9_]*": T_(
        "lower-case letters, digits and underscores are expected, such as live_show"
    ),
}


def shape(pattern: str) -> Text:
    """The rule that a text must match ``pattern``, as a sentence a reader can act on."""
    known = _WORDS.get(pattern.removeprefix("^").removesuffix("$"))
    return known or T_("it must match {pattern}", pattern=pattern)
