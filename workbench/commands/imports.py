"""Bring files in: exports of networks into the events (A2), edited tables into the workspace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from workbench.commands.exchange import import_
from workbench.commands.options import AsJson, Lang

if TYPE_CHECKING:
    from workbench.locale import Translator
    from workbench.sources.exports.importing import Options, Report


EXPORTS = (
    "impact",
    "awin",
    "cj",
    "partnerize",
    "rakuten",
    "everflow",
    "partnerstack",
    "ga4",
    "generic",
)
"""What events can come from; a test compares with the mappings."""
STRANGEST = 8
"""Words not understood that are shown of a column."""


class _ByFirst(TyperGroup):
    """Leads to the events where an export or a mapping is named, else to the workspace.

    Two words one after the other are an export, perhaps misspelt, and a file: the workspace takes
    only a file.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in ("--help", *self.commands):
            args = [self.meant(args), *args]
        return super().parse_args(ctx, args)

    @staticmethod
    def meant(args: list[str]) -> str:
        """The command that these words are for."""
        named = any(word.split("-")[0] in EXPORTS for word in args)
        own = any(word.split("=")[0] == "--mapping" for word in args)
        two = len(args) > 1 and not any(word.startswith("-") for word in args[:2])
        return "events" if named or own or two else "workspace"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    group = typer.Typer(
        cls=_ByFirst,
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Bring in an export of a network, or an edited table of the workspace · 导入",
    )
    group.command("events")(import_exports)
    group.command("workspace")(import_)
    app.add_typer(group, name="import")


