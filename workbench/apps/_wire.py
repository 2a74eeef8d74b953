"""The page's websocket to its kernel: no client of one page may be a burden to the others.

Jupyter believes the counts and offsets that a message begins with: eight bytes that promise 2**63
parts would keep the server counting, for everybody, until its memory is gone. Voila reads what a
kernel says in the newer protocol's shape also where the client chose the older one, with the same
end. And all that a kernel says is kept for a client that doesn't read, without a limit.
"""

import json
import re
from itertools import pairwise
from typing import Any

import tornado.web
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

MOST_PARTS = 1_000
"""Parts of one message: channel, four of JSON, then buffers."""
CHANNELS = ("shell", "control", "stdin")
"""On which a page may speak; on iopub it only listens."""
MOST_UNREAD = 20_000_000
"""Bytes that are kept for a client that is slow to read; a whole page takes 0.4 MB."""
FAILED: dict[str, dict[str, Any]] = {
    "error": {"ename": "Error", "evalue": "", "traceback": []},
    "stderr": {"name": "stderr", "text": "\n"},
}
"""What a page hears of an exception or a warning: that there was one. The log has the rest."""
SESSION = re.compile(r"[\w-]{0,100}", re.ASCII)
V1 = "v1.kernel.websocket.jupyter.org"


class Channels(VoilaKernelWebsocketHandler):
    """Voila's websocket handler, which closes the connection on what no page would do."""

    _unread = 0

    async def get(self, kernel_id: str) -> None:
        """Refuse a session whose name no page makes: it becomes an address between processes."""
        if not SESSION.fullmatch(self.get_query_argument("session_id", "")):
            raise tornado.web.HTTPError(400)
        await super().get(kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        """Hand a message on, or close the connection."""
        if well_formed(ws_message, self.selected_subprotocol == V1):
            super().on_message(ws_message)
        else:
            self.log.warning("Closing a websocket after what is no message of Jupyter's")
            self.close(1007)

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Send a message that a page is to have, as long as the client reads what it is sent."""
        if self.ws_connection is None or self.ws_connection.is_closing():
            return None
        message = for_page(message, self.selected_subprotocol == V1)
        if message is None:
            return None
        size = len(message)
        if self._unread + size > MOST_UNREAD:
            self.log.warning("Closing a websocket that isn't read")
            self.close(1008)
            return None
        self._unread += size
        written = super(VoilaKernelWebsocketHandler, self).write_message(
            message, binary=isinstance(message, bytes)
        )
        written.add_done_callback(lambda done: self._read(size, done))
        return written

    def _read(self, size: int, done: Any) -> None:
        self._unread -= size
        if not done.cancelled():
            done.exception()  # a closed connection is no news


def well_formed(message: str | bytes, v1: bool) -> bool:
    """Whether this is a message as Jupyter's protocols have it.

    Parameters
    ----------
    message
        As it came through the websocket.
    v1
        Whether the binary protocol was agreed on, else the older one: text, or text and buffers.
    """
    try:
        return _is_v1(message) if v1 else _is_older(message)
    except (ValueError, RecursionError):  # no number, no UTF-8, no JSON, or nested without end
        return False


def for_page(message: str | bytes, v1: bool) -> str | bytes | None:
    """What a page is to have of what a kernel says: no cell's source, and no traceback.

    Parameters
    ----------
    message, v1
        As for :func:`well_formed`.
    """
    if isinstance(message, bytes) and v1:
        channel, *parts = _parts(message, 8, "little") or []
        header, content = json.loads(parts[0]), parts[3]
    else:
        text = (_parts(message, 4, "big") or [b""])[0] if isinstance(message, bytes) else message
        found = json.loads(text)
        header, content = found["header"], json.dumps(found["content"]).encode()
    kind = header["msg_type"]
    if kind == "stream":
        kind = json.loads(content).get("name")
    if kind == "execute_input":
        return None
    if kind not in FAILED:
        return message
    if v1:
        said = [*parts[:3], json.dumps(FAILED[kind]).encode()]
        return bytes(serialize_msg_to_ws_v1(said, channel.decode()))
    return json.dumps({**found, "content": FAILED[kind]})


def _is_v1(message: str | bytes) -> bool:
    """A count, as many offsets of 8 bytes each, channel, header, parent, metadata, content."""
    if isinstance(message, str):
        return False
    parts = _parts(message, 8, "little")
    return (
        parts is not None
        and 6 <= len(parts) <= MOST_PARTS
        and parts[-1] == b""  # the last offset is the end
        and parts[0].decode() in CHANNELS
        and _has_type(json.loads(parts[1].decode()))
        and all(isinstance(json.loads(part.decode()), dict) for part in parts[2:5])
    )


def _is_older(message: str | bytes) -> bool:
    """JSON; with buffers a count and as many offsets, 4 bytes each, stand before it."""
    text = message
    if isinstance(message, bytes):
        parts = _parts(message, 4, "big")
        if not parts or len(parts) > MOST_PARTS:
            return False
        text = parts[0].decode()
    found = json.loads(text)
    return (
        isinstance(found, dict)
        and found.get("channel", "shell") in CHANNELS
        and _has_type(found.get("header"))
        and all(
            isinstance(found.get(part), dict) for part in ("parent_header", "metadata", "content")
        )
        and not found.get("buffers")  # they stand behind the JSON, not in it
    )


def _has_type(header: Any) -> bool:
    return isinstance(header, dict) and all(
        isinstance(header.get(name), str) for name in ("msg_id", "msg_type")
    )


def _parts(message: bytes, width: int, order: Any) -> list[bytes] | None:
    """The parts of a binary message; None if its offsets don't lie in it, one after the other."""
    count = int.from_bytes(message[:width], order)
    if len(message) < width * (count + 1):
        return None
    starts = [
        int.from_bytes(message[width * i : width * (i + 1)], order) for i in range(1, count + 1)
    ]
    bounds = [width * (count + 1), *starts, len(message)]
    if any(start > end for start, end in pairwise(bounds)):
        return None
    return [message[start:end] for start, end in pairwise(bounds[1:])]
