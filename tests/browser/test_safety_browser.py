"""A read-only dashboard against a client that keeps no rule: no page, only its websocket."""

import hashlib
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import new_postgresql
from hostile import attack

from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan
from workbench.store import Workspace, open_workspace
from workbench.store.checking import check
from workbench.store.plans import begin

pytestmark = [pytest.mark.browser, pytest.mark.server]

ROOT = Path(__file__).parents[2]


def files(*folders: Path) -> dict[str, str]:
    """Every file below with its digest."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_hostile_client_changes_no_file_and_runs_no_code(workbench_site, tmp_path):
    watched = (workbench_site.plan_file.parent, ROOT / "data", ROOT / "notebooks" / "apps")
    own_plan = ROOT / "reports" / "my-plan.yaml"
    before = files(*watched), own_plan.exists()
    trace = tmp_path / "ran"

    client = attack(workbench_site.url, trace)
    assert not trace.exists()
    kinds = {message["msg_type"] for message in client.received}
    assert not kinds & {"execute_reply", "execute_result", "debug_reply", "execute_input"}, kinds
    assert (files(*watched), own_plan.exists()) == before
    # What the kernel makes of all this stays with the kernel.
    assert [frame[:2000] for frame in client.frames if "Traceback" in frame] == []
    assert str(ROOT) not in "".join(client.frames)
    answers = [
        message["content"]["data"]["content"]
        for message in client.received
        if message["msg_type"] == "comm_msg"
        and message["content"]["data"].get("method") == "custom"
    ]
    refused = [edit["reason"] for answer in answers for edit in answer.get("rejected", [])]
    assert len(refused) > 100 and all(refused)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "api/kernels"),
        ("POST", "api/sessions"),
        ("GET", "api/contents"),
        ("PUT", "api/contents/x.ipynb"),
        ("POST", "api/terminals"),
        ("GET", "files/planner.ipynb"),
        ("GET", "voila/files/planner.ipynb"),
        ("GET", "voila/static/../../../etc/passwd"),
        ("GET", "voila/render/..%2f..%2fdata/examples/plan.yaml"),
        ("GET", "reports/..%2fnotebooks%2fapps%2fplanner.ipynb"),
    ],
)
def test_no_other_door_is_open(workbench_site, method, path):
    request = urllib.request.Request(workbench_site.url + path, data=b"{}", method=method)
    if method == "GET":
        request.data = None
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code in (400, 403, 404, 405)


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request, tmp_path) -> Iterator[tuple[str, Workspace]]:
    """`workbench serve` over a workspace, read-only, and the workspace."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'w.db'}"
    else:
        url = new_postgresql(request.getfixturevalue("postgresql_server"))
    store = open_workspace(url, who="li")
    begin(store, "base", load_plan(data_folder() / "examples" / "plan.yaml"))
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    with (tmp_path / "served.log").open("wb") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "workbench.cli", "serve", "--port=0", f"--database={url}"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
    line = server.stdout.readline()
    assert line.startswith("Serving on "), (tmp_path / "served.log").read_text()
    yield line.split()[-1], store
    server.terminate()
    server.wait(timeout=30)
    store.engine.dispose()


def test_a_hostile_client_changes_no_row_of_the_workspace(shared, tmp_path):
    url, store = shared
    before = check(store.engine)
    trace = tmp_path / "ran"
    client = attack(url, trace)
    assert not trace.exists()
    assert check(store.engine) == before and before.faults == ()
    assert [frame[:2000] for frame in client.frames if "Traceback" in frame] == []
