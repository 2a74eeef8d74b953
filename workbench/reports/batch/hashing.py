"""What a page is made of, as one hash: equal hashes mean equal bytes.

Everything that can change a page is in it: the plan as it is judged (day included), the texts of
the strategist's files, the tables, the imported events, the notebook, the program with its
templates and catalogues, the libraries that draw and number.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from workbench.domain.plan import Plan
from workbench.sources.files import read_text
from workbench.sources.ground import ground
from workbench.sources.inputs import program
from workbench.sources.paths import notebook_folder
from workbench.sources.products import product_path
from workbench.sources.reference import register_of

PACKAGE = Path(__file__).resolve().parents[2]
PARTS = ("domain", "sources", "locale", "figures", "reports", "assets")
"""Rooms of the package that take part in making a page."""
KINDS = (".py", ".po", ".j2", ".css", ".js")
LIBRARIES = ("babel", "jinja2", "nbclient", "numpy", "pandas", "papermill", "plotly", "scipy")


def line_hash(plan: Plan, copies: Mapping[str, str]) -> str:
    """Hash of all that the pages of one plan have in common.

    Parameters
    ----------
    copies
        Path in the plan -> path of the file to read in its place.
    """
    record = plan.model_dump(mode="json", exclude={"market", "lang", "product", "competitors"})
    product, register = (copies.get(name or "", name) for name in (plan.product, plan.competitors))
    files = {
        "product": product_path(product) if product else None,
        "competitors": register_of(register, example=product is not None),
    }
    texts = {name: read_text(path) if path else None for name, path in files.items()}
    return digest([record, texts, made_with()])


def made_with() -> dict[str, str]:
    """What pages are made with, beside a plan and its files: part -> its version or hash.

    Two machines on which this is equal make equal pages of equal plans. The program's own code is
    read once in a process, for what it runs with is what it once imported.
    """
    notebook = read_text(notebook_folder() / "reports" / "brief.ipynb")
    return {
        **program(),
        "notebook": digest(notebook),
        "code": _code(),
        "events": ground().mark,
        **_libraries(),
    }


def digest(content: Any) -> str:
    """SHA-256 of JSON primitives."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@lru_cache(maxsize=1)
def _code() -> str:
    whole = hashlib.sha256()
    for part in PARTS:
        for path in sorted((PACKAGE / part).rglob("*")):
            if path.suffix in KINDS:
                whole.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
                whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


@lru_cache(maxsize=1)
def _libraries() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}
