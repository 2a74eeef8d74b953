"""What pydantic refuses is told with value, rule and remedy, in either language."""

import re
from datetime import date, datetime

import pytest
from pydantic import ValidationError

from workbench.domain.plan import Plan
from workbench.domain.product import Product
from workbench.domain.validation import Problem, first_problem
from workbench.locale import translator

TEXTS = {"zh": "词", "en": "word"}
GOOD = {"product": "mine", "name": TEXTS, "industry": "tools", "summary": TEXTS, "copy": TEXTS}
LEVEL = {"market": "ID", "need": "privacy", "level": 3, "reason": "x"}


def problem(model, values):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    found = first_problem(caught.value, model)
    zh = translator("zh").text(found.rule)
    assert re.search("[\u4e00-\u9fff]", zh)
    return str(found.place), found.value, str(found.rule), zh


NUMBER = "a number is expected"
DAY = "a day is written YYYY-MM-DD, such as 2026-01-31"
LEVEL_FIELDS = "market, need, level, reason, evidence, confidence, who, when"
PLAN = [
    ({"top": True}, "top", True, NUMBER),
    ({"seed": False}, "seed", False, NUMBER),
    ({"weights": {"privacy": True}}, "weights.privacy", True, NUMBER),
    ({"levels": [LEVEL | {"level": True}]}, "levels, entry 1, level", True, NUMBER),
    ({"as_of": 0}, "as_of", 0, DAY),
    ({"as_of": "0"}, "as_of", "0", DAY),
    ({"as_of": "20260131"}, "as_of", "20260131", DAY),
    ({"as_of": True}, "as_of", True, DAY),
    ({"as_of": datetime(2026, 1, 31)}, "as_of", datetime(2026, 1, 31), DAY),
    ({"as_of": "2026-02-30"}, "as_of", "2026-02-30", f"there is no such day; {DAY}"),
    ({"market": "Id"}, "market", "Id", "two capital letters are expected, such as ID"),
    (
        {"weights": {"Privacy": 1}},
        "weights.Privacy",
        "Privacy",
        "lower-case letters, digits and underscores are expected, such as live_show",
    ),
    ({"scenario": 12}, "scenario", 12, 'a text is expected; put it in quotes: "12"'),
    ({"scenario": True}, "scenario", True, "a text is expected"),
    ({"levels": 3}, "levels", 3, "a list is expected, such as [a, b]"),
    ({"levels": [3]}, "levels, entry 1", 3, f"these fields are expected here: {LEVEL_FIELDS}"),
    (
        {"levels": [LEVEL | {"resaon": "y"}]},
        "levels, entry 1, resaon",
        "y",
        f"there is no such field; did you mean reason? The fields are: {LEVEL_FIELDS}",
    ),
    ({"weights": [1]}, "weights", [1], "names with a value each are expected, such as name: value"),
    (
        {"answers": [{"market": "ID", "check": "a", "status": "redy"}]},
        "answers, entry 1, status",
        "redy",
        "'ready', 'conditional', 'blocked' or 'unknown' is expected",
    ),
]
REGION_KEY = 'a text is expected; put it in quotes: "145"'
PRODUCT = [
    ({"technology": {"regions": {145: {}}}}, "technology.regions.145", 145, REGION_KEY),
    (
        {"technology": {"region": {}}},
        "technology.region",
        {},
        "there is no such field; did you mean regions? The fields are: default, regions",
    ),
    (
        {"name": TEXTS | {"fr": "mot"}},
        "name.fr",
        "mot",
        "there is no such field; the fields are: zh, en",
    ),
    ({"name": "Mine"}, "name", "Mine", "these fields are expected here: zh, en"),
    (
        {"compliance": {"moderation_team": 1}},
        "compliance.moderation_team",
        1,
        "true or false is expected",
    ),
    ({"compliance": {"takedown_hours": True}}, "compliance.takedown_hours", True, NUMBER),
    ({"copy": None}, "copy", None, "these fields are expected here: zh, en"),
]


@pytest.mark.parametrize(("values", "place", "value", "rule"), PLAN)
def test_a_plan_s_mistake_is_told_with_place_value_and_rule(values, place, value, rule):
    found = problem(Plan, values)
    assert found[:3] == (place, value, rule)


@pytest.mark.parametrize(("values", "place", "value", "rule"), PRODUCT)
def test_a_product_s_mistake_is_told_with_place_value_and_rule(values, place, value, rule):
    found = problem(Product, GOOD | values)
    assert found[:3] == (place, value, rule)


@pytest.mark.parametrize(("values", "rule"), [(case[0], case[3]) for case in PLAN])
def test_nothing_of_the_rule_stays_english(values, rule):
    zh = problem(Plan, values)[3]
    assert not re.search(r"\b(is|are|should|expected|text|list|day|Input|or|such)\b", zh), zh


def test_a_field_is_named_as_a_file_has_it():
    """``advert`` is the attribute; a product file says ``copy``."""
    place, value, rule, _ = problem(Product, GOOD | {"advert": TEXTS})
    assert (place, value) == ("advert", TEXTS)
    assert ", copy, " in rule and "advert" not in rule


def first(model, values):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return first_problem(caught.value, model)


def test_what_is_missing_has_neither_value_nor_rule():
    assert first(Product, {}) == Problem("product", None, None)


def test_what_is_not_known_goes_before_what_is_missing_beside_it_only():
    assert first(Product, GOOD | {"name": {"zh": "词", "eng": "word"}}).place == "name.eng"
    here = {name: value for name, value in GOOD.items() if name != "copy"}
    assert first(Product, here | {"compliance": {"x": 1}}).place == "compliance.x"
    assert first(Product, {**here, "name": TEXTS | {"x": "y"}, "summary": {"zh": "词"}}).place == (
        "name.x"
    )
    assert first(Product, {**here, "name": {"zh": "词"}, "nmae": 1}) == Problem(
        "name.en", None, None
    )


def test_a_place_is_told_as_people_count_in_either_language():
    place = first(Plan, {"levels": [LEVEL, LEVEL | {"level": 9}]}).place
    assert translator("en").text(place) == "levels, entry 2, level"
    assert translator("zh").text(place) == "levels 第 2 项的 level"


def test_days_and_flags_that_are_meant_pass():
    assert Plan(as_of="2026-01-31").as_of == Plan(as_of=date(2026, 1, 31)).as_of
    can = Product(**GOOD, compliance={"moderation_team": "yes", "transfer_contracts": False})
    assert can.compliance.moderation_team is True
    assert can.compliance.transfer_contracts is False
    assert Plan(top="5", weights={"privacy": "2.5"}).weights == {"privacy": 2.5}  # from an address
