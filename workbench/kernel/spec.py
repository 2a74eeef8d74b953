"""The kernelspec ``workbench``, and putting it where Jupyter looks for one."""

import json
from pathlib import Path
from typing import Any

NAME = "workbench"
"""Name of the kernelspec, as papermill's ``kernel_name`` or JupyterLab's list have it."""


def kernel_spec() -> dict[str, Any]:
    """The kernelspec that comes with the package, as ``kernel.json`` has it."""
    path = Path(__file__).parent / "kernelspec" / "kernel.json"
    spec: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return spec


def stage_spec(root: Path, spec: dict[str, Any], name: str = NAME) -> Path:
    """Write a kernelspec under ``root``, which is then named in ``JUPYTER_PATH``.

    An installed package needs this only for a kernelspec that differs, for example in what is
    preloaded or in the arguments of the kernel.

    Returns
    -------
    Path
        The file that was written.
    """
    path = root / "kernels" / name / "kernel.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(spec, indent=1), encoding="utf-8")
    return path
