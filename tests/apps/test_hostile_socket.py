"""The leaders' dashboards against a client without a page: only its websocket, and no rule."""

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import ANY

import pytest
import servers
from attacking import HANDSHAKE, ask
from servers import Running, aside, write_notebook
from sockets import V1, Client, older, v1
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClosedError

from workbench.apps._wire import for_page, well_formed
from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan
from workbench.store import Workspace, open_workspace
from workbench.store.checking import check
from workbench.store.plans import begin

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '<img src=x onerror="window.pwned=1">'
BESIDE = re.compile(r"\.pyc$|-wal$|-shm$")
"""What reading alone brings about; the workspace in such a file is read by its own check."""
KEPT = 3_000_000
"""Bytes for a client that doesn't read, in this file; a whole page has 0.4 MB."""
ALLOWED = {"status", "kernel_info_reply", "comm_msg", "comm_open", "comm_close", "comm_info_reply"}
REFUSED = (
    *("execute_request", "complete_request", "inspect_request", "history_request"),
    *("is_complete_request", "debug_request", "interrupt_request", "input_reply", "usage_request"),
    *("create_subshell_request", "list_subshell_request", "connect_request", "apply_request"),
    *("abort_request", "clear_request", "execute_reply", "status", "", "EXECUTE_REQUEST"),
)
"""Kinds of message that a page has no need of."""


