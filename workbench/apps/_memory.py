"""Memory that is free goes back to the system, where the C library would keep it."""

import contextlib
import ctypes
import gc
import sys


def give_back() -> None:
    """Collect what nobody refers to, and return free memory; does the latter under glibc alone."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
