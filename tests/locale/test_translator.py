"""Numbers, dates, money and names by locale, against what CLDR 46 and later prescribe."""

from datetime import date

import numpy as np
import pytest

from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.text import N_, T_, Bilingual
from workbench.locale import LANGS, Translator, speaking, translator
from workbench.sources.reference import load_reference

ZH, EN = Translator("zh"), Translator("en")
TABLES = load_reference()


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234567.891, 0, "1,234,568"),
        (1234567.891, 2, "1,234,567.89"),
        (0.5, 1, "0.5"),
        (-3.0, 0, "-3"),
        (0, 0, "0"),
        (5, 1, "5.0"),
        (np.float64(2.25), 2, "2.25"),
    ],
)
def test_numbers_are_grouped_and_keep_their_decimals(value, decimals, text):
    assert EN.number(value, decimals) == ZH.number(value, decimals) == text


@pytest.mark.parametrize(
    ("share", "decimals", "text"), [(0.1234, 1, "12.3%"), (1, 0, "100%"), (0, 0, "0%")]
)
def test_a_share_of_one_is_a_percentage(share, decimals, text):
    assert EN.percent(share, decimals) == ZH.percent(share, decimals) == text


@pytest.mark.parametrize(
    ("value", "currency", "en", "zh"),
    [
        (1234.5, "USD", "$1,234.50", "US$1,234.50"),
        (1.9, "CNY", "CN¥1.90", "¥1.90"),
        (1234.5, "JPY", "¥1,234", "JP¥1,234"),
        (0.5, "EUR", "€0.50", "€0.50"),
    ],
)
def test_money_has_the_locale_s_sign_and_the_currency_s_decimals(value, currency, en, zh):
    assert EN.money(value, currency) == en
    assert ZH.money(value, currency) == zh


def test_dates_are_in_the_medium_form():
    assert EN.date(date(2026, 11, 5)) == "Nov 5, 2026"
    assert ZH.date(date(2026, 11, 5)) == "2026年11月5日"
    assert EN.date(None) == ZH.date(None) == "—"


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, np.float64("nan")])
def test_unknown_is_said_and_never_zero(nothing):
    for show in ("number", "percent", "money"):
        assert getattr(ZH, show)(nothing) == "未知"
        assert getattr(EN, show)(nothing) == "unknown"


@pytest.mark.parametrize("lang", LANGS)
def test_every_market_and_region_has_a_name(lang):
    """235 markets, "NA" among them; no bare code on any page."""
    t = translator(lang)
    codes = TABLES.markets["market"]
    assert len(codes) == 235
    for code in codes:
        name = t.market(code)
        assert name.strip() and name != code
        assert (lang == "zh") == any("\u4e00" <= letter <= "\u9fff" for letter in name), name
    assert len({t.market(code) for code in codes}) == 235
    for region in {*TABLES.markets["region"], *TABLES.markets["subregion"]}:
        assert not t.region(region).isdigit()


def test_names_that_are_easily_got_wrong():
    assert (EN.market("NA"), ZH.market("NA")) == ("Namibia", "纳米比亚")
    assert (ZH.market("HK"), ZH.market("MO"), ZH.market("TW")) == (
        "中国香港",
        "中国澳门",
        "中国台湾",
    )
    assert EN.market("XX") == "XX"  # no market; the plan refuses it before it is shown


@pytest.mark.parametrize("lang", LANGS)
def test_languages_that_a_profile_shows_have_a_name(lang):
    """A profile names the six languages with most speakers; CLDR lacks some, we have those."""
    t = translator(lang)
    ordered = TABLES.languages.sort_values("share", ascending=False, kind="stable")
    shown = ordered.groupby("market").head(6)
    bare = [tag for tag in shown["language"].unique() if t.language(tag) == tag]
    assert bare == []


