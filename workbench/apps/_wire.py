"""The page's websocket to its kernel: what doesn't have a message's shape goes no further.

Jupyter believes the counts and offsets that a message begins with. Eight bytes that promise 2**63
parts would keep the server counting, for everybody, until its memory is gone.
"""

import json
import re
from itertools import pairwise
from typing import Any

import tornado.web
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

MOST_PARTS = 1_000
"""Parts of one message: channel, four of JSON, then buffers."""
CHANNELS = {"shell", "control", "stdin"}
"""On which a page may speak; on iopub it only listens."""
SESSION = re.compile(r"[\w-]{0,100}", re.ASCII)
V1 = "v1.kernel.websocket.jupyter.org"


class Channels(VoilaKernelWebsocketHandler):
    """Voila's websocket handler, which closes the connection on what is no message."""

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


def _is_v1(message: str | bytes) -> bool:
    """A count, as many offsets of 8 bytes each, channel, header, parent, metadata, content."""
    if isinstance(message, str):
        return False
    parts = _parts(message, 8, "little")
    return (
        parts is not None
        and len(parts) >= 6
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
        if not parts:
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
    if count > MOST_PARTS or len(message) < width * (count + 1):
        return None
    starts = [
        int.from_bytes(message[width * i : width * (i + 1)], order) for i in range(1, count + 1)
    ]
    bounds = [width * (count + 1), *starts, len(message)]
    if any(start > end for start, end in pairwise(bounds)):
        return None
    return [message[start:end] for start, end in pairwise(bounds[1:])]
