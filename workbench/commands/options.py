"""Options that several commands share. Their help is in both languages: none is chosen yet."""

from typing import Annotated

import typer

Markets = Annotated[
    list[str] | None,
    typer.Option(
        "--market", "-m", help="ISO 3166-1 code, may be repeated; default: all · 市场代码，可重复"
    ),
]
Industry = Annotated[str | None, typer.Option(help="Industry id · 行业")]
ProductFile = Annotated[
    str | None, typer.Option("--product", help="Example id, or path of a product file · 产品档案")
]
PlanPath = Annotated[
    str | None,
    typer.Option(
        "--plan",
        metavar="PATH",
        help="Plan file (YAML or JSON); other options go over it · 方案文件",
    ),
]
Register = Annotated[
    str | None,
    typer.Option("--competitors", help="Path of a competitor register (CSV) · 竞品登记表"),
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        "-l",
        help="zh or en; default: the plan file's, else that of the environment, else zh · 语言",
    ),
]
Langs = Annotated[
    list[str] | None,
    typer.Option(
        "--lang",
        "-l",
        help="zh or en, may be repeated; default as for other commands · 语言，可重复",
    ),
]
AsOf = Annotated[
    str | None, typer.Option(help="Day on which expiries are judged, YYYY-MM-DD · 判断日期")
]
# The plan checks numbers and days, so that every surface refuses them in the same words.
Top = Annotated[
    str | None, typer.Option(metavar="INTEGER", help='How many are "among the best" · 前几名')
]
Samples = Annotated[
    str | None, typer.Option(metavar="INTEGER", help="Sampled weightings · 抽样权重组数")
]
Scenario = Annotated[
    str | None,
    typer.Option(
        "--scenario", "-s", help="Scenario of the workspace; with --plan: its name · 方案"
    ),
]
Revision = Annotated[
    str | None,
    typer.Option("--revision", metavar="INTEGER", help="The scenario as it stood then · 版本号"),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="Address of the workspace; default: WORKBENCH_DATABASE, else a file of ours · 工作区",
    ),
]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why · 理由")]
Table = Annotated[
    str, typer.Argument(help="levels, answers, weights, channel_weights, floors, caps, advert …")
]
Key = Annotated[str, typer.Argument(help="ID/privacy, privacy, kol, zh …")]
Limit = Annotated[int, typer.Option(min=1, max=100_000)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json.md) · 输出 JSON")]
