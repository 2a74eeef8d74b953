"""The promise check: phrases found, figures compared, shortfalls, honest wording."""

import math

import pandas as pd
import pytest

from workbench.domain.errors import InputError
from workbench.domain.promise import COLUMNS, check, compare, find
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan
from workbench.sources.products import example_products
from workbench.sources.reference import load_reference

TABLES = load_reference()
GOOD = {  # meets every requirement used below
    "connect_time_ms": 780,
    "end_to_end_delay_ms": 90,
    "downlink_kbps": 5200,
    "loss_tolerance_pct": 35,
    "frame_rate_fps": 30,
    "freeze_ratio_pct": 0.7,
}


def phrases(*rows: tuple) -> pd.DataFrame:
    """Rows of ``phrase, lang, promise, requirement, match``."""
    table = pd.DataFrame(rows, columns=["phrase", "lang", "promise", "requirement", "match"])
    return table.assign(honest_en="at {value} {unit} ({metric})", honest_zh="约 {value} {unit}")


def requirements(*rows: tuple) -> pd.DataFrame:
    """Rows of ``requirement, metric, comparison, threshold, unit``."""
    names = ["requirement", "metric", "comparison", "threshold", "unit"]
    return pd.DataFrame(rows, columns=names).assign(source="ITU-T G.114", source_url="")


FAST = requirements(("fast", "connect_time_ms", "max", 1000.0, "ms"))


def found_in(text: str, lang: str, table: pd.DataFrame) -> list[tuple]:
    hits = find({lang: text}, table)
    return [(row.found, row.start, row.promise) for row in hits.itertuples()]


def judged(text: str, lang: str, technology: dict, weak: bool = False) -> dict[str, tuple]:
    """Requirement -> (verdict, shortfall) with the committed tables."""
    result = check({lang: text}, technology, TABLES.promises, TABLES.requirements, weak)
    return {row.requirement: (row.verdict, row.shortfall) for row in result.table.itertuples()}


# ---- Finding ----


def test_a_phrase_inside_a_longer_one_of_the_same_promise_counts_once_for_the_longer():
    table = phrases(("高清", "zh", "hd", "r", "literal"), ("超高清", "zh", "hd", "r", "literal"))
    assert found_in("超高清画质，不止高清", "zh", table) == [("高清", 8, "hd"), ("超高清", 0, "hd")]


def test_a_phrase_inside_a_longer_one_of_another_promise_stands():
    table = phrases(
        ("秒接通", "zh", "instant", "r", "literal"),
        ("全球秒接通", "zh", "everywhere", "r", "literal"),
    )
    assert found_in("全球秒接通", "zh", table) == [
        ("秒接通", 2, "instant"),
        ("全球秒接通", 0, "everywhere"),
    ]


def test_phrases_that_only_overlap_both_stand():
    table = phrases(
        ("no lag ever", "en", "smooth", "r", "literal"),
        ("ever so smooth", "en", "smooth", "r", "literal"),
    )
    assert [start for _, start, _ in found_in("no lag ever so smooth", "en", table)] == [0, 7]


def test_english_is_found_in_any_case_and_as_whole_words():
    table = phrases(("no lag", "en", "smooth", "r", "literal"))
    assert found_in("No Lag! NO LAG? no lagoon, casino lag", "en", table) == [
        ("No Lag", 0, "smooth"),
        ("NO LAG", 8, "smooth"),
    ]


def test_chinese_is_found_without_word_edges():
    table = phrases(("秒接通", "zh", "instant", "r", "literal"))
    assert found_in("我们秒接通吧", "zh", table) == [("秒接通", 2, "instant")]


def test_a_literal_phrase_is_not_read_as_a_pattern():
    table = phrases(("4.5G", "zh", "p", "r", "literal"))
    assert found_in("4x5G 4.5G", "zh", table) == [("4.5G", 5, "p")]


def test_chinese_copy_is_read_for_english_phrases_but_not_the_other_way_round():
    """Adverts in Chinese say HD; a Chinese character ends the English word, a letter does not."""
    table = phrases(("HD", "en", "hd", "r", "literal"), ("高清", "zh", "hd", "r", "literal"))
    assert [hit[0] for hit in found_in("HD画质,不是 HDR", "zh", table)] == ["HD"]
    assert found_in("高清 pictures", "en", table) == []
    found = find({"zh": "HD画质"}, table)
    assert found["lang"].tolist() == ["zh"]


