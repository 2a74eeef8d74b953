"""The portfolio: the sentence first, then the table that can be sorted."""

import re
from datetime import date

import pandas as pd
import pytest

from workbench.figures import portfolio as figures
from workbench.locale import translator, word

EN, ZH = translator("en"), translator("zh")


def verdicts(**gates: str) -> pd.DataFrame:
    return pd.DataFrame({"gate": gates.values()}, index=pd.Index(gates, name="market"))


def test_the_headline_names_few_markets_and_counts_many():
    assert figures.headline(verdicts(ID="go", SA="conditional", NA="conditional"), EN) == (
        "Indonesia can be entered; Saudi Arabia, Namibia must first settle conditions."
    )
    many = verdicts(**dict.fromkeys(["ID", "SA", "US", "NG", "NA"], "insufficient"))
    assert figures.headline(many, EN) == "5 markets can't be judged for lack of evidence."
    assert figures.headline(many, ZH).endswith("。")
    assert figures.headline(verdicts(), EN) == "No market is chosen."


@pytest.mark.parametrize("t", [EN, ZH], ids=["en", "zh"])
def test_the_table_sorts_by_the_numbers_it_shows(portfolio, t):
    html = figures.table(portfolio, t, link="{market}.en.html")
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", html, re.S)
    table = portfolio.verdicts()
    assert len(rows) == len(table)
    for row, (code, found) in zip(rows, table.iterrows(), strict=True):
        assert f'<a href="{code}.en.html">{t.market(code)}</a>'.replace("&", "&amp;") in row
        assert word(t, "gate", found["gate"]) in row
        if pd.isna(found["rank"]):
            assert row.count('data-sort="">—') >= 3
        else:
            assert f'data-sort="{found["rank"]:.0f}">{found["rank"]:.0f}<' in row
            assert f'data-sort="{found["top_share"]:.4f}"' in row
        assert f'data-sort="{found["missing"]:.4f}">{t.percent(found["missing"])}' in row
        levels = portfolio.scores.loc[code]
        assert row.count('class="c c0"') == levels.isna().sum()


def test_the_counts_of_gates_are_the_table_s(portfolio):
    html = figures.view(portfolio, EN).html
    counts = portfolio.verdicts()["gate"].value_counts()
    for gate in figures.GATES:
        assert f'<b class="{gate}">{counts.get(gate, 0)}</b>' in html


def test_blockers_come_first_and_carry_owner_and_date(portfolio):
    answers = [
        {
            "market": "ID",
            "check": "promises_kept",
            "status": "conditional",
            "evidence": "Draft",
            "owner": "Lin",
            "due": date(2027, 1, 10),
        },
        {
            "market": "SA",
            "check": "promises_kept",
            "status": "blocked",
            "evidence": "Refused",
            "owner": "Zhou",
            "due": date(2027, 3, 1),
        },
    ]
    changed = portfolio.but(portfolio.plan.but(answers=answers))
    html = figures.blockers(changed, EN).html
    assert html.index("Refused") < html.index("Draft")
    assert 'data-sort="2027-01-10">Jan 10, 2027' in html and "Lin" in html
    assert "nobody yet" in html


def test_owner_and_date_noted_without_a_status_stand_in_the_list(portfolio):
    todo = portfolio.market("SA").readiness.open_items["check"].iloc[-1]
    note = {"market": "SA", "check": todo, "owner": "Lin", "due": date(2026, 12, 1)}
    changed = portfolio.but(portfolio.plan.but(answers=[note]))
    first = figures.blockers(changed, EN).html.split("<tbody>")[1].split("</tr>")[0]
    assert "Saudi Arabia" in first and "Lin" in first and "Dec 1, 2026" in first
    gates = [one.verdicts()["gate"].to_dict() for one in (changed, portfolio)]
    assert gates[0] == gates[1]


def test_the_subtitle_says_what_the_page_is_about(portfolio):
    assert figures.subtitle(portfolio, EN) == (
        "Star Arena (example) · scenario “base” · 6 markets · as of Nov 20, 2026"
    )
