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
PARTS = ("domain", "events", "sources", "locale", "figures", "reports", "assets")
"""Rooms of the package that take part in making a page."""
KINDS = (".py", ".po", ".j2", ".css", ".js")
LIBRARIES = (
    *("babel", "duckdb", "ibis-framework", "jinja2", "nbclient", "numpy", "pandas", "papermill"),
    *("plotly", "pyarrow", "python-pptx", "scipy", "xlsxwriter"),
)


def line_hash(plan: Plan, copies: Mapping[str, str]) -> str:
    """Hash of all that the pages of one plan have in common.

    Parameters
    ----------
    copies
        Path in the plan -> path of the file to read in its place.
    """
    record = plan.model_dump(mode="json", exclude={"market", "lang", "product", "competitors"})
    texts = {
        name: read_text(path) if path else None for name, path in own_files(plan, copies).items()
    }
    return digest([record, texts, made_with()])


def own_files(plan: Plan, copies: Mapping[str, str]) -> dict[str, Path | None]:
    """The strategist's own files that a plan names, as they are read."""
    product, register = (copies.get(name or "", name) for name in (plan.product, plan.competitors))
    return {
        "product": product_path(product) if product else None,
        "competitors": register_of(register, example=product is not None),
    }


def state(plan: Plan, copies: Mapping[str, str]) -> tuple[object, ...]:
    """Changes with every write to what pages read while they are made, also with one taken back."""
    return ground(), *map(_written, own_files(plan, copies).values())


def _written(path: Path | None) -> tuple[int, int, int] | None:
    try:
        found = path and path.stat()
    except OSError:
        return None
    return (found.st_ctime_ns, found.st_size, found.st_ino) if found else None


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
