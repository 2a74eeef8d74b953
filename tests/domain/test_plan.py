"""The one plan: what each surface may set, and errors that name value, rule and remedy."""

from datetime import date

import pytest

from workbench.domain.errors import InputError
from workbench.domain.plan import (
    NOTEBOOK_PARAMETERS,
    URL_PARAMETERS,
    CheckAnswer,
    LevelChange,
    Plan,
    make_plan,
    plan_from_query,
)

CHANGE = {"market": "ID", "need": "privacy", "level": 4, "reason": "interviews"}
ANSWER = {"market": "ID", "check": "promises_kept", "status": "ready", "evidence": "lab"}


# ---- Names ----


def test_a_misspelt_parameter_is_named_with_a_suggestion_and_what_is_allowed():
    with pytest.raises(InputError) as caught:
        make_plan({"makret": "ID"})
    assert str(caught.value).startswith(
        "Unknown parameter 'makret' (did you mean 'market'?); allowed are: scenario, revision, "
    )


def test_an_unknown_parameter_unlike_any_other_gets_no_suggestion():
    with pytest.raises(InputError) as caught:
        make_plan({"zzz": 1})
    assert str(caught.value).startswith("Unknown parameter 'zzz'; allowed are: scenario, ")


def test_a_surface_sets_only_the_fields_it_may():
    assert set(URL_PARAMETERS) <= set(Plan.model_fields)
    assert set(NOTEBOOK_PARAMETERS) - {"plan"} <= set(Plan.model_fields)
    with pytest.raises(InputError, match="Unknown parameter 'weights'; allowed are: market, ind"):
        make_plan({"weights": {}}, URL_PARAMETERS)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"levels": [{**CHANGE, "need": "Bad Need"}]}, "levels, entry 1, need: 'Bad Need'"),
        ({"levels": [{**CHANGE, "raeson": "x"}]}, "levels, entry 1, raeson: 'x'"),
        ({"answers": [{**ANSWER, "status": "fine"}]}, "answers, entry 1, status: 'fine'"),
        ({"levels": [CHANGE, {**CHANGE, "need": "x y"}]}, "levels, entry 2, need: 'x y'"),
        ({"weights": {"../x": 1}}, r"weights.\.\./x"),
    ],
)
def test_a_nested_value_is_named_by_its_place(values, place):
    with pytest.raises(InputError, match=f"Parameter {place}"):
        make_plan(values)


def test_a_misspelt_field_goes_before_the_one_that_is_missing_for_it():
    misspelt = {"market": "ID", "need": "low_end_device", "levl": 3, "reason": "x"}
    with pytest.raises(InputError) as caught:
        make_plan({"levels": [misspelt]})
    assert str(caught.value).startswith(
        "Parameter levels, entry 1, levl: 3 is not allowed "
        "(there is no such field; did you mean level? The fields are: market, need, level,"
    )


def test_a_value_is_quoted_as_it_was_typed():
    for values in ({"market": "../../etc/passwd"}, {"markets": "../../etc/passwd"}):
        with pytest.raises(InputError, match=r": '\.\./\.\./etc/passwd' is not allowed"):
            make_plan(values)


def test_a_missing_field_is_named_without_repeating_the_rest():
    with pytest.raises(InputError) as caught:
        make_plan({"levels": [{"market": "ID", "need": "privacy", "level": 3}]})
    assert str(caught.value) == "Parameter levels, entry 1, reason is missing; add it."


