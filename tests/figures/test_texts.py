"""The topics that are tables and sentences: what is known is shown, what isn't says so."""

import re
from datetime import date

import pandas as pd
import pytest

from workbench.figures import competitors, market, provider, readiness, verdict
from workbench.figures.view import render
from workbench.locale import translator, word

EN, ZH = translator("en"), translator("zh")


def cells(html: str) -> list[list[str]]:
    """Rows of every table in the HTML, as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [
        [
            re.sub(r"<[^>]+>|\s+", " ", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


# --- verdict ------------------------------------------------------------------------------------


def test_the_verdict_comes_first_and_explains_itself(portfolio):
    html = verdict.view(portfolio, "ID", EN).html
    one = portfolio.market("ID")
    assert html.index(word(EN, "gate", one.readiness.gate)) < html.index("Star Arena")
    row = portfolio.ranking.table.loc["ID"]
    assert f"<dd>{row['rank']:.0f} <small>" in html and EN.percent(row["top_share"]) in html
    assert f"<dd>{EN.percent(one.value.fit)}</dd>" in html


def test_a_market_without_a_rank_has_a_dash_not_a_zero(portfolio):
    html = verdict.view(portfolio, "SJ", EN).html
    assert "<dd>— <small>too much is unknown</small></dd>" in html
    assert f"<dd>{EN.percent(portfolio.market('SJ').missing)}</dd>" in html


def test_open_items_name_who_and_when_and_the_rest_is_counted(portfolio):
    item = {
        "market": "ID",
        "check": "promises_kept",
        "status": "blocked",
        "evidence": "Refused",
        "owner": "Lin",
        "due": date(2027, 1, 10),
    }
    changed = portfolio.but(portfolio.plan.but(answers=[item]))
    html = verdict.view(changed, "ID", EN).html
    assert "Lin" in html and "Jan 10, 2027" in html and "Do not enter" in html
    todo = len(changed.market("ID").readiness.open_items)
    assert f"and {todo - 6} more" in html
    assert readiness.open_rows(changed, "ID", EN)[0]["check"] == "promises_kept"


def test_chinese_sentences_of_the_verdict_touch(portfolio):
    said = re.search(r'<p class="say">(.*?)</p>', verdict.view(portfolio, "ID", ZH).html)[1]
    assert said.count("。") >= 2 and "。 " not in said
    said = re.search(r'<p class="say">(.*?)</p>', verdict.view(portfolio, "ID", EN).html)[1]
    assert ". Gap: " in said


def test_without_a_product_the_verdict_asks_for_one(bare):
    assert "Choose a product" in verdict.view(bare, "ID", EN).html
    assert verdict.product_name(bare, EN) == "no product"


# --- readiness ----------------------------------------------------------------------------------


def test_each_question_shows_its_status_and_its_weakest_check(portfolio):
    html = readiness.view(portfolio, "ID", EN).html
    found = portfolio.market("ID").readiness
    cards = re.findall(r'<div class="card"><span class="tag (\w+)">', html)
    assert cards == list(found.questions.values())
    assert len(cells(html)) == 1 + len(found.checks)
    assert html.count("· required check") == (found.checks["required"] == "yes").sum()


def test_an_expired_answer_says_when_it_ended(portfolio):
    item = {
        "market": "ID",
        "check": "field_test_done",
        "status": "ready",
        "evidence": "Lab test",
        "expiry": date(2026, 1, 31),
    }
    changed = portfolio.but(portfolio.plan.but(answers=[item]))
    html = readiness.view(changed, "ID", EN).html
    assert "The answer “Lab test” expired on Jan 31, 2026; answer it anew." in html
    assert "“Lab test”" in readiness.view(changed, "ID", ZH).html


# --- market profile -----------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["ID", "NA", "SJ"])
def test_a_profile_shows_each_figure_with_unit_year_and_source(portfolio, code):
    tables = portfolio.reference
    known = tables.indicators[tables.indicators["market"] == code].set_index("indicator")
    html = market.view(portfolio, code, EN).html
    shown = {row[0]: row[1:] for row in cells(html) if len(row) == 6}
    for entry in tables.indicator_catalogue.itertuples():
        row = shown[entry.name_en]
        if entry.indicator in known.index:
            found = known.loc[entry.indicator]
            assert row[0] == EN.number(found["value"], int(entry.decimals))
            assert row[4] and row[4] != "no figure"
            if pd.notna(found["year"]):
                assert row[3] == f"{found['year']:.0f}"
        else:
            assert row[0] == "?" and row[4] == "no figure"


def test_a_currency_has_a_name(portfolio):
    assert "Saudi Riyal" in market.view(portfolio, "SA", EN).html
    shown = market.view(portfolio, "SA", ZH).html
    assert "沙特里亚尔" in shown and "SAR" not in shown


def test_law_is_shown_with_its_day_and_missing_law_is_said(portfolio):
    html = market.view(portfolio, "ID", EN).html
    laws = portfolio.reference.regulation
    for row in laws[laws["market"] == "ID"].itertuples():
        assert row.as_of in html and word(EN, "law", row.status) in html
    assert "not legal advice" in html
    assert "No curated regulation row" in market.view(portfolio, "SJ", EN).html


def test_markets_alike_are_by_distance_and_differ_in_something(portfolio):
    html = market.alike(portfolio, "ID", EN).html
    near = portfolio.neighbours("ID")
    rows = cells(html)[1:]
    assert [row[0] for row in rows] == [EN.market(code) for code in near["market"]]
    assert [row[2] for row in rows] == [EN.number(gap, 2) for gap in near["distance"]]
    assert "Too few needs are known" in market.alike(portfolio, "SJ", EN).html


# --- competitors and provider -------------------------------------------------------------------


def test_the_register_s_medians_and_what_is_crowded(portfolio):
    html = competitors.view(portfolio, "ID", EN).html
    found = portfolio.market("ID").competition
    rows = cells(html)[1:]
    assert len(rows) == len(found.channels)
    for row, (_, own) in zip(rows, found.channels.iterrows(), strict=True):
        assert row[1] == f"{own['competitors']} / {found.competitors}"
        assert row[2] == EN.money(own["cpa_usd"]) and row[3] == EN.number(own["return_ratio"], 2)
        assert ("crowded" in row[4]) == own["crowded"]
    assert "No competitor is registered" in competitors.view(portfolio, "SJ", EN).html


def test_an_unknown_cost_is_said_not_zero():
    row = {
        "name": "KOL",
        "competitors": 1,
        "cpa_usd": float("nan"),
        "return_ratio": float("nan"),
        "crowded": False,
    }
    html = render("competitors", ZH, rows=[row], count=2, sources=[])
    assert html.count("未知") == 2 and "US$0" not in html


def test_the_chosen_provider_leads_the_candidates(portfolio, bare):
    rows = cells(provider.view(portfolio, "ID", EN).html)
    assert "chosen" in rows[1][0] and len(rows[1]) == 1 + len(provider.CRITERIA)
    levels = {cell for row in rows[1:] for cell in row[1:] if len(row) == 8}
    assert levels <= {"1", "2", "3", "4", "5", "?"} and "?" in levels
    assert "No provider is chosen" in provider.view(bare, "ID", EN).html


def test_posture_by_region_names_the_plan_s_markets(portfolio, bare):
    html = provider.regions(portfolio, EN).html
    assert "Indonesia" in html and len(cells(html)) == 1 + len(portfolio.provider_levels)
    assert "No provider is chosen" in provider.regions(bare, EN).html
