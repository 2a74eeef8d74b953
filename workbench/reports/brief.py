"""The sections of a market brief, shown one by one in a notebook."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from IPython.display import display

from workbench.domain.assess import Portfolio
from workbench.domain.errors import InputError
from workbench.domain.plan import NOTEBOOK_PARAMETERS, Plan, make_plan
from workbench.domain.tables import keep_texts_plain
from workbench.figures import (
    channels,
    competitors,
    market,
    market_notes,
    needs,
    promise,
    provider,
    ranking,
    readiness,
    value,
    verdict,
)
from workbench.figures.view import View, render
from workbench.locale import Translator, speaking, translator
from workbench.reports import measured
from workbench.sources.opening import open_portfolio
from workbench.sources.plans import load_plan

MIME = "application/vnd.workbench.view+json"
"""How a section travels in an executed notebook; its figure is the output after it."""
PLOTLY_MIME = "application/vnd.plotly.v1+json"

SECTIONS: dict[str, Callable[[Portfolio, str, Translator], View]] = {
    "verdict": verdict.view,
    "value": value.view,
    "needs": needs.view,
    "channels": channels.view,
    "readiness": readiness.view,
    "promise": promise.view,
    "competitors": competitors.view,
    "provider": provider.view,
    "ranking": lambda portfolio, code, t: ranking.view(portfolio, t, focus=code),
    "market": market.view,
    "alike": market.alike,
    "notes": market_notes.view,
    "measured": measured.view,
}
"""Section id -> what makes it, in the order of a brief."""

_KERNEL_NAMES = ("In", "Out", "exit", "quit", "open", "get_ipython")


class Brief:
    """One market's brief in one language.

    Parameters
    ----------
    portfolio
        All markets under the plan.
    code
        The market; None: the plan's market in focus.
    """

    def __init__(self, portfolio: Portfolio, code: str | None = None) -> None:
        self.portfolio = portfolio
        self.code = code or portfolio.focus
        self.t = translator(portfolio.plan.lang)

    def view(self, section: str) -> View:
        """One section.

        Raises
        ------
        InputError
            If there is no such section.
        """
        if section not in SECTIONS:
            raise InputError(
                "Unknown section {section!r}; sections are: {known}.",
                section=section,
                known=", ".join(SECTIONS),
            )
        return SECTIONS[section](self.portfolio, self.code, self.t)

    def show(self, section: str) -> None:
        """Display a section: its table as HTML, and its chart where it has one."""
        with speaking(self.t.lang):  # what leaves the kernel is the error's own text
            view = self.view(section)
        record = to_record(view)
        figure = record["drawing"].pop("figure") if view.drawing else None
        html = render("static", self.t, title=view.title, caption="", html=view.html)
        display({"text/html": html, MIME: record}, raw=True)
        if figure is not None:
            # Plotly's own display would first import a notebook validator (1.5 s).
            display({PLOTLY_MIME: figure}, raw=True)


def to_record(view: View) -> dict[str, Any]:
    """A view as JSON primitives."""
    record: dict[str, Any] = {"topic": view.topic, "title": view.title, "html": view.html}
    if view.drawing is not None:
        drawn = view.drawing
        record["drawing"] = {
            "figure": drawn.figure.to_plotly_json() | {"frames": []},
            "finding": drawn.finding,
            "alt": drawn.alt,
            "source": drawn.source,
        }
        record["drawing"]["figure"].pop("frames")
    return record


def open_brief(namespace: Mapping[str, Any]) -> Brief:
    """The brief that a notebook's parameters ask for.

    Parameters
    ----------
    namespace
        ``globals()`` of the notebook, right after its parameters cell.

    Raises
    ------
    InputError
        If a parameter is unknown or has a bad value; the parameter is named, in the language
        that the notebook asks for.
    """
    keep_texts_plain()
    with speaking("en" if namespace.get("lang") == "en" else "zh"):
        return Brief(open_portfolio(plan_from_notebook(namespace)))


def set_in(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """What a notebook's parameters cell has set, of all that its kernel knows by name."""
    return {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_")
        and name not in _KERNEL_NAMES
        and not callable(value)
        and not isinstance(value, ModuleType)
    }


def parameters_of(namespace: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The parameters that a notebook sets, and the path of the plan file it names.

    Raises
    ------
    InputError
        If a name is not among :data:`workbench.domain.plan.NOTEBOOK_PARAMETERS`.
    """
    values = set_in(namespace)
    named = values.pop("plan", None)
    asked = make_plan(values, tuple(name for name in NOTEBOOK_PARAMETERS if name != "plan"))
    given = {name: getattr(asked, name) for name, value in values.items() if value is not None}
    return given, str(named) if named else None


def plan_from_notebook(namespace: Mapping[str, Any]) -> Plan:
    """The plan of a notebook's parameters, over those of the plan file they may name."""
    given, named = parameters_of(namespace)
    return load_plan(named).but(**given) if named else make_plan(given)
