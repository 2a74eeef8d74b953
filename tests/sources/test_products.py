"""Product files: the four examples, and what is said about a file that breaks a rule."""

import re
from pathlib import Path

import pytest
import yaml

from workbench.domain.errors import InputError
from workbench.sources.paths import data_folder
from workbench.sources.products import example_products, load_product
from workbench.sources.reference import load_reference

REFERENCE = load_reference()
GOOD = {
    "product": "mine",
    "industry": "tools",
    "name": {"zh": "我的", "en": "Mine"},
    "summary": {"zh": "工具", "en": "A tool"},
    "copy": {"zh": "高清", "en": "HD"},
}


def written(folder: Path, content: object, name: str = "mine.yaml") -> str:
    path = folder / name
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


# ---- The examples ----


def test_there_are_four_examples_of_the_sources_industries():
    found = {name: load_product(name, REFERENCE).industry for name in example_products()}
    assert found == {
        "video_social": "social_matching",
        "live_show": "live_show",
        "spoken_tutor": "online_education",
        "cleaner_tool": "tools",
    }


@pytest.mark.parametrize("name", sorted(example_products()))
def test_each_example_is_valid_and_clearly_labelled_as_one(name):
    product = load_product(name, REFERENCE)
    assert product.product == name and product.example
    assert "example" in product.name.en and "示例" in product.name.zh
    text = example_products()[name].read_text(encoding="utf-8")
    assert text.startswith("# Invented example.")
    assert product.technology.default and product.advert.zh and product.advert.en
    assert product.strengths


@pytest.mark.parametrize("name", sorted(example_products()))
def test_each_example_makes_promises_that_are_found_in_both_languages(name):
    from workbench.domain.promise import find

    product = load_product(name, REFERENCE)
    hits = find(product.advert.model_dump(), REFERENCE.promises)
    assert set(hits["lang"]) == {"zh", "en"}


def test_an_example_can_also_be_named_by_its_path():
    path = data_folder() / "examples" / "live_show.yaml"
    assert load_product(str(path), REFERENCE) == load_product("live_show", REFERENCE)


def test_the_example_plan_is_not_offered_as_a_product():
    assert "plan" not in example_products()


# ---- A product of one's own ----


@pytest.mark.parametrize("name", ["mine.yaml", "mine.json"])
def test_a_small_file_is_enough_and_the_rest_is_unknown(tmp_path, name):
    import json

    text = json.dumps(GOOD) if name.endswith("json") else yaml.safe_dump(GOOD)
    product = load_product(written(tmp_path, text, name), REFERENCE)
    assert (product.product, product.example, product.provider) == ("mine", False, None)
    assert product.strengths == {} and product.technology.default == {}


def test_norway_and_norwegian_are_text(tmp_path):
    path = written(
        tmp_path,
        yaml.safe_dump(GOOD)
        + (
            "languages: [no, en]\ncompliance: {regions_hosted: [NO, SE], moderation_team: yes,\n"
            "  transfer_contracts: false}\n"
        ),
    )
    product = load_product(path, REFERENCE)
    assert product.languages == ("no", "en")
    assert product.compliance.regions_hosted == ("NO", "SE")
    assert product.compliance.moderation_team is True
    assert product.compliance.transfer_contracts is False


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            {"strengths": {"privcay": 3}},
            r"at strengths: unknown 'privcay' \(did you mean 'privacy'\?\); known are: .*privacy",
        ),
        (
            {"strengths": {"privacy": 9}},
            r"at strengths\.privacy: 9 is not allowed \(it must be at most 5\)",
        ),
        ({"strengths": {"privacy": "high"}}, r"at strengths\.privacy: 'high' is not allowed"),
        ({"provider": "acme"}, "at provider: unknown 'acme'; known are: agora, "),
        ({"industry": "farming"}, "at industry: unknown 'farming'; known are: .*live_show"),
        (
            {"technology": {"default": {"speed": 3}}},
            "at technology: unknown 'speed'; known are: connect_time_ms, ",
        ),
        (
            {"technology": {"default": {"uptime_pct": -1}}},
            r"at technology\.default\.uptime_pct: -1 is not allowed",
        ),
        (
            {"technology": {"default": {"uptime_pct": 101}}},
            r"at technology\.default\.uptime_pct: 101 is not allowed "
            r"\(it must be at most 100\)",
        ),
        (
            {"technology": {"regions": {"035": {"loss_tolerance_pct": 100.5}}}},
            r"at technology\.regions\.035\.loss_tolerance_pct: 100\.5 is not allowed",
        ),
        (
            {"languages": ["en", "jp"]},
            r"at languages: unknown language 'jp' \(did you mean 'ja'\?\); write a language tag "
            "such as en, pt-BR or zh-Hant",
        ),
        (
            {"languages": ["pt_BR"]},
            r"at languages: unknown language 'pt_BR' \(did you mean 'pt-BR'\?\)",
        ),
        ({"languages": ["zzz"]}, "at languages: unknown language 'zzz'; write a language tag"),
        (
            {"payment_methods": ["Cards", "Paypall"]},
            r"at payment_methods: unknown payment method 'Paypall' \(did you mean 'PayPal'\?\); "
            r"write a name of kind payment in platforms\.csv, such as Cards, .*, or a card brand",
        ),
        (
            {"payment_methods": ["SEPA"]},
            r"at .*: unknown payment method 'SEPA' \(did you mean 'SEPA direct debit'\?\)",
        ),
        (
            {"payment_methods": ["Bakong"]},
            r"at .*: unknown payment method 'Bakong' \(did you mean 'KHQR \(Bakong\)'\?\)",
        ),
        ({"payment_methods": ["Stripe"]}, "at .*: unknown payment method 'Stripe'; write a name"),
        (
            {"compliance": {"regions_hosted": ["SG", "UK"]}},
            r"at compliance\.regions_hosted: 'UK' is not a market \(did you mean 'GB'\?\); write "
            "the code of each country where data is kept, such as SG",
        ),
        ({"compliance": {"regions_hosted": ["sg"]}}, r"at .*: 'sg' is not a market .*mean 'SG'"),
        (
            {"compliance": {"regions_hosted": ["035"]}},
            "at .*: '035' is not a market; write the code of",
        ),
        (
            {"compliance": {"local_storage_available": ["Singapore"]}},
            r"at compliance\.local_storage_available: 'Singapore' is not a market .*mean 'SG'",
        ),
        (
            {"compliance": {"local_storage_available": ["EU"]}},
            "at .*: 'EU' is not a market; write the",
        ),
        (
            {"technology": {"regions": {"999": {"uptime_pct": 99}}}},
            r"at technology\.regions: unknown '999'; known are: 005, ",
        ),
        ({"technology": {"regions": {"035": {"speed": 3}}}}, "at technology: unknown 'speed'"),
        (
            {"strenghts": {}},
            r"at strenghts: {} is not allowed \(there is no .* you mean strengths\?",
        ),
        ({"copy": {"zh": "", "en": "x"}}, r"at copy\.zh: '' is not allowed"),
        ({"product": "My product"}, "at product: 'My product' is not allowed"),
        (
            {"compliance": {"moderation_team": "perhaps"}},
            r"at compliance\.moderation_team: 'perhaps' is not allowed",
        ),
    ],
)
def test_a_bad_value_is_named_with_file_place_and_rule(tmp_path, change, text):
    path = written(tmp_path, {**GOOD, **change})
    with pytest.raises(InputError, match=re.escape(f"The product file {path}, ") + text):
        load_product(path, REFERENCE)


