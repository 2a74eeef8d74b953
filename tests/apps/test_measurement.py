"""The measurement page: a question from the address, its answer, another by a choice."""

import re

import pytest
from imported import import_example

from workbench.apps import _twin
from workbench.apps._asking import AskingPage
from workbench.apps._twin import MOST_EVENTS, twin
from workbench.apps.measurement import APP, open_measurement
from workbench.domain.errors import InputError
from workbench.domain.question import Question
from workbench.events.dataset import Dataset
from workbench.sources.example_events import example_events
from workbench.sources.ground import ground
from workbench.sources.measuring import measured


@pytest.fixture
def page():
    return AskingPage(APP, *APP.state({}, "lang=en"))


def bodies(page) -> str:
    return "".join(panel._body.value for panel in page.panels)


def test_without_imported_events_the_page_says_that_they_are_invented(monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "lang=en")
    widget = open_measurement({})
    text = "".join(str(getattr(part, "value", "")) for part in walk(widget))
    assert "Invented events of an invented programme" in text
    assert "Credit, not cause" in text


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def test_a_choice_asks_anew_and_the_address_follows(page):
    """ui -> state -> every panel and the address."""
    before = bodies(page)
    page.choices["by"].value = "channel"
    assert page.state.question.by == "channel"
    assert "affiliate" in bodies(page) and "CodeHarvest" not in bodies(page)
    assert page.address.query == {"by": "channel", "lang": "en"}
    page.choices["by"].value = "partner"
    assert bodies(page) == before


def test_the_state_drives_the_choices_too(page):
    """state -> ui."""
    page.state.change(lookback=7 * 86400.0)
    assert page.choices["lookback"].value == 7 * 86400.0


def test_markets_and_statuses_narrow_the_conversions(page):
    whole = page.state.answer.credited.found.totals.conversions
    page.choices["market"].value = "ID"
    one = page.state.answer.credited.found.totals.conversions
    page.choices["statuses"].value = ("reversed",)
    lost = page.state.answer.credited.found.totals.conversions
    assert whole > one > lost > 0


def test_an_address_is_the_same_question(monkeypatch):
    query = "market=ID&by=channel&lookback=7d&status=paid&model=shapley&lang=en"
    state, _ = APP.state({}, query)
    question, lang = state.question, state.lang
    assert question == Question(
        market="ID", by="channel", lookback=7 * 86400.0, statuses=("paid",), model="shapley"
    )
    assert lang == "en"
    assert APP.state({"by": "country", "lookback": "2w"}, "by=channel")[0].question.by == "channel"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("by=journey", "A page can't show credits by journey; choose one of: partner"),
        ("by=../../etc", "A page can't show credits by ../../etc"),
        ("events=/etc", "Unknown name 'events' in the address"),
        ("lookback=ever", "The lookback 'ever' can't be read"),
    ],
)
def test_what_an_address_must_not_ask(query, message, monkeypatch):
    """Least of all for single visitors, or for another folder."""
    monkeypatch.setenv("QUERY_STRING", f"lang=en&{query}")
    with pytest.raises(InputError, match=re.escape(message)):
        open_measurement({})


def test_imported_events_take_the_place_of_the_invented(tmp_path, monkeypatch):
    made = example_events()
    with Dataset(tmp_path / "events").loading() as load:
        load.add("touchpoints", made.touchpoints)
        load.add("conversions", made.conversions.slice(0, 200))
        load.commit()
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    events = ground()
    assert events.folder is not None and 0 < events.size < MOST_EVENTS
    found = measured(events, Question(lookback=None))
    assert found.credited.found.totals.conversions < 200
    # A further import is seen at once.
    with Dataset(tmp_path / "events").loading() as load:
        load.add("conversions", made.conversions)
        load.commit()
    more = measured(ground(), Question(lookback=None))
    assert more.credited.found.totals.conversions > 1000


def test_a_folder_that_is_named_must_hold_events(tmp_path):
    with pytest.raises(InputError, match="holds no imported events"):
        ground(str(tmp_path))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_twin_shows_what_the_live_page_will(lang, monkeypatch):
    drawn = twin("measurement", f"lang={lang}&by=channel")
    monkeypatch.setenv("QUERY_STRING", f"lang={lang}&by=channel")
    widget = open_measurement({})
    bodies = [p.value for p in walk(widget) if 'class="wbs"' in str(getattr(p, "value", ""))]
    for table in re.findall(r"<table.*?</table>", "".join(bodies), re.DOTALL):
        assert table in drawn
    assert drawn.count("data-wb-choose") == 5


def test_of_very_many_events_no_twin_is_drawn(monkeypatch):
    monkeypatch.setattr(_twin, "MOST_EVENTS", -1)
    assert twin("measurement", "lang=en") == ""


def test_a_strategist_enters_a_lift_test_and_every_panel_follows(tmp_path, monkeypatch):
    from ipywidgets import Button, Text

    import_example(tmp_path / "events", "touchpoints", "conversions")
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    fields = {part.description: part for part in walk(page.widget) if type(part) is Text}
    button = next(part for part in walk(page.widget) if type(part) is Button)

    def enter(conversions: str, end: str = "2026-04-30") -> str:
        given = {"Name": "CodeHarvest", "First day": "2026-03-01", "Last day": end}
        given |= {"Additional conversions": conversions, "at least": "4", "at most": "26"}
        for label, value in given.items():
            fields[label].value = value
        button.click()
        return page.panels[-1]._error.value

    assert "soon" in enter("14", end="soon")
    assert fields["Name"].value == "CodeHarvest"  # nothing that was typed is lost
    assert enter("14") == ""
    (test,) = page.state.answer.calibrations
    assert (test.test.name, test.test.low, test.test.high) == ("CodeHarvest", 4, 26)
    assert "lift test" in page.panels[-1]._body.value
    assert fields["Name"].value == ""
    fields["Name"].value = "CodeHarvset"
    fields["First day"].value, fields["Last day"].value = "2026-03-01", "2026-04-30"
    for label in ("Additional conversions", "at least", "at most"):
        fields[label].value = "5"
    button.click()
    assert "check the spelling" in page.panels[-1]._error.value
    # Entered again it replaces the former one; one in a file of the team's own is not touched.
    assert enter("9") == ""
    assert page.state.answer.calibrations[0].test.conversions == 9
    folder = tmp_path / "programme" / "lift_tests"
    (folder / "entered.csv").rename(folder / "own.csv")
    assert "in another file" in enter("8")
    assert [file.name for file in folder.iterdir()] == ["own.csv"]


def test_a_leader_enters_nothing(monkeypatch, tmp_path):
    from ipywidgets import Text

    import_example(tmp_path / "events", "conversions")
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    monkeypatch.setenv("WORKBENCH_ROLE", "viewer")
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    assert not [part for part in walk(page.widget) if type(part) is Text]


def test_a_lift_test_of_other_days_leaves_the_credits_and_is_named(tmp_path, monkeypatch):
    import_example(tmp_path / "events")
    folder = tmp_path / "programme" / "lift_tests"
    folder.mkdir(parents=True)
    head = "name,start,end,conversions,low,high,note"
    (folder / "old.csv").write_text(f"{head}\nCodeHarvest,2020-03-01,2020-04-01,5,1,9,long ago\n")
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    assert "CodeHarvest" in page.panels[-1]._body.value
    assert "carried over to these credits: CodeHarvest" in page.panels[0]._body.value
