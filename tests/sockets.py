"""A page's websocket without the page: no browser, no rule."""

import asyncio
import json
import re
import uuid
from collections.abc import Callable

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

V1 = "v1.kernel.websocket.jupyter.org"


class Client:
    """Opens an app's page without a browser and talks to its kernel."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url = url
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.received: list[dict] = []
        self.frames: list[str] = []

    async def open(self, path: str) -> "Client":
        answer = await AsyncHTTPClient().fetch(
            self.url + path, headers=self.headers, request_timeout=90
        )
        page = answer.body.decode()
        self.kernel = json.loads(
            re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1]
        )["kernelId"]
        self.cookie = "; ".join(
            cookie.split(";")[0] for cookie in answer.headers.get_list("Set-Cookie")
        )
        await self.connect()
        return self

    async def connect(self, kernel: str = "", **more: object) -> None:
        """A websocket to this page's kernel, or to another one's."""
        where = self.url.replace("http", "ws") + f"api/kernels/{kernel or self.kernel}/channels"
        own = {"Cookie": self.cookie, "Origin": "/".join(self.url.split("/")[:3])}
        self.socket = await websocket_connect(
            HTTPRequest(where, headers={**self.headers, **own}, request_timeout=60),
            max_message_size=100_000_000,
            **more,
        )

    async def closed(self, seconds: float = 30) -> int | None:
        """Read until the server closes the connection: with which code; -1 if it doesn't."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                if await asyncio.wait_for(self.socket.read_message(), left) is None:
                    return self.socket.close_code
            except TimeoutError:
                break
        return -1

    async def say(
        self, kind: str, content: dict, channel: str = "shell", buffers: tuple[bytes, ...] = ()
    ) -> str:
        header = {
            "msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "",
            "version": "5.3", "date": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        version = {"version": "1.0.0" if "control" in content.get("target_name", "") else "2.1.0"}
        message = {"header": header, "parent_header": {}, "metadata": version, "content": content}
        if self.socket.selected_subprotocol == V1:
            parts = [json.dumps(part).encode() for part in message.values()]
            await self.socket.write_message(v1(channel.encode(), *parts, *buffers), binary=True)
        else:
            text = json.dumps({**message, "channel": channel, "buffers": []})
            whole = older(text.encode(), *buffers) if buffers else text
            await self.socket.write_message(whole, binary=bool(buffers))
        return header["msg_id"]

    async def listen(self, until: Callable[[dict], bool], seconds: float = 60) -> dict | None:
        """Read until a message meets ``until``; None if none does in time."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                frame = await asyncio.wait_for(self.socket.read_message(), left)
            except TimeoutError:
                return None
            assert frame is not None, "the server closed the connection"
            if isinstance(frame, bytes) and self.socket.selected_subprotocol == V1:
                at = [int.from_bytes(frame[8 * i : 8 * i + 8], "little") for i in range(1, 7)]
                names = ("header", "parent_header", "metadata", "content")
                parts = zip(names, at[1:], at[2:], strict=False)
                found = {name: json.loads(frame[start:end_]) for name, start, end_ in parts}
                frame = json.dumps({**found, "msg_type": found["header"]["msg_type"]})
            elif isinstance(frame, bytes):  # a count, the JSON's offset, then buffers
                start = int.from_bytes(frame[4:8], "big")
                end_ = int.from_bytes(frame[8:12], "big") if frame[3] > 1 else None
                frame = frame[start:end_].decode()
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


def v1(*parts: bytes) -> bytes:
    """A message of the newer protocol: channel, header, parent, metadata, content, buffers."""
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join(number.to_bytes(8, "little") for number in (len(offsets), *offsets)) + b"".join(
        parts
    )


def older(*parts: bytes) -> bytes:
    """A message of the older protocol that has buffers: JSON, then they."""
    offsets = [4 * (len(parts) + 1)]
    for part in parts[:-1]:
        offsets.append(offsets[-1] + len(part))
    return b"".join(number.to_bytes(4, "big") for number in (len(parts), *offsets)) + b"".join(
        parts
    )
