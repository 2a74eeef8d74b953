"""Answers that kernels share: what one has worked out, no other works out again.

Within ``workbench serve`` a page's twin, drawn by the server, and its kernel ask the same, and so
do all who look at the same page; of a batch, a market's briefs in two languages do. The folder is
the server's or the batch's own (mode 0700) and goes with it. Elsewhere answers stay in their
process.
"""

import hashlib
import logging
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from workbench.environment import environment
from workbench.scratch import Scratch
from workbench.sources.paths import EVENTS_VARIABLE, own_events

VARIABLE = "WORKBENCH_ANSWERS"
"""Names the folder, for a server or a batch and its kernels."""
MOST = 500
"""Answers that are kept on disk; those unused for longest go first."""
Find = TypeVar("Find", bound=Callable[..., Any])


@contextmanager
def sharing() -> Iterator[None]:
    """Within, this process and the kernels that it starts have the same events and answers.

    The folder of events is named, for a kernel works in another folder than this process.
    """
    with Scratch("answers") as folder:
        named = {VARIABLE: folder, EVENTS_VARIABLE: str(own_events().absolute())}
        with environment(**named):
            yield


def shared(most: int = 64) -> Callable[[Find], Find]:
    """Keep what a function answers, in this process and for the other processes of a server.

    Arguments are frozen dataclasses or plain values whose ``repr`` tells them apart.

    Parameters
    ----------
    most
        Answers that stay in the process.
    """

    def dress(find: Find) -> Find:
        @lru_cache(maxsize=most)
        @wraps(find)
        def run(*arguments: Any) -> Any:
            folder = os.environ.get(VARIABLE)
            if not folder or not Path(folder).is_dir():
                return find(*arguments)
            asked = f"{find.__module__}.{find.__qualname__}{arguments!r}"
            file = Path(folder) / f"{hashlib.sha256(asked.encode()).hexdigest()}.pickle"
            try:
                with file.open("rb") as held:
                    answer = pickle.load(held)
                os.utime(file)
            except FileNotFoundError:
                answer = find(*arguments)
                _keep(file, answer)
            return answer

        return cast("Find", run)

    return dress


def _keep(file: Path, answer: Any) -> None:
    """Write an answer whole; a folder that is full or gone costs the next asker time, no more."""
    aside = file.with_suffix(f".{os.getpid()}")
    try:
        aside.write_bytes(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
        aside.replace(file)
        kept = sorted(file.parent.glob("*.pickle"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-MOST]:
            old.unlink(missing_ok=True)
    except OSError as error:
        logging.getLogger(__name__).warning("An answer can't be kept for other pages: %s", error)
        aside.unlink(missing_ok=True)
