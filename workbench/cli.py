"""The command line: parse, call, print. Heavy imports happen inside the commands."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench import _database, _workspace
from workbench._options import (
    AsJson,
    AsOf,
    Database,
    Industry,
    Lang,
    Langs,
    Markets,
    PlanPath,
    ProductFile,
    Register,
    Revision,
    Samples,
    Scenario,
    Top,
)
from workbench.domain.errors import InputError, WorkbenchError

if TYPE_CHECKING:
    from workbench.domain.plan import Plan
    from workbench.reports.batch import Job

app = typer.Typer(
    name="workbench",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan channels abroad, market by market · 跨境网络渠道策略工作台",
)
data_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Reference data · 参考数据"
)
app.add_typer(data_app, name="data")
_workspace.register(app)
_database.register(app)


def _filled(**given: Any) -> dict[str, Any]:
    """The options that were given; an empty one is refused (a script's variable without value)."""
    for name, value in given.items():
        if isinstance(value, str) and not value.strip():
            raise InputError(
                "--{option} is empty; give a value, or leave it out.",
                option=name.replace("_", "-"),
            )
    return {name: value for name, value in given.items() if value is not None}


def _plan(
    path: str | None,
    markets: list[str] | None,
    database: str | None = None,
    revision: str | None = None,
    **given: Any,
) -> "Plan":
    """The plan that is asked for: from a file, from the workspace, or made of the options alone.

    A scenario without a plan file is one of the workspace; with one it is the plan's name.
    """
    from workbench.domain.plan import make_plan
    from workbench.sources.plans import load_plan

    values = _filled(plan=path, database=database, revision=revision, **given)
    for name in ("plan", "database", "revision"):
        values.pop(name, None)
    if markets:
        values["markets"] = [code for text in markets for code in text.split(",") if code]
        if not values["markets"]:
            raise InputError("--market is empty; give a code such as ID, or leave it out.")
    if path is not None:
        if database or revision:
            raise InputError(
                "--plan names a file, --database and --revision the workspace; give one of them."
            )
        return load_plan(path).but(**values)
    if database or revision or "scenario" in values:
        scenario, as_of = values.pop("scenario", None), values.get("as_of")
        return _workspace.plan_from_workspace(database, scenario, revision, as_of).but(**values)
    return make_plan(values)


def _show(topic: str, plan: "Plan", as_json: bool) -> None:
    from workbench.sources.opening import open_portfolio

    portfolio = open_portfolio(plan)
    if as_json:
        import json

        from workbench.reports import records

        content = records.envelope(portfolio, topic, records.TOPICS[topic](portfolio))
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        from workbench._console import print_table
        from workbench.reports.listing import listing

        print_table(*listing(topic, portfolio))


def _topic_command(topic: str, help_text: str) -> None:
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
        _show(
            topic,
            _plan(
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
            ),
            as_json,
        )


for _topic, _help in {
    "markets": "Verdict, rank and firmness of markets · 市场的准入判断、排名与稳固度",
    "ranking": "Ranking with contributions and agreement of methods · 排名与各指标贡献",
    "needs": "Market-needs matrix · 市场需求矩阵",
    "channels": "Channel fit and starting mix · 渠道匹配与起步组合",
    "readiness": "Four-question readiness check · 四问就绪检查",
    "promise": "Promises in the copy against capability · 文案承诺与技术能力",
    "value": "Unique value: needs against strengths · 独特价值",
    "providers": "Technology provider: posture per region · 技术服务商",
}.items():
    _topic_command(_topic, _help)


@app.command()
def report(
    market: Markets = None,
    every: Annotated[bool, typer.Option("--all", help="Every market · 所有市场")] = False,
    industry: Industry = None,
    product: ProductFile = None,
    plan: PlanPath = None,
    competitors: Register = None,
    scenario: Scenario = None,
    revision: Revision = None,
    database: Database = None,
    lang: Langs = None,
    as_of: AsOf = None,
    top: Top = None,
    samples: Samples = None,
    out: Annotated[
        str, typer.Option(metavar="PATH", help="Folder to write to · 输出目录")
    ] = "reports",
    standalone: Annotated[
        bool, typer.Option(help="Embed the scripts in each page · 每页内嵌脚本")
    ] = False,
) -> None:
    """Write an offline brief per market and an index · 生成各市场离线简报与总览"""
    from workbench.locale import translator
    from workbench.reports import batch

    folder = Path(_filled(out=out)["out"])
    languages = tuple(dict.fromkeys(lang or []))
    for language in languages:
        translator(language)  # raises if it is neither zh nor en
    asked = _plan(
        plan,
        market,
        database,
        revision,
        industry=industry,
        product=product,
        competitors=competitors,
        scenario=scenario,
        as_of=as_of,
        top=top,
        samples=samples,
        lang=languages[0] if languages else None,
    )
    if every and market:
        raise InputError("--all and --market exclude each other; give one of them.")
    if not every and not asked.markets:
        raise InputError("Name the markets with --market (may be repeated), or ask for --all.")
    if every:
        asked = asked.but(markets=())
    jobs = batch.run(
        asked, folder, languages or (asked.lang,), standalone=standalone, progress=_progress
    )
    failed = [job for job in jobs if job.status == "failed"]
    t = translator(asked.lang)
    start = batch.start_of(jobs)
    print(
        t(
            "{done} written, {failed} failed: {file}",
            done=len(jobs) - len(failed),
            failed=len(failed),
            file=folder / start,
        )
    )
    if failed:
        raise typer.Exit(1)


def _progress(done: int, total: int, job: "Job") -> None:
    from workbench.locale import translator

    t = translator(job.lang)
    note = t(": failed: {reason}", reason=job.error) if job.status == "failed" else ""
    print(f"[{done}/{total}] {job.file}{note}", file=sys.stderr, flush=True)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on loopback · 端口")] = 8866,
    edit: Annotated[
        bool, typer.Option(help="Let the planner save what is changed · 允许规划器保存修改")
    ] = False,
    plan: PlanPath = None,
    database: Database = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open a browser · 打开浏览器")
    ] = False,
) -> None:
    """Serve the dashboards on loopback, read-only · 在本机提供只读看板"""
    import os

    from workbench.apps._keeping import settled
    from workbench.apps.serve import serve as run

    given = _filled(plan=plan, database=database)
    os.environ |= settled(given.get("plan"), given.get("database"), edit)
    raise typer.Exit(run(port=port, edit=edit, open_browser=open_browser))


