"""Affiliate platforms and notes for a market drawn: levels, unknowns, evidence, both languages."""

import pytest

from workbench.domain.platforms import choose
from workbench.figures import market_notes, platforms
from workbench.locale import LANGS, translator


def choice(portfolio, market):
    tables = portfolio.reference
    rows = tables.markets[tables.markets["market"] == market]
    return choose(tables.affiliate_platforms, tables.affiliate_scores, rows, samples=200)


@pytest.mark.parametrize("lang", LANGS)
def test_platforms_show_rule_flag_and_evidence(portfolio, lang):
    t = translator(lang)
    html = platforms.view(choice(portfolio, "SA"), t).html
    assert t("referee and player") in html
    assert "ArabClicks" in html
    assert ("Mostly code-based" in html) == (lang == "en")


def test_a_market_without_candidates_says_so(portfolio):
    tables = portfolio.reference
    none = tables.affiliate_platforms[tables.affiliate_platforms["platform"] == "linkprice"]
    rows = tables.markets[tables.markets["market"] == "SA"]
    html = platforms.view(choose(none, tables.affiliate_scores, rows), translator("en")).html
    assert "No platform of the table reaches this market." in html


@pytest.mark.parametrize("lang", LANGS)
def test_notes_show_topics_sources_and_open_questions(portfolio, lang):
    t = translator(lang)
    html = market_notes.view(portfolio, "SA", t).html
    assert t("Culture and taboos") in html and t("to be asked") in html
    assert "mada" in html and "2025-12-31" in html