# ---- Values ----


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {"levels": [{**CHANGE, "level": 9}]},
            r"levels, entry 1, level: 9 is not allowed \(it must be at most 5\)",
        ),
        ({"levels": [{**CHANGE, "level": 0}]}, r"level: 0 .*at least 1"),
        ({"levels": [{**CHANGE, "level": float("nan")}]}, "level: nan is not allowed"),
        (
            {"levels": [{**CHANGE, "reason": ""}]},
            r"levels, entry 1, reason: '' is .*\(it must not be empty\)",
        ),
        ({"levels": [{**CHANGE, "market": "id"}]}, "levels, entry 1, market: 'id' is not"),
        (
            {"weights": {"privacy": float("nan")}},
            r"weights.privacy: nan is not allowed \(a finite number is expected\)",
        ),
        ({"weights": {"privacy": "nan"}}, "weights.privacy: 'nan' .*finite number"),
        ({"weights": {"privacy": float("inf")}}, "weights.privacy: inf is not allowed"),
        ({"weights": {"privacy": -1}}, r"weights.privacy: -1 .*at least 0"),
        ({"weights": {"privacy": "many"}}, "weights.privacy: 'many' is not allowed"),
        ({"channel_weights": {"kol": float("nan")}}, "channel_weights.kol: nan is not allowed"),
        ({"channel_weights": {"kol": 6}}, "channel_weights.kol: 6 .*at most 5"),
        ({"floors": {"kol": 101}}, "floors.kol: 101 .*at most 100"),
        ({"caps": {"kol": float("nan")}}, "caps.kol: nan is not allowed"),
        ({"lang": "fr"}, r"lang: 'fr' is not allowed \('zh' or 'en' is expected\)"),
        ({"top": 0}, "top: 0 .*at least 1"),
        ({"top": "ten"}, r"top: 'ten' is not allowed \(a whole number is expected\)"),
        ({"samples": 10**9}, "samples: 1000000000 .*at most 200000"),
        ({"as_of": "2025-02-30"}, "as_of: '2025-02-30' is not allowed"),
        ({"scenario": ""}, "scenario: '' is not allowed"),
        ({"scenario": "x" * 81}, "at most 80 characters"),
        ({"industry": "Live Show"}, "industry: 'Live Show' is not allowed"),
        ({"market": 7}, "market: 7 is not allowed"),
        ({"markets": {"ID": 1}}, "markets: {'ID': 1} is not allowed"),
    ],
)
def test_a_bad_value_is_named_with_its_parameter_and_the_rule(values, text):
    with pytest.raises(InputError, match=text):
        make_plan(values)


@pytest.mark.parametrize("code", ["../../x", "I", "IDN", "I1", "I D", "ID\x00", "印尼", "ID/SA"])
def test_a_market_code_that_is_no_two_letters_is_refused(code):
    with pytest.raises(InputError, match=r"Parameter market: .* is not allowed"):
        make_plan({"market": code})
    with pytest.raises(InputError, match=r"Parameter markets, entry 2: .* is not allowed"):
        make_plan({"markets": ["SA", code]})


@pytest.mark.parametrize(
    ("values", "market", "markets"),
    [
        ({"market": "id"}, "ID", ()),
        ({"market": " id\n"}, "ID", ()),
        ({"markets": "id, sa br"}, None, ("ID", "SA", "BR")),
        ({"markets": ["id", "NA"]}, None, ("ID", "NA")),  # Namibia is a market, not a missing one
        ({"markets": ("No",)}, None, ("NO",)),
        ({"markets": ["ID", "SA", "id"]}, None, ("ID", "SA")),  # once is enough
        ({"market": None, "markets": ""}, None, ()),
    ],
)
def test_market_codes_are_accepted_in_any_case(values, market, markets):
    plan = make_plan(values)
    assert (plan.market, plan.markets) == (market, markets)


def test_text_values_are_converted_where_a_number_or_date_is_meant():
    plan = make_plan(
        {"top": "5", "samples": "500", "as_of": "2025-11-01", "weights": {"privacy": "2.5"}}
    )
    assert (plan.top, plan.samples, plan.as_of) == (5, 500, date(2025, 11, 1))
    assert plan.weights == {"privacy": 2.5}


def test_a_level_may_be_given_back_to_unknown():
    plan = make_plan({"levels": [{**CHANGE, "level": None}]})
    assert plan.levels == (LevelChange(**{**CHANGE, "level": None}),)


def test_a_plan_cannot_be_changed_in_place():
    with pytest.raises(ValueError, match="frozen"):
        Plan().lang = "en"


