"""A page's kernel tells nobody of its widgets until a page asks; what the server needs, it gets."""

import os
from contextlib import contextmanager

import pytest
from jupyter_client.manager import start_new_kernel

OPEN = "from workbench.apps import open_market\npage = open_market(globals())"
SECONDS = 120


@contextmanager
def kernel(**env: str):
    manager, client = start_new_kernel(kernel_name="workbench", env={**os.environ, **env})
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def said(client, code: str) -> list[dict]:
    """What the kernel publishes while it runs some code."""
    found: list[dict] = []
    reply = client.execute_interactive(code, timeout=SECONDS, output_hook=found.append)
    assert reply["content"]["status"] == "ok", reply["content"]
    return [message for message in found if message["msg_type"].startswith("comm")]


@pytest.fixture(scope="module")
def page():
    with kernel(SERVER_SOFTWARE="voila/0", WORKBENCH_ROLE="viewer") as client:
        yield client


def test_widgets_are_told_to_a_page_that_asks_and_to_nobody_before(page):
    """The whole way: silence, the question, every state, and each change from then on."""
    assert said(page, OPEN) == []
    assert said(page, "page.add_class('before')") == []
    output = said(page, "import ipywidgets\nout = ipywidgets.Output()\nout.msg_id = 'x'")
    assert output[-1]["content"]["data"]["state"] == {"msg_id": "x"}  # the server directs by that
    models = {message["content"]["comm_id"] for message in output}

    asked = page.session.msg(
        "comm_open",
        {"comm_id": "c1", "target_name": "jupyter.widget.control", "data": {}},
        metadata={"version": "1.0.0"},
    )
    page.shell_channel.send(asked)
    question = {"comm_id": "c1", "data": {"method": "request_states"}}
    page.shell_channel.send(page.session.msg("comm_msg", question))
    while True:
        message = page.get_iopub_msg(timeout=SECONDS)
        if message["msg_type"] == "comm_msg":
            break
    states = message["content"]["data"]["states"]
    assert len(states) > 50 and models < states.keys()
    assert any("before" in one["state"].get("_dom_classes", ()) for one in states.values())

    after = said(page, "page.add_class('after')")
    assert [message["msg_type"] for message in after] == ["comm_msg"]
    assert after[0]["content"]["data"]["state"]["_dom_classes"][-1] == "after"


def test_outside_a_page_nothing_is_different():
    """JupyterLab builds its widgets from what the kernel tells of itself."""
    with kernel() as client:
        told = said(client, OPEN)
        assert len([one for one in told if one["msg_type"] == "comm_open"]) > 50
