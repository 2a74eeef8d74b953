"""From a plan to a portfolio: read what the plan names and put it together."""

from typing import Any

from workbench.domain.assess import Portfolio
from workbench.domain.plan import Plan
from workbench.sources.files import fingerprint
from workbench.sources.products import load_product, product_path
from workbench.sources.reference import load_reference, register_of, seen

_last: dict[tuple[Any, ...], Portfolio] = {}
"""What the portfolio opened last was read from, and the portfolio; one entry at most."""


def open_portfolio(plan: Plan) -> Portfolio:
    """The portfolio of a plan, its product and register read from their files.

    The portfolio opened last is kept: a plan over the same files, unchanged on disk, is a change
    to it (:meth:`workbench.domain.assess.Portfolio.but`), so that the briefs of one batch share
    the reading and the ranking.

    Raises
    ------
    InputError
        If a file is missing or broken, or the plan names what the tables don't know.
    """
    read_from = _read_from(plan)
    portfolio = _last[read_from].but(plan) if read_from in _last else _read(plan)
    _last.clear()
    _last[read_from] = portfolio
    return portfolio


def usable(plan: Plan) -> Portfolio:
    """The portfolio of a plan that can be worked with: ranking and market in focus included.

    Raises
    ------
    InputError
        As :func:`open_portfolio`, or if weights, bounds or answers can't be used together.
    """
    portfolio = open_portfolio(plan)
    _ = portfolio.ranking
    _ = portfolio.market(portfolio.focus)
    return portfolio


def _read_from(plan: Plan) -> tuple[Any, ...]:
    """Everything that a portfolio's tables and product are read from, as it lies on disk."""
    files = [
        path
        for path in (
            product_path(plan.product) if plan.product else None,
            register_of(plan.competitors, example=plan.product is not None),
        )
        if path
    ]
    return plan.product, plan.competitors, seen(), fingerprint(*files)


def _read(plan: Plan) -> Portfolio:
    product = load_product(plan.product) if plan.product else None
    register = register_of(plan.competitors, product.example if product else False)
    reference = load_reference(register)
    if plan.product:
        product = load_product(plan.product, reference)
    return Portfolio(plan, reference, product)
