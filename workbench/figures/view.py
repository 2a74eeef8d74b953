"""What every surface shows of a topic: a title that says the finding, a body, a figure."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workbench.figures.theme import ASSETS
from workbench.locale import Translator, word

GATE_MARKS = {"go": "●", "conditional": "◐", "no_go": "■", "insufficient": "?"}
STATUS_MARKS = {"ready": "●", "conditional": "◐", "blocked": "■", "unknown": "?"}


@dataclass(frozen=True)
class Drawing:
    """A figure with what a reader who can't see it needs.

    Attributes
    ----------
    figure
        The Plotly figure, without a title of its own.
    finding
        One sentence that says what the figure shows; its caption.
    alt
        Alternative text: the figures behind the finding.
    source
        Where the figures come from.
    """

    figure: go.Figure
    finding: str
    alt: str
    source: str


@dataclass(frozen=True)
class View:
    """One topic on screen or on paper.

    Attributes
    ----------
    topic
        Id, used as anchor.
    title
        Heading.
    html
        Body: the table twin and the reasons, already escaped.
    drawing
        The chart; None where the body says it all.
    """

    topic: str
    title: str
    html: str
    drawing: Drawing | None = None


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates of ``assets/templates``; every value is escaped, a missing one an error."""
    return Environment(
        loader=FileSystemLoader(ASSETS / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, t: Translator, **values: Any) -> str:
    """A template from ``assets/templates`` filled in; every value is escaped.

    Parameters
    ----------
    template
        File name without ``.html.j2``.
    t
        The language; ``t`` in the template, beside the marks of gates and statuses.
    """
    found = templates().get_template(f"{template}.html.j2")
    return found.render(
        t=t, word=partial(word, t), gate_marks=GATE_MARKS, status_marks=STATUS_MARKS, **values
    )
