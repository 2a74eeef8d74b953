"""An offline HTML page made of views; the same for a brief and for the index."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from markupsafe import Markup

from workbench.figures.theme import ASSETS
from workbench.figures.view import templates
from workbench.locale import Translator
from workbench.reports.brief import MIME, PLOTLY_MIME

PLOTLY = "assets/plotly.min.js"
SCRIPT = "assets/page.js"


def views_of(notebook: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """The sections that an executed notebook displayed, in order."""
    found: list[dict[str, Any]] = []
    for cell in notebook.cells:
        for output in cell.outputs if cell.cell_type == "code" else ():
            data = output.get("data", {})
            if MIME in data:
                found.append(data[MIME])
            elif PLOTLY_MIME in data and found:
                found[-1]["drawing"]["figure"] = data[PLOTLY_MIME]
    return found


def page(
    views: Iterable[Mapping[str, Any]],
    t: Translator,
    *,
    title: str,
    subtitle: str,
    day: str,
    links: Iterable[tuple[str, str, str]] = (),
    standalone: str = "",
) -> str:
    """One HTML page.

    Parameters
    ----------
    views
        Records as :func:`workbench.reports.brief.to_record` makes them.
    title, subtitle
        Plain text, escaped here.
    day
        What the one labelled date line says; nothing else on the page depends on when it is
        made.
    links
        ``(address, text, language tag)`` of the pages beside this one.
    standalone
        Plotly's script to embed; empty: the shared file beside the page is used.
    """
    sections = []
    for view in views:
        drawing = view.get("drawing")
        sections.append(
            {
                "topic": view["topic"],
                "title": view["title"],
                "html": Markup(view["html"]),
                "drawing": drawing,
                "figure": _script_json(drawing["figure"]) if drawing else "",
            }
        )
    tokens, *rest = (
        (ASSETS / name).read_text(encoding="utf-8")
        for name in ("tokens.css", "sections.css", "page.css")
    )
    light = tokens.split("@media", 1)[0]  # paper is light, also where the screen is dark
    css = "".join([tokens, "@media print{", light, "}\n", *rest])
    return (
        templates()
        .get_template("page.html.j2")
        .render(
            t=t,
            title=title,
            subtitle=subtitle,
            day=day,
            sections=sections,
            links=list(links),
            css=Markup(css),
            charts=any(section["drawing"] for section in sections),
            plotly=PLOTLY,
            script=SCRIPT,
            standalone=Markup(standalone),
            inline=Markup((ASSETS / "page.js").read_text(encoding="utf-8")) if standalone else "",
        )
    )


def _script_json(content: Any) -> Markup:
    """JSON that can stand inside a script element: no ``<`` can end it early."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))
