"""Whether anybody hears a log, and what is said instead where nobody does."""

import logging
from threading import Lock

_lock = Lock()
_told = False


def warn(log: logging.Logger | logging.LoggerAdapter[logging.Logger], text: str) -> None:
    """Write a warning to a log; on stderr, once in a process, if that log goes nowhere.

    Without a Jupyter application traitlets' logger throws everything away, which keeps Python from
    showing warnings of programs that have set up no log. Ours is shown as those are.
    """
    log.warning(text)
    if not _heard(log.logger if isinstance(log, logging.LoggerAdapter) else log) and first():
        logging.getLogger("workbench.kernel").warning(text)


def first() -> bool:
    """Whether it is for the caller to tell, since nobody has in this process."""
    global _told
    with _lock:
        told, _told = _told, True
        return not told


def _heard(log: logging.Logger) -> bool:
    place: logging.Logger | None = log
    while place is not None:
        if any(not isinstance(handler, logging.NullHandler) for handler in place.handlers):
            return True
        place = place.parent if place.propagate else None
    return False
