"""One source of colour: the tokens of the style sheet."""

from workbench.figures.theme import ASSETS, LEVELS, figure, tokens


def test_tokens_are_the_light_colours_of_the_style_sheet():
    found = tokens()
    assert {"ink", "accent", "go", "cond", "no", "unk", *LEVELS} <= set(found)
    css = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media", 1)
    for name, colour in found.items():
        assert f"--{name}:{colour}" in light.replace(": #", ":#"), name
        assert f"--{name}:" in dark, f"{name} has no dark counterpart"
    assert len({found[name] for name in LEVELS}) == 5


def test_dark_colours_can_be_found_by_their_light_ones():
    """Pages recolour figures by hex value: two tokens of one light colour may not part in dark
    unless a figure uses only the first."""
    drawn = {"ink", "ink-2", "line", "accent", "go", "cond", "no", "unk", "unk-bg", *LEVELS}
    colours = [tokens()[name] for name in drawn]
    assert len(colours) == len(set(colours))


def test_a_figure_merges_its_own_axis_into_the_house_s():
    drawn = figure([], 200, xaxis={"range": [0, 5]}, barmode="stack").to_plotly_json()["layout"]
    assert drawn["height"] == 200 and drawn["barmode"] == "stack"
    assert drawn["xaxis"]["range"] == [0, 5]
    assert drawn["xaxis"]["gridcolor"] == tokens()["line"]
    assert drawn["yaxis"]["showgrid"] is False


def test_a_title_s_text_leaves_its_font_alone():
    title = figure([], 200, xaxis={"title": {"text": "Rank"}}).to_plotly_json()["layout"]["xaxis"]
    assert title["title"] == {"text": "Rank", "font": {"color": tokens()["ink-2"], "size": 13}}


def test_names_that_look_like_numbers_are_names():
    """impact's partners are numbers; among them one with a name must not be lost."""
    bars = {"type": "bar", "orientation": "h", "x": [3, 2, 1], "y": ["55", "33", "Rumah Belajar"]}
    assert figure([bars], 200).layout.yaxis.type == "category"
    assert figure([{**bars, "y": [1.0, 2.0, 3.0]}], 200).layout.yaxis.type is None
    lines = {"type": "scatter", "x": [1, 2, None], "y": ["55", "55", None]}
    assert figure([lines], 200, yaxis={"range": [0, 1]}).layout.yaxis.type == "category"