def test_nothing_is_found_in_copy_without_promises():
    result = check({"zh": "", "en": "Hello."}, {}, TABLES.promises, TABLES.requirements)
    assert (result.verdict, list(result.table.columns)) == ("none", COLUMNS)
    assert result.table.empty and result.copy == {"zh": "", "en": "Hello."}


def test_a_broken_pattern_is_named_with_the_remedy():
    table = phrases(("HD(", "en", "hd", "fast", "regex"))
    with pytest.raises(
        InputError,
        match=r"phrase 'HD\(' is not a regular expression: .*; mend "
        "it or set match to literal",
    ):
        find({"en": "HD"}, table)


# ---- Other letters, and denials ----


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("画面ＨＤ！", "zh", ("ＨＤ", 2, 4)),
        ("Shows in ＨＤ.", "en", ("ＨＤ", 9, 11)),
        ("１０８０Ｐ画面", "zh", ("１０８０Ｐ", 0, 5)),
        ("７×２４", "zh", ("７×２４", 0, 4)),
    ],
)
def test_full_width_letters_are_found_and_quoted_as_they_stand(text, lang, found):
    row = check({lang: text}, GOOD, TABLES.promises, TABLES.requirements).table.iloc[0]
    assert (row["phrase"], row["start"], row["end"]) == found
    assert text[row["start"] : row["end"]] == row["phrase"]


def test_a_phrase_may_itself_be_written_full_width():
    table = phrases(
        ("快，稳", "zh", "fast", "r", "literal"), ("ＨＤ（画质）?", "zh", "hd", "r", "regex")
    )
    assert found_in("快，稳，HD（画质）", "zh", table) == [
        ("快，稳", 0, "fast"),
        ("HD（画质）", 4, "hd"),
    ]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("not HD", "en"),
        ("No HD, just chat", "en"),
        ("This isn't 1080p.", "en"),
        ("not in full HD", "en"),
        ("不是高清", "zh"),
        ("非高清", "zh"),
        ("无需高清", "zh"),
        ("无需ＨＤ", "zh"),
        ("不是超高清", "zh"),
        ("不是高清画质", "zh"),
        ("并非全球秒接通", "zh"),
        ("不是不卡顿", "zh"),
    ],
)
def test_a_denied_phrase_is_no_promise(text, lang):
    assert check({lang: text}, GOOD, TABLES.promises, TABLES.requirements).verdict == "none"


@pytest.mark.parametrize(
    ("text", "lang", "promises"),
    [
        ("not only HD", "en", {"hd_picture"}),
        ("Not just HD but 4K", "en", {"hd_picture", "ultra_hd"}),
        ("not HD but 4K", "en", {"ultra_hd"}),
        ("no lag", "en", {"smooth"}),  # the denial is part of the phrase
        ("No lag, no delay, no HD", "en", {"smooth", "zero_delay"}),
        ("never down, always on", "en", {"never_down", "always_on"}),
        ("No tunnel too long, no old phone left out", "en", {"weak_network_ok", "low_end_ok"}),
        ("不仅高清", "zh", {"hd_picture"}),
        ("不只是高清，还不卡顿", "zh", {"hd_picture", "smooth"}),
        ("不卡顿", "zh", {"smooth"}),
        ("流畅不卡顿", "zh", {"smooth"}),
        ("无需高清也不卡顿", "zh", {"smooth"}),
        ("不是高清，是超高清", "zh", {"ultra_hd"}),
        ("非高清不播", "zh", {"hd_picture"}),
    ],
)
def test_a_denial_takes_back_no_more_than_the_phrase_behind_it(text, lang, promises):
    table = check({lang: text}, GOOD, TABLES.promises, TABLES.requirements).table
    assert set(table["promise"]) == promises


