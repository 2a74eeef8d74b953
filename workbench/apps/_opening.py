"""What every app does first: plan from notebook, address and store; styles; selectors."""

import functools
import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import ipywidgets as widgets

from workbench.domain.errors import InputError
from workbench.domain.plan import Plan, plan_from_query
from workbench.figures.theme import ASSETS
from workbench.figures.view import render
from workbench.locale import speaking, translator
from workbench.reports.brief import parameters_of
from workbench.sources.plans import open_store
from workbench.sources.products import example_products
from workbench.widgets.state import PlanState
from workbench.widgets.url import Query


def under_voila() -> bool:
    """Whether this kernel serves a dashboard page."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")


def open_state(namespace: Mapping[str, Any]) -> PlanState:
    """The state an app starts with: the stored plan, the notebook's parameters, the address.

    Later ones go over earlier ones. A file is named by the notebook or the environment only, never
    by the address.

    Raises
    ------
    InputError
        If a parameter is unknown or has a bad value.
    """
    asked, named = parameters_of(namespace)
    store = open_store(named)
    plan = store.load().but(**asked)
    plan = plan_from_query(os.environ.get("QUERY_STRING", ""), plan)
    return PlanState(plan, store)


def in_page_language(
    opener: Callable[[Mapping[str, Any]], widgets.Widget],
) -> Callable[[Mapping[str, Any]], widgets.Widget]:
    """Let what goes wrong while an app opens be said in the language of its page.

    The error card shows the exception's own text, and the kernel alone can translate it. The
    language is that of the address, else of the notebook, else zh, as the page around it has it.
    """
    @functools.wraps(opener)
    def run(namespace: Mapping[str, Any]) -> widgets.Widget:
        asked = parse_qs(os.environ.get("QUERY_STRING", "")).get("lang", [namespace.get("lang")])
        with speaking("en" if str(asked[0]).lower().startswith("en") else "zh"):
            return opener(namespace)
    return run


def styles() -> widgets.HTML:
    """The style sheets, for JupyterLab; voila's template brings its own."""
    if under_voila():
        return widgets.HTML()
    css = "".join((ASSETS / name).read_text(encoding="utf-8")
                  for name in ("tokens.css", "sections.css"))
    return widgets.HTML(f"<style>{css}</style>")


def heading(title: str, subtitle: str, plan: Plan) -> widgets.HTML:
    """The page's h1 and the line below it."""
    return widgets.HTML(render("page_head", translator(plan.lang), title=title, subtitle=subtitle))


def follow_address(state: PlanState, *names: str) -> Query:
    """Keep the page's address in step with the plan, so that it can be sent to someone."""
    query = Query()

    def write(_changed: frozenset[str] = frozenset()) -> None:
        plan = state.plan
        query.query = {name: str(value) for name in names
                       if (value := getattr(plan, name)) and (name != "product" or
                                                              str(value).isidentifier())}

    state.on_change(write)
    write()
    return query


def selector(state: PlanState, field: str, label: str, options: list[tuple[str, Any]],
             report: Any) -> widgets.Dropdown:
    """A drop-down list bound to one field of the plan, both ways."""
    current = state.market if field == "market" else getattr(state.plan, field)
    if current not in [value for _, value in options]:
        options = [(str(current), current), *options]
    box = widgets.Dropdown(description=label, options=options, value=current,
                           style={"description_width": "initial"})

    def chosen(change: Any) -> None:
        try:
            state.change(**{field: change["new"]})
        except InputError as error:
            report(error)
            box.value = state.market if field == "market" else getattr(state.plan, field)

    def follow(changed: frozenset[str]) -> None:
        if field in changed:
            box.value = state.market if field == "market" else getattr(state.plan, field)

    box.observe(chosen, "value")
    state.on_change(follow)
    return box


def market_options(state: PlanState) -> list[tuple[str, str]]:
    """Markets for a list: the plan's first, then the others by code."""
    t, chosen = state.t, state.plan.markets
    rest = [code for code in state.portfolio.codes if code not in chosen]
    return [(f"{t.market(code)} ({code})", code) for code in (*chosen, *rest)]


def industry_options(state: PlanState) -> list[tuple[str, str]]:
    """Industries for a list."""
    table = state.portfolio.reference.industries
    return list(zip(table[f"name_{state.plan.lang}"], table["industry"], strict=True))


def product_options(state: PlanState) -> list[tuple[str, str | None]]:
    """Products for a list: none, the examples, and the plan's own file."""
    options: list[tuple[str, str | None]] = [(state.t("no product"), None)]
    own = state.plan.product
    options += [(name, name) for name in example_products()]
    if own and own not in example_products():
        options.append((own.rsplit("/", 1)[-1], own))
    return options
