"""A brief in one warm process without any kernel: what no batch can be faster than.

In a module of its own, for IPython puts another in the place of the one that runs.
"""

import time
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import NotebookNode

from workbench.reports.batch.making import Around, brief_page
from workbench.sources.paths import notebook_folder

DAY = "2026-11-20"
NOTEBOOK = notebook_folder() / "reports" / "brief.ipynb"


def given(plan: Path, code: str) -> dict[str, str]:
    """The notebook's parameters, the same on all sides."""
    return {"market": code, "lang": "en", "as_of": DAY, "plan": str(plan)}


def in_process(plan: Path, code: str) -> float:
    """Seconds of a brief in one warm process without any kernel: the lower bound.

    Read, run the same cells in plain IPython, put what they display on the same page.
    """
    start = time.perf_counter()
    cells = [cell.source for cell in nbformat.read(NOTEBOOK, 4).cells if cell.cell_type == "code"]
    shell = InteractiveShell.instance()
    asked = [f"{name} = {value!r}" for name, value in given(plan, code).items()]
    with capture_output() as captured:
        for cell in (cells[0], *asked, *cells[1:]):
            shell.run_cell(cell).raise_error()
    displayed = NotebookNode(
        cell_type="code", outputs=[{"data": one.data} for one in captured.outputs]
    )
    around = Around(code, "", DAY, (), standalone=False)
    assert len(brief_page(NotebookNode(cells=[displayed]), "en", around)) > 10_000
    seconds = time.perf_counter() - start
    shell.reset(new_session=False)
    return seconds
