"""Who is at the keyboard: what the system, the hub or the proxy says, never a form field."""

import getpass
import os

from workbench.domain.errors import StoreError

HUB_VARIABLE = "JUPYTERHUB_USER"
USER_FROM = "WORKBENCH_USER_FROM"
"""Names the variable in which a server behind a proxy hands a kernel the user of its page."""
_LONGEST = 200


def current_user() -> str:
    """The user whom a proxy or a JupyterHub names, else the operating system's account.

    The account is asked for by its number, since ``USER`` and ``LOGNAME`` can be set to anything.

    Raises
    ------
    StoreError
        Behind a proxy that names nobody, or somebody who can't be told on one line.
    """
    proxy = os.environ.get(USER_FROM, "")
    if proxy:
        return _from_proxy(os.environ.get(proxy, ""))
    hub = os.environ.get(HUB_VARIABLE, "").strip()
    if hub:
        return hub
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except ImportError:  # Windows
        return getpass.getuser()
    except KeyError:  # an account without a name, as in some containers
        return f"uid-{os.getuid()}"


def header_variable(header: str) -> str:
    """The variable that holds a header of the request, as CGI has it (RFC 3875, 4.1.18)."""
    return f"HTTP_{header.upper().replace('-', '_')}"


def _from_proxy(value: str) -> str:
    try:  # headers travel as Latin-1; proxies put UTF-8 into them
        name = value.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        name = value.strip()
    if not name or not name.isprintable() or len(name) > _LONGEST:
        raise StoreError(
            "The proxy names no user whom one could keep with a change ({name}); see to the header "
            "that it sends.",
            name=ascii(name[:40]),
        )
    return name
