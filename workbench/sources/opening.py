"""From a plan to a portfolio: read what the plan names and put it together."""

from collections.abc import Mapping
from typing import Any

from workbench.domain.assess import Portfolio
from workbench.domain.plan import Plan
from workbench.sources.files import fingerprint
from workbench.sources.products import load_product, product_path
from workbench.sources.reference import load_reference, register_of, seen

NONE: Mapping[str, str] = {}

_last: dict[tuple[Any, ...], Portfolio] = {}
"""What the portfolio opened last was read from, and the portfolio; one entry at most."""


def open_portfolio(plan: Plan, copies: Mapping[str, str] = NONE) -> Portfolio:
    """The portfolio of a plan, its product and register read from their files.

    The portfolio opened last is kept: a plan over the same files, unchanged on disk, is a change
    to it (:meth:`workbench.domain.assess.Portfolio.but`), so that the briefs of one batch share
    the reading and the ranking.

    Parameters
    ----------
    copies
        Path in the plan -> path of the file to read in its place; see
        :class:`workbench.sources.inputs.OwnFiles`.

    Raises
    ------
    InputError
        If a file is missing or broken, or the plan names what the tables don't know.
    """
    files = _files(plan, copies)
    ground = _ground(*files)
    portfolio = _last[ground].but(plan) if ground in _last else _read(plan, *files)
    _last.clear()
    _last[ground] = portfolio
    return portfolio


def ground_of(plan: Plan, copies: Mapping[str, str] = NONE) -> tuple[Any, ...]:
    """What tells whether a plan's portfolio would be the same: the plan, and files by their date.

    Raises
    ------
    InputError
        If the plan names an example product that there isn't.
    """
    return plan.model_dump_json(), *_ground(*_files(plan, copies))


def _files(plan: Plan, copies: Mapping[str, str]) -> tuple[str | None, str | None]:
    product, register = (copies.get(name or "", name) for name in (plan.product, plan.competitors))
    return product, register


def usable(plan: Plan, copies: Mapping[str, str] = NONE) -> Portfolio:
    """The portfolio of a plan that can be worked with: ranking and market in focus included.

    Raises
    ------
    InputError
        As :func:`open_portfolio`, or if weights, bounds or answers can't be used together.
    """
    portfolio = open_portfolio(plan, copies)
    _ = portfolio.ranking
    _ = portfolio.market(portfolio.focus)
    return portfolio


def _ground(product: str | None, register: str | None) -> tuple[Any, ...]:
    """Everything that a portfolio's tables and product are read from, as it lies on disk."""
    files = [
        path
        for path in (
            product_path(product) if product else None,
            register_of(register, example=product is not None),
        )
        if path
    ]
    return product, register, seen(), fingerprint(*files)


def _read(plan: Plan, product: str | None, register: str | None) -> Portfolio:
    found = load_product(product) if product else None
    reference = load_reference(register_of(register, found.example if found else False))
    if product:
        found = load_product(product, reference)
    return Portfolio(plan, reference, found)
