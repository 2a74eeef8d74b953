"""Who may open the pages: everybody here, who has the token, or whom a proxy or hub lets in."""

import hmac
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import tornado.web
from tornado.httputil import HTTPConnection, HTTPMessageDelegate, HTTPServerRequest

from workbench.domain.errors import InputError

SHORTEST = 16
"""Characters of a token; a shorter one can be guessed."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Hub(Protocol):
    """What says whose a request is; :class:`workbench.apps._hub.Hub` is one."""

    base: str
    """The path below which the pages are, with a slash at either end."""
    callback: str
    """Where the hub's login leads back to."""
    login: type[tornado.web.RequestHandler]
    """Answers whoever has no name yet."""
    logged_in: type[tornado.web.RequestHandler]
    """Answers at :attr:`callback`."""

    def asking(
        self, secret: Any, connection: HTTPConnection, then: HTTPMessageDelegate
    ) -> HTTPMessageDelegate:
        """A request that goes on to ``then`` with its user's name."""
        ...


@dataclass(frozen=True)
class Access:
    """What a request must show.

    Attributes
    ----------
    token
        Asked for where it isn't empty.
    header
        The header in which a proxy names the user; empty: there is no proxy.
    proxies
        The only addresses that may connect where there is a proxy.
    hub
        The JupyterHub that is asked for the user; None: none is.
    """

    token: str = ""
    header: str = ""
    proxies: tuple[Network, ...] = ()
    hub: Hub | None = None

    @property
    def base(self) -> str:
        """The path below which the pages are, with a slash at either end."""
        return self.hub.base if self.hub else "/"

    def granted(self, request: HTTPServerRequest, cookie: str | None) -> bool:
        """Whether a request may go on; ``cookie`` is the signed one as far as it is genuine."""
        if self.header:
            named = request.headers.get_list(self.header)
            # A proxy that adds its word to a client's joins them by comma.
            sole = len(named) == 1 and bool(named[0].strip()) and "," not in named[0]
            return sole and self._from_proxy(request)
        if not self.token:
            return True
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() in ("token", "bearer") and self.holds(shown.strip()):
            return True
        return cookie == "granted"

    def holds(self, shown: str) -> bool:
        """Whether this is the token; takes equally long for every wrong one."""
        return hmac.compare_digest(shown.encode("utf-8"), self.token.encode("utf-8"))

    def _from_proxy(self, request: HTTPServerRequest) -> bool:
        try:
            peer = ipaddress.ip_address(request.remote_ip or "")
        except ValueError:
            return False
        return any(peer in network for network in self.proxies)


def access_for(
    host: str, token: str | None, header: str | None, proxies: Sequence[str] = ()
) -> Access:
    """What is asked for at an address: nothing on loopback, else a token or a proxy's identity.

    Raises
    ------
    InputError
        If the address is open to others and neither is given, or one of them is not usable.
    """
    if token is not None and header:
        raise InputError("--token and --identity-header exclude each other; give one of them.")
    if token is not None and len(token) < SHORTEST:
        raise InputError(
            "The token has {count} characters; at least {least} are needed, such as those that "
            "`python -c 'import secrets; print(secrets.token_urlsafe())'` prints.",
            count=len(token),
            least=SHORTEST,
        )
    if header:
        return Access(header=header, proxies=tuple(_network(each) for each in proxies))
    if token is None and not is_loopback(host):
        raise InputError(
            "Others can reach {host}, so a token or a proxy is needed: set WORKBENCH_TOKEN, or "
            "give --identity-header with --proxy; without them use 127.0.0.1.",
            host=host,
        )
    return Access(token=token or "")


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def certified(certificate: str | None, key: str | None) -> ssl.SSLContext | None:
    """What HTTPS needs; None without a certificate.

    Raises
    ------
    InputError
        If one of the two is missing, can't be read, or they don't belong together.
    """
    if not certificate and not key:
        return None
    if not certificate or not key:
        raise InputError("--certificate and --key belong together; give both or none.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # SSLError is one
        raise InputError(
            "The certificate {certificate} with the key {key} can't be used: {why}.",
            certificate=certificate,
            key=key,
            why=getattr(error, "reason", None) or error.strerror or str(error),
        ) from error
    return context


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise InputError(
            "--proxy {value!r} is not an address; give one such as 127.0.0.1 or 10.0.0.0/8.",
            value=text,
        ) from error