def test_what_lies_inside_a_denied_phrase_is_denied_with_it():
    table = phrases(
        ("秒接通", "zh", "instant", "r", "literal"),
        ("全球秒接通", "zh", "everywhere", "r", "literal"),
    )
    assert found_in("不是全球秒接通", "zh", table) == []
    assert found_in("不是全球秒接通，只是秒接通", "zh", table) == [("秒接通", 10, "instant")]


# ---- Comparing ----


@pytest.mark.parametrize(
    ("available", "threshold", "comparison", "verdict", "shortfall"),
    [
        (1000, 1000, "max", "kept", None),  # at the threshold it is kept
        (1000.5, 1000, "max", "blocked", 0.5),
        (780, 1000, "max", "kept", None),
        (3000, 3000, "min", "kept", None),
        (1800, 3000, "min", "blocked", 1200),
        (0, 20, "min", "blocked", 20),
        (math.nan, 1000, "max", "unknown", None),
        (math.nan, 3000, "min", "unknown", None),
    ],
)
def test_compare_by_hand(available, threshold, comparison, verdict, shortfall):
    result, short = compare(available, threshold, comparison)
    assert result == verdict
    assert short == shortfall if shortfall is not None else math.isnan(short)


def test_a_blocked_promise_comes_with_shortfall_and_honest_wording_filled_in():
    table = phrases(("instant", "en", "instant", "fast", "literal"))
    row = check({"en": "Be instant"}, {"connect_time_ms": 1300.0}, table, FAST).table.iloc[0]
    assert row.to_dict() == {
        "phrase": "instant",
        "lang": "en",
        "promise": "instant",
        "requirement": "fast",
        "metric": "connect_time_ms",
        "comparison": "max",
        "required": 1000,
        "unit": "ms",
        "available": 1300,
        "verdict": "blocked",
        "shortfall": 300,
        "start": 3,
        "end": 10,
        "honest_en": "at 1300 ms (connect_time_ms)",
        "honest_zh": "约 1300 ms",
        "source": "ITU-T G.114",
        "source_url": "",
    }


@pytest.mark.parametrize("technology", [{}, {"connect_time_ms": 600.0}])
def test_a_kept_or_unknown_promise_needs_no_other_wording(technology):
    table = phrases(("instant", "en", "instant", "fast", "literal"))
    row = check({"en": "instant"}, technology, table, FAST).table.iloc[0]
    assert (row["honest_en"], row["honest_zh"]) == ("", "")


def test_a_figure_that_is_not_stated_is_unknown_never_kept():
    table = phrases(("instant", "en", "instant", "fast", "literal"))
    for technology in ({}, {"end_to_end_delay_ms": 1.0}, {"connect_time_ms": math.nan}):
        result = check({"en": "instant"}, technology, table, FAST)
        assert (result.verdict, result.table.iloc[0]["verdict"]) == ("unknown", "unknown")
        assert math.isnan(result.table.iloc[0]["shortfall"])


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ({"connect_time_ms": 9999.0}, "blocked"),  # the other is unknown; blocked wins
        ({"connect_time_ms": 1.0}, "unknown"),
        ({"connect_time_ms": 1.0, "downlink_kbps": 9.0}, "kept"),
        ({"downlink_kbps": 1.0}, "blocked"),
    ],
)
def test_the_copy_is_as_weak_as_its_weakest_promise(figures, verdict):
    table = phrases(
        ("instant", "en", "instant", "fast", "literal"), ("HD", "en", "hd", "sharp", "literal")
    )
    rules = pd.concat([FAST, requirements(("sharp", "downlink_kbps", "min", 5.0, "kbps"))])
    assert check({"en": "instant HD"}, figures, table, rules).verdict == verdict


def test_one_place_promise_and_requirement_make_one_row():
    table = phrases(
        ("instant", "en", "instant", "fast", "literal"),
        (r"inst\w+", "en", "instant", "fast", "regex"),
    )
    assert len(check({"en": "instant, instant"}, {}, table, FAST).table) == 2


def test_an_unknown_requirement_is_named_with_the_phrase_and_the_known_ones():
    table = phrases(("HD", "en", "hd", "shiny", "literal"))
    with pytest.raises(
        InputError,
        match="phrase 'HD' asks for the unknown requirement 'shiny'; requirements are: fast",
    ):
        check({"en": "HD"}, {}, table, FAST)


