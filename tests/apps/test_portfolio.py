"""The leader's page: verdict first, then the ranking, then who owes what by when."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from workbench.apps._opening import NOTHING, open_state
from workbench.apps.portfolio import BlockersPanel, PortfolioPage, PortfolioPanel

ANSWERS = [
    {"market": "SA", "check": "data_protection_known", "status": "blocked", "evidence": "counsel",
     "owner": "Lin", "due": "2027-01-05"},
    {"market": "ID", "check": "moderation_satisfied", "status": "conditional",
     "evidence": "<b>x</b>", "owner": '<img src=x onerror="alert(1)">', "due": "2026-12-01"},
]  # fmt: skip


@pytest.fixture
def opened(tmp_path, monkeypatch):
    path = tmp_path / "plan.json"
    plan = {"markets": ["ID", "SA", "SJ"], "product": "live_show", "samples": 500}
    path.write_text(json.dumps({**plan, "answers": ANSWERS}), encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_PLAN", str(path))
    monkeypatch.setenv("WORKBENCH_ROLE", "viewer")

    def open_page(query: str) -> PortfolioPage:
        monkeypatch.setenv("QUERY_STRING", query)
        return PortfolioPage(open_state({}))

    return open_page


def body(page: PortfolioPage, kind: type) -> str:
    return next(panel._body.value for panel in page.panels if isinstance(panel, kind))


def table_rows(markup: str) -> list[str]:
    inside = markup[markup.index("<tbody>") :]
    return re.findall(r"<tr>.*?</tr>", inside, re.DOTALL)


def test_the_sentence_and_the_counts_stand_before_the_table(opened):
    shown = body(opened("lang=en"), PortfolioPanel)
    assert shown.index('class="say"') < shown.index('class="kpi"') < shown.index("<table")
    assert "Saudi Arabia" in shown[: shown.index("<table")]
    assert len(table_rows(shown)) == 3


def test_each_market_links_to_its_page_with_what_was_chosen(opened):
    shown = body(opened("lang=en&industry=live_show"), PortfolioPanel)
    links = [urlsplit(unescape(link)) for link in re.findall(r'href="([^"]+)"', shown)]
    assert {link.path for link in links} == {"market.ipynb"}
    asked = [parse_qs(link.query) for link in links]
    assert {one["market"][0] for one in asked} == {"ID", "SA", "SJ"}
    assert all(one["lang"] == ["en"] and one["product"] == ["live_show"] for one in asked)


def test_columns_of_numbers_sort_by_the_number(opened):
    page = opened("lang=zh")
    markup = body(page, PortfolioPanel)
    assert 'class="sortable compare"' in markup
    table = page.state.portfolio.verdicts()
    for row, code in zip(table_rows(markup), table.index, strict=True):
        keys = re.findall(r'data-sort="([^"]*)"', row)
        rank = table.loc[code, "rank"]
        assert keys[1] == ("" if rank != rank else f"{rank:.0f}")
        assert all(re.fullmatch(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d|", key) for key in keys)


def test_blockers_name_owner_and_date_and_show_text_as_text(opened):
    shown = body(opened("lang=en"), BlockersPanel)
    first, second = table_rows(shown)[:2]
    assert "Saudi Arabia" in first and "Lin" in first and "Jan 5, 2027" in first
    assert "Indonesia" in second and "Dec 1, 2026" in second
    assert "<img" not in shown and "&lt;img" in second and "&lt;b&gt;x" in second


def test_another_industry_moves_ranking_and_verdicts(opened):
    page = opened("lang=en")
    before = [panel._body.value for panel in page.panels[:2]]
    # ui -> state
    page.industry.value = "tools"
    assert page.state.plan.industry == "tools"
    assert all(panel._body.value != old for panel, old in zip(page.panels[:2], before, strict=True))
    # state -> ui
    page.state.change(industry=None)
    assert page.industry.value == NOTHING
    assert page.industry.label == "as the product: Live show"
    assert [panel._body.value for panel in page.panels[:2]] == before
