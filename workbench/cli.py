"""The command line: its start and how errors are told; see :mod:`workbench.commands`."""

import io
import os
import sys

import typer

from workbench.commands import (
    alerts,
    attribute,
    basics,
    cells,
    data,
    database,
    exchange,
    experiment,
    history,
    imports,
    incentives,
    notes,
    partner_types,
    platforms,
    ramp,
    report,
    scenario,
    serve,
    todo,
    topics,
)
from workbench.commands.language import language_of_words
from workbench.commands.warm import run_warm
from workbench.domain.errors import WorkbenchError
from workbench.sources.paths import absolute

app = typer.Typer(
    name="workbench",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Plan channels abroad, market by market · 跨境网络渠道策略工作台",
)
GROUPS = (
    cells,
    history,
    todo,
    exchange,
    imports,
    topics,
    platforms,
    notes,
    partner_types,
    basics,
    attribute,
    experiment,
    alerts,
    ramp,
    incentives,
    report,
    serve,
    data,
    scenario,
    database,
)
for group in GROUPS:
    group.register(app)


@app.command()
def version() -> None:
    """Print the version · 版本"""
    from workbench import __version__

    print(__version__)


def main() -> None:
    """The program ``workbench``: run the command line, in a warm process where that pays."""
    try:
        status = run_warm(sys.argv[1:])
        if status is not None:
            sys.exit(status)
        run()
    except KeyboardInterrupt:  # before a command could say what became of its work
        sys.exit(130)


def run() -> None:
    """Run the command line; bad input ends with its message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character shows its code
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    os.environ.update(absolute())
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
        from workbench.commands.usage import USAGE_ERROR, usage_problem

        if type(error).__name__ == "NoArgsIsHelpError":  # its text is the whole help
            print(error, file=sys.stderr)
            return 2
        if isinstance(error, USAGE_ERROR):
            raise usage_problem(error) from error
        raise


def _localised(error: WorkbenchError) -> str:
    """The message in the language that the results would have had."""
    from workbench.locale import translator

    return translator(language_of_words(sys.argv[1:])).error(error)


if __name__ == "__main__":
    run()
