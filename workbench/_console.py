"""What the command line shows of rows and of words it can't read; imported when it is needed."""

import re
import sys
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.domain.errors import InputError

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""What typer raises where options and commands can't be read; it has no public name there."""


def print_table(head: list[str], rows: list[list[str]], note: str = "") -> None:
    """Rows under their names: numbers to the right, words too long for the terminal folded."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, name in enumerate(head):
        numeric = bool(rows) and all(_numeric(row[place]) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(table)
    if note:
        console.print(Text(note, style="dim"))


def _numeric(cell: str) -> bool:
    return cell.strip("?—–+-%.,0123456789 ") == ""


def usage_problem(error: Exception) -> InputError:
    """Words that can't be read, as an error of ours: value, rule, remedy."""
    said = str(getattr(error, "message", error))
    context = getattr(error, "ctx", None)
    option = getattr(error, "option_name", "")
    if not option:
        return _command_problem(error, said, context)
    if hasattr(error, "possibilities"):
        return InputError(
            "There is no option {option}; the options of {command} are: {names}.",
            option=option,
            command=_path(context),
            names=", ".join(_options(context)),
        )
    if "requires" in said:
        return InputError(
            "Option {option} needs a value; write it after the option.", option=option
        )
    return InputError("Option {option} takes no value; leave it out.", option=option)


def _command_problem(error: Exception, said: str, context: Any) -> InputError:
    command = _path(context)
    found = re.search(r"No such command '(.*?)'", said)
    if found:
        return InputError(
            "There is no command {name!r}; the commands of {command} are: {names}.",
            name=found[1],
            command=command,
            names=", ".join(getattr(getattr(context, "command", None), "commands", ())),
        )
    found = re.search(r"extra argument.*?\(([^()]+)\)$", said)
    if found:
        return InputError(
            "{given!r} stands without an option; see {command} --help.",
            given=found[1],
            command=command,
        )
    names = getattr(getattr(error, "param", None), "opts", None)
    if names:  # --port, the only one that is not a text
        return InputError("Option {option} needs a whole number, such as 8866.", option=names[-1])
    return InputError("The command can't be read; see {command} --help.", command=command)


def _path(context: Any) -> str:
    return str(getattr(context, "command_path", "workbench"))


def _options(context: Any) -> list[str]:
    params = getattr(getattr(context, "command", None), "params", ())
    found = [option for each in params for option in each.opts if option.startswith("--")]
    return [*found, "--help"]
