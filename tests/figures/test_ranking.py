"""The ranking drawn: rank, interval and contributions are the table's."""

import re

import numpy as np
import pandas as pd

from workbench.domain.ranking import Ranking
from workbench.figures import ranking
from workbench.locale import translator

EN, ZH = translator("en"), translator("zh")
NAMES = {"privacy": "Privacy", "reach": "Reach"}


def three() -> Ranking:
    table = pd.DataFrame(
        {
            "rank": [1.0, 2.0, np.nan],
            "score": [0.8, 0.5, np.nan],
            "low": [1.0, 1.0, np.nan],
            "high": [2.0, 4.0, np.nan],
            "top_share": [0.975, 0.4, np.nan],
            "missing": [0.0, 0.25, 0.75],
        },
        index=pd.Index(["ID", "NA", "SJ"], name="market"),
    )
    parts = pd.DataFrame(
        {"privacy": [0.5, 0.1], "reach": [0.3, 0.4]}, index=pd.Index(["ID", "NA"], name="market")
    )
    return Ranking(
        table=table,
        contributions=parts,
        unknown=parts.isna(),
        weights=pd.Series({"privacy": 0.6, "reach": 0.4}),
        dropped=(),
        agreement={"topsis": 0.5, "promethee": np.nan},
        top=10,
        samples=10_000,
    )


def test_intervals_show_rank_and_reach_and_leave_out_what_has_no_rank(sound):
    drawing = ranking.intervals(three(), ["ID", "NA", "SJ"], EN)
    figure = sound(drawing)
    lines, dots = figure["data"]
    assert figure["layout"]["xaxis"]["range"][0] < 0  # the dot of rank 1 stands clear of the names
    assert dots["y"] == ["Namibia", "Indonesia"]
    assert dots["x"] == [2.0, 1.0]
    assert lines["x"] == [1.0, 4.0, None, 1.0, 2.0, None]
    assert dots["customdata"] == [["40%", "1–4"], ["98%", "1–2"]]
    assert drawing.finding == (
        "Indonesia leads; it is among the best 10 in 98% of 10,000 weightings"
    )
    assert drawing.alt == "Indonesia 1 (1–2), Namibia 2 (1–4)"
    assert "TOPSIS 0.50" in drawing.source and "PROMETHEE II unknown" in drawing.source


def test_intervals_without_any_rank_say_so(sound):
    drawing = ranking.intervals(three(), ["SJ"], ZH)
    assert drawing.finding == ZH("No market can be ranked")
    assert sound(drawing)["data"][1]["x"] == []


def test_contributions_stack_to_the_score(sound):
    drawing = ranking.contributions(three(), ["ID", "NA", "SJ"], NAMES, EN)
    bars = sound(drawing)["data"]
    assert [bar["name"] for bar in bars] == ["Reach", "Privacy"]
    assert bars[0]["y"] == ["Namibia", "Indonesia"]
    assert [round(sum(parts), 6) for parts in zip(*(bar["x"] for bar in bars), strict=True)] == [
        0.5,
        0.8,
    ]
    assert drawing.finding == "Reach adds most to the scores"
    layout = sound(drawing)["layout"]
    assert layout["xaxis"]["side"] == "top"  # the legend is below, and in the order of the bars
    assert layout["legend"]["orientation"] == "h" and layout["legend"]["traceorder"] == "normal"


def test_the_view_shows_chosen_markets_by_rank(portfolio, sound):
    view = ranking.view(portfolio, EN)
    table = portfolio.ranking.table
    shown = ranking.shown_markets(portfolio)
    assert "SJ" not in shown and shown == sorted(shown, key=table["rank"].get)
    dots = sound(view.drawing)["data"][1]
    assert dots["x"] == [table["rank"][code] for code in reversed(shown)]
    for code in shown:
        assert f'<td class="n">{table["rank"][code]:.0f}</td>' in view.html
        assert EN.number(table["score"][code], 3) in view.html
    assert "Weights used" in view.html


def test_a_market_far_down_stays_in_its_own_brief(portfolio):
    everyone = portfolio.but(portfolio.plan.but(markets=()))
    best = ranking.shown_markets(everyone)
    shown = ranking.shown_markets(everyone, focus="NG")
    assert "NG" not in best and shown == [*best[:-1], "NG"]
    assert ranking.shown_markets(everyone, focus=best[3]) == best


def test_a_brief_tells_what_each_criterion_adds_to_its_market(portfolio):
    found = portfolio.ranking
    html = ranking.view(portfolio, EN, focus="ID").html
    assert "Added to the score: Indonesia" in html
    parts = found.contributions.loc["ID"]
    for name, part in parts.items():
        label = ranking.criterion_names(portfolio, EN)[name]
        weight = EN.percent(found.weights[name], 1)
        assert f'{label}</th><td class="n">{weight}</td><td class="n">{part:.3f}' in html
    assert abs(parts.sum() - found.table.loc["ID", "score"]) < 1e-9
    assert html.count("unknown here: the median") == found.unknown.loc["ID"].sum()
    assert "Added to the score" not in ranking.view(portfolio, EN).html
    assert "Added to the score" not in ranking.view(portfolio, EN, focus="SJ").html


def test_where_no_market_has_a_rank_the_view_says_so(portfolio):
    alone = portfolio.but(portfolio.plan.but(markets=["SJ"]))
    view = ranking.view(alone, EN, focus="SJ")
    assert view.drawing is None and "more than 40% of the weight rests on unknown" in view.html


def test_more_markets_than_fit_are_cut(portfolio):
    everyone = portfolio.but(portfolio.plan.but(markets=()))
    assert len(ranking.shown_markets(everyone)) == ranking.SHOWN


def test_each_row_of_the_contributions_adds_up_to_its_score(portfolio):
    """In the table as printed, to the rounding of its three decimals."""
    html = ranking.why(portfolio, EN).html
    rows = [
        re.findall(r'<td class="n"[^>]*>([0-9.*]+)</td>', row)
        for row in html.split("<tbody>")[1].split("</tr>")
        if "<td" in row
    ]
    assert len(rows) >= 5
    for score, *parts in rows:
        total = sum(float(part.rstrip("*")) for part in parts)
        assert len(parts) == portfolio.ranking.weights.size
        assert abs(total - float(score)) <= 0.0005 * (len(parts) + 1)
