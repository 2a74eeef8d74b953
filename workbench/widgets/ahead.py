"""Views drawn before anybody asks for them, by the process that pages' kernels are forked from."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workbench.domain.plan import Plan
from workbench.figures.view import View
from workbench.sources.opening import ground_of

_views: dict[tuple[Any, ...], View] = {}
"""By all that they are drawn from: what draws, the plan, its files by their dates."""
_keeping = [False]


@contextlib.contextmanager
def drawing_ahead() -> Iterator[None]:
    """Within, what is drawn is kept, in place of what was kept before."""
    _views.clear()
    _keeping[0] = True
    try:
        yield
    finally:
        _keeping[0] = False


def drawn(name: str, plan: Plan, copies: Mapping[str, str], draw: Callable[[], View]) -> View:
    """The view as it was drawn ahead, else drawn now.

    Parameters
    ----------
    name
        Of what draws; with plan and files it settles what comes out.
    copies
        As in :func:`workbench.sources.opening.open_portfolio`.
    draw
        Draws it.
    """
    if not _views and not _keeping[0]:
        return draw()
    key = name, *ground_of(plan, copies)
    view = _views.get(key)
    if view is None:
        view = draw()
        if _keeping[0]:
            _views[key] = view
    return view