def test_but_changes_some_fields_keeps_the_others_and_validates():
    plan = make_plan({"market": "ID", "levels": [CHANGE], "answers": [ANSWER], "lang": "en"})
    changed = plan.but(market="sa", top=3)
    assert (changed.market, changed.top, changed.lang) == ("SA", 3, "en")
    assert changed.levels == plan.levels and changed.answers == (CheckAnswer(**ANSWER),)
    assert plan.but() == plan
    assert plan.but(market=None).market is None
    with pytest.raises(InputError, match="Unknown parameter 'makret'"):
        plan.but(makret="ID")


def test_a_record_holds_only_what_differs_from_the_defaults():
    assert Plan().to_record() == {}
    plan = make_plan({"market": "id", "top": 10, "as_of": "2025-01-01", "levels": [CHANGE]})
    assert plan.to_record() == {"market": "ID", "levels": [CHANGE]}


def test_a_record_makes_the_same_plan_again():
    plan = make_plan(
        {
            "market": "ID",
            "weights": {"privacy": 2},
            "floors": {"kol": 5},
            "levels": [{**CHANGE, "when": "2025-06-30", "level": None}],
            "answers": [{**ANSWER, "due": "2025-12-31"}],
        }
    )
    assert make_plan(plan.to_record()).but(as_of=plan.as_of) == plan


# ---- The address of a page ----


def test_a_query_sets_the_plan():
    plan = plan_from_query("?market=id&industry=games&product=live_show&lang=en&top=5")
    assert (plan.market, plan.industry, plan.product, plan.lang, plan.top) == (
        "ID",
        "games",
        "live_show",
        "en",
        5,
    )


def test_a_query_goes_over_a_base_plan_and_leaves_the_rest():
    base = make_plan({"market": "SA", "lang": "en", "weights": {"privacy": 2}, "top": 7})
    plan = plan_from_query("market=ID", base)
    assert plan == base.but(market="ID")
    assert plan_from_query("", base) == base
    # A default value that is asked for is a wish like any other.
    assert plan_from_query("top=10&lang=zh", base) == base.but(top=10, lang="zh")


def test_an_empty_value_in_a_query_asks_for_nothing():
    assert plan_from_query("market=&lang=en") == make_plan({"lang": "en"})


def test_a_percent_encoded_query_is_read_as_text():
    assert plan_from_query("scenario=%E5%9F%BA%E5%87%86+A").scenario == "基准 A"
    assert plan_from_query("scenario=%3Cimg%20src%3Dx%3E").scenario == "<img src=x>"


@pytest.mark.parametrize("query", ["market=ID&market=SA", "lang=en&market=ID&lang=en"])
def test_a_parameter_that_stands_twice_is_refused(query):
    with pytest.raises(InputError, match="stands twice in the address; keep one"):
        plan_from_query(query)


@pytest.mark.parametrize(
    "value",
    [
        "/etc/passwd",
        "../x.yaml",
        "data/examples/live_show.yaml",
        "file:///x",
        "Live",
        "a.yaml",
        "..%2F..%2Fx",
        "%00",
    ],
)
def test_a_product_path_in_a_query_is_refused(value):
    with pytest.raises(InputError, match=r"product: .* is not a product id; use letters"):
        plan_from_query(f"product={value}")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("plan=/etc/passwd", r"Unknown parameter 'plan'.*; allowed are: market, industry, prod"),
        ("competitors=x.csv", "Unknown parameter 'competitors'"),
        ("weights=1", "Unknown parameter 'weights'"),
        ("makret=ID", "Unknown parameter 'makret' .did you mean 'market'"),
        ("market=../../x", r"Parameter market: '\.\./\.\./x' is not allowed"),
        ("lang=fr", "Parameter lang: 'fr' is not allowed"),
        ("top=9999", "Parameter top: '9999' is not allowed"),
    ],
)
def test_a_query_can_set_nothing_else(query, text):
    with pytest.raises(InputError, match=text):
        plan_from_query(query)
