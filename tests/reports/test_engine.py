"""One kernel for many notebooks: names are cleared, a dead or hanging kernel is replaced."""

import json
import os
import signal
import threading
from types import SimpleNamespace

import nbformat
import papermill.exceptions
import pytest
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

from workbench.reports import engine
from workbench.reports.engine import (
    CLEAR,
    JobTimeoutError,
    KernelEndedError,
    KernelStartError,
    SharedKernel,
    kernel_name,
)

pytestmark = pytest.mark.notebook


@pytest.fixture
def notebook(tmp_path):
    def write(*cells: str) -> str:
        found = nbformat.v4.new_notebook(
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
            }
        )
        found.cells = [
            nbformat.v4.new_code_cell("market = None", metadata={"tags": ["parameters"]})
        ]
        found.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
        path = tmp_path / "test.ipynb"
        nbformat.write(found, path)
        return str(path)

    return write


def printed(executed) -> str:
    return "".join(
        output.get("text", "") for cell in executed.cells for output in cell.get("outputs", [])
    )


def test_names_of_one_notebook_are_unknown_to_the_next(kernel, notebook):
    kernel.run(notebook("import os\nleft = 1\n_hidden = 2\ndef helper(): pass"), {"market": "ID"})
    seen = printed(
        kernel.run(
            notebook("print(sorted({'left', '_hidden', 'helper', 'os'} & set(globals())), market)"),
            {},
        )
    )
    assert seen.strip() == "[] None"


def test_notebooks_share_one_process(kernel, notebook):
    """Starting a kernel is what costs; it is started once."""
    ask = notebook("import os; print(os.getpid())")
    assert printed(kernel.run(ask, {})) == printed(kernel.run(ask, {}))


def test_a_raising_notebook_leaves_the_kernel_fit(kernel, notebook):
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="no such thing"):
        kernel.run(notebook("raise ValueError('no such thing')"), {})
    assert printed(kernel.run(notebook("print(market)"), {"market": "SA"})).strip() == "SA"


def test_after_a_cell_that_fails_no_other_runs(kernel, notebook, tmp_path):
    """All cells are with the kernel by then; those behind the failure are refused."""
    ran = tmp_path / "ran"
    fails = f"import time; time.sleep(0.5); open({str(tmp_path / 'begun')!r}, 'w'); 1 / 0"
    with pytest.raises(papermill.exceptions.PapermillExecutionError, match="division by zero"):
        kernel.run(notebook(fails, f"open({str(ran)!r}, 'w')", "print('late')"), {})
    after = kernel.run(notebook("print(market)", "print(market)"), {"market": "SA"})
    assert printed(after) == "SA\nSA\n"  # in their own cells, nothing of the run before
    assert [len(cell.outputs) for cell in after.cells if cell.cell_type == "code"][-2:] == [1, 1]
    assert (tmp_path / "begun").exists() and not ran.exists()


def test_the_kernel_goes_on_while_the_outputs_of_a_cell_are_read(kernel, notebook, tmp_path):
    """Nobody asks for the second cell until it has run."""
    ran = tmp_path / "ran"
    plain = engine.AheadClient.execute

    def once_it_has_run(self, code, **given):
        while code.startswith("open(") and not ran.exists():
            assert run_sync(kernel._manager.is_alive)()
        return plain(self, code, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.AheadClient, "execute", once_it_has_run)
        done = kernel.run(notebook("1", f"open({str(ran)!r}, 'w'); print('done')"), {})
    assert printed(done).strip() == "done"


def test_only_cells_that_nbclient_runs_are_sent_and_as_it_would():
    cell, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    book = nbformat.v4.new_notebook(
        cells=[
            cell("first"),
            text("text"),
            cell("  "),
            cell("never", metadata={"tags": ["skip-execution"]}),
            cell("may fail", metadata={"tags": ["raises-exception"]}),
        ]
    )
    sent = []
    client = SimpleNamespace(execute=lambda code, **how: sent.append((code, how["stop_on_error"])))
    engine.AheadClient(client, NotebookClient(book))
    assert sent == [("first", True), ("may fail", False)]


def test_another_cell_than_the_one_sent_is_refused():
    runner = SimpleNamespace(nb=nbformat.v4.new_notebook())
    with pytest.raises(RuntimeError, match="another cell than 'x = 1'"):
        engine.AheadClient(SimpleNamespace(), runner).execute("x = 1")


def test_a_kernel_killed_in_the_middle_of_a_cell_is_replaced(kernel, notebook):
    """kill -9 from inside a cell: the run fails, it doesn't hang, and the next one works."""
    with pytest.raises(KernelEndedError):
        kernel.run(notebook(f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"), {})
    assert printed(kernel.run(notebook("print(market)"), {"market": "NA"})).strip() == "NA"


def test_a_kernel_killed_between_notebooks_is_replaced(kernel, notebook):
    pid = int(printed(kernel.run(notebook("import os; print(os.getpid())"), {})))
    os.kill(pid, signal.SIGKILL)
    while run_sync(kernel._manager.is_alive)():
        pass
    assert int(printed(kernel.run(notebook("import os; print(os.getpid())"), {}))) != pid


def test_a_notebook_that_hangs_is_ended_with_its_kernel(kernel, notebook):
    """All cells together have the time; a signal that is ignored changes nothing."""
    pid = int(printed(kernel.run(notebook("import os; print(os.getpid())"), {})))
    hang = (
        "import signal, time; signal.signal(2, signal.SIG_IGN)",
        "time.sleep(9)",
        "time.sleep(999)",
    )
    with pytest.raises(JobTimeoutError, match="not done in 12 s"):
        kernel.run(notebook(*hang), {}, 12)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert printed(kernel.run(notebook("print(market)"), {"market": "SJ"})).strip() == "SJ"


def test_another_thread_can_end_a_run(notebook, tmp_path):
    shared, begun = SharedKernel(), tmp_path / "begun"

    def end() -> None:
        while not begun.exists():
            pass
        shared.kill()

    ending = threading.Thread(target=end)
    ending.start()
    try:
        with pytest.raises(KernelEndedError):
            shared.run(notebook(f"open({str(begun)!r}, 'w'); import time; time.sleep(999)"), {})
    finally:
        ending.join()
        shared.close()


def test_a_program_that_is_no_kernel_is_an_error_of_its_own(notebook, tmp_path, monkeypatch):
    spec = tmp_path / "kernels" / "broken" / "kernel.json"
    spec.parent.mkdir(parents=True)
    content = {"argv": ["false", "{connection_file}"], "display_name": "B", "language": "python"}
    spec.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setattr(engine, "kernel_name", lambda: "broken")
    with pytest.raises(KernelStartError):
        SharedKernel().run(notebook("pass"), {})


def test_briefs_run_on_the_warm_kernel_where_it_is_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "WARM", "trial")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert kernel_name() == "python3"
    spec = tmp_path / "kernels" / "trial" / "kernel.json"
    spec.parent.mkdir(parents=True)
    content = {"argv": ["x", "{connection_file}"], "display_name": "T", "language": "python"}
    spec.write_text(json.dumps(content), encoding="utf-8")
    assert kernel_name() == "trial"


def test_clearing_takes_every_name_but_the_kernel_s_own():
    """The code itself, run on plain dictionaries: IPython's own names stay."""

    own = {"In": [], "get_ipython": None}
    shell = SimpleNamespace(user_ns={"market": 1, "_x": 2, **own}, user_ns_hidden=own)
    exec(CLEAR, {"get_ipython": lambda: shell})
    assert set(shell.user_ns) == {"In", "get_ipython"}
