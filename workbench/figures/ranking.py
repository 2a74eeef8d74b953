"""The ranking of markets drawn, with how firm it is (M2)."""

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.ranking import MAX_MISSING, Ranking
from workbench.domain.rows import records, tuples
from workbench.figures.needs import need_names
from workbench.figures.theme import ROW, figure, tokens
from workbench.figures.view import Drawing, View, render
from workbench.locale import Translator

SHOWN = 15


def intervals(ranking: Ranking, markets: list[str], t: Translator) -> Drawing:
    """Rank (dot) and the interval that holds 5% to 95% of the sampled weightings (line).

    Parameters
    ----------
    markets
        Codes to show, best first; a market without a rank is left out.
    """
    table = ranking.table.reindex(markets).dropna(subset=["rank"]).iloc[::-1]
    labels = [t.market(code) for code in table.index]
    reach_x: list[float | None] = []
    reach_y: list[str | None] = []
    for label, row in zip(labels, tuples(table), strict=True):
        reach_x += [float(row.low), float(row.high), None]
        reach_y += [label, label, None]
    data = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": reach_x,
            "y": reach_y,
            "hoverinfo": "skip",
            "line": {"color": tokens()["l3"], "width": 8},
        },
        {
            "type": "scatter",
            "mode": "markers+text",
            "x": table["rank"].tolist(),
            "y": labels,
            "marker": {"color": tokens()["accent"], "size": 11},
            "text": [f"{rank:.0f}" for rank in table["rank"]],
            "textposition": "top center",
            "textfont": {"size": 11},
            "cliponaxis": False,
            "customdata": [
                [t.percent(row.top_share), f"{row.low:.0f}–{row.high:.0f}"] for row in tuples(table)
            ],
            "hovertemplate": "%{y}: %{x}<br>%{customdata[1]}<br>%{customdata[0]}<extra></extra>",
        },
    ]
    last = float(table["high"].max()) if len(table) else 1.0
    # Air on every side, so that the first dot and its number touch neither axis nor name.
    drawn = figure(
        data,
        ROW * max(len(labels), 3) + 70,  # lower, the axis title falls on the ticks
        yaxis={"range": [-0.6, len(labels) - 0.2]},
        xaxis={
            "range": [-0.06 * last, 1.02 * last],
            "zeroline": False,
            "side": "top",
            "title": {"text": t("Rank")},
        },
    )
    best = table.index[-1] if len(table) else None
    finding = (
        t("No market can be ranked")
        if best is None
        else t(
            "{market} leads; it is among the best {top} in {share} of {count} weightings",
            market=t.market(str(best)),
            top=ranking.top,
            share=t.percent(float(table.loc[best, "top_share"])),
            count=t.number(ranking.samples),
        )
    )
    alt = t.listing(
        [
            f"{t.market(str(code))} {row['rank']:.0f} ({row['low']:.0f}–{row['high']:.0f})"
            for code, row in table.iloc[::-1].iterrows()
        ]
    )
    source = t(
        "Line: ranks in 90% of plausible weightings; agreement of methods (Kendall's tau): "
        "TOPSIS {topsis}, PROMETHEE II {promethee}",
        topsis=t.number(ranking.agreement["topsis"], 2),
        promethee=t.number(ranking.agreement["promethee"], 2),
    )
    return Drawing(drawn, finding, alt or finding, source)


def contributions(
    ranking: Ranking, markets: list[str], names: dict[str, str], t: Translator
) -> Drawing:
    """What each criterion adds to the score, stacked, one bar per market."""
    table = ranking.contributions.reindex(markets).dropna(how="all").iloc[::-1]
    labels = [t.market(code) for code in table.index]
    shades = [tokens()[name] for name in ("l5", "l4", "l3", "l2")] + [
        tokens()["go"],
        tokens()["cond"],
        tokens()["unk"],
        tokens()["no"],
        tokens()["line"],
        tokens()["accent"],
    ]
    order = table.mean().sort_values(ascending=False, kind="stable").index
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": names[criterion],
            "y": labels,
            "x": table[criterion].round(4).tolist(),
            "marker": {"color": shades[place % len(shades)]},
            "hovertemplate": f"%{{y}} · {names[criterion]}: %{{x:.3f}}<extra></extra>",
        }
        for place, criterion in enumerate(order)
    ]
    drawn = figure(
        data,
        max(ROW * len(labels) + 150, 300),
        barmode="stack",
        showlegend=True,
        # As the parts stand in a bar; on a phone in one column, all of which should be seen.
        legend={"traceorder": "normal", "font": {"size": 12}, "maxheight": 0.7},
        xaxis={"side": "top", "title": {"text": t("Score (0 to 1)")}},  # the legend is below
    )
    top = names[order[0]] if len(order) else ""
    finding = t("{criterion} adds most to the scores", criterion=top)
    return Drawing(drawn, finding, finding, t("Weighted sum; an unknown criterion adds the median"))