@pytest.mark.parametrize("wording", ["at {speed} ms", "at {value ms", "at {} ms", "at {value.x}"])
def test_honest_wording_that_cannot_be_filled_in_is_named_with_the_placeholders(wording):
    table = phrases(("HD", "en", "hd", "fast", "literal")).assign(honest_en=wording)
    with pytest.raises(InputError) as caught:
        check({"en": "HD"}, {"connect_time_ms": 2000.0}, table, FAST)
    assert repr(wording) in str(caught.value) and "'HD'" in str(caught.value)
    assert "placeholders are {value}, {unit}, {metric}" in str(caught.value)


# ---- The phrases of the spec against the committed tables, shortfalls by hand ----


@pytest.mark.parametrize(
    ("text", "lang", "change", "short"),
    [
        # Nielsen's 1 s: 1300 ms is 300 ms too long.
        ("全球秒接通", "zh", {"connect_time_ms": 1300}, {"connect_instant": 300}),
        ("Instant connect", "en", {"connect_time_ms": 1300}, {"connect_instant": 300}),
        # 全球 also asks for G.114's upper limit of 400 ms everywhere: 560 is 160 too many.
        ("全球秒接通", "zh", {"end_to_end_delay_ms": 560}, {"delay_upper": 160}),
        # 720p asks for 3000 kbit/s: 1800 is 1200 short.
        ("高清画质", "zh", {"downlink_kbps": 1800}, {"downlink_hd_720p": 1200}),
        ("Shows in HD.", "en", {"downlink_kbps": 1800}, {"downlink_hd_720p": 1200}),
        # Freezing 1.9% of the time is 0.9 points above 1%.
        ("流畅不卡顿", "zh", {"freeze_ratio_pct": 1.9}, {"freeze_viewing": 0.9}),
        # Lag is delay and freezing: 180 ms is 30 above G.114's 150.
        (
            "no lag",
            "en",
            {"end_to_end_delay_ms": 180, "freeze_ratio_pct": 1.9},
            {"delay_interactive": 30, "freeze_viewing": 0.9},
        ),
    ],
)
def test_the_spec_phrases_are_kept_by_good_figures_and_short_by_hand(text, lang, change, short):
    kept = judged(text, lang, GOOD)
    assert {verdict for verdict, _ in kept.values()} == {"kept"}
    result = judged(text, lang, {**GOOD, **change})
    assert {
        name: figure for name, (verdict, figure) in result.items() if verdict == "blocked"
    } == pytest.approx(short)
    assert {name for name, (verdict, _) in result.items() if verdict == "kept"} == (
        set(kept) - set(short)
    )
    assert {verdict for verdict, _ in judged(text, lang, {}).values()} == {"unknown"}


def test_the_global_phrase_promises_speed_and_reach_but_not_twice():
    result = check({"zh": "全球秒接通"}, GOOD, TABLES.promises, TABLES.requirements)
    assert result.table[["promise", "requirement"]].to_numpy().tolist() == [
        ["instant_connect", "connect_instant"],
        ["works_anywhere", "delay_upper"],
    ]


@pytest.mark.parametrize(
    ("text", "lang", "promise"),
    [
        ("超高清", "zh", {"ultra_hd"}),
        ("全高清", "zh", {"full_hd"}),
        ("高清", "zh", {"hd_picture"}),
        ("超清", "zh", {"full_hd"}),
        ("full HD", "en", {"full_hd"}),
        ("HD", "en", {"hd_picture"}),
        ("Ultra HD", "en", {"ultra_hd"}),
    ],
)
def test_each_picture_size_is_one_promise(text, lang, promise):
    result = check({lang: text}, GOOD, TABLES.promises, TABLES.requirements)
    assert set(result.table["promise"]) == promise


def test_every_committed_requirement_and_phrase_is_measurable_and_sourced():
    from workbench.domain.product import METRICS

    rules, words = TABLES.requirements, TABLES.promises
    assert set(rules["metric"]) <= set(METRICS)
    assert (rules["source"] != "").all()
    assert set(words["requirement"]) <= set(rules["requirement"])
    assert {"ITU-T Recommendation G.114 (05/2003), One-way transmission time"} == set(
        rules.loc[rules["requirement"].isin(["delay_interactive", "delay_upper"]), "source"]
    )


