"""Programs that know nothing of forking run notebooks on forked kernels."""

import nbclient
import nbformat
import papermill
import pytest
from jupyter_client.kernelspec import KernelSpecManager

from tests.kernel.conftest import stage_warm
from workbench.kernel.spec import NAME, kernel_spec

CELLS = [
    "import os, pandas as pd\nfactor = 2",
    "total = int((pd.Series([1, 2, 3]) * factor).sum())\nprint(total, os.getppid())",
]


@pytest.fixture
def notebook(tmp_path):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    made.cells[0].metadata["tags"] = ["parameters"]
    made.metadata["kernelspec"] = {"name": "ours", "display_name": "", "language": "python"}
    nbformat.write(made, tmp_path / "one.ipynb")
    return tmp_path / "one.ipynb"


def printed(executed) -> list[str]:
    return executed.cells[-1].outputs[0].text.split()


def test_papermill_and_nbclient_share_a_parent(stage, notebook, tmp_path) -> None:
    stage_warm(stage, "ours", preload=["pandas"])
    out = tmp_path / "out.ipynb"
    first = papermill.execute_notebook(
        notebook, out, parameters={"factor": 10}, kernel_name="ours", progress_bar=False
    )
    total, parent = printed(first)
    assert total == "60"
    second = nbclient.NotebookClient(nbformat.read(notebook, 4), kernel_name="ours").execute()
    assert printed(second) == ["12", parent]


def test_an_error_in_a_cell_is_papermills_error(stage, notebook, tmp_path) -> None:
    stage_warm(stage, "ours", preload=["pandas"])
    with pytest.raises(papermill.PapermillExecutionError, match="TypeError"):
        papermill.execute_notebook(
            notebook, None, parameters={"factor": {}}, kernel_name="ours", progress_bar=False
        )


def test_the_kernelspec_that_is_installed_is_ours(monkeypatch) -> None:
    """A plain or editable install puts it where Jupyter looks."""
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    found = KernelSpecManager().get_kernel_spec(NAME).to_dict()
    wanted = kernel_spec()
    assert found["argv"][1:] == wanted["argv"][1:]
    assert found["metadata"] == wanted["metadata"]
    assert found["display_name"] == wanted["display_name"]


def test_everything_in_it_can_be_preloaded() -> None:
    """What it names exists, and an import of it starts no thread."""
    import importlib

    config = kernel_spec()["metadata"]["kernel_provisioner"]["config"]
    for name in config["preload"]:
        assert importlib.util.find_spec(name) is not None, name
    for name in config["exercise"]:
        module, function = name.split(":")
        assert callable(getattr(importlib.import_module(module), function))
