"""What every app does first: plan from notebook, address and store; styles; selectors."""

import asyncio
import contextlib
import functools
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import ipywidgets as widgets
from traitlets.log import get_logger

from workbench.apps._keeping import open_keeping
from workbench.apps._memory import give_back
from workbench.apps._options import Options
from workbench.apps._quiet import be_quiet
from workbench.domain.assess import Portfolio
from workbench.domain.changes import PlanStore
from workbench.domain.plan import Plan, plan_from_query
from workbench.domain.tables import keep_texts_plain
from workbench.figures.theme import ASSETS
from workbench.figures.view import render
from workbench.locale import Translator, speaking, translator
from workbench.reports.brief import parameters_of
from workbench.sources.plans import ReadOnlyStore
from workbench.widgets.state import FILES, PlanState, reported
from workbench.widgets.url import Query

GIVE_BACK_SECONDS = 3.0
"""After a page was made; until then it is being drawn, and has questions."""
NOTHING = ""
"""The value of a selector where its field of the plan is None."""


def under_voila() -> bool:
    """Whether this kernel serves a dashboard page."""
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")


def open_state(namespace: Mapping[str, Any], saving: bool = True) -> PlanState:
    """The state an app starts with: the stored plan, the notebook's parameters, the address.

    Later ones go over earlier ones. A file is named by the notebook or the environment only, never
    by the address.

    Parameters
    ----------
    namespace
        The notebook's variables.
    saving
        False on a page that is for reading: what is chosen there stays in the page, whatever the
        store would allow.

    Raises
    ------
    InputError
        If a parameter is unknown or has a bad value.
    """
    store, look = asked_for(namespace)
    plan = look(store.load())
    return PlanState(plan, store if saving else ReadOnlyStore(plan, store.copies))


def asked_for(
    namespace: Mapping[str, Any], query: str | None = None
) -> tuple[PlanStore, Callable[[Plan], Plan]]:
    """The store that an app works on, and what puts parameters and address over its plan.

    Parameters
    ----------
    query
        The address's query string; None: that of the page whose kernel this is.
    """
    asked, named = parameters_of(namespace)
    if query is None:
        query = os.environ.get("QUERY_STRING", "")
    scenario = parse_qs(query).get("scenario", [asked.get("scenario")])[0]
    store = open_keeping(named, scenario)
    return store, lambda plan: plan_from_query(query, plan.but(**asked))


def in_page_language(
    opener: Callable[[Mapping[str, Any]], widgets.Widget],
) -> Callable[[Mapping[str, Any]], widgets.Widget]:
    """Let what goes wrong while an app opens be said in the language of its page.

    The error card shows the exception's own text, and the kernel alone can translate it. The
    language is that of the address, else of the notebook, else zh, as the page around it has it.
    """

    @functools.wraps(opener)
    def run(namespace: Mapping[str, Any]) -> widgets.Widget:
        keep_texts_plain()
        if under_voila():
            be_quiet()
        asked = parse_qs(os.environ.get("QUERY_STRING", "")).get("lang", [namespace.get("lang")])
        with speaking("en" if str(asked[0]).lower().startswith("en") else "zh"):
            app = opener(namespace)
        keep_tracebacks_here()
        give_back_soon()
        return app

    return run


def keep_tracebacks_here() -> None:
    """From now on this kernel logs what goes wrong in a callback, and sends a page none of it.

    What our own panels do is caught by them (:func:`workbench.widgets.state.reported`); this is for
    ipywidgets, which shows a page the whole traceback of a message that it can't digest, and for
    loggers without a handler, which write to the stderr that a kernel sends to its page.
    """
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or not under_voila():
        return
    log = get_logger()
    shell.showtraceback = lambda *_args, **_more: log.error(
        "A message from the page failed", exc_info=True
    )
    for handler in getattr(log, "handlers", ()):  # the kernel's own, which write to the terminal
        logging.lastResort = handler


def give_back_soon() -> None:
    """Return to the system what the making of a page has freed: a page's kernel mostly waits."""
    if under_voila():
        with contextlib.suppress(RuntimeError):  # no loop: not in a kernel
            asyncio.get_running_loop().call_later(GIVE_BACK_SECONDS, give_back)


class Column(widgets.VBox):
    """A page's parts, one below the other."""

    def __repr__(self) -> str:
        return "Column()"  # displaying it asks for that; of all its parts it would take a while


def styles() -> widgets.HTML:
    """The style sheets, for JupyterLab; voila's template brings its own."""
    if under_voila():
        return widgets.HTML(layout={"display": "none"})
    css = "".join(
        (ASSETS / name).read_text(encoding="utf-8") for name in ("tokens.css", "sections.css")
    )
    return widgets.HTML(f"<style>{css}</style>")


def heading(title: str, subtitle: str, plan: Plan) -> widgets.HTML:
    """The page's h1 and the line below it."""
    return widgets.HTML(render("page_head", translator(plan.lang), title=title, subtitle=subtitle))


def follow_address(state: PlanState, *names: str) -> Query:
    """Keep the page's address in step with the plan, so that it can be sent to someone."""
    query = Query()
    asked = [name for name in parse_qs(os.environ.get("QUERY_STRING", "")) if name not in names]

    def write(_changed: frozenset[str] = frozenset()) -> None:
        plan = state.plan
        query.query = {
            name: str(value)
            for name in (*names, *asked)
            if (value := getattr(plan, name, None))
            and (name != "product" or str(value).isidentifier())
        }

    state.on_change(write)
    write()
    return query


def selector(
    state: PlanState,
    field: str,
    label: str,
    offer: Callable[[Portfolio, Translator], Options],
    report: Any,
) -> widgets.Dropdown:
    """A drop-down list bound to one field of the plan, both ways; ``offer`` gives its options.

    In the box :data:`NOTHING` stands for None, which ipywidgets would show as an empty box.
    """
    box = widgets.Dropdown(description=label, style={"description_width": "initial"})

    def current() -> Any:
        value = state.market if field == "market" else getattr(state.plan, field)
        return NOTHING if value is None else value

    def show() -> None:
        value = current()
        options = [
            (text, NOTHING if own is None else own) for text, own in offer(state.portfolio, state.t)
        ]
        known = {value for _, value in options}
        before = [option for option in box.options if option[1] not in known]
        options += before  # what was chosen once, such as an own product file, can be chosen again
        if value not in known | {value for _, value in before}:
            options.append((str(value), value))
        if box.options != tuple(options):
            box.unobserve(chosen, "value")  # new options choose the first one for a moment
            box.options = options
            box.value = value
            box.observe(chosen, "value")
        box.value = value

    def chosen(change: Any) -> None:
        if change["new"] == current():
            return
        with reported(report):
            state.change(**{field: None if change["new"] == NOTHING else change["new"]})
        show()  # what stands, also after a refusal

    def follow(changed: frozenset[str]) -> None:
        if changed & {field, *FILES}:
            show()

    box.observe(chosen, "value")
    show()
    state.on_change(follow)
    return box
