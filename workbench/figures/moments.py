"""When something happened, as a reader says it: the clock today, the day too before that."""

from datetime import datetime

from workbench.locale import Translator


def moment(at: datetime, t: Translator, now: datetime | None = None) -> str:
    """``10:42``, or ``Nov 3, 2026 10:42`` on another day; in the zone of this computer.

    Parameters
    ----------
    at
        With its time zone.
    now
        With its time zone; None: this moment.
    """
    local = at.astimezone()
    clock = f"{local:%H:%M}"
    today = (now or datetime.now()).astimezone().date()
    if local.date() == today:
        return clock
    return f"{t.date(local.date())} {clock}"


def exact(at: datetime) -> str:
    """To the second and with the zone, for a tooltip."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S %z}"
