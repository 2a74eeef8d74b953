"""The choice of an affiliate platform on the command line (A1)."""

from typing import TYPE_CHECKING, Annotated

import typer

from workbench.commands.options import AsJson, Lang, Markets
from workbench.domain.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("platforms")(platforms)


def platforms(
    market: Markets = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=NUMBER",
            help="Weight of nearness, resources, philosophy, technology or service; default 1 · "
            "指标权重",
        ),
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Print what each level rests on · 显示依据")
    ] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Affiliate platforms for some markets, side by side · 联盟平台选择"""
    from workbench.commands.handles import print_json, spoken
    from workbench.domain.platforms import choose
    from workbench.reports.platforms import evidence as evidence_listing
    from workbench.reports.platforms import listing, record
    from workbench.sources.reference import load_reference

    t = spoken(lang)
    tables = load_reference(None)
    choice = choose(
        tables.affiliate_platforms,
        tables.affiliate_scores,
        rows_of_markets(tables.markets, market),
        _weights(weight),
    )
    if as_json:
        print_json(record(choice, t))
        return
    from workbench.commands.console import print_table

    print_table(*listing(choice, t))
    if evidence:
        print()
        print_table(*evidence_listing(choice, t))


def rows_of_markets(markets: "pd.DataFrame", asked: list[str] | None) -> "pd.DataFrame":
    """The rows of the markets that were asked for.

    Raises
    ------
    InputError
        If none was, or one is not known.
    """
    from workbench.domain.market import check_market

    table = markets.set_index("market", drop=False)
    if not asked:
        raise InputError("Name at least one market, such as --market SA.")
    return table.loc[list(dict.fromkeys(check_market(each, table.index) for each in asked))]


def _weights(given: list[str] | None) -> dict[str, float]:
    found = {}
    for each in given or []:
        name, sign, number = each.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            sign = ""
        if not sign:
            raise InputError(
                "The weight {given!r} can't be read; write it as technology=2.", given=each
            )
    return found
