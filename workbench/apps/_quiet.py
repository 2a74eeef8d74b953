"""Widgets that wait to be asked: a page's kernel doesn't tell about them before the page is there.

ipywidgets announces each widget with its whole state, to everybody who listens. Behind a page that
is the server alone, which reads a hundred such messages and has no use for them; the page, once it
is connected, asks for all widgets at once.
"""

from typing import Any

import comm
from ipykernel.comm.comm import BaseComm
from ipykernel.kernelbase import Kernel

ASKING = ("comm_open", "comm_msg", "comm_info_request")
"""Messages by which a page shows that it is there."""
OUTPUT = "OutputModel"
"""Widgets that the server has to know: it directs into them what a cell prints."""


class QuietComm(BaseComm):
    """A comm that says nothing until a page has said something."""

    asked = False
    """Whether any page has; of all comms together."""
    _spoken = False

    def publish_msg(self, msg_type: str, data: Any = None, *rest: Any, **more: Any) -> None:
        """Say it if somebody is there, or if the server needs it."""
        if self.kernel is None:  # else ipywidgets takes the comm for a dead one
            self.kernel = Kernel.instance()
        if msg_type == "comm_open":
            state = (data or {}).get("state", {})
            self._spoken = state.get("_model_name") == OUTPUT
        if QuietComm.asked or self._spoken:
            super().publish_msg(msg_type, data, *rest, **more)


def be_quiet() -> None:
    """From now on new widgets of this kernel wait for a page."""
    if not Kernel.initialized() or comm.create_comm is QuietComm:
        return
    handlers = Kernel.instance().shell_handlers

    def asked_by(handle: Any) -> Any:
        def run(*arguments: Any) -> Any:
            QuietComm.asked = True
            return handle(*arguments)

        return run

    for name in ASKING:
        handlers[name] = asked_by(handlers[name])
    comm.create_comm = QuietComm
