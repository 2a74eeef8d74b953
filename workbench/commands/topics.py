"""A command a topic: its table, or the same as JSON."""

import typer

from workbench.commands.asked import Asked, asked_plan
from workbench.commands.handles import print_json, show
from workbench.commands.options import (
    AsJson,
    AsOf,
    Database,
    Industry,
    Lang,
    Markets,
    PlanPath,
    ProductFile,
    Register,
    Revision,
    Samples,
    Scenario,
    Top,
)

TOPICS = {
    "markets": "Verdict, rank and firmness of markets · 市场的准入判断、排名与稳固度",
    "ranking": "Ranking with contributions and agreement of methods · 排名与各指标贡献",
    "needs": "Market-needs matrix · 市场需求矩阵",
    "channels": "Channel fit and starting mix · 渠道匹配与起步组合",
    "readiness": "Four-question readiness check · 四问就绪检查",
    "promise": "Promises in the copy against capability · 文案承诺与技术能力",
    "value": "Unique value: needs against strengths · 独特价值",
    "providers": "Technology provider: posture per region · 技术服务商",
}
"""Topic -> help."""


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for topic, help_text in TOPICS.items():
        _add(app, topic, help_text)


def _add(app: typer.Typer, topic: str, help_text: str) -> None:
    @app.command(name=topic, help=help_text)
    def command(
        market: Markets = None,
        industry: Industry = None,
        product: ProductFile = None,
        plan: PlanPath = None,
        competitors: Register = None,
        lang: Lang = None,
        as_of: AsOf = None,
        top: Top = None,
        samples: Samples = None,
        scenario: Scenario = None,
        revision: Revision = None,
        database: Database = None,
        as_json: AsJson = False,
    ) -> None:
        asked = asked_plan(
            plan,
            market,
            database,
            revision,
            scenario=scenario,
            industry=industry,
            product=product,
            competitors=competitors,
            lang=lang,
            as_of=as_of,
            top=top,
            samples=samples,
        )
        _show(topic, asked, as_json)


def _show(topic: str, asked: Asked, as_json: bool) -> None:
    from workbench.sources.opening import open_portfolio

    portfolio = open_portfolio(*asked)
    if as_json:
        from workbench.reports import records

        print_json(records.envelope(portfolio, topic, records.TOPICS[topic](portfolio)))
    else:
        from workbench.reports.listing import listing

        show(listing(topic, portfolio), None, False)