def test_every_committed_honest_wording_can_be_filled_in_and_states_the_figure():
    for wording in (*TABLES.promises["honest_en"], *TABLES.promises["honest_zh"]):
        filled = wording.format(value="1234", unit="ms", metric="connect_time_ms")
        assert "1234" in filled and "{" not in filled


# ---- One product, two languages ----


@pytest.mark.parametrize("name", sorted(example_products()))
def test_an_example_s_copy_is_judged_alike_in_both_languages(name):
    """In each market of the example plan the same promises can't be kept, in zh and in en."""
    plan = load_plan(data_folder() / "examples" / "plan.yaml")
    assert len(plan.markets) == 12
    portfolio = open_portfolio(plan.but(product=name, levels=[], answers=[], samples=200))
    for code in plan.markets:
        table = portfolio.market(code).promise.table
        blocked = table[table["verdict"] == "blocked"]
        zh, en = (set(blocked.loc[blocked["lang"] == lang, "promise"]) for lang in ("zh", "en"))
        assert zh == en, code


@pytest.mark.parametrize(
    "text",
    [
        "Smooth even on weak networks",
        "runs smoothly over poor mobile connections",
        "smooth on a slow network",
    ],
)
def test_smoothness_on_a_weak_network_is_one_promise_that_asks_for_both(text):
    """As 弱网也流畅: loss and freezing; the weak network inside it doesn't count again."""
    table = check({"en": text}, GOOD, TABLES.promises, TABLES.requirements).table
    found = table[table["promise"] == "weak_network_ok"]
    assert found["requirement"].tolist() == ["freeze_viewing", "loss_weak_20"]
    assert found["phrase"].nunique() == 1 and found["phrase"].iloc[0].lower().startswith("smooth")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("秒开", "zh"),
        ("一秒打开", "zh"),
        ("一秒就能开播", "zh"),
        ("1 秒启动", "zh"),
        ("Opens at once.", "en"),
        ("It opens instantly", "en"),
        ("open in one second", "en"),
    ],
)
def test_opening_at_once_is_a_promise_in_any_wording(text, lang):
    assert set(judged(text, lang, GOOD)) == {"connect_instant"}


def test_a_number_that_ends_in_one_is_another():
    assert judged("21秒打开", "zh", GOOD) == {}


def test_crystal_clear_before_a_size_is_that_size():
    assert set(judged("Crystal-clear 1080p", "en", GOOD)) == {"downlink_full_hd_1080p"}
    assert set(judged("Crystal-clear calls", "en", GOOD)) == {"downlink_hd_720p"}


# ---- Weak networks ----


def test_on_a_weak_network_a_promise_of_smoothness_also_asks_for_loss_tolerance():
    usual = judged("流畅不卡顿", "zh", {**GOOD, "loss_tolerance_pct": 15})
    assert "loss_weak_20" not in usual
    weak = judged("流畅不卡顿", "zh", {**GOOD, "loss_tolerance_pct": 15}, weak=True)
    assert weak["loss_weak_20"] == ("blocked", 5)  # 20% asked for, 15% borne
    assert {name: weak[name][0] for name in usual} == dict.fromkeys(usual, "kept")


def test_the_weak_network_requirement_brings_its_own_honest_wording_once():
    result = check(
        {"en": "no lag"},
        {**GOOD, "loss_tolerance_pct": 15},
        TABLES.promises,
        TABLES.requirements,
        weak_network=True,
    )
    rows = result.table[result.table["requirement"] == "loss_weak_20"]
    assert rows["honest_en"].tolist() == ["keeps working at up to 15% packet loss"]
    assert rows["honest_zh"].tolist() == ["丢包 15% 以内仍可使用"]


def test_a_weak_network_adds_nothing_to_other_promises():
    assert judged("Shows in HD", "en", GOOD, weak=True).keys() == {"downlink_hd_720p"}
    assert judged("Hello", "en", GOOD, weak=True) == {}
