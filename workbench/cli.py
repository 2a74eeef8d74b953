"""The command line: its start and how errors are told; see :mod:`workbench.commands`.

What takes time to import is imported where Ctrl-C is answered already. While Python itself starts,
before the first line here, it shows what it was doing: nothing of ours can keep it from that.
"""

import sys

TYPE_CHECKING = False  # as typing has it, which would be imported for nothing else
if TYPE_CHECKING:
    from workbench.locale import Translator

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
        sys.exit(_gone_out())
    except KeyboardInterrupt:  # before a command could say what became of its work
        sys.exit(STOPPED)


def _gone_out() -> int:
    """The exit code, once what was printed has gone out; a reader who has left wants no more."""
    from workbench.commands.printing import note, problem

    failed: OSError | None = None
    try:
        status = _told()
    except OSError as error:
        status, failed = 0, error
    lost = problem(failed is not None)
    if failed is not None and lost is None:  # it was something else
        raise failed
    if lost is not None and not isinstance(lost, BrokenPipeError):
        from workbench.sources._reasons import system_reason

        t = _translator()
        why = t.text(system_reason(lost))
        note("workbench: " + t("What is printed can't be written: {why}.", why=why))
        return 2
    return status


def _told() -> int:
    """The exit code, where errors of ours have been told."""
    import io
    import os

    from workbench.commands.printing import note
    from workbench.domain.errors import WorkbenchError
    from workbench.sources.paths import absolute

    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character shows its code
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    os.environ.update(absolute())
    try:
        return _run()
    except WorkbenchError as error:
        note(f"workbench: {_translator().error(error)}")
        return 2


def _translator() -> "Translator":
    """Of the language that the results would have had."""
    from workbench.commands.language import language_of_words
    from workbench.locale import translator

    return translator(language_of_words(sys.argv[1:]))


def _run() -> int:
    import typer

    from workbench.commands.line import app

    out, err = sys.stdout, sys.stderr
    try:
        return int(app(standalone_mode=False, prog_name="workbench") or 0)
    except typer.Abort:
        return 1
    except SystemExit as ended:  # typer's way to end at every broken pipe, whosever it is
        broken = ended.__context__
        if sys.stdout is out or not isinstance(broken, OSError):
            raise
        sys.stdout, sys.stderr = out, err
        raise broken from None
    except Exception as error:
        from workbench.commands.printing import note
        from workbench.commands.usage import USAGE_ERROR, usage_problem

        if type(error).__name__ == "NoArgsIsHelpError":  # its text is the whole help
            note(str(error))
            return 2
        if isinstance(error, USAGE_ERROR):
            raise usage_problem(error) from error
        raise


if __name__ == "__main__":
    run()
