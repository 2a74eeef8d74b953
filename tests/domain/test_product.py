"""The product profile: technology by region, and strengths read off the market's tables."""

import math

import pandas as pd
import pytest
from pydantic import ValidationError

from workbench.domain.product import Product, Technology, payment_strength, strengths

NEEDS = ["privacy", "language_culture", "local_payment"]
MARKETS = pd.Index(["BR", "ID", "SA", "YE"], name="market")
LANGUAGES = pd.DataFrame(
    [
        ("BR", "pt", 96.0),
        ("BR", "en", 5.0),
        ("ID", "id", 80.0),
        ("ID", "jv", 30.0),
        ("SA", "ar", 75.0),
        ("SA", "en-US", 12.5),
    ],
    columns=["market", "language", "share"],
)
PLATFORMS = pd.DataFrame(
    [
        ("BR", "payment", "Pix", "dominant"),
        ("BR", "payment", "Cards", "major"),
        ("ID", "payment", "GoPay", "major"),
        ("ID", "payment", "DANA", "major"),
        ("SA", "payment", "mada", "dominant"),
        ("SA", "payment", "STC Pay", "niche"),
        ("YE", "social", "Pix", "dominant"),
    ],
    columns=["market", "kind", "platform", "reach"],
)


def product(**given) -> Product:
    return Product.model_validate(
        {
            "product": "one",
            "industry": "tools",
            "name": {"zh": "一", "en": "One"},
            "summary": {"zh": "一", "en": "One"},
            "copy": {"zh": "一", "en": "One"},
            **given,
        }
    )


def table(**given) -> pd.DataFrame:
    return strengths(product(**given), NEEDS, MARKETS, LANGUAGES, PLATFORMS)


def test_a_region_overrides_single_figures_of_the_default():
    technology = Technology(
        default={"connect_time_ms": 800, "uptime_pct": 99.9},
        regions={"035": {"connect_time_ms": 900}},
    )
    assert technology.in_region("035") == {"connect_time_ms": 900, "uptime_pct": 99.9}
    assert technology.in_region("021") == {"connect_time_ms": 800, "uptime_pct": 99.9}
    assert Technology().in_region("021") == {}


def test_a_strength_that_is_not_stated_is_unknown_everywhere():
    found = table(strengths={"privacy": 4})
    assert found["privacy"].tolist() == [4, 4, 4, 4]
    assert found[["language_culture", "local_payment"]].isna().all().all()


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        (["pt"], [1 + 4 * 0.96, 1, 1, None]),
        (["pt-BR", "en"], [5, 1, 1.5, None]),  # 96 + 5 is capped at 100%; 12.5% of en-US in SA
        (["id", "jv"], [1, 5, 1, None]),
        (["PT-br"], [1 + 4 * 0.96, 1, 1, None]),  # case is free
    ],
)
def test_language_strength_is_the_share_of_people_who_speak_one_of_its_languages(tags, wanted):
    found = table(languages=tags)["language_culture"]
    for level, expected in zip(found, wanted, strict=True):
        assert math.isnan(level) if expected is None else level == pytest.approx(expected)


def test_where_the_languages_of_a_market_are_unknown_the_products_own_word_stands():
    found = table(languages=["pt"], strengths={"language_culture": 2})["language_culture"]
    assert found["YE"] == 2 and found["BR"] == pytest.approx(4.84)


@pytest.mark.parametrize(
    ("methods", "wanted"),
    [
        (("pix",), {"BR": 5, "ID": 1, "SA": 1}),  # the leading method, whatever the case
        (("Cards",), {"BR": 3, "ID": 1, "SA": 1}),
        (("Visa", "apple pay"), {"BR": 3, "ID": 1, "SA": 1}),  # a brand counts as cards
        (("go-pay", "stc pay"), {"BR": 1, "ID": 5, "SA": 3}),  # signs and spaces are free
        (("GoPay", "STC Pay"), {"BR": 1, "ID": 5, "SA": 3}),  # GoPay and DANA lead together
    ],
)
def test_payment_strength_by_hand(methods, wanted):
    assert payment_strength(methods, PLATFORMS).to_dict() == wanted


def test_where_payment_methods_are_unknown_the_products_own_word_stands():
    found = table(payment_methods=["Pix"], strengths={"local_payment": 2})["local_payment"]
    assert found.to_dict() == {"BR": 5, "ID": 1, "SA": 1, "YE": 2}
    assert math.isnan(table(payment_methods=["Pix"])["local_payment"]["YE"])


@pytest.mark.parametrize(
    "given",
    [
        {"strengths": {"privacy": 9}},
        {"strengths": {"privacy": 0}},
        {"strengths": {"privacy": math.nan}},
        {"strenghts": {}},
        {"product": "Bad Name"},
        {"name": {"zh": "", "en": "x"}},
        {"name": {"en": "x"}},
        {"technology": {"default": {"connect_time_ms": -5}}},
        {"technology": {"default": {"downlink_kbps": math.inf}}},
        {"technology": {"regions": {"035": {"uptime_pct": math.nan}}}},
        {"compliance": {"takedown_hours": -1}},
    ],
)
def test_a_profile_that_breaks_a_rule_is_refused(given):
    with pytest.raises(ValidationError):
        product(**given)


def test_what_compliance_does_not_say_is_unknown():
    said = product().compliance
    assert (said.transfer_contracts, said.moderation_team, said.takedown_hours) == (None,) * 3
    assert (said.creator_disclosure_process, said.data_protection_officer) == (None,) * 2
