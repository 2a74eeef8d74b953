"""The bundled scripts, and the base of every widget that has one."""

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets as t

from workbench.domain.errors import WorkbenchError

STATIC = Path(__file__).parent / "static"
"""Where the build puts scripts, styles, the font and the licences of what they carry."""

SERVED = "WORKBENCH_SCRIPTS"
"""Environment variable: the folder, below the address in the page's ``data-base-url``, from which
the page's server gives out the scripts; the page has the styles then. Not set: the kernel sends
both with each widget, which works in any host."""

_STUB = (
    'const{{default:d}}=await import(new URL("{address}",'
    "new URL(document.body.dataset.baseUrl,location)));export default d"
)
"""Stands for a script that the page's server gives out: loaded, kept and evaluated once."""


def bundle(name: str) -> Path:
    """The path of the built file ``name`` (``grid.js``, ``fonts/inter-latin.woff2``)."""
    path = STATIC / name
    if not path.is_file():
        raise WorkbenchError(
            "The page script {name} has not been built. Run: pip install -e .", name=name
        )
    return path


@cache
def text(name: str) -> str:
    """The built file's text."""
    return bundle(name).read_text(encoding="utf-8")


@cache
def versioned(name: str) -> str:
    """The built file's name with a hash of its content, so that a browser may keep it."""
    return f"{name}?v={hashlib.sha256(bundle(name).read_bytes()).hexdigest()[:16]}"


class OneWay(anywidget.AnyWidget):
    """A widget whose state only Python writes.

    A page may send any trait of any widget, whatever its view offers. Here such a message changes
    nothing: the page gets the true values back. What a page may ask, it asks by custom message,
    which the widget checks.
    """

    script: ClassVar[str]
    """The built script that draws it."""

    sheet: ClassVar[str] = ""
    """The built style sheet; empty: none."""

    _esm = t.Unicode().tag(sync=True)
    _css = t.Unicode().tag(sync=True)

    @t.default("_esm")
    def _default_esm(self) -> str:
        folder = os.environ.get(SERVED)
        if not folder:
            return text(self.script)
        return _STUB.format(address=f"{folder}/{versioned(self.script)}")

    @t.default("_css")
    def _default_css(self) -> str:
        return text(self.sheet) if self.sheet and not os.environ.get(SERVED) else ""

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Answer state sent by a page with the state as it is."""
        refused = [key for key in sync_data if key in self.keys]
        if refused:
            self.send_state(refused)
