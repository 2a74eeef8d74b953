"""Notes for a new market on the command line (A11)."""

import typer

from workbench.commands.options import AsJson, Lang, Markets


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("notes")(notes)


def notes(market: Markets = None, lang: Lang = None, as_json: AsJson = False) -> None:
    """Notes for a new market: languages, payment, rules, culture, logistics · 新市场须知"""
    from workbench.commands.handles import print_json, spoken
    from workbench.commands.platforms import rows_of_markets
    from workbench.domain.market_notes import market_notes
    from workbench.reports.market_notes import listing, record
    from workbench.sources.reference import load_reference

    t = spoken(lang)
    tables = load_reference(None)
    places = rows_of_markets(tables.markets, market)
    found = {
        code: market_notes(
            places.loc[code],
            tables.market_notes,
            tables.languages,
            tables.platforms,
            tables.regulation,
        )
        for code in places.index
    }
    if as_json:
        print_json([record(code, each, t) for code, each in found.items()])
        return
    from workbench.commands.console import print_table

    for code, each in found.items():
        print(t.market(code))
        print_table(*listing(each, t))
