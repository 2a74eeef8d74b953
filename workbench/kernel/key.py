"""Which parent is whose: a kernel may only come from a parent that it could have been itself.

What acts on a process when it starts or imports, and what can't be changed later, is part of the
key and given to the parent alike; everything else is handed over with each launch.
"""

import fnmatch
import hashlib
import json
import os
import resource
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from workbench.kernel.errors import UnavailableError
from workbench.kernel.protocol import VERSION

VARIABLES = (
    # Python and the loader
    *("PYTHON*", "LD_*", "MALLOC_*", "GLIBC_TUNABLES", "VIRTUAL_ENV", "CONDA_*"),
    # who and where, which modules look up once
    *("HOME", "USER", "LOGNAME", "PATH", "TMPDIR", "IPYTHON*", "PYDEVD_*"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
    # language and time
    *("LANG", "LC_*", "TZ"),
    # thread counts, drawing
    *("OMP_*", "OPENBLAS_*", "GOTO_*", "MKL_*", "NUMEXPR_*", "ARROW_*", "MPL*"),
)
"""Patterns of the variables that have an effect when Python starts or a module is imported."""
_IDENTITY = ("Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "Cap")
_NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts")


def parent_environment(
    env: Mapping[str, str], patterns: Iterable[str], added: Mapping[str, str]
) -> dict[str, str]:
    """The variables of a kernel's environment that its parent has too.

    Parameters
    ----------
    env
        The kernel's environment.
    patterns
        Further patterns beside :data:`VARIABLES`.
    added
        Variables that the parent alone has; the kernel's own value comes first.
    """
    wanted = (*VARIABLES, *patterns)
    chosen = {
        name: value
        for name, value in env.items()
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in wanted)
    }
    return {**added, **chosen}


def key(executable: str, options: list[str], env: Mapping[str, str], config: Any) -> str:
    """Name of the parent for kernels of this interpreter, environment and configuration.

    Parameters
    ----------
    executable
        Path of the interpreter.
    options
        What stands between it and ``-m`` in the kernel's command.
    env
        The parent's environment.
    config
        What it preloads and how long it stays, as JSON would have it.

    Returns
    -------
    str
        24 hexadecimal digits.

    Raises
    ------
    UnavailableError
        If a search path is relative: it would mean another folder in the parent.
    """
    for part in filter(None, env.get("PYTHONPATH", "").split(os.pathsep)):
        if not Path(part).is_absolute():
            raise UnavailableError(f"PYTHONPATH has the relative entry {part!r}")
    known = [VERSION, executable, options, sorted(env.items()), config, _identity()]
    text = json.dumps(known, sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:24]


def _identity() -> list[Any]:
    """What a process can't take over from another: rights, limits, control group, namespaces."""
    own = Path("/proc/self")
    status = [
        line
        for line in (own / "status").read_text(encoding="utf-8").splitlines()
        if line.startswith(_IDENTITY)
    ]
    spaces = [str(link.readlink()) for name in _NAMESPACES if (link := own / "ns" / name).exists()]
    hard = {number: resource.getrlimit(number)[1] for number in limits()}
    return [
        *(status, spaces, hard, os.getpriority(os.PRIO_PROCESS, 0)),
        (own / "cgroup").read_text(encoding="utf-8"),
        Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"),
    ]


def limits() -> list[int]:
    """Numbers of the resources that have limits here."""
    return sorted({value for name, value in vars(resource).items() if name.startswith("RLIMIT_")})
