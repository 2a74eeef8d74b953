"""Which language a command speaks: results, notes and errors alike."""

import os
from pathlib import Path

from workbench.domain.errors import WorkbenchError

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Environment variables that name the language of messages, as POSIX ranks them."""


def language_of(lang: str | None, plan: str | None = None) -> str:
    """The language asked for, else the plan file's, else the environment's.

    Parameters
    ----------
    lang
        What ``--lang`` says; kept as it is, even if there is no such language.
    plan
        Path of a plan file.

    Raises
    ------
    InputError
        If the plan file can't be read.
    """
    return lang or (_of_file(plan) if plan else "") or of_environment()


def of_environment() -> str:
    """``en`` where the first variable that is set names English; else ``zh``."""
    named = next(filter(None, (os.environ.get(name) for name in VARIABLES)), "")
    return "en" if named.lower().startswith("en") else "zh"


def language_of_words(words: list[str]) -> str:
    """The language of an error: the one that the results would have had.

    The words are read here once more, since those that typer can't read end up here too.
    """
    lang = _given(words, "--lang") or _given(words, "-l")
    if lang:
        return "zh" if lang.lower().startswith("zh") else "en"  # fr: who asks for it reads no zh
    try:
        return language_of(None, _given(words, "--plan"))
    except WorkbenchError:  # the plan file; it may be the very error that is to be told
        return of_environment()


def _of_file(plan: str) -> str:
    from workbench.sources.files import read_mapping

    found = read_mapping(Path(plan)).get("lang")
    return found if found in ("zh", "en") else ""


def _given(words: list[str], option: str) -> str:
    """The first value of an option, written ``--lang zh``, ``--lang=zh`` or ``-lzh``; else ""."""
    glued = f"{option}=" if option.startswith("--") else option
    for place, word in enumerate(words):
        if word == option:
            return "".join(words[place + 1 : place + 2])
        if word.startswith(glued) and not (option == "-l" and word.startswith("--")):
            return word.removeprefix(glued)
    return ""
