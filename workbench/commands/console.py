"""Rows as a table in the terminal; imported when there is one to print, for rich is heavy."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text


class _Console(Console):
    """Rich's, which leaves it to the command line what a lost reader means."""

    def on_broken_pipe(self) -> None:
        """Rich's: somebody has stopped reading."""
        raise BrokenPipeError


def print_table(head: list[str], rows: list[list[str]], note: str = "") -> None:
    """Rows under their names: numbers to the right, words too long for the terminal folded."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(head):
        numeric = bool(rows) and all(_numeric(row[place]) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = _Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)
    if note:
        console.print(Text(note, style="dim"))


def _numeric(cell: str) -> bool:
    return cell.strip("?—–+-%.,0123456789 ") == ""
