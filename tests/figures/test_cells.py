"""Names and values of cells, moments, and the views of the workspace that are made of them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from workbench.domain.changes import Cell, Evidence, cells_of
from workbench.domain.comparison import compare
from workbench.domain.todo import COLUMNS, todo
from workbench.figures import comparison, history, workspace
from workbench.figures import todo as todo_figures
from workbench.figures.cells import cell_name, cell_value, why_of
from workbench.figures.moments import exact, moment
from workbench.locale import translator

EN, ZH = translator("en"), translator("zh")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOSTILE = '<img src=x onerror="alert(1)">=HYPERLINK("http://x")'
LEVEL = {"level": 4.5, "reason": "seen", "evidence": "minutes", "confidence": "high"}
ANSWER = {
    "status": "blocked", "evidence": "refused", "owner": "Lin", "due": "2027-01-10",
    "expiry": None, "answered_on": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "english", "chinese"),
    [
        (Cell("weights", "privacy"), "Weight · Privacy sensitivity", "权重 · 隐私敏感"),
        (Cell("levels", "ID/privacy"), "Indonesia · Privacy sensitivity", "印度尼西亚 · 隐私敏感"),
        (Cell("floors", "kol"), "Floor in % · ", " · "),
        (Cell("settings", "industry"), "Industry", "行业"),
        (Cell("advert", "zh"), "Copy in Chinese", "中文文案"),
        (Cell("weights", "gone"), "Weight · gone", "权重 · gone"),
        (Cell("settings", "gone"), "settings · gone", "settings · gone"),
    ],
)
def test_a_cell_is_named_in_the_pages_language(portfolio, cell, english, chinese):
    assert cell_name(portfolio, cell, EN).startswith(english)
    assert chinese in cell_name(portfolio, cell, ZH)


def test_a_comment_is_named_after_its_cell(portfolio):
    name = cell_name(portfolio, Cell("comments", "weights privacy#2"), EN)
    assert name == "Comment 2 on Weight · Privacy sensitivity"
    assert cell_name(portfolio, Cell("comments", "odd"), EN) == "comments · odd"


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        (Cell("weights", "privacy"), None, "default"),
        (Cell("weights", "privacy"), 2.0, "2"),
        (Cell("weights", "privacy"), 2.25, "2.25"),
        (Cell("levels", "ID/privacy"), LEVEL, "4.50"),
        (Cell("levels", "ID/privacy"), LEVEL | {"level": None}, "unknown"),
        (Cell("answers", "ID/promises_kept"), ANSWER, "Blocked · owner Lin · due Jan 10, 2027"),
        (Cell("answers", "ID/promises_kept"), {"status": None}, "Not answered"),
        (Cell("settings", "markets"), ["ID", "NA"], "Indonesia, Namibia"),
        (Cell("settings", "industry"), "live_show", "Live show"),
        (Cell("settings", "product"), "live_show", "Star Arena (example)"),
        (Cell("settings", "product"), "other", "other"),
        (Cell("settings", "samples"), 10000, "10,000"),
        (Cell("advert", "en"), HOSTILE, HOSTILE),
        (Cell("comments", "weights privacy#1"), {"text": "Why?", "who": "li"}, "Why?"),
    ],
)
def test_a_value_is_said_in_words(portfolio, cell, value, said):
    assert cell_value(portfolio, cell, value, EN) == said


def test_levels_and_answers_carry_reasons_of_their_own():
    assert why_of(Cell("levels", "ID/privacy"), LEVEL) == ("seen", "minutes")
    assert why_of(Cell("answers", "ID/x"), ANSWER) == ("", "refused")
    assert why_of(Cell("weights", "privacy"), 2.0) == ("", "")
    assert why_of(Cell("levels", "ID/privacy"), None) == ("", "")


def test_today_is_the_clock_and_before_that_the_day_too():
    local = NOW.astimezone()
    assert moment(NOW, EN, NOW) == f"{local:%H:%M}"
    assert moment(NOW, EN, NOW + timedelta(days=2)) == f"Nov {local.day}, 2026 {local:%H:%M}"
    assert moment(NOW, ZH, NOW + timedelta(days=2)) == f"2026年11月{local.day}日 {local:%H:%M}"
    assert exact(NOW).startswith(f"{local:%Y-%m-%d %H:%M:%S} ")


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://example.org/a?b=1", True),
        (" http://example.org ", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http://", False),
        ("https://[bad", False),
        ("minutes, page 3", False),
    ],
)
def test_only_web_addresses_become_links(portfolio, link, safe):
    entry = history.Entry(2.0, "li", NOW, "base", evidence=Evidence(link=link))
    html = history.view(portfolio, Cell("weights", "privacy"), [entry], [], EN).html
    assert ('rel="noopener noreferrer"' in html) == safe
    assert html.count("<a ") == safe


@pytest.mark.parametrize("t", [EN, ZH], ids=["en", "zh"])
def test_what_people_typed_is_text(portfolio, t):
    cell = Cell("weights", "privacy")
    entry = history.Entry(
        2.0, HOSTILE, NOW, HOSTILE, "edit", HOSTILE, Evidence(HOSTILE, HOSTILE, HOSTILE, "odd")
    )
    views = [
        history.view(portfolio, cell, [entry], [history.Remark(HOSTILE, HOSTILE, NOW)], t),
        workspace.view(t, "edit", NOW, HOSTILE, HOSTILE, 3, HOSTILE),
    ]
    for view in views:
        assert "<img" not in view.html and "&lt;img" in view.html
        assert 'href="http://x' not in view.html


def test_empty_histories_say_so(portfolio):
    assert "Choose a cell above" in history.view(portfolio, None, [], [], EN).html
    html = history.view(portfolio, Cell("weights", "privacy"), [], [], EN).html
    assert "Nobody has set this cell yet" in html and "No comment on this cell yet" in html


def test_the_status_line_says_what_was_done():
    for kind, said in (
        ("edit", "Saved"), ("create", "Saved"), ("branch", "Saved"), ("undo", "Taken back"),
        ("redo", "Made again"), ("approve", "Approved"),
    ):  # fmt: skip
        html = workspace.view(EN, kind, NOW, "li", "base", 12, "", ["Look."]).html
        assert re.search(rf">{said} [^<]+ by li</b> · scenario base, revision 12</p>", html)
        assert '<p class="src">Look.</p>' in html


def test_the_comparison_counts_what_it_lists(portfolio):
    weighted = portfolio.but(
        portfolio.plan.but(scenario="bold", weights={"privacy": 10}, channel_weights={"kol": 0})
    )
    found = compare(portfolio, weighted)
    html = comparison.view(portfolio, weighted, found, EN).html
    assert html.index("2 inputs differ.") < html.index("Weight · Privacy sensitivity")
    assert "Rank: base" in html and "Rank: bold" in html
    assert html.count(">changed</span>") == found.markets["changed"].sum() > 0
    mixes = html.split("Channels whose share differs")[-1]
    assert mixes.count('<tr><th scope="row">') == len(found.mixes) > 0
    same = comparison.view(portfolio, portfolio, compare(portfolio, portfolio), EN).html
    assert "Both scenarios hold the same inputs." in same and "What differs" not in same


def test_inputs_without_effect_are_said_to_have_none(portfolio):
    same = portfolio.but(portfolio.plan.but(scenario="b", advert={"en": "x"}))
    found = compare(portfolio, same)
    assert comparison.headline(found, EN).startswith("1 input differs.")


def test_where_only_the_evidence_differs_it_is_shown(portfolio):
    def answered(evidence: str):
        answer = {"market": "ID", "check": "promises_kept", "status": "ready"}
        return portfolio.but(portfolio.plan.but(answers=[answer | {"evidence": evidence}]))

    one, two = answered("by mail"), answered("on paper")
    assert len(cells_of(one.plan)) == len(cells_of(two.plan))
    html = comparison.view(one, two, compare(one, two), EN).html
    assert "Ready · by mail" in html and "Ready · on paper" in html


def test_the_to_do_list_counts_folds_and_marks(portfolio):
    answer = {
        "market": "ID", "check": "promises_kept", "status": "blocked", "evidence": "refused",
        "owner": HOSTILE,
        "due": date(2026, 11, 1),
    }  # fmt: skip
    changed = portfolio.but(portfolio.plan.but(answers=[answer]))
    table = todo(changed, HOSTILE)
    html = todo_figures.view(changed, table, EN).html
    assert f"{len(table)} checks are open: 1 yours, 1 overdue" in html
    assert html.count('<tr><th scope="row">') == len(table) > todo_figures.FIRST
    assert f"{len(table) - todo_figures.FIRST} more checks" in html
    assert "<img" not in html and html.count("overdue</span>") == 1
    mine = todo_figures.view(changed, table, EN, "mine").html
    assert mine.count('<tr><th scope="row">') == 1 and "<details>" not in mine
    none = todo_figures.view(changed, table.iloc[:0].reindex(columns=COLUMNS), ZH).html
    assert 'class="empty"' in none and 'class="say"' not in none
