"""Use of creatives and their traits, drawn."""

import pandas as pd

from workbench.domain.experiments import traits, usage
from workbench.figures import creatives
from workbench.locale import translator

EN, ZH = translator("en"), translator("zh")
NAMES = [f"c{place}" for place in range(8)]
USED = usage(
    pd.DataFrame(
        {
            "creative": NAMES,
            "partner": "p",
            "uses": [50, 9, 8, 7, 6, 5, 4, 2],
            "clicks": 1000,
            "orders": [50, 51, 52, 53, 20, 21, 22, 23],
        }
    ),
    [*NAMES, "<i>idle</i>"],
)
TRAITS = pd.DataFrame({"creative": NAMES, "colour": ["red"] * 4 + ["blue"] * 4})


def test_bars_show_uses_with_the_idle_ones(sound):
    drawing = creatives.uses(USED, EN)
    bar = sound(drawing)["data"][0]
    assert bar["x"][-1] == 50 and bar["x"][0] == 0 and bar["y"][-1] == "c0"
    assert drawing.finding == "c0 is used most: 55% of all uses. 1 creative is not used at all."
    assert "c7 2" in drawing.alt


def test_a_trait_is_an_association_and_says_so():
    found = traits(USED, TRAITS)
    html = creatives.view(USED, found, EN).html
    assert "Creatives with colour = red sell better; an association, not a cause." in html
    assert "5.15%" in html and "2.15%" in html
    assert "&lt;i&gt;idle" in html and "<i>idle" not in html
    assert "这是关联，不是因果" in creatives.view(USED, found, ZH).html


def test_without_a_sure_trait_none_is_named():
    found = traits(USED.head(3), TRAITS.assign(colour=["red", "blue"] * 4))
    assert "No trait can be told from chance" in creatives.view(USED, found, EN).html
    assert "trait" not in creatives.view(USED, None, EN).html.lower()


def test_of_thousands_of_creatives_the_most_used_are_shown_and_the_rest_counted():
    many = [f"n{place:04d}" for place in range(2_000)]
    used = usage(pd.DataFrame({"creative": many, "uses": range(2_000, 0, -1)}))
    view = creatives.view(used, None, EN)
    assert len(view.drawing.figure.data[0].y) == creatives.SHOWN
    assert view.drawing.figure.data[0].y[-1] == "n0000"
    assert view.html.count("<tr>") == 1 + creatives.LISTED
    assert "1,950 more rows are not shown" in view.html
