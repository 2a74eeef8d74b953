"""What the parent imports and tries out, so that its kernels need not."""

import atexit
import contextlib
import gc
import importlib
import sys
from collections.abc import Callable, Iterator

ALWAYS = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.debugger",
    "IPython.core.pylabtools",
    "ipykernel.pylab.config",
    "psutil",
    "tornado.platform.asyncio",
    "faulthandler",
    "ipykernel_launcher",
    "workbench.kernel.child",
)
"""What each kernel imports until it has answered its first request."""


def preload(modules: list[str], log: Callable[[str], None]) -> None:
    """Import modules, then make their memory fit for sharing.

    One that fails is logged and left to the kernels, where it fails as it would anyhow.

    Parameters
    ----------
    modules
        Names of modules.
    log
        Takes a line.
    """
    with _shared():
        for name in (*ALWAYS, *modules):
            try:
                importlib.import_module(name)
            except Exception as error:
                log(f"not preloaded: {name}: {error!r}")


def exercise(name: str, log: Callable[[str], None]) -> None:
    """Call a function without arguments, named ``module:function``; what it touches is shared too.

    One that fails is logged.
    """
    module, _, function = name.partition(":")
    with _shared():
        try:
            getattr(importlib.import_module(module), function)()
        except Exception as error:
            log(f"not exercised: {name}: {error!r}")


@contextlib.contextmanager
def _shared() -> Iterator[None]:
    """What is made within will be shared by the forks, as far as they leave it alone."""
    gc.unfreeze()
    with _shell():
        yield
    from workbench.kernel import modules  # which imports ipykernel

    modules.note()
    gc.collect()
    gc.freeze()  # a collection in a kernel would otherwise write to, and so copy, every object


@contextlib.contextmanager
def _shell() -> Iterator[None]:
    """A shell like a kernel's, since libraries ask for one when they are imported.

    Without it plotly would show its figures in a browser, and ipywidgets would not listen.
    """
    from ipykernel.zmqshell import ZMQInteractiveShell
    from traitlets.config import Config

    main, hook = sys.modules["__main__"], sys.excepthook
    shell = ZMQInteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    try:
        shell.run_cell("None", silent=True)
        yield
    finally:
        atexit.unregister(shell.atexit_operations)
        ZMQInteractiveShell.clear_instance()
        sys.modules["__main__"], sys.excepthook = main, hook