@dataclass(frozen=True)
class Site:
    """A server behind a proxy, over a workspace that nobody may change."""

    url: str
    store: Workspace
    log: Path
    folder: Path

    def client(self, user: str = "li") -> Client:
        return Client(self.url, X_Forwarded_User=user)

    def state(self) -> dict[str, object]:
        """The workspace, and every file that a kernel could reach by a relative path."""
        folders = (self.folder, ROOT / "data", ROOT / "notebooks")
        paths = [path for folder in folders for path in sorted(folder.rglob("*"))]
        files = {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
            if path.is_file() and path.name != "log.txt" and not BESIDE.search(path.name)
        }
        return {**files, "workspace": check(self.store.engine)}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("leaders")
    for name in ("portfolio", "market"):
        path = folder / "apps" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / "notebooks" / "apps" / path.name, path)
    write_notebook(folder / "apps" / "small.ipynb", "print('the figures')")
    write_notebook(
        folder / "apps" / "failing.ipynb",
        # Many short cells: between two of them the kernel lets a websocket in. They go on for two
        # minutes, or until the gate is there: a busy machine has taken half a minute to connect.
        "import os, time; gate = os.path.join('..', os.environ['QUERY_STRING'])",
        *["print('.'); os.path.exists(gate) or time.sleep(0.5)"] * 240,
        f"import sys; print('{folder}/warned', file=sys.stderr); print('said')",
        f"raise OSError('{folder}/secret.txt')",
    )
    database = f"sqlite:///{folder / 'workspace.db'}"
    store = open_workspace(database, who="li")
    begin(store, "base", load_plan(data_folder() / "examples" / "plan.yaml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_DATABASE", database)
        limits = f"_wire.MOST_UNREAD = _kernels.MOST_UNREAD = {KEPT}\n"
        patch.setattr(
            servers, "CODE", f"from workbench.apps import _kernels, _wire\n{limits}{servers.CODE}"
        )
        running = Running(folder / "apps", shown={"header": "X-Forwarded-User"})
    yield Site(running.url, store, running.log, folder)
    assert running.stop() == 0
    store.engine.dispose()


SMALL = "voila/render/small.ipynb?lang=en"


def quiet(client: Client) -> None:
    """Nothing that came tells of the machine, or of what only the kernel should know."""
    whole = "".join(client.frames)
    for text in ("Traceback", str(ROOT), 'File "', "site-packages"):
        at = whole.find(text)
        assert at < 0, whole[max(0, at - 200) : at + 500]
    assert {message["msg_type"] for message in client.received} <= ALLOWED


# ---- Kinds of message ----


@pytest.mark.server
@pytest.mark.parametrize("protocol", ["older", "v1"])
def test_no_message_but_a_widget_s_is_answered_on_any_channel(site, tmp_path, protocol):
    trace = tmp_path / "ran"
    code = f"open({str(trace)!r}, 'w').close()"
    content = {
        "code": code, "silent": False, "user_expressions": {"a": code}, "cursor_pos": 3,
        "hist_access_type": "tail", "n": 100, "value": code, "allow_stdin": True,
        "command": "evaluate", "arguments": {"expression": code}, "type": "request", "seq": 1,
    }  # fmt: skip

    async def work() -> Client:
        client = await site.client().open(SMALL)
        if protocol == "v1":
            await client.connect(subprotocols=[V1])
            assert client.socket.selected_subprotocol == V1
        for channel in ("shell", "control", "stdin"):
            for kind in REFUSED:
                await client.say(kind, content, channel, (b"\x00" * 9,))
        await client.settle()
        await client.listen(lambda message: False, seconds=1)
        return client

    client = aside(work)
    assert not trace.exists()
    quiet(client)
    answered = {message["parent_header"].get("msg_type") for message in client.received}
    assert not answered & set(REFUSED), answered


@pytest.mark.server
def test_a_viewer_can_end_the_own_kernel_and_no_other(site):
    async def work() -> None:
        other = await site.client("wang").open(SMALL)
        for channel in ("control", "shell"):
            client = await site.client().open(SMALL)
            await client.say("shutdown_request", {"restart": channel == "shell"}, channel)
            await client.listen(
                lambda m: m["content"].get("execution_state") in ("dead", "restarting"), seconds=3
            )
            client.socket.close()
        await other.settle()

    aside(work)


@pytest.mark.server
@pytest.mark.parametrize("protocol", [(), (V1,)], ids=["older", "v1"])
def test_who_listens_while_cells_run_hears_no_source_and_no_traceback(site, protocol):
    async def work() -> Client:
        client = site.client()
        gate = site.folder / f"gate-{len(protocol)}"
        address = urllib.request.Request(
            site.url + f"voila/render/failing.ipynb?{gate.name}", headers=client.headers
        )
        with urllib.request.urlopen(address, timeout=60) as page:
            for line in page:  # until the kernel is named; the cells run meanwhile
                if found := re.search(rb'"kernelId": "([^"]+)"', line):
                    client.kernel, client.cookie = found[1].decode(), ""
                    break
            await client.connect(subprotocols=list(protocol))
            await client.listen(lambda m: m["content"].get("text") == ".\n")
            gate.touch()
            await client.listen(lambda m: m["content"].get("text") == "said\n")
            await client.listen(lambda m: m["msg_type"] == "error")
            await client.settle()
        return client

    client = aside(work)
    whole = "".join(client.frames)
    assert '"said\\n"' in whole and str(site.folder) not in whole and "raise" not in whole
    kinds = {message["msg_type"] for message in client.received}
    assert kinds <= {"status", "stream", "execute_result", "error", "kernel_info_reply"}, kinds
    assert "error" in kinds


# ---- What is no message ----

HEADER = {"msg_id": "1", "msg_type": "comm_msg"}
WHOLE = {"header": HEADER, "parent_header": {}, "metadata": {}, "content": {}, "channel": "shell"}
PARTS = [b"shell", *(json.dumps(part).encode() for part in (HEADER, {}, {}, {}))]
BAD_TEXT = [
    *("", "x", "null", "[]", '"x"', "1", "{", "{}", "[" * 50_000, '{"a":' * 50_000, "9" * 5_000),
    *(
        json.dumps({**WHOLE, "header": bad})
        for bad in (None, [], "x", {}, {"msg_type": "comm_msg"})
    ),
    json.dumps({**WHOLE, "header": {"msg_id": "1", "msg_type": ["comm_msg"]}}),
    *(
        json.dumps({**WHOLE, "channel": bad})
        for bad in (None, 5, [], {}, "iopub", "hb", "__class__")
    ),
    *(json.dumps({**WHOLE, name: 5}) for name in ("parent_header", "metadata", "content")),
    json.dumps({**WHOLE, "buffers": ["x"]}),
    *(json.dumps({k: v for k, v in WHOLE.items() if k != name}) for name in ("header", "content")),
]
BAD_OLDER = [
    *(
        b"",
        b"\x00",
        b"\x00" * 4,
        b"\x7f\xff\xff\xff",
        b"\xff" * 12,
        b"\x00\x00\x00\x01\x00\x00\x00",
    ),
    *(older(b"x"), older(b"\xff\xfe"), older(json.dumps(WHOLE).encode())[:-5]),
    older(json.dumps(WHOLE).encode(), b"a", b"b").replace(
        b"\x00\x00\x00\x10", b"\xff\x00\x00\x10", 1
    ),
]
BAD_V1 = [
    *(b"", b"\x01", b"\xff" * 7 + b"\x7f", b"\xff" * 8, b"\x00" * 8, b"\x01" + b"\x00" * 15),
    (2**40).to_bytes(8, "little") + b"\x00" * 800,
    *(v1(*PARTS[:4]), v1(*PARTS)[:-3], v1(b"iopub", *PARTS[1:]), v1(b"\xff", *PARTS[1:])),
    *(
        v1(PARTS[0], bad, *PARTS[2:])
        for bad in (b"", b"x", b"[]", b"{}", b"\xff\xfe", b"[" * 50_000)
    ),
    v1(*PARTS[:4], b"5"),
    v1(*PARTS).replace((8 * 7).to_bytes(8, "little"), (2**50).to_bytes(8, "little"), 1),
    v1(*PARTS, *[b""] * 2_000),
]


@pytest.mark.parametrize("message", BAD_TEXT + BAD_OLDER, ids=lambda message: repr(message[:30]))
def test_what_is_no_message_of_the_older_protocol(message):
    assert not well_formed(message, v1=False)


@pytest.mark.parametrize("message", [*BAD_V1, "text"], ids=lambda message: repr(message[:30]))
def test_what_is_no_message_of_the_newer_protocol(message):
    assert not well_formed(message, v1=True)


@pytest.mark.parametrize(
    ("kind", "content", "heard"),
    [
        ("execute_input", {"code": "secret"}, None),
        ("error", {"traceback": ["secret"], "evalue": "secret"}, {"ename": "Error"}),
        ("stream", {"name": "stderr", "text": "secret"}, {"name": "stderr"}),
        ("stream", {"name": "stdout", "text": "1"}, {"name": "stdout", "text": "1"}),
        ("comm_msg", {"data": {"state": {"value": "error"}}}, {"data": {"state": ANY}}),
    ],
)
def test_what_a_page_hears_of_an_exception_is_that_there_was_one(kind, content, heard):
    header = {"msg_id": "1", "msg_type": kind}
    text = json.dumps({**WHOLE, "header": header, "content": content})
    parts = [b"iopub", *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    newer, text_only, buffers = v1(*parts), text, older(text.encode(), b"\0")
    for message, is_v1 in ((newer, True), (v1(*parts, b"a"), True), (text_only, False),
                           (buffers, False)):  # fmt: skip
        told = for_page(message, v1=is_v1)
        if heard is None:
            assert told is None
            continue
        whole = told if isinstance(told, str) else told.decode("latin-1")
        assert "secret" not in whole and f'"{kind}"' in whole
        assert told == message or kind == "error" or "stderr" in whole
        if isinstance(told, str):
            found = json.loads(told)["content"]
            assert {name: found[name] for name in heard} == heard


def test_what_is_one():
    text = json.dumps(WHOLE)
    assert well_formed(text, v1=False) and well_formed(older(text.encode(), b"a", b""), v1=False)
    assert well_formed(v1(*PARTS), v1=True) and well_formed(v1(*PARTS, b"", b"abc"), v1=True)


@pytest.mark.server
def test_what_is_no_message_closes_its_own_connection_and_disturbs_nobody(site):
    """Eight bytes that promise 2**63 parts once kept the whole server counting."""
    before = site.log.read_text(encoding="utf-8").count("Uncaught exception")

    async def work() -> None:
        other = await site.client("wang").open(SMALL)
        client = await site.client().open(SMALL)
        for protocol, messages in (([], BAD_TEXT + BAD_OLDER), ([V1], BAD_V1)):
            for message in messages:
                await client.connect(subprotocols=protocol)
                await client.socket.write_message(message, binary=isinstance(message, bytes))
                assert await client.closed() == 1007, message[:80]
        await client.connect()
        begun = time.monotonic()
        with contextlib.suppress(WebSocketClosedError):
            await client.socket.write_message("x" * 11_000_000)
        assert await client.closed() in (None, 1006, 1009)
        await other.settle()
        await client.connect()
        await client.settle()  # and the own kernel is as it was
        assert time.monotonic() - begun < 30

    aside(work)
    assert site.log.read_text(encoding="utf-8").count("Uncaught exception") == before


# ---- Widgets ----


@pytest.mark.server
@pytest.mark.parametrize("app", ["portfolio", "market"])
def test_hostile_widget_messages_write_nothing_and_become_no_script(site, app):
    before = site.state()

    async def work() -> tuple[Client, dict, set[str]]:
        client = await site.client().open(f"voila/render/{app}.ipynb?lang=en&market=ID")
        await client.settle()
        models = await client.models()
        assert len(models) > 20
        written, alike = set(), Counter[str]()
        for model, state in models.items():
            alike[state["_model_name"]] += 1
            if alike[state["_model_name"]] > 12:
                continue
            # Every switch of a control thrown, every bound raised, then a value beyond it.
            await client.write(
                model, disabled=False, readonly=False, min=-1e308, max=1e308, step=0, options=[]
            )
            for name, held in state.items():
                if name.startswith("_") and name not in ("_esm", "_css", "_options_labels"):
                    continue
                for value in (HOSTILE, 999, -1, [HOSTILE], {"a": {"b": HOSTILE}}, None, True):
                    if type(value) is type(held) or value == HOSTILE:
                        written.add(model)
                        await client.write(model, **{name: value})
            for content in (None, [], HOSTILE, {"event": "click"}, {"type": "edit", "edits": [{}]}):
                await client.custom(model, content)
            data = {"method": "update", "state": {"value": HOSTILE}, "buffer_paths": [["value"]]}
            await client.say("comm_msg", {"comm_id": model, "data": data}, "shell", (b"\x00\xff",))
            for bad in (
                {},
                {"method": "x"},
                {"method": ["update"]},
                {"method": "update", "state": 5},
            ):
                await client.say("comm_msg", {"comm_id": model, "data": bad})
            await client.settle()
        for name in ("TextModel", "OutputModel", "FileUploadModel", "AnyModel", "nothing"):
            package = "anywidget" if name == "AnyModel" else "@jupyter-widgets/controls"
            state = {
                "_model_module": package,
                "_model_name": name,
                "value": HOSTILE,
                "_esm": HOSTILE,
            }
            await client.say(
                "comm_open",
                {"comm_id": name, "target_name": "jupyter.widget", "data": {"state": state}},
            )
        for target in ("os", "jupyter.widget.control", "__import__", "workbench", HOSTILE):
            opened = {"comm_id": target, "target_name": target, "target_module": "os", "data": {}}
            await client.say("comm_open", opened)
            await client.say("comm_msg", {"comm_id": target, "data": {"method": HOSTILE}})
        for junk in ({}, {"comm_id": 5}, {"comm_id": ["a"], "data": 1}, {"data": {}}):
            for kind in ("comm_open", "comm_msg", "comm_close", "comm_info_request"):
                await client.say(kind, junk)
        await client.settle()
        for model in models:
            await client.say("comm_close", {"comm_id": model, "data": {}})
        await client.settle()
        await client.listen(lambda message: False, seconds=1)
        return client, models, written

    client, models, written = aside(work)
    quiet(client)
    after = site.state()
    assert {name for name in before | after if before.get(name) != after.get(name)} == set()
    # Text of the viewer that the kernel puts into the page's HTML is text there.
    drawn = {model for model, state in models.items() if state["_model_name"] == "HTMLModel"}
    told = [m["content"] for m in client.received if m["msg_type"] == "comm_msg"]
    for content in told:
        if content["comm_id"] in drawn and content["data"].get("method") == "update":
            html = content["data"]["state"].get("value", "")
            assert HOSTILE not in html or html == HOSTILE, html[:500]
    assert written


@pytest.mark.server
@pytest.mark.parametrize(
    "name", ["market", "industry", "product", "scenario", "lang", "as_of", "x"]
)
def test_an_address_s_value_is_text_in_the_page(site, name):
    query = urllib.parse.urlencode({name: HOSTILE})
    for path in (f"/voila/render/market.ipynb?{query}", f"/?{query}", f"/nothing?{query}"):
        answer = ask(site.url, path, X_Forwarded_User="li")
        assert HOSTILE not in answer.body and "<img src=x" not in answer.body
        assert answer.faults(str(site.folder)) == []


@pytest.mark.server
def test_what_nobody_reads_is_not_kept_without_limit(site):
    """A client that asks again and again for all that a page holds, and reads none of it."""

    async def work() -> None:
        client = await site.client().open("voila/render/portfolio.ipynb?lang=en")
        await client.settle()
        whole = len(json.dumps(await client.models()))

        async def ask_for_all() -> None:
            asked = {"comm_id": "mine", "target_name": "jupyter.widget.control", "data": {}}
            await client.say("comm_open", asked)
            for _ in range(3 * KEPT // whole):
                data = {"method": "request_states"}
                await client.say("comm_msg", {"comm_id": "mine", "data": data})

        def kernel() -> dict:
            answer = ask(site.url, f"/api/kernels/{client.kernel}", X_Forwarded_User="li")
            return json.loads(answer.body)

        async def until(is_so: Callable[[], bool]) -> None:
            for _ in range(600):
                if is_so():
                    return
                await asyncio.sleep(0.1)
            raise AssertionError(kernel())

        await ask_for_all()  # and read nothing: the connection is closed
        await until(lambda: kernel().get("connections") == 0)
        await client.connect()
        await ask_for_all()
        client.socket.close()  # and be gone: the kernel is ended
        await until(lambda: "does not exist" in kernel().get("message", ""))

    aside(work)


# ---- Other viewers' kernels ----


@pytest.mark.server
def test_another_user_s_kernel_is_not_there(site):
    async def work() -> None:
        li = await site.client("li").open(SMALL)
        wang = await site.client("wang").open(SMALL)
        xsrf = re.search(r"_xsrf=([^;]+)", wang.cookie)[1]
        own = {"X_Forwarded_User": "wang", "Cookie": wang.cookie, "X-XSRFToken": xsrf}
        dashed = li.kernel.replace("-", "%2d")
        hexed = f"%{ord(li.kernel[0]):x}{li.kernel[1:]}"
        for kernel in (li.kernel, dashed, hexed, li.kernel.upper(), hexed.replace("%", "%25")):
            for method, path in (
                *(("GET", ""), ("HEAD", ""), ("GET", "/channels"), ("DELETE", "")),
                *(("POST", "/restart"), ("POST", "/interrupt")),
            ):
                answer = ask(site.url, f"/api/kernels/{kernel}{path}", method, **own)
                assert answer.status in (404, 405) and answer.faults() == []
            answer = ask(site.url, f"/voila/api/shutdown/{kernel}", "POST", b"x=1", **own)
            assert answer.status in (404, 500) and answer.faults() == []
        for given in ({}, {"session_id": "s"}):
            with pytest.raises(HTTPClientError, match="404"):
                await wang.connect(f"{li.kernel}/channels?{urllib.parse.urlencode(given)}#")
        with pytest.raises(HTTPClientError, match="404"):
            await wang.connect(li.kernel)
        await li.settle()
        again = site.client("li")
        again.kernel, again.cookie = li.kernel, ""
        await again.connect()  # the same user, in another browser
        await again.settle()

    aside(work)


@pytest.mark.server
def test_a_handshake_has_every_header_and_odd_sessions_are_refused(site):
    async def work() -> str:
        return (await site.client().open(SMALL)).kernel

    where = f"/api/kernels/{aside(work)}/channels"
    li = {"X_Forwarded_User": "li", **HANDSHAKE}
    for query, status in (
        *(("?session_id=a-1", 101), ("?session_id=a%20b", 400), ("?session_id=" + "x" * 300, 400)),
        *(("?session_id=..%2f..", 400), ("?session_id=%e5%b8%82", 400)),
    ):
        answer = ask(site.url, where + query, **li)
        assert (answer.status, answer.faults()) == (status, []), query
    for origin in ("http://evil.example", "null", f"{site.url.rstrip('/')}.evil.example", "x"):
        answer = ask(site.url, where, **li, Origin=origin)
        assert (answer.status, answer.faults()) == (403, []), origin
    assert ask(site.url, where, X_Forwarded_User="li").status == 400


def test_the_tests_of_this_file_leave_nothing_in_the_environment():
    assert "WORKBENCH_DATABASE" not in os.environ
