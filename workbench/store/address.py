"""Addresses of databases: what may stand in one, and what may be shown of it."""

import re
import ssl

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from workbench.domain.errors import InputError

SSL_MODES = ("disable", "require", "verify-full")
"""As PostgreSQL names them: never encrypted, always, always and the certificate has to be good."""


def parsed(url: str) -> URL:
    """The parts of an address: ``sqlite`` with a path, or ``postgresql`` with at most ``sslmode``.

    Raises
    ------
    InputError
        For an address that is neither; no password and no value of an option is in its text.
    """
    try:
        found = make_url(re.sub("^postgres(?=://)", "postgresql", url))
    except (ArgumentError, ValueError):
        raise _unusable(url) from None
    kind = found.get_backend_name()
    options = {key: value for key, value in found.query.items() if key != "sslmode"}
    mode = found.query.get("sslmode", SSL_MODES[0])
    if kind == "sqlite":
        if not found.database or found.database == ":memory:":
            raise _unusable(url)
        options = dict(found.query)
    elif kind != "postgresql" or not 0 < (found.port or 5432) < 65_536:
        raise _unusable(url)
    elif url.count("@") > 1:  # else part of the password would be taken for the host
        raise InputError(
            "The address of the database has more than one @; write an @ in the password as %40."
        )
    if options:
        raise InputError(
            "The address of the database has the option {key!r}; only sslmode can be given, and "
            "only for PostgreSQL.",
            key=min(options),
        )
    if mode not in SSL_MODES:
        raise InputError(
            "The address of the database has an unknown sslmode; give disable, require or "
            "verify-full."
        )
    return found


def encryption(address: URL) -> ssl.SSLContext | bool | None:
    """What ``sslmode`` asks for, as pg8000 takes it.

    None, without an ``sslmode``: encrypted if the server can; False: never.
    """
    mode = address.query.get("sslmode")
    if mode is None:
        return None
    if mode == "disable":
        return False
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def shown(address: URL) -> str:
    """What may be shown of a PostgreSQL address: host, port and database."""
    return URL.create(
        "postgresql", host=address.host, port=address.port, database=address.database
    ).render_as_string()


def _unusable(url: str) -> InputError:
    return InputError(
        "The database {url!r} can't be used; give sqlite:///path/of/file.db or "
        "postgresql://user:password@host/database.",
        url=_without_secrets(url),
    )


def _without_secrets(url: str) -> str:
    """The host and database of an address that can't be parsed, or less where that is in doubt.

    A password may itself hold ``@``, ``?`` or ``/``, so nothing before the last ``@`` is shown, and
    nothing at all if that one may belong to an option.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = "", url
    before, at, place = rest.rpartition("@")
    if "?" in before:
        return f"{scheme}{separator}…"
    place = place.partition("?")[0]
    if not url.startswith("sqlite"):  # after the colon a password, or a port
        place = re.sub(r":(?!\d{1,5}(/|$))[^/]*", ":…", place)
    return f"{scheme}{separator}{'…@' if at else ''}{place}"
