"""Commands that make briefs run in a fork of the kernels' parent, which has imported all they need.

That process is there anyhow, or about to be: the kernels of the briefs come from it.
"""

import importlib
import os
import pkgutil
import sys

from workbench.sources.paths import absolute


def run_warm(words: list[str]) -> int | None:
    """Run a command line in a fork; None if it is to be run here.

    Parameters
    ----------
    words
        What follows the program's name.
    """
    os.environ.update(absolute())
    if words[:1] != ["report"] or "--help" in words or _looked_into():
        return None
    from jupyter_client.kernelspec import NoSuchKernel

    from workbench.kernel import program
    from workbench.kernel.errors import UnavailableError

    try:
        return program.run("workbench.cli", words)
    except UnavailableError as reason:
        _say(words, reason)
    except NoSuchKernel:  # then none is expected to be warm
        pass
    return None


def warm() -> None:
    """What the parent exercises for it: every import, and a page put together.

    The module that starts the command line is left out: it is what the fork runs.
    """
    from nbformat import read
    from papermill.translators import papermill_translators

    from workbench import commands
    from workbench.reports.batch.hashing import made_with
    from workbench.reports.batch.making import Around, brief_page
    from workbench.sources.paths import notebook_folder

    for module in pkgutil.iter_modules(commands.__path__, f"{commands.__name__}."):
        importlib.import_module(module.name)
    made_with()
    papermill_translators.find_translator("python3", "python")
    notebook = read(notebook_folder() / "reports" / "brief.ipynb", 4)
    brief_page(notebook, "en", Around("", "", "2026-01-01", (), standalone=False))


def _say(words: list[str], reason: Exception) -> None:
    """Say why this takes longer; the kernels, which start as slowly, then need not."""
    from workbench.commands.language import language_of_words
    from workbench.commands.printing import note
    from workbench.kernel import unheard
    from workbench.locale import translator

    t = translator(language_of_words(words))
    if unheard.first():
        note(t("Kernels start the ordinary way, which takes longer: {reason}.", reason=reason))


def _looked_into() -> bool:
    """Whether this is no plain call of the program: Python has options, a debugger is at work."""
    plain = sys.orig_argv[1:] == sys.argv
    return not plain or sys.gettrace() is not None or sys.getprofile() is not None
