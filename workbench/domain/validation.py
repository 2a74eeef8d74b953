"""What pydantic finds wrong, as a message of ours: the one place that knows its error types.

The English sentences are those that pydantic itself uses; as messages of ours they can be
translated. An error type that is not listed keeps pydantic's English.
"""

from typing import Any

from pydantic import ValidationError

from workbench.domain.text import T_, Text

_RULES = {
    "missing": T_("Field required"),
    "extra_forbidden": T_("Extra inputs are not permitted"),
    "literal_error": T_("Input should be {expected}"),
    "string_pattern_mismatch": T_("String should match pattern '{pattern}'"),
    "string_type": T_("Input should be a valid string"),
    "string_too_long": T_("String should have at most {max_length} characters"),
    "string_too_short": T_("String should have at least 1 character"),
    "greater_than_equal": T_("Input should be greater than or equal to {ge}"),
    "less_than_equal": T_("Input should be less than or equal to {le}"),
    "finite_number": T_("Input should be a finite number"),
    "float_type": T_("Input should be a valid number"),
    "float_parsing": T_("Input should be a valid number, unable to parse string as a number"),
    "int_type": T_("Input should be a valid integer"),
    "int_parsing": T_("Input should be a valid integer, unable to parse string as an integer"),
    "int_parsing_size": T_("Unable to parse input string as an integer, exceeded maximum size"),
    "int_from_float": T_("Input should be a valid integer, got a number with a fractional part"),
    "bool_type": T_("Input should be a valid boolean"),
    "bool_parsing": T_("Input should be a valid boolean, unable to interpret input"),
    "date_type": T_("Input should be a valid date"),
    "date_parsing": T_("Input should be a valid date in the format YYYY-MM-DD"),
    "date_from_datetime_parsing": T_("Input should be a valid date in the format YYYY-MM-DD"),
    "date_from_datetime_inexact": T_("Input should be a valid date in the format YYYY-MM-DD"),
    "dict_type": T_("Input should be a valid dictionary"),
    "list_type": T_("Input should be a valid list"),
    "tuple_type": T_("Input should be a valid list"),
    "model_type": T_("Input should be a valid dictionary"),
}
"""Error type -> rule; placeholders are filled from the error's context."""


def first_problem(error: ValidationError) -> tuple[str, Any, Text | str]:
    """Place, value (None where it is missing) and broken rule of the first thing that is wrong."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    value = None if first["type"] == "missing" else first["input"]
    return place, value, _rule(first["type"], first.get("ctx", {}), first["msg"])


def _rule(kind: str, context: dict[str, Any], said: str) -> Text | str:
    known = _RULES.get(kind)
    if known is None or (kind == "string_too_short" and context.get("min_length") != 1):
        return said
    values = {
        name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()
    }
    if kind == "literal_error":
        values["expected"] = _choices(str(context["expected"]))
    return Text(known.msgid, values)


def _choices(expected: str) -> Text | str:
    """``'a', 'b' or 'c'`` with a conjunction that can be translated."""
    first, conjunction, last = expected.rpartition(" or ")
    return T_("{first} or {last}", first=first, last=last) if conjunction else last
