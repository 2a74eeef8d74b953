"""The bundled scripts, and the base of every widget that has one."""

from pathlib import Path
from typing import Any

import anywidget

from workbench.domain.errors import WorkbenchError

STATIC = Path(__file__).parent / "static"
"""Where the build puts scripts, styles, the font and the licences of what they carry."""


def bundle(name: str) -> Path:
    """The path of the built file ``name`` (``grid.js``, ``fonts/inter-latin.woff2``)."""
    path = STATIC / name
    if not path.is_file():
        raise WorkbenchError(
            "The page script {name} has not been built. Run: pip install -e .", name=name
        )
    return path


class OneWay(anywidget.AnyWidget):
    """A widget whose state only Python writes.

    A page may send any trait of any widget, whatever its view offers. Here such a message changes
    nothing: the page gets the true values back. What a page may ask, it asks by custom message,
    which the widget checks.
    """

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Answer state sent by a page with the state as it is."""
        refused = [key for key in sync_data if key in self.keys]
        if refused:
            self.send_state(refused)
