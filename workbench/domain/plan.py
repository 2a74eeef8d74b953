"""The one typed plan that drives widget, notebook parameter, URL, command line and report (W3)."""

import difflib
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from workbench.domain.errors import InputError
from workbench.domain.readiness import Status
from workbench.domain.text import T_
from workbench.domain.validation import NOT_A_FLAG, Day, first_problem

Market = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False), NOT_A_FLAG]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), NOT_A_FLAG]
Words = Annotated[str, Field(max_length=2000)]
Lang = Literal["zh", "en"]

DEFAULT_INDUSTRY = "live_show"
"""Where neither the plan nor a product names one."""

URL_PARAMETERS = ("market", "industry", "product", "lang", "scenario", "top")
NOTEBOOK_PARAMETERS = (
    "market",
    "industry",
    "product",
    "lang",
    "scenario",
    "plan",
    "as_of",
    "top",
    "samples",
    "seed",
    "competitors",
)


def _codes(value: Any) -> Any:
    if isinstance(value, str):
        value = [part for part in re.split(r"[,\s]+", value) if part]
    if not isinstance(value, list | tuple):
        return value
    return list(dict.fromkeys(_code(str(each)) for each in value))


def _code(text: str) -> str:
    """A code in any case as one in capitals; what is none stays as typed, so that it is known."""
    return text.upper() if re.fullmatch("[A-Za-z]{2}", text) else text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LevelChange(_Strict):
    """A strategist's level for one need in one market, with the reason."""

    market: Market
    need: Name
    level: Annotated[float, Field(ge=1, le=5), NOT_A_FLAG] | None
    """1 to 5; None: we don't know after all."""
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    evidence: Words = ""
    confidence: Literal["high", "medium", "low"] = "medium"
    who: Words = ""
    when: Day | None = None


class CheckAnswer(_Strict):
    """A person's answer to one readiness check in one market."""

    market: Market
    check: Name
    status: Status | None = None
    """None: the automatic answer holds; the other fields are notes beside it."""
    evidence: Words = ""
    owner: Words = ""
    due: Day | None = None
    expiry: Day | None = None
    answered_on: Day | None = None


class Plan(_Strict):
    """What is asked and what the strategist has changed; every surface reads this one object."""

    scenario: Annotated[str, Field(min_length=1, max_length=80)] = "base"
    """Name of the scenario, shown on every page."""
    revision: Annotated[int, Field(ge=0)] | None = None
    """Revision of the workspace's scenario that this is; None: it doesn't come from a workspace."""
    market: Market | None = None
    """The market in focus; None: the first of ``markets``."""
    markets: Annotated[tuple[Market, ...], BeforeValidator(_codes)] = ()
    """Markets to report on, in order; empty: all with a profile."""
    industry: Name | None = None
    """None: the product's; without a product :data:`DEFAULT_INDUSTRY`."""
    product: Annotated[str, Field(max_length=400)] | None = None
    """Id of an example product, or the path of a product file; None: no product."""
    competitors: Annotated[str, Field(max_length=400)] | None = None
    """Path of a competitor register; None: the example register with an example product."""
    lang: Lang = "zh"
    weights: dict[Name, Weight] = Field(default_factory=dict)
    """Criterion -> weight, put over the industry's; only the proportions matter."""
    channel_weights: dict[Name, Annotated[float, Field(ge=0, le=5), NOT_A_FLAG]] = Field(
        default_factory=dict
    )
    """Channel -> driver weight 0 to 5; 0 takes the channel out."""
    floors: dict[Name, Percent] = Field(default_factory=dict)
    caps: dict[Name, Percent] = Field(default_factory=dict)
    advert: dict[Lang, Words] = Field(default_factory=dict)
    """Language -> copy to be checked instead of the product file's."""
    levels: tuple[LevelChange, ...] = ()
    answers: tuple[CheckAnswer, ...] = ()
    top: Annotated[int, Field(ge=1, le=250), NOT_A_FLAG] = 10
    """How many markets count as "among the best"."""
    samples: Annotated[int, Field(ge=100, le=200_000), NOT_A_FLAG] = 10_000
    """Sampled weightings behind the stability figures."""
    seed: Annotated[int, Field(ge=0, le=2**31), NOT_A_FLAG] = 0
    as_of: Day = Field(default_factory=date.today)
    """The day on which expiries are judged."""

    def but(self, **changes: Any) -> "Plan":
        """A copy with some fields changed, validated again."""
        return make_plan({**self.model_dump(), **changes})

    def to_record(self) -> dict[str, Any]:
        """JSON-ready fields; those at their default are left out, so that files stay short.

        ``as_of`` is left out too: a saved plan is judged on the day it is used.
        """
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"as_of"})


def make_plan(values: Mapping[str, Any], allowed: tuple[str, ...] | None = None) -> Plan:
    """Validate values from any surface into a plan.

    Parameters
    ----------
    values
        Field -> value; strings are converted where a number or date is meant.
    allowed
        The names this surface may set; None: every field.

    Raises
    ------
    InputError
        Naming the parameter, its value, the rule and the remedy.
    """
    names = allowed or tuple(Plan.model_fields)
    for name in values:
        if name not in names:
            close = difflib.get_close_matches(str(name), names, n=1)
            raise InputError(
                "Unknown parameter {name!r}{hint}; allowed are: {names}.",
                name=name,
                hint=T_(" (did you mean {close!r}?)", close=close[0]) if close else "",
                names=", ".join(names),
            )
    cleaned = {name: value for name, value in values.items() if value is not None}
    if isinstance(cleaned.get("market"), str):
        cleaned["market"] = _code(cleaned["market"].strip())
    try:
        return Plan.model_validate(cleaned)
    except ValidationError as error:
        found = first_problem(error, Plan)
        if found.rule is None:
            raise InputError("Parameter {name} is missing; add it.", name=found.place) from error
        raise InputError(
            "Parameter {name}: {value!r} is not allowed ({rule}).",
            name=found.place or "plan",
            value=found.value,
            rule=found.rule,
        ) from error


def plan_from_query(query: str, base: Plan | None = None) -> Plan:
    """The plan a URL query asks for, e.g. ``market=ID&lang=en``, over the fields of ``base``.

    Only :data:`URL_PARAMETERS` are read, each once; a product is named by its id, so that a
    link can't open a file.
    """
    values: dict[str, Any] = {}
    for name, value in parse_qsl(query.lstrip("?"), keep_blank_values=False):
        if name in values:
            raise InputError("Parameter {name!r} stands twice in the address; keep one.", name=name)
        values[name] = value
    if "product" in values and not re.fullmatch(r"[a-z][a-z0-9_]*", values["product"]):
        raise InputError(
            "Parameter product: {value!r} is not a product id; use letters, digits "
            "and underscores such as live_show.",
            value=values["product"],
        )
    asked = make_plan(values, URL_PARAMETERS)
    if base is None:
        return asked
    return base.but(**{name: getattr(asked, name) for name in values})
