"""Words for people, where the reader may be gone or the disk full; the work is what counts."""

import os
import sys
from contextlib import suppress


def note(text: str) -> None:
    """Print a line on stderr; where nobody can read it, the work goes on all the same."""
    with suppress(OSError):
        if sys.stderr is not None:
            print(text, file=sys.stderr, flush=True)


def printed(text: str) -> OSError | None:
    """Print a line on stdout, and see it go out; why it can't, if it can't."""
    try:
        print(text, flush=True)
    except OSError as error:
        _give_up()
        return error
    return None


def problem(failed: bool) -> OSError | None:
    """Why what was printed on stdout can't go out; None: it has.

    Parameters
    ----------
    failed
        Whether something failed, which may have been this: without a buffer it is tried once more.
    """
    try:
        if sys.stdout is not None:
            print(end="\n" if failed else "", flush=True)
    except OSError as error:
        _give_up()
        return error
    return None


def _give_up() -> None:
    """Let what is left on stdout go nowhere, or Python would try once more when it ends."""
    with suppress(OSError):  # no file of the system: a test's
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
