"""What a kernel notes of the modules that are loaded, made once for all kernels of a parent.

When an ipykernel starts it notes the file of every loaded module, so that the debugger can tell the
kernel's own code from the notebook's. To go through them is to count references to 2,000 modules,
which lie all over the memory: each kernel would part 12 MB from its parent, the largest single
share of what it has for itself. So the parent notes the files, and its kernels read that.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ipykernel import ipkernel


class _Loaded:
    """A module, as far as ipykernel asks for one."""

    __slots__ = ("__file__",)

    def __init__(self, file: str) -> None:
        self.__file__ = file


class _System:
    """Stands for ``sys``, but its modules are those that were noted."""

    def __init__(self, modules: dict[str, _Loaded]) -> None:
        self.modules = modules

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


_noted: dict[str, _Loaded] = {}


def note() -> None:
    """Note the files of all modules that are loaded now, as copies in one place."""
    _noted.clear()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file:
            copy = file.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
            _noted[copy] = _Loaded(copy)


@contextmanager
def noted() -> Iterator[None]:
    """Have ipykernel read what was noted, if anything was."""
    if not _noted:
        yield
        return
    vars(ipkernel)["sys"] = _System(_noted)
    try:
        yield
    finally:
        vars(ipkernel)["sys"] = sys
