"""A folder that the environment names relatively means the same in the server and its kernels."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from servers import aside
from sockets import Client

from workbench.apps._keeping import settled
from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan
from workbench.store import open_workspace
from workbench.store.plans import begin

ROOT = Path(__file__).resolve().parents[2]
TWO = ("KE", "PE")


def test_what_kernels_are_told_is_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("WORKBENCH_PLAN", "WORKBENCH_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", "home")
    monkeypatch.setenv("WORKBENCH_EVENTS", "events")
    told = settled(None, None, edit=False)
    assert told["WORKBENCH_HOME"] == str(tmp_path / "home")
    assert told["WORKBENCH_EVENTS"] == str(tmp_path / "events")


@pytest.mark.server
def test_page_and_kernel_show_the_same_workspace(tmp_path):
    """Not the example of twelve markets, which a kernel shows that finds no workspace."""
    (tmp_path / "home").mkdir()
    store = open_workspace(f"sqlite:///{tmp_path / 'home' / 'workspace.db'}", who="li")
    plan = load_plan(data_folder() / "examples" / "plan.yaml")
    begin(store, "mine", plan.but(markets=TWO, scenario="mine"))
    store.engine.dispose()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("WORKBENCH_")}
    with tempfile.TemporaryDirectory(prefix="wb-") as runtime:
        server = subprocess.Popen(
            [sys.executable, "-m", "workbench.cli", "serve", "--port=0"],
            cwd=tmp_path,
            env=inherited
            | {
                "WORKBENCH_HOME": "home",
                "JUPYTER_RUNTIME_DIR": runtime,
                "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")])),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            url = re.search(r"http://\S+?/", server.stdout.readline())[0]

            async def work() -> list[str]:
                client = await Client(url).open("voila/render/portfolio.ipynb?lang=en")
                states = (await client.models()).values()
                return [str(state["value"]) for state in states if "value" in state]

            shown = " ".join(aside(work))
            assert "mine" in shown and "2 markets" in shown and "12 markets" not in shown
        finally:
            server.terminate()
            server.wait(timeout=60)
    assert not list((ROOT / "notebooks").rglob("workspace.db"))
