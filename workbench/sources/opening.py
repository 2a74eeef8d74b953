"""From a plan to a portfolio: read what the plan names and put it together."""

from workbench.domain.assess import Portfolio
from workbench.domain.plan import Plan
from workbench.sources.products import load_product
from workbench.sources.reference import load_reference, register_of


def open_portfolio(plan: Plan) -> Portfolio:
    """The portfolio of a plan, its product and register read from their files.

    Raises
    ------
    InputError
        If a file is missing or broken, or the plan names what the tables don't know.
    """
    product = load_product(plan.product) if plan.product else None
    register = register_of(plan.competitors, product.example if product else False)
    reference = load_reference(register)
    if plan.product:
        product = load_product(plan.product, reference)
    return Portfolio(plan, reference, product)
