"""The kinds of partners on the command line (A13)."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.commands.options import AsJson, Lang

OwnTypes = Annotated[
    Path | None,
    typer.Option(
        "--types", metavar="FILE", help="Your own partner types (CSV), put over ours · 自有伙伴类型"
    ),
]


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("partner-types")(partner_types)


def partner_types(types: OwnTypes = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """Kinds of partners: role, pay, what to watch, names in exports · 合作伙伴类型"""
    from workbench.commands.handles import show, spoken
    from workbench.reports.partner_types import listing, records
    from workbench.sources.partner_types import load_partner_types

    t = spoken(lang)
    table = load_partner_types(types)
    show(listing(table, t), records(table), as_json)
