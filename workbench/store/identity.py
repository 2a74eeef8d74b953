"""Who is at the keyboard: what the operating system or the hub says, never a form field."""

import getpass
import os

HUB_VARIABLE = "JUPYTERHUB_USER"


def current_user() -> str:
    """The hub's user name behind a JupyterHub, else that of the operating system's account.

    The account is asked for by its number, since ``USER`` and ``LOGNAME`` can be set to anything.
    """
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
