"""What the selectors of the pages offer; a live page and its twin offer the same."""

from typing import Any

from workbench.domain.assess import Portfolio
from workbench.locale import Translator
from workbench.sources.products import example_products, load_product

Options = list[tuple[str, Any]]
"""What is shown, and the value of the plan's field that it stands for."""


def market_options(portfolio: Portfolio, t: Translator) -> Options:
    """Markets: the plan's first, then the others by code."""
    chosen = portfolio.plan.markets
    rest = [code for code in portfolio.codes if code not in chosen]
    return [(f"{t.market(code)} ({code})", code) for code in (*chosen, *rest)]


def industry_options(portfolio: Portfolio, t: Translator) -> Options:
    """Industries: as the product has it, then each by name."""
    table = portfolio.reference.industries
    usual = portfolio.reference.label("industries", portfolio.usual_industry, t.lang)
    label = (
        t("as the product: {industry}", industry=usual)
        if portfolio.product
        else t("not chosen: {industry}", industry=usual)
    )
    return [(label, None), *zip(table[f"name_{t.lang}"], table["industry"], strict=True)]


def product_options(portfolio: Portfolio, t: Translator) -> Options:
    """Products: none, the examples, and the plan's own file, by their names."""
    own, item = portfolio.plan.product, portfolio.product
    options: Options = [(t("no product"), None)]
    examples = example_products()
    options += [(getattr(load_product(name).name, t.lang), name) for name in examples]
    if own and item and own not in examples:
        options.append((f"{getattr(item.name, t.lang)} ({own.rsplit('/', 1)[-1]})", own))
    return options
