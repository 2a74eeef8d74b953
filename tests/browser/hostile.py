"""A client that keeps no rule: no page, only its websocket."""

import asyncio
import json
import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app_pages import app
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect


class Client:
    """Opens an app's page without a browser and talks to its kernel."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[dict] = []
        self.frames: list[str] = []

    async def open(self, path: str) -> "Client":
        answer = await AsyncHTTPClient().fetch(self.url + path, request_timeout=90)
        page = answer.body.decode()
        self.kernel = json.loads(
            re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1]
        )["kernelId"]
        self.cookie = "; ".join(
            cookie.split(";")[0] for cookie in answer.headers.get_list("Set-Cookie")
        )
        where = self.url.replace("http", "ws") + f"api/kernels/{self.kernel}/channels"
        self.socket = await websocket_connect(
            HTTPRequest(where, headers={"Cookie": self.cookie, "Origin": self.url.rstrip("/")}),
            max_message_size=100_000_000,
        )
        return self

    async def say(self, kind: str, content: dict, channel: str = "shell") -> str:
        header = {
            "msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "",
            "version": "5.3", "date": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        version = {"version": "1.0.0" if "control" in content.get("target_name", "") else "2.1.0"}
        message = {"header": header, "parent_header": {}, "metadata": version, "content": content}
        await self.socket.write_message(json.dumps({**message, "channel": channel, "buffers": []}))
        return header["msg_id"]

    async def listen(self, until: Callable[[dict], bool], seconds: float = 60) -> dict | None:
        """Read until a message meets ``until``; None if none does in time."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                frame = await asyncio.wait_for(self.socket.read_message(), left)
            except TimeoutError:
                return None
            if isinstance(frame, bytes):  # a count, the JSON's offset, then buffers
                start = int.from_bytes(frame[4:8], "big")
                end_ = int.from_bytes(frame[8:12], "big") if frame[3] > 1 else None
                frame = frame[start:end_].decode()
            assert frame is not None, "the server closed the connection"
            self.frames.append(frame)
            message = json.loads(frame)
            self.received.append(message)
            if until(message):
                return message
        return None

    async def settle(self) -> None:
        """Until the kernel has worked off what it was sent."""
        asked = await self.say("kernel_info_request", {})
        done = await self.listen(
            lambda m: (
                m["msg_type"] == "kernel_info_reply" and m["parent_header"].get("msg_id") == asked
            )
        )
        assert done is not None

    async def models(self) -> dict[str, dict]:
        """Every widget of the page: id -> its state."""
        comm = uuid.uuid4().hex
        target = {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}
        await self.say("comm_open", target)
        await self.say("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        answer = await self.listen(
            lambda m: (
                m["msg_type"] == "comm_msg"
                and m["content"]["data"].get("method") == "update_states"
            )
        )
        states = answer["content"]["data"]["states"]
        return {model: state["state"] for model, state in states.items()}

    async def write(self, model: str, **state: object) -> None:
        data = {"method": "update", "state": state, "buffer_paths": []}
        await self.say("comm_msg", {"comm_id": model, "data": data})

    async def custom(self, model: str, content: object) -> None:
        await self.say(
            "comm_msg", {"comm_id": model, "data": {"method": "custom", "content": content}}
        )


def of_kind(models: dict[str, dict], name: str) -> list[str]:
    return [model for model, state in models.items() if state.get("_model_name") == name]


def attack(url: str, trace: Path) -> Client:
    """Send the planner's kernel all that could write or run something; ``trace`` would show it."""
    with ThreadPoolExecutor() as pool:  # Playwright has a loop of its own in this thread
        return pool.submit(asyncio.run, _attack(url, trace)).result()


async def _attack(url: str, trace: Path) -> Client:
    client = await Client(url).open(app("planner"))
    await client.settle()
    models = await client.models()

    # Code: by every message that could carry some.
    code = f"open({str(trace)!r}, 'w').close()"
    for channel in ("shell", "control"):
        await client.say("execute_request", {"code": code, "silent": False}, channel)
    await client.say("debug_request", {"command": "evaluate", "arguments": {"expression": code}})
    await client.say("input_reply", {"value": code}, "stdin")
    await client.say("execute_request", {"code": code, "store_history": False})

    # Widgets: every edit that the page could propose, and more.
    grids = [model for model, state in models.items() if "columns" in state]
    assert len(grids) == 4
    for model in grids:
        await client.write(model, readonly=False, columns=[], rows=[], _esm="alert(1)")
        state = models[model]
        edits = [
            {"row": row["id"], "key": column["key"], "value": value}
            for row in state["rows"][:2]
            for column in state["columns"]
            for value in ("3", "../../x", {"a": 1}, None, "<script>", 1e308, True)
        ]
        edits += [None, 5, {"row": [], "key": {}}]
        await client.custom(model, {"type": "edit", "edits": edits, "batch": {}})
        for edit in edits[:9]:
            await client.custom(model, {"type": "edit", "edits": [edit], "batch": 1})
        for junk in (None, [], "edit", {"type": "edit", "edits": "x"}, {"type": "drop"}):
            await client.custom(model, junk)
    for model in of_kind(models, "DropdownModel"):
        for index in (1, 2, 999, -5, "x", None, {"a": 1}):
            await client.write(model, index=index)
        await client.write(model, _options_labels=["mine"], options=["mine"], value="mine")
    for name in ("TextModel", "TextareaModel", "HTMLModel"):
        for model in of_kind(models, name):
            for value in ("../../etc/passwd", "x" * 5000, 5, None, {"a": 1}):
                await client.write(model, value=value)
    for model in of_kind(models, "ButtonModel"):
        await client.custom(model, {"event": "click"})
        await client.custom(model, {"event": ["click"]})
    for model in [*models][:40]:
        await client.write(model, plan="x", state="y", store=None, comm=None, keys=[])
    await client.say("comm_msg", {"comm_id": "nobody", "data": {"method": "update"}})
    opened = {"comm_id": uuid.uuid4().hex, "target_name": "jupyter.widget"}
    widget = {
        "_model_module": "@jupyter-widgets/controls", "_model_name": "TextModel",
        "_view_module": "@jupyter-widgets/controls", "_view_name": "TextView",
    }  # fmt: skip
    await client.say("comm_open", {**opened, "data": {"state": widget}})
    await client.settle()
    await client.listen(lambda m: False, seconds=1)
    return client
