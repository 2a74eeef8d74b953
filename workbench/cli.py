"""The command line: its start and how errors are told; see :mod:`workbench.commands`.

What takes time to import is imported where Ctrl-C is answered already. While Python itself starts,
before the first line here, it shows what it was doing: nothing of ours can keep it from that.
"""

import sys

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""


def main() -> None:
    """The program ``workbench``: run the command line, in a warm process where that pays."""
    try:
        from workbench.commands.warm import run_warm

        status = run_warm(sys.argv[1:])
        if status is not None:
            sys.exit(status)
        run()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


def run() -> None:
    """Run the command line; bad input ends with its message and exit code 2."""
    try:
        sys.exit(_told())
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:  # before a command could say what became of its work
        sys.exit(STOPPED)


def _told() -> int:
    """The exit code, where errors of ours have been told."""
    import io
    import os

    from workbench.domain.errors import WorkbenchError
    from workbench.sources.paths import absolute

    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character shows its code
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    os.environ.update(absolute())
    try:
        return _run()
    except WorkbenchError as error:
        from workbench.commands.language import language_of_words
        from workbench.locale import translator

        t = translator(language_of_words(sys.argv[1:]))  # that of the results there would be
        print(f"workbench: {t.error(error)}", file=sys.stderr)
        return 2


def _run() -> int:
    import typer

    from workbench.commands.line import app

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


if __name__ == "__main__":
    run()
