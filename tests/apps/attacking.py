"""What a hostile client of a server has in hand: plain requests, and what no answer may hold."""

import http.client
import re
import socket
import sys
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")
BANNER = re.compile(r"(tornado(server)?|voila|jupyter[-_ ]?server|python)[/ ]v?\d", re.I)
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
"""Makes a request a websocket's."""
PRELUDE = """
import json as _json, sys as _sys
from pathlib import Path as _Path
from workbench.apps import _server

def _patterns(router):
    for rule in router.rules:
        if hasattr(rule.target, "rules"):
            yield from _patterns(rule.target)
        else:
            yield rule.matcher.regex.pattern

def _listen(self, _listen=_server.Server.listen):
    found = list(_patterns(self.app.default_router)) + list(_patterns(self.app.wildcard_router))
    (_Path(_sys.argv[1]) / "routes.json").write_text(_json.dumps(found))
    _listen(self)

_server.Server.listen = _listen
_server.BODY_SECONDS, _server.HEADER_SECONDS = 2, 4
"""
"""Has a server say which routes it has, and lose patience sooner."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: str

    def faults(self, *secrets: str) -> list[str]:
        """What it should not hold, and what it should."""
        whole = f"{self.headers}\n{self.body}"
        bad = ("Traceback", 'File "', "site-packages", str(ROOT), sys.prefix, *secrets)
        found = [f"holds {text}" for text in bad if text in whole]
        found += [f"lacks {name}" for name in COMPLETE if name not in self.headers]
        found += [f"bears {name}" for name in self.headers if name.startswith("Access-Control-")]
        found += ["bears Server"] if "Server" in self.headers else []
        found += [f"names {match[0]}" for match in [BANNER.search(whole)] if match]
        return found


def ask(url: str, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    """One request with exactly this path, on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        given = {"Connection": "close", **{k.replace("_", "-"): v for k, v in headers.items()}}
        connection.request(method, path, body or None, given)
        answer = connection.getresponse()
        text = "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
        return Answer(answer.status, answer.headers, text)
    finally:
        connection.close()


def send(url: str, data: bytes, seconds: float = 30) -> bytes:
    """Bytes as they are, and all that comes back until the server closes the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=seconds) as connection:
        connection.sendall(data)
        found = b""
        while chunk := connection.recv(65536):
            found += chunk
        return found


def filled(pattern: str, value: str) -> str:
    """A path that a route's pattern may match: ``value`` in place of each group."""
    found, depth = "", 0
    for at, sign in enumerate(pattern.removesuffix("$").removesuffix("/?")):
        escaped = at > 0 and pattern[at - 1] == "\\"
        if sign == "(" and not escaped:
            found += "" if depth else value
            depth += 1
        elif sign == ")" and not escaped:
            depth -= 1
        elif not depth:
            found += sign
    return found
