"""What may stand in a field, and what pydantic finds wrong, as a message of ours.

The one place that knows pydantic's error types. The rules are said in our own sentences, the same
ones as those of tables where the rule is the same.
"""

import difflib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import PydanticKnownError

from workbench.domain.shapes import shape
from workbench.domain.text import T_, Text


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    return value


def _only_flag(value: Any) -> Any:
    if not isinstance(value, bool | str):
        raise PydanticKnownError("bool_type")
    return value


def _only_day(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\s*\d{4}-\d{2}-\d{2}\s*", value):
        return value.strip()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PydanticKnownError("date_type")


NOT_A_FLAG = BeforeValidator(_no_flag)
"""Beside a number's type: ``true`` is refused, which Python would take for 1."""
Flag = Annotated[bool, BeforeValidator(_only_flag)]
"""true or false; a number is refused."""
Day = Annotated[date, BeforeValidator(_only_day)]
"""A date or a text YYYY-MM-DD; a number is refused, which would count from 1970."""

_NO_SUCH_DAY = T_("there is no such day; a day is written YYYY-MM-DD, such as 2026-01-31")
_WHOLE = T_("a whole number is expected")
_FLAG = T_("true or false is expected")
_LIST = T_("a list is expected, such as [a, b]")
_RULES = {
    "literal_error": T_("{expected} is expected"),
    "string_type": T_("a text is expected"),
    "string_too_long": T_("at most {max_length} characters are allowed"),
    "string_too_short": T_("it must not be empty"),
    "greater_than_equal": T_("it must be at least {low}"),
    "less_than_equal": T_("it must be at most {high}"),
    "greater_than": T_("it must be above {low}"),
    "finite_number": T_("a finite number is expected"),
    "float_type": T_("a number is expected"),
    "float_parsing": T_("a number is expected"),
    "decimal_type": T_("a number is expected"),
    "decimal_parsing": T_("a number is expected"),
    "decimal_max_places": T_("at most {decimal_places} decimals are allowed"),
    "too_short": T_("at least {min_length} entry is needed"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "date_type": T_("a day is written YYYY-MM-DD, such as 2026-01-31"),
    "date_parsing": _NO_SUCH_DAY,
    "date_from_datetime_parsing": _NO_SUCH_DAY,
    "dict_type": T_("names with a value each are expected, such as name: value"),
    "list_type": _LIST,
    "tuple_type": _LIST,
}
"""Error type -> rule; placeholders are filled from the error's context."""
_NAMES = {"ge": "low", "gt": "low", "le": "high"}
"""Name in an error's context -> placeholder of the rule, where it is another."""
_OTHER = T_("another kind of value is expected here; see docs/own-data.md")


@dataclass(frozen=True)
class Problem:
    """The first thing that is wrong: where, what stands there, and the rule that it breaks."""

    place: Text | str
    """As people count: ``levels, entry 1, level``; "" for the whole."""
    value: Any
    """None where nothing stands there."""
    rule: Text | None
    """None: the field is missing."""


def first_problem(error: ValidationError, model: type[BaseModel]) -> Problem:
    """What is wrong first; a field that isn't known goes before one that is missing beside it.

    Parameters
    ----------
    error
        What the validation of ``model`` raised.
    model
        Tells which fields there are at the place.
    """
    errors = error.errors(include_url=False)
    first = errors[0]
    if first["type"] == "missing":  # misspelt, more likely than forgotten
        beside = first["loc"][:-1]
        strange = (e for e in errors if e["type"] == "extra_forbidden" and e["loc"][:-1] == beside)
        first = next(strange, first)
    location = first["loc"]
    if first["type"] == "missing":
        return Problem(_place(location), None, None)
    value = first["input"]
    rule = _rule(first["type"], first.get("ctx", {}), value, location, model)
    return Problem(_place(location), value, rule)


def _place(location: tuple[int | str, ...]) -> Text | str:
    place: Text | str = ""
    for part, after in zip(location, (*location[1:], ""), strict=True):
        if part == "[key]":
            continue
        if isinstance(part, int) and after != "[key]":  # else a key that is a number
            place = T_("{list}, entry {number}", list=place, number=part + 1)
        elif isinstance(place, Text):
            place = T_("{entry}, {field}", entry=place, field=str(part))
        else:
            place = f"{place}.{part}" if place else str(part)
    return place


def _rule(
    kind: str, context: dict[str, Any], value: Any, location: tuple[int | str, ...], model: Any
) -> Text:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "extra_forbidden":
            found = _no_such_field(str(location[-1]), _fields(model, location[:-1]))
        case "model_type":
            names = ", ".join(_fields(model, location))
            found = T_("these fields are expected here: {names}", names=names)
        case "string_pattern_mismatch":
            found = shape(str(context["pattern"]))
        case "string_type" if number:
            found = T_("a text is expected; put it in quotes: {quoted}", quoted=f'"{value}"')
        case "literal_error":
            choices = _choices(str(context["expected"]))
            found = T_("{expected} is expected", expected=choices)
        case _:
            found = Text(_RULES.get(kind, _OTHER).msgid, dict(map(_shown, context.items())))
    return found


def _shown(named: tuple[str, Any]) -> tuple[str, Any]:
    name, value = named
    return _NAMES.get(name, name), f"{value:g}" if isinstance(value, float) else value


def _no_such_field(given: str, names: list[str]) -> Text:
    listed = ", ".join(names)
    close = difflib.get_close_matches(given, names, n=1)
    if close:
        return T_(
            "there is no such field; did you mean {close}? The fields are: {names}",
            close=close[0],
            names=listed,
        )
    return T_("there is no such field; the fields are: {names}", names=listed)


def _fields(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Names of the fields, as a file has them, of the model that stands at ``location``."""
    for part in location:
        by_name = {field.alias or name: field for name, field in model.model_fields.items()}
        if part in by_name:  # else the place in a list, or the key of a mapping
            model = next(_models(by_name[str(part)].annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> Any:
    """The models in an annotation such as ``tuple[LevelChange, ...]``, in order."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)


def _choices(expected: str) -> Text | str:
    """``'a', 'b' or 'c'`` with a conjunction that can be translated."""
    first, conjunction, last = expected.rpartition(" or ")
    return T_("{first} or {last}", first=first, last=last) if conjunction else last
