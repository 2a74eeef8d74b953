"""What the app pages are made of: the template with its styles, the context, the error text."""

import hashlib
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from workbench.domain.errors import WorkbenchError
from workbench.widgets._esm import STATIC, bundle, versioned

ASSETS = Path(__file__).resolve().parents[1] / "assets"
FONT = "fonts/inter-latin.woff2"
STATIC_ADDRESS = "templates/workbench/static"
"""Where the template's files are, below Voilà's address."""
SCRIPTS = ("live.js", "url.js", "chart.js", "grid.js", "download.js", "plotly_runtime.js")
STYLES = ("live.css", "chart.css", "grid.css", "download.css")
"""Of the bundles, in the order in which a page needs them."""
SHEETS = ("tokens.css", "app.css", "sections.css")
WIDGETS_SHEET = "widgets.css"
LISTING = re.compile(r"[;；][^;；`]*`workbench markets`[^;；.。]*(?=[.。]?$)")
"""The clause of a message that sends its reader to a terminal for what a page offers in a list."""

APPS = (
    "portfolio",
    "market",
    "programme",
    "measurement",
    "planner",
)  # the order of the navigation; others follow by name


def stage_template(root: Path) -> Path:
    """Put the template ``workbench``, complete with its styles, under ``root`` for Jupyter to find.

    The styles live once, in ``workbench/assets``; this copies them beside the template, and derives
    the light palette for print, so that a page printed in dark mode is dark ink on white.

    Returns
    -------
    Path
        The folder of the template.
    """
    target = root / "voila" / "templates" / "workbench"
    shutil.copytree(ASSETS / "voila" / "workbench", target, dirs_exist_ok=True)
    static = target / "static"
    tokens = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    (static / "tokens.css").write_text(tokens, encoding="utf-8")
    (static / "print-tokens.css").write_text(tokens.split("@media", 1)[0], encoding="utf-8")
    for name in ("app.css", "sections.css"):
        shutil.copyfile(ASSETS / name, static / name)
    # One file each of what a page asks for together: every request is one more that the server
    # answers while it starts the page's kernel.
    (static / "page.css").write_text(_together(static, SHEETS), encoding="utf-8")
    (static / WIDGETS_SHEET).write_text(widgets_sheet(), encoding="utf-8")
    shutil.copyfile(ASSETS / "page.js", static / "sections.js")  # sorts tables, as in a brief
    for name in (FONT, *SCRIPTS):
        file = bundle(name)
        shutil.copyfile(file, static / file.name)
    return target


@cache
def widgets_sheet() -> str:
    """The styles of all widgets."""
    return _together(STATIC, STYLES)


def _together(folder: Path, names: tuple[str, ...]) -> str:
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


@cache
def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def page_context(query: str, *, app: str = "", edit: bool = False, **found: Any) -> dict[str, Any]:
    """What the template needs to know of a request; see ``_shell.html.j2``.

    Parameters
    ----------
    query
        The query string as sent; ``lang`` is taken out of it (zh unless it starts with ``en``).
    app
        Name of the notebook, empty on other pages.
    edit
        Whether the kernels may write.
    found
        ``apps`` (names of notebooks), ``reports`` (whether there are briefs), ``twin`` (what is
        shown until the kernel is there, as HTML).
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    return {
        "lang": language(query),
        "query": urlencode([pair for pair in pairs if pair[0] != "lang"]),
        "app": app,
        "edit": edit,
        "apps": found.get("apps", []),
        "reports": found.get("reports", False),
        "twin": found.get("twin", ""),
        "scripts": [versioned(name) for name in SCRIPTS],
        "styles": [f"{WIDGETS_SHEET}?v={_hash(widgets_sheet())}"],
    }


def language(query: str) -> str:
    """The language that a query asks for: en if it starts so, else zh."""
    pairs = parse_qsl(query, keep_blank_values=True)
    lang = next((value for key, value in pairs if key == "lang"), "zh")
    return "en" if lang.lower().split("-")[0] == "en" else "zh"


def app_names(folder: Path) -> list[str]:
    """Names of the notebooks in ``folder``: the known apps in order, then the others."""
    names = {path.stem for path in folder.glob("*.ipynb") if not path.name.startswith(".")}
    return [name for name in APPS if name in names] + sorted(names - set(APPS))


def keep_message(*, cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
    """Let the text of our own errors through to the page; of others it shows none.

    The pages list the markets themselves, so that :data:`LISTING` is left out.
    """
    content = execute_reply["content"]
    kinds, names = [WorkbenchError], set()
    while kinds:
        kind = kinds.pop()
        names.add(kind.__name__)
        kinds.extend(kind.__subclasses__())
    if content.get("ename") in names:
        cell["metadata"]["workbench_error"] = LISTING.sub("", content.get("evalue", ""))