def test_languages_by_name():
    assert (EN.language("arz"), ZH.language("arz")) == ("Egyptian Arabic", "埃及阿拉伯语")
    assert (EN.language("zh-Hant"), ZH.language("pt_BR")) == ("Chinese", "葡萄牙语")
    assert EN.language("xqq") == "xqq"


def test_parts_and_sentences_are_joined_as_the_language_does():
    assert EN.listing(["a", "b"]) == "a, b"
    assert ZH.listing(["甲", "乙"]) == "甲、乙"
    assert EN.sentences("One.", "", "Two.") == "One. Two."
    assert ZH.sentences("一。", "", "二。") == "一。二。"


def test_placeholders_are_filled_with_localised_values():
    said = T_(
        "{evidence} (as of {day}; older than {days} days, have it confirmed)",
        evidence=Bilingual(en="Law", zh="法律"),
        day=date(2025, 6, 30),
        days=180,
    )
    assert EN.text(said) == "Law (as of Jun 30, 2025; older than 180 days, have it confirmed)"
    assert ZH.text(said).startswith("法律") and "2025年6月30日" in ZH.text(said)
    assert EN("Proof: need {level} of 5, strength {strength} of 5.", level=4.25, strength=3) == (
        "Proof: need 4.2 of 5, strength 3 of 5."
    )
    assert ZH.text("用户自己的话 {x}") == "用户自己的话 {x}"


def test_a_text_without_translation_stays_english():
    assert ZH("No such message {x}", x=1) == "No such message 1"


ONE, MANY = (
    "{share}% of the mix goes into a channel where the only known competitor spends; name the "
    "difference or the detour.",
    "{share}% of the mix goes into a channel where all {count} known competitors spend; name the "
    "difference or the detour.",
)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 items open"), (1, "1 item open"), (2, "2 items open"), (1200, "1,200 items open")],
)
def test_a_count_has_its_noun(count, said):
    assert EN.n("{count} item open", "{count} items open", count) == said
    assert ZH.n("{count} item open", "{count} items open", count) == f"{said.split()[0]} 项待解"


def test_a_count_within_a_lazy_text_has_its_noun():
    """The translation depends on the count; so does English where a catalogue lacks the message."""
    assert "the only known competitor spends" in EN.text(N_(ONE, MANY, 1, share=40))
    assert "all 3 known competitors spend" in EN.text(N_(ONE, MANY, 3, share=40))
    assert "3 家已知竞品" in ZH.text(N_(ONE, MANY, 3, share=40))
    assert ZH.text(N_("{count} no such", "{count} none such", 2)) == "2 none such"
    inner = T_("{evidence} (checked)", evidence=N_("{count} platform", "{count} platforms", 1))
    assert EN.text(inner).startswith("1 platform ")
    error = InputError("x {found}", found=N_("{count} cell", "{count} cells", 1))
    assert (EN.error(error), ZH.error(error)) == ("x 1 cell", "x 1 个条目")


def test_errors_are_translated_with_the_rule_inside_them():
    error = InputError(
        "Parameter {name}: {value!r} is not allowed ({rule}).",
        name="levels.0",
        value="x{y}",
        rule=T_("it must be at most {high}", high=5),
    )
    assert (
        str(error)
        == EN.error(error)
        == "Parameter levels.0: 'x{y}' is not allowed (it must be at most 5)."
    )
    said = ZH.error(error)
    assert "levels.0" in said and "'x{y}'" in said and "不得大于 5" in said
    assert "at most" not in said


def test_an_exception_leaves_the_block_in_the_language_of_the_page():
    with pytest.raises(InputError, match=r"^参数 markte") as caught, speaking("zh"):
        raise InputError(
            "Parameter {name}: {value!r} is not allowed ({rule}).", name="markte", value=1, rule="x"
        )
    assert caught.value.msgid.startswith("Parameter")
    with pytest.raises(KeyError), speaking("zh"):
        raise KeyError("not ours")


def test_another_language_is_refused():
    with pytest.raises(WorkbenchError, match="Language 'fr' is not available; choose zh or en"):
        translator("fr")
