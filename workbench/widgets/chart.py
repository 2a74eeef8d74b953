"""A Plotly figure in the page: one script for all charts, theme-aware, with alternative text."""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import traitlets as t
from ipywidgets import Widget, widget_serialization

from workbench.widgets._esm import OneWay

TOKENS = Path(__file__).parents[1] / "assets" / "tokens.css"

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "failed": "The chart could not be drawn. Reload the page; the table has the same figures.",
        "unnamed": "Chart",
        "buttons": {},
    },
    "zh": {
        "failed": "图表未能显示。请刷新页面；数据表中有相同的数字。",
        "unnamed": "图表",
        "buttons": {
            "Download plot as a PNG": "下载为 PNG 图片",
            "Zoom": "框选放大",
            "Pan": "平移",
            "Reset axes": "还原坐标轴",
        },
    },
}
"""What a chart says by itself, per language."""


@cache
def dark_colours() -> dict[str, str]:
    """Each light token colour (lower-case hex) with its dark counterpart, from ``tokens.css``.

    Where two roles share a light colour, the role named first decides.
    """
    blocks = re.findall(r":root\s*\{(.*?)\n?\}", TOKENS.read_text(encoding="utf-8"), re.DOTALL)
    rule = re.compile(r"--([\w-]+)\s*:\s*(#[0-9a-f]{6})\b")
    light, dark = ({m[1]: m[2] for m in rule.finditer(block)} for block in blocks[:2])
    pairs: dict[str, str] = {}
    for name, colour in light.items():
        pairs.setdefault(colour, dark.get(name, colour))
    return pairs


class PlotlyRuntime(OneWay):
    """Plotly itself: 1.5 MB that cross the wire once per page, not once per chart."""

    script = "plotly_runtime.js"


_runtimes: dict[int, PlotlyRuntime] = {}


def runtime() -> PlotlyRuntime:
    """The runtime of this kernel.

    Kept by process, since a kernel may be the fork of a process that has drawn charts, and made
    anew when its comm was closed (``Widget.close_all()``).
    """
    found = _runtimes.get(os.getpid())
    if found is None or found.comm is None:
        found = _runtimes[os.getpid()] = PlotlyRuntime()
    return found


class Chart(OneWay):
    """Shows one figure at a time; a new one is drawn over the old without a flash.

    Parameters
    ----------
    fig
        What :meth:`show` takes; may be left out.
    **traits
        ``label``, ``height``, ``lang``.
    """

    script = "chart.js"
    sheet = "chart.css"

    figure = t.Unicode("").tag(sync=True)
    """The figure as Plotly JSON, in light token colours. Default empty: nothing is drawn."""

    label = t.Unicode("").tag(sync=True)
    """What the figure shows, in a sentence, for those who cannot see it (alternative text)."""

    height = t.Int(320, min=80, max=4000).tag(sync=True)
    """The height of the chart in pixels, 80 to 4000. Default 320; the width is the container's."""

    lang = t.Enum(("zh", "en"), "zh").tag(sync=True)
    """The language of what the chart says by itself. Default ``zh``."""

    texts = t.Dict().tag(sync=True)
    """Those texts: ``failed``, ``unnamed``, ``buttons`` (Plotly's to ours). Default by ``lang``."""

    dark = t.Dict().tag(sync=True)
    """Light hex to dark hex, applied in dark pages. Default from ``tokens.css``."""

    runtime = t.Instance(Widget).tag(sync=True, **widget_serialization)
    """The script that draws; shared by all charts of the kernel."""

    def __init__(self, fig: Any = None, **traits: Any) -> None:
        super().__init__(**traits)
        if fig is not None:
            self.show(fig)

    @t.default("texts")
    def _default_texts(self) -> dict[str, Any]:
        return dict(TEXTS[self.lang])

    @t.default("dark")
    def _default_dark(self) -> dict[str, str]:
        return dict(dark_colours())

    @t.default("runtime")
    def _default_runtime(self) -> PlotlyRuntime:
        return runtime()

    @t.observe("lang")
    def _translate(self, _change: Any) -> None:
        self.texts = dict(TEXTS[self.lang])

    def show(self, fig: Any, label: str | None = None) -> None:
        """Draw ``fig``, a Plotly ``Figure`` or its dictionary, and set its alternative text.

        Parameters
        ----------
        fig
            The figure. It is serialised now: later changes to it are not shown.
        label
            Its alternative text; left out, the label stays as it is.
        """
        from plotly.io.json import to_json_plotly

        plain = fig if isinstance(fig, Mapping) else fig.to_dict()
        with self.hold_sync():
            self.figure = to_json_plotly(dict(plain))
            if label is not None:
                self.label = label
