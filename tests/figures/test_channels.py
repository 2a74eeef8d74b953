"""The channel mix drawn: percent of the table, largest first."""

import pandas as pd

from workbench.domain.channels import ChannelFit
from workbench.figures import channels
from workbench.locale import translator

EN, ZH = translator("en"), translator("zh")
NAMES = {"kol": "KOL", "seo": "Search", "aso": "App stores", "sharing": "Sharing"}


def fit() -> ChannelFit:
    table = pd.DataFrame(
        {"mix": [50.0, 30.0, 20.0, 0.0]},
        index=pd.Index(["kol", "seo", "aso", "sharing"], name="channel"),
    )
    empty = pd.DataFrame(columns=["channel", "rule", "change", "need", "level"])
    return ChannelFit(table, empty, empty, ())


def test_mix_shows_the_channels_that_get_something(sound):
    drawing = channels.mix(fit(), NAMES, EN)
    bar = sound(drawing)["data"][0]
    assert bar["y"] == ["App stores", "Search", "KOL"]
    assert bar["x"] == [20.0, 30.0, 50.0]
    assert bar["text"] == ["20%", "30%", "50%"]
    assert drawing.finding == "KOL takes the largest share, 50%"
    assert drawing.alt == "KOL 50%, Search 30%, App stores 20%"


def test_the_view_draws_what_its_table_says(portfolio, sound):
    """The figure, the table twin and the domain hold the same percents, which sum to 100."""
    for code in ("ID", "SJ"):
        view = channels.view(portfolio, code, ZH)
        table = portfolio.market(code).channels.table
        bar = sound(view.drawing)["data"][0]
        assert sorted(bar["x"]) == sorted(table.loc[table["mix"] > 0, "mix"])
        assert sum(bar["x"]) == 100
        for share in bar["x"]:
            assert f'<td class="n" data-label="渠道组合">{share:.0f}%' in view.html


def test_rules_that_could_not_be_tried_are_named(portfolio):
    assert "could not be tried" in channels.view(portfolio, "SJ", EN).html
    assert "could not be tried" not in channels.view(portfolio, "ID", EN).html
