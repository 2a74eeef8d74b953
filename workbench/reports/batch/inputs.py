"""What a batch reads is not among what it writes: a strategist's file is never written over."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from workbench.domain.errors import InputError
from workbench.reports.batch.hashing import own_files
from workbench.reports.batch.jobs import HTML, brief_name, whole_name
from workbench.reports.batch.lines import LANGUAGES, PLAN_COPY, Line
from workbench.reports.batch.lock import LOCK
from workbench.reports.batch.table import JOURNAL, TABLE
from workbench.reports.page import PLOTLY, SCRIPT


def check_apart(
    out: Path,
    lines: Sequence[Line],
    langs: tuple[str, ...],
    formats: Sequence[str],
    given: Iterable[Path],
) -> None:
    """See that a batch would not write over a file that it reads, by whatever path or link.

    Parameters
    ----------
    given
        Files that are read beside those that the lines name.

    Raises
    ------
    InputError
        If it would, naming the file.
    """
    read = [
        *given,
        *(path for line in lines for path in own_files(line.plan, line.copies).values() if path),
    ]
    there = {found: path for path in read if (found := _identity(path))}
    for name in _written(lines, langs, formats):
        found = _identity(out / name)
        if found in there:
            raise InputError(
                "The report reads the file {path} and would write its own {name} in its place; a "
                "file that is given is never written over. Name another folder with --out.",
                path=there[found],
                name=name,
            )


def _written(
    lines: Sequence[Line], langs: tuple[str, ...], formats: Sequence[str]
) -> Iterator[str]:
    """Every file of a batch, by its path in the batch's folder."""
    indexes = ["index.html", *(f"index.{lang}.html" for lang in LANGUAGES)]
    yield from (TABLE, JOURNAL, LOCK, PLOTLY, SCRIPT, *indexes)
    for line in lines:
        yield from map(line.place, (PLAN_COPY, PLOTLY, SCRIPT, *indexes))
        for form in dict.fromkeys((HTML, *formats)):
            for lang in langs:
                yield line.place(whole_name(lang, form))
                for code in line.portfolio.chosen:
                    yield line.place(brief_name(code, lang, form))


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file it is, whatever it is called; None: there is none."""
    with suppress(OSError, ValueError):  # ValueError: a null byte in the path
        found = os.stat(path)  # noqa: PTH116 - a link counts as what it leads to
        return found.st_dev, found.st_ino
    return None
