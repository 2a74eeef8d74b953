"""The warm kernel beside the ordinary one: ``python -m bench.kernel``."""

import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from jupyter_client import KernelManager

from bench.__main__ import say
from workbench.kernel import client
from workbench.kernel.spec import kernel_spec, stage_spec

RUNS = 5
IMPORTS = "import pandas, plotly, ipywidgets; 1"
WORK = """
import ipywidgets, pandas, plotly.graph_objects as go
frame = pandas.DataFrame({"a": range(100)}); frame.describe()._repr_html_()
go.Figure(go.Bar(x=[1, 2], y=[3, 4])).to_json()
ipywidgets.VBox([ipywidgets.IntSlider()])
1
"""


def _start(name: str, code: str) -> tuple[float, float]:
    """Seconds from the start of a kernel until it has answered, and its own megabytes then."""
    manager = KernelManager(kernel_name=name)
    start = time.perf_counter()
    manager.start_kernel()
    channels = manager.client()
    channels.start_channels()
    channels.wait_for_ready(timeout=120)
    channels.execute_interactive(code, timeout=120, output_hook=lambda _message: None)
    took = time.perf_counter() - start
    pid = manager.provisioner.process.pid  # type: ignore[union-attr]
    own = psutil.Process(pid).memory_full_info().uss / 1e6
    channels.stop_channels()
    manager.shutdown_kernel(now=True)
    return took, own


def main() -> None:
    """Print every figure."""
    with TemporaryDirectory(prefix="wb-") as root:
        os.environ |= {"JUPYTER_PATH": root, "JUPYTER_RUNTIME_DIR": root, "WORKBENCH_HOME": root}
        warm = kernel_spec()
        warm["argv"] = [sys.executable, *warm["argv"][1:], "--IPKernelApp.log_level=ERROR"]
        plain = warm | {"metadata": {}}
        for name, spec in (("plain", plain), ("warm", warm)):
            stage_spec(Path(root), spec, name)
        cold, _ = _start("warm", IMPORTS)
        say("warm kernel: the first, which waits for its parent", f"{cold:.1f} s")
        for label, code in (("imports", IMPORTS), ("widget, figure, table", WORK)):
            found = {}
            for name in ("plain", "warm"):
                runs = []
                for _ in range(RUNS):
                    runs.append(_start(name, code))
                    time.sleep(1)
                found[name] = [statistics.median(values) for values in zip(*runs, strict=True)]
                took, own = found[name]
                say(f"{name} kernel: {label}, own memory (median of {RUNS})",
                    f"{took:.2f} s, {own:.0f} MB")  # fmt: skip
            say(f"{label}: plain / warm", f"{found['plain'][0] / found['warm'][0]:.1f}")
        client.retire()


if __name__ == "__main__":
    main()
