"""The head of a market page: verdict first, then why, then what blocks it."""

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.figures.readiness import open_rows
from workbench.figures.value import claim
from workbench.figures.view import View, render
from workbench.locale import Translator, word


def product_name(portfolio: Portfolio, t: Translator) -> str:
    """The product's name, or that there is none."""
    if portfolio.product is None:
        return t("no product")
    return str(getattr(portfolio.product.name, t.lang))


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """The gate, the sentence that explains it, the open items and the key figures."""
    one = portfolio.market(code)
    ranking = portfolio.ranking
    row = ranking.table.loc[code]
    counts = pd.Series(one.readiness.questions).value_counts()
    questions = t.listing(
        [
            f"{counts[status]} {word(t, 'status', status)}"
            for status in ("ready", "conditional", "blocked", "unknown")
            if status in counts
        ]
    )
    said = claim(one, portfolio, t)
    html = render(
        "verdict",
        t,
        gate=one.readiness.gate,
        said=said,
        remarks=[t.text(remark) for remark in portfolio.remarks(t.lang)],
        todo=open_rows(portfolio, code, t)[:6],
        more=max(0, len(one.readiness.open_items) - 6),
        row=row,
        ranked=len(ranking.table["rank"].dropna()),
        top=ranking.top,
        questions=questions,
        fit=one.value.fit if one.value else None,
        missing=one.missing,
        posture=one.posture,
    )
    return View("verdict", t.market(code), html)
