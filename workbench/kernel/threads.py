"""Threads and forking: a process with several may fork a child that waits for ever."""

import contextlib
import ctypes
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

AT_IMPORT = {
    "OPENBLAS_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    # pandas imports pyarrow where there is one, whose allocator has a thread that tidies up
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""For libraries that start their threads when they are loaded."""
_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)


def count() -> int:
    """Threads of this process, those of libraries included."""
    return len(list(Path("/proc/self/task").iterdir()))


def restore(env: Mapping[str, str], processors: Iterable[int]) -> None:
    """Give OpenBLAS, loaded for one thread, as many as an ordinary process would have."""
    wanted = len(list(processors))
    for name in ("OMP_NUM_THREADS", "GOTO_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        with contextlib.suppress(KeyError, ValueError):
            wanted = max(1, int(env[name]))
    if wanted == 1:
        return
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape")
    for path in set(re.findall(r"(/\S*openblas\S*)$", maps, re.MULTILINE)):
        library = ctypes.CDLL(path)
        for name in _SETTERS:
            if hasattr(library, name):
                getattr(library, name)(wanted)
                break
