"""The competitor register drawn (M7)."""

from workbench.domain.assess import Portfolio
from workbench.domain.rows import records
from workbench.figures.channels import channel_names
from workbench.figures.view import View, render
from workbench.locale import Translator


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """Where competitors spend, at what cost, and what is crowded."""
    found = portfolio.market(code).competition
    names = channel_names(portfolio, t)
    rows = [
        {**row, "name": names.get(str(channel), str(channel))}
        for channel, row in zip(found.channels.index, records(found.channels), strict=True)
    ]
    html = render(
        "competitors",
        t,
        rows=rows,
        count=found.competitors,
        sources=records(found.sources),
    )
    return View("competitors", t("Competitors' acquisition"), html)