def test_what_a_user_would_write_is_understood(tmp_path):
    content = {
        **GOOD,
        "languages": ["EN", "pt-BR", "zh-Hant", "no"],
        "payment_methods": ["Visa", "apple pay", "PayPal", "kakao pay", "支付宝", "M-Pesa"],
        "compliance": {"regions_hosted": ["HK", "DE"], "local_storage_available": ["NA"]},
        "technology": {"default": {"uptime_pct": 100, "loss_tolerance_pct": 0}},
    }
    product = load_product(written(tmp_path, content), REFERENCE)
    assert product.payment_methods[0] == "Visa"
    assert product.languages == ("EN", "pt-BR", "zh-Hant", "no")


def test_a_share_above_a_hundred_is_refused_without_tables_too(tmp_path):
    path = written(tmp_path, {**GOOD, "technology": {"default": {"freeze_ratio_pct": 150}}})
    with pytest.raises(InputError, match="freeze_ratio_pct: 150 is not allowed"):
        load_product(path)


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_missing_field_is_named_without_repeating_the_file(tmp_path, field):
    path = written(tmp_path, {name: value for name, value in GOOD.items() if name != field})
    with pytest.raises(InputError) as caught:
        load_product(path)
    assert str(caught.value) == f"The product file {path}: {field} is missing; add it."


def test_a_field_may_be_missing_inside_another(tmp_path):
    path = written(tmp_path, {**GOOD, "name": {"en": "Mine"}})
    with pytest.raises(InputError, match=r"mine\.yaml: name\.zh is missing; add it\."):
        load_product(path)


def test_a_name_that_is_only_a_little_alike_is_no_hint(tmp_path):
    """OPay for Zorkpay helps nobody."""
    for field, value in (("payment_methods", "Zorkpay"), ("languages", "klingonish")):
        with pytest.raises(InputError, match=f"unknown .* '{value}'; write a") as caught:
            load_product(written(tmp_path, {**GOOD, field: [value]}), REFERENCE)
        assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", "must hold a mapping of names to values; it holds nothing"),
        ("# only a comment\n", "it holds nothing"),
        ("- a\n- b\n", "it holds a list"),
        ("{}", "product is missing; add it"),
        ("name: {zh: [\n", r"is not valid YAML, line \d"),
        ("name: 'open\n", r"is not valid YAML, line \d"),
        ("a: b: c\n", r"is not valid YAML, line 1: a colon stands where none may; put a text"),
    ],
)
def test_an_empty_or_broken_file_is_named_with_the_reason(tmp_path, content, text):
    path = written(tmp_path, content)
    with pytest.raises(InputError, match=text) as caught:
        load_product(path, REFERENCE)
    assert path in str(caught.value)


def test_broken_json_is_named_with_its_line(tmp_path):
    path = written(tmp_path, '{\n "product": "mine",\n}', "mine.json")
    with pytest.raises(InputError, match=r"mine\.json is not valid JSON, line \d"):
        load_product(path)


def test_an_unknown_example_is_answered_with_the_known_ones_and_the_remedy():
    with pytest.raises(InputError) as caught:
        load_product("live_shw")
    assert str(caught.value) == (
        "Unknown product 'live_shw'; examples are: cleaner_tool, live_show, spoken_tutor, "
        "video_social; for your own give the path of its file."
    )


@pytest.mark.parametrize("named", ["nope.yaml", "./nope", "No_such"])
def test_a_missing_file_is_named(tmp_path, monkeypatch, named):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=rf"There is no file {Path(named)}; check the path"):
        load_product(named)


def test_a_folder_is_not_a_product(tmp_path):
    with pytest.raises(InputError, match="is not a file; name a text file"):
        load_product(str(tmp_path))