def import_exports(
    export: Annotated[
        str,
        typer.Argument(
            metavar="EXPORT",
            help="impact, awin, cj, partnerize, rakuten, everflow, partnerstack, ga4 or generic · "
            "数据来源",
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="CSV, JSON, Parquet or XLSX, also in gz or zip · 导出文件"
        ),
    ],
    into: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the events are kept · 事件目录"),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A mapping of your own (YAML) · 自定义映射文件"),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="As utf-8, utf-16, gbk; default: as found · 编码")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Of times without one, as Asia/Shanghai · 时区")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(help="What comes first in 03/04/2026: day or month · 日期顺序")
    ] = None,
    decimal: Annotated[str | None, typer.Option(help="Decimal sign, . or , · 小数点")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show mapping and first rows, load nothing · 只预览")
    ] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Load exports of networks and analytics into the events · 导入联盟网络与分析工具的导出文件"""
    from workbench.commands.handles import print_json, spoken
    from workbench.events.dataset import Dataset
    from workbench.sources.exports.importing import import_file
    from workbench.sources.exports.mapping import load_mapping, mappings_of
    from workbench.sources.paths import own_events

    t = spoken(lang)
    mappings = {mapping.stem: load_mapping(mapping)} if mapping else mappings_of(export)
    options = _options(encoding, timezone, dates, decimal)
    dataset = Dataset(into or own_events())
    reports: list[Report] = []
    try:
        for file in files:
            found = import_file(file, mappings, None if dry_run else dataset, t, options)
            reports += found
            if not as_json:
                for report in found:
                    _print(report, dry_run, t)
    finally:  # what was loaded before a file that can't be is said too
        if as_json and reports:
            print_json(
                {"version": 1, "dry_run": dry_run, "files": [_record(one, t) for one in reports]}
            )
    if not dry_run and not as_json:
        held = ", ".join(f"{name} {t.number(rows)}" for name, rows in dataset.rows().items())
        print(t("The events in {folder} are now: {held}.", folder=dataset.folder, held=held or "0"))


def _options(
    encoding: str | None, zone: str | None, dates: str | None, decimal: str | None
) -> "Options":
    from workbench.domain.errors import InputError
    from workbench.sources.exports.importing import Options

    if dates not in (None, "day", "month"):
        raise InputError("--dates {value!r} is neither day nor month.", value=dates)
    if decimal not in (None, ".", ","):
        raise InputError("--decimal {value!r} is neither . nor ,.", value=decimal)
    return Options(encoding, zone, dates, decimal)  # type: ignore[arg-type]


def _print(report: "Report", dry_run: bool, t: "Translator") -> None:
    from workbench.commands.console import print_table

    print(
        t(
            "{file} as {mapping}: {read} records read, {loaded} {done}, {quarantined} set aside, "
            "{others} of other kinds.",
            file=report.file,
            mapping=report.mapping,
            read=t.number(report.read),
            loaded=t.number(report.loaded),
            done=t("can be loaded") if dry_run else t("loaded"),
            quarantined=t.number(report.quarantined),
            others=t.number(report.others),
        )
    )
    if dry_run:
        print(
            t(
                "Read as {form}; times that name no zone are in {zone}.",
                form=", ".join(report.form),
                zone=report.zone,
            )
        )
        for table, filled in report.filled.items():
            print_table(
                [f"{table}", report.mapping], [[ours, theirs] for ours, theirs in filled.items()]
            )
        if report.unmapped:
            print(t("Not used: {columns}", columns=t.listing(report.unmapped)))
        for table, rows in report.first.items():
            if rows:
                names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
                print(f"\n{table}")
                print_table(names, [[_cell(row[name]) for name in names] for row in rows])
    _print_notices(report, t)
    _print_merged(report, t)
    for wrong in report.wrong:
        print(
            t(
                "  Record {row}, column {column}: {value} {rule}",
                row=wrong.row,
                column=wrong.column or "–",
                value=repr(wrong.value),
                rule=t.text(wrong.rule),
            )
        )
    if report.quarantine:
        print(t("  Set aside in {file}", file=report.quarantine))


def _print_merged(report: "Report", t: "Translator") -> None:
    for table, merged in report.merged.items():
        print(
            t(
                "  {table}: {new} new, {changed} changed, {unchanged} unchanged, {older} older "
                "than what is there, {repeated} repeated.",
                table=table,
                **{fate: t.number(count) for fate, count in vars(merged).items()},
            )
        )
        if merged.parts:
            print(
                t.n(
                    "  {count} of its rows was a part of another of the same partner and day, as "
                    "by device: added up.",
                    "  {count} of its rows were parts of others of the same partner and day, as by "
                    "device: added up.",
                    merged.parts,
                )
            )


def _print_notices(report: "Report", t: "Translator") -> None:
    """What was read but isn't as it stands in the file, and what wasn't read."""
    for column, words in report.strange.items():
        most = [f"{word} ({t.number(count)})" for word, count in words.most_common(STRANGEST)]
        if most and column == "status":
            print(
                t(
                    "  Status not understood, so that these orders count nowhere: {words}. A "
                    "mapping of your own can say what it means (docs/import.md).",
                    words=t.listing(most),
                )
            )
        elif most and column == "currency":
            print(
                t(
                    "  Currency that is no code, as USD, and no sign of one alone: {words}. It "
                    "stays as written, beside the others; a mapping of your own can say which it "
                    "is (docs/import.md).",
                    words=t.listing(most),
                )
            )
        elif most:
            print(
                t(
                    "  Country that is no code of two letters, as ID: {words}.",
                    words=t.listing(most),
                )
            )
    if report.foreign:
        amounts = [f"{column} ({t.number(count)})" for column, count in report.foreign.items()]
        print(
            t(
                "  Left unknown, since they are in another currency than their row's value: "
                "{amounts}.",
                amounts=t.listing(amounts),
            )
        )
    if report.left:
        parts = [f"{name} ({t.number(count)})" for name, count in report.left.items()]
        print(
            t(
                "  Not read, since it doesn't fit the records that were: {parts}. Export it as a "
                "file of its own if it is to be brought in.",
                parts=t.listing(parts),
            )
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat(sep=" ") if hasattr(value, "hour") else str(value)


def _record(report: "Report", t: "Translator") -> dict[str, Any]:
    return {
        "file": report.file,
        "mapping": report.mapping,
        "form": list(report.form),
        "timezone": report.zone,
        "filled": report.filled,
        "unmapped": report.unmapped,
        "read": report.read,
        "loaded": report.loaded,
        "quarantined": report.quarantined,
        "others": report.others,
        "merged": {table: vars(merged) for table, merged in report.merged.items()},
        "first": {
            table: [{name: _plain(value) for name, value in row.items()} for row in rows]
            for table, rows in report.first.items()
        },
        "strange": {column: dict(words) for column, words in report.strange.items() if words},
        "foreign": dict(report.foreign),
        "left": report.left,
        "quarantine": str(report.quarantine) if report.quarantine else None,
        "wrong": [
            {"row": one.row, "column": one.column, "value": one.value, "rule": t.text(one.rule)}
            for one in report.wrong
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
