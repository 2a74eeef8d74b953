"""The committed tables: their form, what refers to what, and how much is there."""

import csv
import re
from collections.abc import Iterable

import pandas as pd
import pytest

from workbench.domain import market, promise
from workbench.domain.plan import make_plan
from workbench.domain.product import METRICS
from workbench.domain.reference import Reference
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder
from workbench.sources.products import example_products, load_product
from workbench.sources.reference import load_reference, load_table, schemas

REFERENCE, EXAMPLES = data_folder() / "reference", data_folder() / "examples"
FILES = {
    **{name: REFERENCE / f"{name}.csv" for name in Reference.names()},
    "sources": REFERENCE / "SOURCES.csv",
    "competitors": EXAMPLES / "competitors.csv",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def tables() -> Reference:
    return load_reference(FILES["competitors"])


def split(values: Iterable[str]) -> set[str]:
    """The entries of a column whose cells hold lists with semicolons; empty cells have none."""
    return {part for value in values for part in value.split(";") if part}


# --- form --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", Reference.names())
def test_the_table_conforms_to_its_schema(name) -> None:
    """Columns, types, ranges, allowed words, no row twice; and there are rows."""
    assert len(load_table(name, FILES[name])) > 0


def test_no_table_lies_about_without_a_schema() -> None:
    """Every CSV file beside the schema is described by it."""
    assert {path.name for path in REFERENCE.glob("*.csv")} == {
        path.name for path in FILES.values() if path.parent == REFERENCE
    }


@pytest.mark.parametrize("name", Reference.names())
def test_the_file_is_plain(name) -> None:
    """UTF-8, LF, a last line end, columns in the schema's order, no blanks at a cell's ends, no
    word that stands for a missing value ("nan" is a language, Min Nan)."""
    content = FILES[name].read_bytes()
    assert b"\r" not in content and content.endswith(b"\n") and not content.startswith(b"\xef\xbb")
    header, *rows = csv.reader(content.decode("utf-8").splitlines(keepends=True))
    assert header == [column.name for column in schemas()[name].columns]
    for row in rows:
        for column, cell in zip(header, row, strict=True):
            assert cell == cell.strip(), (column, cell)
            if (name, column) != ("languages", "language"):
                assert cell.casefold() not in {"n/a", "nan", "null", "tbd", "?", "-"}, row


@pytest.mark.parametrize("name", Reference.names())
def test_both_languages_are_filled(name) -> None:
    """Where there is one there is the other; the Chinese column holds Chinese, the English none.

    Units and the names of firms may be the same in both.
    """
    frame = load_table(name, FILES[name])
    pairs = [column[:-3] for column in frame.columns if column.endswith("_zh")]
    assert pairs == [
        column[:-3]
        for column in frame.columns
        if column.endswith("_en") and (name, column) != ("markets", "name_en")
    ]
    for column in pairs:
        english, chinese = frame[f"{column}_en"], frame[f"{column}_zh"]
        assert ((english == "") == (chinese == "")).all(), column
        assert not english.str.contains(CHINESE).any(), column
        if (name, column) not in {("indicator_catalogue", "unit"), ("providers", "name")}:
            assert chinese[chinese != ""].str.contains(CHINESE).all(), column


@pytest.mark.parametrize(
    "name",
    [
        "regulation",
        "platforms",
        "provider_scores",
        "providers",
        "requirements",
        "need_priors",
        "competitors",
    ],
)
def test_no_curated_row_is_from_the_future(name, tables) -> None:
    """Believed to hold on a day that had come when the data were last put together."""
    assert getattr(tables, name)["as_of"].max() <= tables.sources["retrieved"].max()


# --- how much is there --------------------------------------------------------------------------


def test_two_hundred_markets_have_figures(tables) -> None:
    """At least 8 of the 11 indicators each; and languages with their share."""
    known = tables.indicators.groupby("market")["indicator"].nunique()
    assert (known >= 8).sum() >= 200
    assert tables.languages["market"].nunique() >= 200
    assert (tables.markets["currency"] != "").sum() >= 200
    assert (tables.markets["income_level"] != "").sum() >= 200


def test_the_figures_asked_for_are_all_there(tables) -> None:
    """The specification's list of indicators, each for at least 195 markets but English."""
    counts = tables.indicators["indicator"].value_counts()
    wanted = {
        "internet_users",
        "fixed_broadband",
        "mobile_subscriptions",
        "median_age",
        "urban",
        "population",
        "gdp_per_head",
        "mobile_share",
        "ios_share",
        "top_language_share",
        "english_share",
    }
    assert wanted == set(counts.index)
    assert counts.drop("english_share").min() >= 195


def test_shares_of_browsing_carry_their_range(tables) -> None:
    """The median of the months with the lowest and highest month around it."""
    shares = tables.indicators[tables.indicators["indicator"].isin(["mobile_share", "ios_share"])]
    assert shares[["low", "high"]].notna().all().all()
    assert ((shares["low"] <= shares["value"]) & (shares["value"] <= shares["high"])).all()


def test_sixty_markets_have_all_five_topics_of_regulation(tables) -> None:
    """Data protection, localisation, transfer, moderation, disclosure: complete, not in part."""
    topics = tables.regulation.groupby("market")["topic"].nunique()
    assert (topics == 5).sum() >= 60
    assert set(tables.regulation["topic"]) == set(market.REGULATION_POINTS)


def test_sixty_markets_have_local_platforms(tables) -> None:
    """Of at least five kinds each, a payment method among them."""
    kinds = tables.platforms.groupby("market")["kind"].agg(set)
    assert (kinds.map(len) >= 5).sum() >= 60
    assert kinds.map(lambda found: "payment" in found).sum() >= 60


def test_there_are_eight_needs_and_eight_industries(tables) -> None:
    """The needs of the specification; the source's five industries and ours, marked so."""
    assert set(tables.needs["need"]) >= {
        "privacy",
        "interactivity",
        "picture_quality",
        "weak_network",
        "low_end_device",
        "regulation",
        "local_payment",
        "language_culture",
    }
    origin = tables.industries.set_index("industry")["origin"]
    assert set(origin[origin == "source"].index) == {
        "pan_entertainment",
        "online_education",
        "social_matching",
        "live_show",
        "tools",
    }
    assert set(origin[origin == "ours"].index) >= {"games", "cross_border_ecommerce", "saas"}


# --- what refers to what -----------------------------------------------------------------------

MARKET_TABLES = ["indicators", "languages", "regulation", "platforms", "competitors"]
REFERENCES = [
    *[(name, "market", "markets", "market") for name in MARKET_TABLES],
    ("need_formulas", "need", "needs", "need"),
    ("need_priors", "need", "needs", "need"),
    ("channel_rules", "need", "needs", "need"),
    ("channel_rules", "channel", "channels", "channel"),
    ("industry_channels", "channel", "channels", "channel"),
    ("industry_channels", "industry", "industries", "industry"),
    ("industry_weights", "industry", "industries", "industry"),
    ("competitors", "industry", "industries", "industry"),
    ("competitors", "channel", "channels", "channel"),
    ("indicators", "indicator", "indicator_catalogue", "indicator"),
    ("indicators", "source", "sources", "source"),
    ("languages", "source", "sources", "source"),
    ("promises", "requirement", "requirements", "requirement"),
    ("provider_scores", "provider", "providers", "provider"),
    ("provider_scores", "region", "markets", "subregion"),
    ("channels", "platform_kinds", "platforms", "kind"),
]
BACK = [  # entries that nothing uses would be dead
    ("channels", "channel", "industry_channels", "channel"),
    ("industries", "industry", "industry_channels", "industry"),
    ("requirements", "requirement", "promises", "requirement"),
    ("providers", "provider", "provider_scores", "provider"),
    ("markets", "market", "indicators", "market"),
    ("indicator_catalogue", "indicator", "indicators", "indicator"),
]


@pytest.mark.parametrize(
    ("table", "column", "target", "key"),
    [*REFERENCES, *BACK],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_every_id_that_is_named_exists(tables, table, column, target, key) -> None:
    """No row hangs in the air, and no entry of a catalogue is out of use."""
    named = split(getattr(tables, table)[column])
    assert named <= set(getattr(tables, target)[key]), f"{table}.{column}"


def test_every_industry_weighs_every_criterion(tables) -> None:
    """All needs and opportunities, none twice, none unknown, and not all of them 0."""
    criteria = [*tables.needs["need"], *tables.criteria["criterion"]]
    assert len(criteria) == len(set(criteria))
    for industry, own in tables.industry_weights.groupby("industry"):
        assert sorted(own["criterion"]) == sorted(criteria), industry
        assert own["weight"].sum() > 0
    assert set(tables.industry_weights["industry"]) == set(tables.industries["industry"])


def test_every_formula_reads_indicators_that_exist(tables) -> None:
    """From the catalogue, or worked out by the chain; with two ends that differ."""
    profile = open_portfolio(make_plan({})).profile
    for frame in (tables.need_formulas, tables.criteria):
        assert set(frame["indicator"]) <= set(profile.columns)
        assert (frame["at_low"] != frame["at_high"]).all()
        ends = frame.loc[frame["scale"] == "log", ["at_low", "at_high"]]
        assert (ends > 0).all().all()
    assert tables.need_formulas.groupby("need")["confidence"].nunique().max() == 1


def test_every_need_has_a_formula(tables) -> None:
    """A documented formula for each need, so that no column of the matrix is empty."""
    assert set(tables.need_formulas["need"]) == set(tables.needs["need"])


def test_every_prior_is_about_a_group_that_has_markets(tables) -> None:
    """A region, a sub-region, a trade group or a market."""
    frame = tables.markets
    groups = {
        *frame["market"],
        *frame["region"],
        *frame["subregion"],
        *split(frame["trade_groups"]),
    }
    assert set(tables.need_priors["group"]) <= groups


def test_every_subregion_lies_in_one_region(tables) -> None:
    """M49: so that a region and its parts can be compared."""
    assert (tables.markets.groupby("subregion")["region"].nunique() == 1).all()


def test_every_status_of_regulation_belongs_to_its_topic(tables) -> None:
    """A status that has no points in its topic would make the whole market unknown."""
    for topic, own in tables.regulation.groupby("topic"):
        assert set(own["status"]) <= set(market.REGULATION_POINTS[topic]), topic
    laws = tables.regulation
    enacted = laws["status"].isin(["comprehensive", "required", "approval", "strict", "law"])
    assert laws.loc[enacted, "year"].notna().all()


def test_every_question_has_a_required_check(tables) -> None:
    """Else the question could never be ready."""
    required = tables.checks[tables.checks["required"] == "yes"]
    assert set(required["question"]) == {"infrastructure", "competitors", "promise", "compliance"}


def test_every_automatic_check_is_answered_by_the_chain(tables) -> None:
    """An id that no rule knows would leave the check unanswered without a word."""
    found = open_portfolio(make_plan({"product": "live_show"})).market("ID").readiness.checks
    origin = dict(zip(found["check"], found["origin"], strict=True))
    rule = dict(zip(tables.checks["check"], tables.checks["automatic"], strict=True))
    assert origin == {check: "automatic" if rule[check] else "none" for check in rule}
    assert sum(map(bool, rule.values())) >= 11


def test_every_industry_can_fill_a_mix(tables) -> None:
    """Floors below caps; an industry's floors sum to 100 at most, its caps to 100 at least."""
    bounds = tables.channels.set_index("channel")
    assert (bounds["floor_pct"] <= bounds["cap_pct"]).all()
    assert (bounds["time_to_effect_days_low"] <= bounds["time_to_effect_days_high"]).all()
    for industry, own in tables.industry_channels.groupby("industry"):
        chosen = bounds.loc[own["channel"]]
        assert chosen["floor_pct"].sum() <= 100 <= chosen["cap_pct"].sum(), industry


def test_the_rules_change_weights_both_ways(tables) -> None:
    """No rule without effect; the named ones of the specification are there."""
    rules = tables.channel_rules
    assert (rules["change"] != 0).all()
    privacy = rules[(rules["need"] == "privacy") & (rules["channel"] == "sharing")]
    assert (privacy["change"] < 0).any()
    assert (rules.loc[rules["need"] == "weak_network", "change"] < 0).any()


# --- promises and providers ---------------------------------------------------------------------


def test_every_requirement_is_measured_in_what_a_product_can_state(tables) -> None:
    """Each metric's name ends in its unit, and the threshold has a source."""
    assert set(tables.requirements["metric"]) <= set(METRICS)
    units = {"ms": "ms", "kbps": "kbps", "%": "pct", "fps": "fps", "GB": "gb"}
    for row in tables.requirements.itertuples():
        assert row.metric.endswith(units[row.unit]), row.requirement


def test_honest_wording_has_only_placeholders_that_are_filled(tables) -> None:
    """value, unit and metric; anything else would fail in a brief."""
    for lang in ("en", "zh"):
        for wording in tables.promises[f"honest_{lang}"]:
            wording.format(value="1", unit="ms", metric="delay")


@pytest.mark.parametrize(
    ("lang", "copy"),
    [
        ("zh", "全球秒接通"),
        ("zh", "高清画质"),
        ("zh", "流畅不卡顿"),
        ("en", "HD"),
        ("en", "instant connect"),
        ("en", "no lag"),
    ],
)
def test_the_promises_of_the_specification_are_read(tables, lang, copy) -> None:
    """Each phrase that the specification names is found in the copy."""
    assert len(promise.find({lang: f"… {copy} …"}, tables.promises)) > 0


def test_the_promise_check_names_rows_that_exist(tables) -> None:
    """The requirement and promises that code names for weak networks are in the tables."""
    assert promise.WEAK_NETWORK_REQUIREMENT in set(tables.promises["requirement"])
    assert set(promise.WEAK_NETWORK_PROMISES) <= set(tables.promises["promise"])


def test_every_provider_is_judged_on_every_criterion(tables) -> None:
    """Side by side there is a row in each cell; an unknown level is empty, but not forgotten."""
    scores = tables.provider_scores
    pairs = set(zip(scores["provider"], scores["criterion"], strict=True))
    assert pairs == {
        (provider, criterion)
        for provider in tables.providers["provider"]
        for criterion in set(scores["criterion"])
    }
    assert scores["criterion"].nunique() == 7


# --- the source's own statements ------------------------------------------------------------------


def test_the_regional_priors_of_the_source(tables) -> None:
    """North America privacy, South-East Asia interactivity, Middle East picture quality: high."""
    scores = open_portfolio(make_plan({})).scores
    assert scores.loc[["US", "CA"], "privacy"].min() >= 4
    assert scores.loc[["ID", "TH", "VN", "PH"], "interactivity"].min() >= 4
    assert scores.loc[["SA", "AE", "QA", "KW"], "picture_quality"].min() >= 4
    origin = tables.need_priors.set_index(["need", "group"])["origin"]
    assert {("privacy", "021"), ("interactivity", "035"), ("picture_quality", "145")} <= set(
        origin[origin == "source"].index
    )


@pytest.mark.parametrize(
    ("industry", "channels"),
    [
        ("pan_entertainment", {"social_media", "sharing", "kol"}),
        ("online_education", {"endorsement", "content", "community"}),
        ("social_matching", {"performance_ads", "aso", "word_of_mouth"}),
        ("live_show", {"streamer", "live_platform", "community"}),
        ("tools", {"word_of_mouth", "seo"}),
    ],
)
def test_the_channels_of_the_source(tables, industry, channels) -> None:
    """The five rows of the source's table lead, and are marked as the source's."""
    own = tables.industry_channels[tables.industry_channels["industry"] == industry]
    assert set(own.loc[own["origin"] == "source", "channel"]) == channels
    lead = own.set_index("channel")["weight"]
    assert lead[list(channels)].min() > lead.drop(list(channels)).max()


# --- examples -----------------------------------------------------------------------------------


def test_example_products_name_what_exists(tables) -> None:
    """Four, from the source's industries, labelled as examples, checked against the tables."""
    products = [load_product(name, tables) for name in example_products()]
    assert len(products) >= 4
    assert len({product.industry for product in products}) == len(products)
    codes = set(tables.markets["market"])
    methods = set(tables.platforms.loc[tables.platforms["kind"] == "payment", "platform"])
    for product in products:
        assert product.example and "示例" in product.name.zh and "example" in product.name.en
        can = product.compliance
        assert {*can.regions_hosted, *can.local_storage_available} <= codes
        assert set(product.payment_methods) & methods


def test_the_example_register_says_that_it_is_invented(tables) -> None:
    """No reader may take it for a measurement."""
    frame: pd.DataFrame = tables.competitors
    assert frame["competitor"].str.startswith("Example").all()
    assert frame["source"].str.contains("not a measurement").all()
    assert (frame["confidence"] == "low").all()