@data_app.command("ids")
def ids(
    kind: Annotated[
        list[str] | None, typer.Option(help="Only this kind, may be repeated · 只列此类，可重复")
    ] = None,
) -> None:
    """Ids that plan, product and register may name · 方案、产品档案与登记表可用的编号"""
    from workbench._console import print_table
    from workbench.reports.ids import id_rows

    print_table(["kind 类别", "id 编号", "中文", "English"], id_rows(kind or []))


@data_app.command("rebuild")
def rebuild(
    check: Annotated[
        bool, typer.Option(help="Only compare with the committed tables · 只比较，不写入")
    ] = False,
    cache: Annotated[Path | None, typer.Option(help="Where downloads are kept · 下载缓存")] = None,
) -> None:
    """Rebuild the derived tables from their packages · 由数据包重建派生表"""
    from workbench.sources.derive import derive_tables
    from workbench.sources.derive import rebuild as write
    from workbench.sources.paths import data_folder

    folder = data_folder() / "reference"
    if not check:
        for note in write(folder, cache):
            print(note)
        return
    texts, _ = derive_tables(cache)
    changed = [
        name for name, text in texts.items() if (folder / name).read_text(encoding="utf-8") != text
    ]
    print(
        f"{len(texts) - len(changed)} tables equal, {len(changed)} differ: "
        f"{', '.join(changed) or '-'}"
    )
    if changed:
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version · 版本"""
    from workbench import __version__

    print(__version__)


def main() -> None:
    """Run the command line; bad input ends with its message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character shows its code
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(_run())
    except WorkbenchError as error:
        print(f"workbench: {_localised(error)}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _run() -> int:
    try:
        return int(app(standalone_mode=False, prog_name="workbench") or 0)
    except typer.Abort:
        return 1
    except Exception as error:
        from workbench._console import USAGE_ERROR, usage_problem

        if type(error).__name__ == "NoArgsIsHelpError":  # its text is the whole help
            print(error, file=sys.stderr)
            return 2
        if isinstance(error, USAGE_ERROR):
            raise usage_problem(error) from error
        raise


def _localised(error: WorkbenchError) -> str:
    """The message in the language that the tables would have had."""
    from workbench.locale import translator

    return translator(_language(sys.argv[1:])).error(error)


def _language(words: list[str]) -> str:
    """That of ``--lang``, else of the plan file where it can be read, else zh.

    The words are read here once more, since those that typer can't read end up here too.
    """
    lang = _given(words, "--lang") or _given(words, "-l")
    if lang:
        return "zh" if lang.lower().startswith("zh") else "en"  # fr: who asks for it reads no zh
    plan = _given(words, "--plan")
    if plan:
        from workbench.sources.files import read_mapping

        try:
            return "en" if read_mapping(Path(plan)).get("lang") == "en" else "zh"
        except WorkbenchError:  # it may be the very error that is to be told
            return "zh"
    return "zh"


def _given(words: list[str], option: str) -> str:
    """The first value of an option, written ``--lang zh``, ``--lang=zh`` or ``-lzh``; else ""."""
    glued = f"{option}=" if option.startswith("--") else option
    for place, word in enumerate(words):
        if word == option:
            return "".join(words[place + 1 : place + 2])
        if word.startswith(glued) and not (option == "-l" and word.startswith("--")):
            return word.removeprefix(glued)
    return ""


if __name__ == "__main__":
    main()
