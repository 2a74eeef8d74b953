"""The look of every figure; colours come from ``assets/tokens.css``, the one source."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

ASSETS = Path(__file__).resolve().parents[1] / "assets"

LEVELS = ("l1", "l2", "l3", "l4", "l5")
ROW = 30
"""Height of one bar or row, in pixels."""


@lru_cache(maxsize=1)
def tokens() -> dict[str, str]:
    """Token -> light colour, e.g. ``accent`` -> ``#0a5fb4``."""
    css = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    light = css.split("@media", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})", light))


def layout(height: int, **more: Any) -> dict[str, Any]:
    """Layout shared by all figures: transparent, no title (the page writes it), quiet axes.

    Parameters
    ----------
    height
        Pixels.
    """
    ink, soft, line = tokens()["ink"], tokens()["ink-2"], tokens()["line"]
    axis = {
        "gridcolor": line,
        "linecolor": line,
        "zerolinecolor": line,
        "tickfont": {"color": soft},
        "title": {"font": {"color": soft, "size": 13}},
        "automargin": True,
        "fixedrange": True,
    }
    base: dict[str, Any] = {
        "height": height,
        "template": "none",  # Plotly's own would bring its colours, and 7 KB to every figure
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {
            "family": "Inter, Noto Sans SC, Noto Sans CJK SC, PingFang SC, "
            "Microsoft YaHei, sans-serif",
            "size": 13,
            "color": ink,
        },
        "hoverlabel": {"font": {"size": 13}},
        "bargap": 0.35,
        "showlegend": False,
        "legend": {"orientation": "h", "y": -0.12, "x": 0, "font": {"color": soft}},
        "xaxis": dict(axis),
        "yaxis": {**axis, "showgrid": False},
    }
    return _over(base, more)


def _over(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """``more`` put over ``base`` at every depth, so that a title's text leaves its font alone."""
    found = dict(base)
    for name, value in more.items():
        both = isinstance(value, dict) and isinstance(base.get(name), dict)
        found[name] = _over(base[name], value) if both else value
    return found


def figure(data: list[dict[str, Any]], height: int, **more: Any) -> go.Figure:
    """A figure of plain dictionaries in the house's look.

    Where every y is a text the axis is one of names: Plotly would take partners called 55 and 33
    for numbers, and leave out the others.
    """
    heights = [each for trace in data for each in list(trace.get("y", ())) if each is not None]
    if heights and all(isinstance(each, str) for each in heights):
        more = {**more, "yaxis": {"type": "category", **more.get("yaxis", {})}}
    return go.Figure(data=data, layout=layout(height, **more))
