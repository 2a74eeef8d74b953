"""The settings of Voilà and of its kernels."""

import os
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import Template404
from traitlets.config import Config

from workbench.apps._access import Access
from workbench.apps._answers import POLICY
from workbench.apps._kernels import Kernels
from workbench.apps._pages import keep_message
from workbench.reports.engine import LONGEST_SOCKET

EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]
"""What draws widgets. Plotly's own extension, 4.8 MB, is not among them: charts bring their own."""


def settings(access: Access, root: Path, most: int | None = None) -> Config:
    """The settings of Voilà and of its kernels.

    Parameters
    ----------
    access
        Who may open the pages.
    root
        Folder that goes when the server does, or is swept after it: for the kernels' connections.
    most
        The most kernels alive at a time; None: as many as there is room for.
    """
    found: dict[str, dict[str, Any]] = {
        "Voila": {
            "log_level": "WARN",
            "base_url": access.base,
            "connection_dir_root": str(root),
            "tornado_settings": {
                "headers": {"Content-Security-Policy": POLICY},
                # Where nothing is asked for, no other name may lead to us through DNS.
                "allow_remote_access": access != Access(),
                "default_handler_class": Template404,
                "xsrf_cookie_kwargs": {"path": access.base},
            },
        },
        "VoilaConfiguration": {
            "template": "workbench",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "show_tracebacks": False,
            "file_allowlist": [],
            "extension_allowlist": EXTENSIONS,
            "multi_kernel_manager_class": Kernels,
            # The kernel learns the user whom the proxy names.
            "http_header_envs": [access.header] if access.header else [],
        },
        "Kernels": {"most": most} if most else {},
        # Jupyter's notary wants a folder of the user's, who may have none; it has nothing to keep.
        "NotebookNotary": {"data_dir": str(root)},
        "VoilaExecutor": {"on_cell_error": keep_message},
        # Ports are found, let go of, and taken again by the kernel, or by somebody who was faster:
        # then the kernel dies and its page waits for ever. Sockets in a folder of ours are ours.
        "KernelManager": {
            "client_class": "workbench.kernel.prompt.PromptKernelClient",
            **({"transport": "ipc"} if _sockets_fit(root) else {}),
        },
        # A dead kernel stays dead: a restarted one is empty, and the page would not know.
        "KernelRestarter": {"restart_limit": 0},
    }
    return Config(found)


def _sockets_fit(root: Path) -> bool:
    """Whether the address of a kernel's socket, below the folder, is short enough."""
    longest = root / "voila_12345678" / f"kernel-{'0' * 36}-ipc-5"
    return os.name == "posix" and len(str(longest)) < LONGEST_SOCKET