def criterion_names(portfolio: Portfolio, t: Translator) -> dict[str, str]:
    """Criterion -> name: needs and opportunities."""
    table = portfolio.reference.criteria
    return {
        **need_names(portfolio, t),
        **dict(zip(table["criterion"], table[f"name_{t.lang}"], strict=True)),
    }


def shown_markets(portfolio: Portfolio, count: int = SHOWN, focus: str = "") -> list[str]:
    """The chosen markets that have a rank, best first, at most ``count``, ``focus`` among them."""
    ranked = portfolio.ranking.table["rank"].dropna().index
    chosen = set(portfolio.chosen) | {focus}
    markets = [str(code) for code in ranked if code in chosen]
    shown = markets[:count]
    return [*shown[:-1], focus] if focus in markets and focus not in shown else shown


def rows(portfolio: Portfolio, markets: list[str], t: Translator) -> list[dict[str, object]]:
    """The ranking table's rows, ready for a template."""
    table: pd.DataFrame = portfolio.ranking.table.reindex(markets)
    return [
        {"code": code, "name": t.market(str(code)), **row}
        for code, row in zip(table.index, records(table), strict=True)
    ]


def view(portfolio: Portfolio, t: Translator, count: int = SHOWN, focus: str = "") -> View:
    """Which market first, and how firmly; ``focus`` is shown however far down it is."""
    markets = shown_markets(portfolio, count, focus)
    if not markets:
        return View(
            "ranking",
            t("Ranking of markets"),
            render("empty", t, text=_nothing_ranked(portfolio, t)),
        )
    names = criterion_names(portfolio, t)
    ranking = portfolio.ranking
    html = render(
        "ranking",
        t,
        rows=rows(portfolio, markets, t),
        ranking=ranking,
        dropped=[names[name] for name in ranking.dropped],
        weights=_weights(ranking, focus, names),
        focus=t.market(focus) if focus in markets else "",
    )
    return View("ranking", t("Ranking of markets"), html, intervals(ranking, markets, t))


def why(portfolio: Portfolio, t: Translator, count: int = SHOWN) -> View:
    """What each criterion adds to the scores of the best ranked of the chosen markets."""
    title = t("What makes up the scores")
    markets = shown_markets(portfolio, count)
    if not markets:
        return View(
            "contributions",
            title,
            render("empty", t, text=_nothing_ranked(portfolio, t)),
        )
    names = criterion_names(portfolio, t)
    ranking = portfolio.ranking
    order = ranking.weights.sort_values(ascending=False, kind="stable").index
    lines = [
        {
            "name": t.market(code),
            "score": ranking.table.loc[code, "score"],
            "parts": [
                (ranking.contributions.loc[code, name], bool(ranking.unknown.loc[code, name]))
                for name in order
            ],
        }
        for code in markets
    ]
    html = render("contributions", t, rows=lines, criteria=[names[str(name)] for name in order])
    return View("contributions", title, html, contributions(ranking, markets, names, t))


def _nothing_ranked(portfolio: Portfolio, t: Translator) -> str:
    """Why no market has a rank, and what would give it one."""
    names = criterion_names(portfolio, t)
    why = t(
        "No market can be ranked: more than {most} of the weight rests on unknown figures.",
        most=t.percent(MAX_MISSING),
    )
    unknown = [names[name] for name in portfolio.ranking.dropped]
    if not unknown:
        return why
    return t.sentences(
        why,
        t(
            "Unknown everywhere: {names}. Say in the product file how strong the product is "
            "there (strengths), or set these weights to 0.",
            names=t.listing(unknown),
        ),
    )


def _weights(ranking: Ranking, focus: str, names: dict[str, str]) -> list[dict[str, object]]:
    """Weight of each criterion, and what it adds to the score of ``focus``, if that is ranked."""
    ranked = focus in ranking.contributions.index
    return [
        {
            "name": names[str(name)],
            "share": share,
            "part": ranking.contributions.loc[focus, name] if ranked else None,
            "guessed": ranked and bool(ranking.unknown.loc[focus, name]),
        }
        for name, share in ranking.weights.items()
    ]
