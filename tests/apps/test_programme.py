"""The programme page: a view from the address, its figures, another by a choice or a link."""

import base64
import io
import json
import re
from datetime import timedelta
from urllib.parse import parse_qsl

import openpyxl
import pytest
from imported import import_example

from workbench.apps._asking import AskingPage
from workbench.apps._programme_topics import figures
from workbench.apps._twin import twin
from workbench.apps.programme import APP, open_programme
from workbench.domain.errors import ConflictError, InputError
from workbench.domain.programme.views import SavedView
from workbench.domain.question import Question
from workbench.events.dataset import Dataset
from workbench.figures import programme
from workbench.sources import measuring
from workbench.sources.example_events import example_events
from workbench.sources.ground import ground
from workbench.sources.measuring import looked_at, measured
from workbench.sources.programme_files import kept, save_view, saved_view_of
from workbench.sources.shared_answers import sharing

TOPICS = ("programme", "story", "alerts", "praise", "ramp", "basics", "activity", "concentration")


@pytest.fixture
def page():
    return AskingPage(APP, *APP.state({}, "lang=en", links=True))


@pytest.fixture
def imported(tmp_path, monkeypatch):
    import_example(tmp_path / "events")
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    return tmp_path


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


def body(page, topic: str) -> str:
    names = [panel.view().topic for panel in page.panels]
    return page.panels[names.index(topic)]._body.value


def test_the_figures_are_those_of_the_events(page):
    """Against sums over the invented tables, made by hand."""
    made = example_events()
    rows = made.conversions.to_pandas()
    counted = rows[rows["status"].isin(("pending", "approved", "paid"))]
    total = page.state.answer.found.whole.total
    assert total["orders"] == len(counted)
    assert total["value"] == pytest.approx(counted["value"].sum())
    earned = counted["value"].sum() - counted["commission"].sum()
    assert total["roi"] == pytest.approx(earned / counted["commission"].sum())
    judged = rows["status"].isin(("pending", "approved", "paid", "reversed"))
    assert total["reversal_rate"] == pytest.approx(
        (rows["status"] == "reversed").sum() / judged.sum()
    )
    types = made.partners.to_pandas().set_index("partner")["type"]
    coupon = counted["partner"].map(types).eq("coupon").sum()
    table = page.state.answer.found.figures.table.set_index("type")
    assert table.loc["coupon", "orders"] == coupon


def test_the_broken_links_of_the_example_are_told(page):
    assert "Harbour Notes" in body(page, "alerts")


def test_a_choice_asks_anew_and_the_address_follows(page):
    page.choices["market"].value = "ID"
    view = page.state.question
    assert view.market == "ID"
    assert page.address.query == {"by": "type", "market": "ID", "lang": "en"}
    rows = example_events().conversions.to_pandas()
    here = rows[(rows["country"] == "ID") & rows["status"].isin(view.statuses)]
    assert page.state.answer.found.whole.total["orders"] == len(here)
    page.choices["market"].value = ""
    assert page.address.query == {"by": "type", "lang": "en"}


def test_a_comparison_without_a_period_is_refused_in_words_and_the_choice_goes_back(page):
    page.choices["against"].value = "before"
    assert "needs the first and the last day" in page.panels[0]._error.value
    assert page.choices["against"].value == "" and page.state.question.against == ""
    page.choices["period"].value = "2026-04-02..2026-06-30"  # the last 90 days
    page.choices["against"].value = "before"
    assert page.state.answer.found.held is not None
    assert page.panels[0]._error.value == ""


def test_a_group_leads_to_its_parts_and_back(page):
    """Links by which a reader drills down; each is an address of this page."""
    found = re.search(r'<a href="\?([^"]+)">Coupon', body(page, "basics"))
    query = found[1].replace("&amp;", "&")
    assert dict(parse_qsl(query)) == {
        "by": "partner",
        "filters": '{"type": ["coupon"]}',
        "lang": "en",
    }
    inner = AskingPage(APP, *APP.state({}, query, links=True))
    table = inner.state.answer.found.figures.table
    assert set(table["partner"]) == {"CodeHarvest", "SaveLine"}
    back = re.search(r'<a href="\?([^"]+)" aria-label="Without Partner type', body(inner, "basics"))
    assert "filters" not in dict(parse_qsl(back[1].replace("&amp;", "&")))


def test_without_links_nothing_leads_out_of_a_notebook():
    page = AskingPage(APP, *APP.state({}, "lang=en", links=False))
    assert "<a " not in "".join(panel._body.value for panel in page.panels)


def test_the_target_of_a_mature_month_draws_the_band(page):
    from ipywidgets import BoundedFloatText

    assert "a mature month is to bring" in body(page, "ramp")
    field = next(part for part in walk(page.widget) if isinstance(part, BoundedFloatText))
    field.value = 400
    assert page.address.query["target"] == "400"
    assert "a mature month is to bring" not in body(page, "ramp")
    assert page.state.answer.found.ramped.target == 400
    field.value = 0
    assert page.state.question.target is None


def test_the_workbook_holds_the_figures_as_numbers(page):
    button = next(part for part in walk(page.widget) if hasattr(part, "base64"))
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(button.content)))
    rows = list(book.active.iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if "Orders" in row)
    column = rows[head].index("Orders")
    orders = [row[column] for row in rows[head + 1 :] if row[0] is not None]
    assert [float(one) for one in orders[:8]] == list(
        page.state.answer.found.figures.table["orders"]
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("by=journey", "Figures can't be split by 'journey'"),
        ("events=/etc", "Unknown name 'events' in the address"),
        ("weeks=0", "Alerts of 0 weeks can't be shown"),
        ("weeks=many", "'many' can't be read as weeks"),
        ("target=-1", "A mature month can't bring -1"),
        ("filters={", "'{' can't be read as filters"),
        ("market=indonesia", "'indonesia' is no market"),
        ("start=spring", "is not a month"),
        ("start=9999-01", "The year 9999 is out of range"),
        ("period=0001-01&against=before", "The year 1 is out of range"),
        ("period=9999-12-01..9999-12-31", "The year 9999 is out of range"),
        ("target=1e308", "A mature month can't bring 1e+308"),
        ('filters={"type":["\\ud800"]}', "texts and numbers only"),
    ],
)
def test_what_an_address_must_not_ask(query, message):
    with pytest.raises(InputError, match=re.escape(message)):
        twin("programme", f"lang=en&{query}")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("incentives=../../etc/passwd", "among the plans of incentives; there are: content-first"),
        ("experiment=/etc/passwd", "among the experiments; there are: banners"),
    ],
)
def test_a_file_is_named_by_its_name_among_those_kept_and_by_no_path(query, said):
    drawn = twin("programme", f"lang=en&{query}")
    assert said in drawn and "root:" not in drawn and "The programme at a glance" in drawn


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_twin_shows_what_the_live_page_will(lang, monkeypatch):
    query = f"lang={lang}&market=ID&weeks=4"
    drawn = twin("programme", query)
    monkeypatch.setenv("QUERY_STRING", query)
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/1")
    widget = open_programme({})
    shown = [p.value for p in walk(widget) if 'class="wbs"' in str(getattr(p, "value", ""))]
    tables = re.findall(r"<table.*?</table>", "".join(shown), re.DOTALL)
    assert len(tables) >= 4
    for table in tables:
        assert table in drawn


def test_a_view_is_kept_found_and_not_overwritten(imported, monkeypatch):
    events = ground()
    view = SavedView(name="Coupons", by=("country",), filters={"type": ("coupon",)}, weeks=4)
    assert save_view(events, view).name == "Coupons.json"
    files = kept(ground(), "views")
    assert [saved_view_of(*one) for one in files.items()] == [view]
    save_view(events, view)  # the same again is no other
    with pytest.raises(ConflictError, match="another view Coupons"):
        save_view(events, view.but(weeks=1))
    files["Coupons"].rename(files["Coupons"].with_suffix(".yaml"))
    with pytest.raises(ConflictError, match=r"another view Coupons.*Coupons\.yaml"):
        save_view(events, view)
    for name in ("", "../out", ".hidden", "~$x", "a" * 81, "🙂" * 80, 'x"y'):
        with pytest.raises(InputError, match="can't name a view"):
            save_view(events, view.but(name=name))
    assert not list(imported.glob("*.json"))
    with pytest.raises(InputError, match="import events first"):
        monkeypatch.delenv("WORKBENCH_EVENTS")
        save_view(ground(), view)


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_who_may_write_is_offered_to_keep_a_view(imported, monkeypatch, role):
    from ipywidgets import Button, Text

    monkeypatch.setenv("WORKBENCH_ROLE", role)
    page = AskingPage(APP, *APP.state({}, "lang=en&by=channel"))
    fields = [part for part in walk(page.widget) if type(part) is Text]
    assert len(fields) == (role == "editor")
    if fields:
        fields[0].value = "By channel"
        next(part for part in walk(page.widget) if type(part) is Button).click()
        kept = json.loads((imported / "programme/views/By channel.json").read_text("utf-8"))
        assert kept["by"] == ["channel"]
        assert "By channel" in body(page, "saved")


def test_lift_tests_beside_the_events_go_over_the_models(imported):
    before = measured(ground(), Question())
    assert before.calibrations == ()
    folder = imported / "programme" / "lift_tests"
    folder.mkdir(parents=True)
    line = "CodeHarvest,2026-03-01,2026-04-30,14,4,26,half of the visitors"
    (folder / "spring.csv").write_text(f"name,start,end,conversions,low,high,note\n{line}\n")
    (found,) = measured(ground(), Question()).calibrations
    assert found.test.name == "CodeHarvest" and found.credited > 14
    # A test of all markets says nothing of one, and one of a partner nothing of channels.
    assert measured(ground(), Question(market="ID")).calibrations == ()
    assert measured(ground(), Question(by="channel")).calibrations == ()
    (folder / "again.csv").write_text(f"name,start,end,conversions,low,high,note\n{line}\n")
    (folder / "other.csv").write_text(
        f"name,start,end,conversions,low,high,note\n{line.replace('CodeHarvest', 'BackPocket')}\n"
    )
    (folder / "turned.csv").write_text(
        f"name,start,end,conversions,low,high,note\n{line.replace('CodeHarvest', 'SaveLine')}\n"
        "Tom on Air,2026-03-31,2026-03-01,1,0,2,\n"
    )
    # Each file that can't be used is named; the others go over the models all the same.
    assert [one.test.name for one in measured(ground(), Question()).calibrations] == ["BackPocket"]
    drawn = twin("measurement", "lang=en")
    assert "Lift tests left out, spring.csv: Two lift tests are of CodeHarvest" in drawn
    assert "Lift tests left out, turned.csv: " in drawn


def test_an_own_programme_without_plans_or_experiments_says_where_to_put_them(imported):
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    assert "programme/incentives" in body(page, "incentives")
    assert "programme/experiments" in body(page, "experiments")
    assert "No view is kept yet" in body(page, "saved")


def test_before_any_event_the_page_says_how_to_begin(tmp_path, monkeypatch):
    import_example(tmp_path / "events", "partners")
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    assert "workbench import" in body(page, "alerts")
    assert "There is no order yet" in body(page, "ramp")
    assert page.state.answer.found.acts.total["joined"] == 17


def test_of_two_currencies_the_page_shows_the_one_of_most_orders(imported):
    import pyarrow as pa

    made = example_events().conversions.slice(0, 40)
    other = made.set_column(
        made.schema.get_field_index("currency"), "currency", pa.array(["EUR"] * 40)
    ).set_column(
        made.schema.get_field_index("order"), "order", pa.array([f"e{n}" for n in range(40)])
    )
    with Dataset(imported / "events").loading() as load:
        load.add("conversions", other.cast(made.schema))
        load.commit()
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    assert page.state.answer.found.figures.currency == "USD"
    assert "those in EUR are left out" in body(page, "programme")
    assert [value for _, value in page.choices["currency"].options] == ["", "USD", "EUR"]
    page.choices["currency"].value = "EUR"
    assert page.state.answer.found.figures.currency == "EUR"


def test_looking_twice_asks_once(monkeypatch):
    first = looked_at(ground(), SavedView(by=("type",)))
    again = looked_at(ground(), SavedView(by=("type",), name="Mine", experiment="banners"))
    assert again.figures is first.figures and again.view.name == "Mine"


def test_splitting_otherwise_asks_nothing_else_anew(monkeypatch):
    """What moved, and by how many it was brought, is the same by type and by channel."""
    asked = []

    def counted(name, find):
        return lambda *given: asked.append(name) or find(*given)

    for name in ("watched", "output"):
        getattr(measuring, f"_{name}").cache_clear()
        monkeypatch.setattr(measuring, name, counted(name, getattr(measuring, name)))
    for by in ("type", "channel", "partner_country", "contract"):
        looked_at(ground(), SavedView(by=(by,), market="NA", weeks=2))
    assert sorted(asked) == ["output", "watched"]
    looked_at(ground(), SavedView(by=("type",), market="NA", weeks=3))
    looked_at(ground(), SavedView(by=("type",), market="NA", weeks=3, period="2026-03"))
    assert asked.count("watched") == 2 and asked.count("output") == 2


def test_a_market_with_another_currency_shows_its_own_orders(imported):
    """Germany's in euros, all others in dollars; also by the drill-down's link."""
    import pyarrow as pa
    import pyarrow.compute as pc

    made = example_events().conversions
    german = pc.equal(made["country"], "DE")
    place = made.schema.get_field_index("currency")
    euros = made.set_column(place, made.schema.field(place), pc.if_else(german, "EUR", "USD"))
    with Dataset(imported / "events").loading() as load:
        # A newer state of the same orders.
        when = made.schema.get_field_index("modified")
        load.add("conversions", euros.set_column(when, made.schema.field(when), made["timestamp"]))
        load.commit()
    counted = pc.and_(german, pc.is_in(made["status"], pa.array(["pending", "approved", "paid"])))
    orders = pc.sum(counted).as_py()
    page = AskingPage(APP, *APP.state({}, "lang=en&by=country", links=True))
    page.choices["market"].value = "DE"
    assert page.state.answer.found.figures.currency == "EUR"
    assert page.state.answer.found.whole.total["orders"] == orders > 100
    assert "currency" not in page.address.query
    assert measured(ground(), Question(market="DE")).counted.currency == "EUR"


def test_a_partner_is_drilled_into_by_its_own_network(imported):
    import pyarrow as pa

    made = example_events()
    with Dataset(imported / "events").loading() as load:
        for name in ("conversions", "partners"):
            table = getattr(made, name)
            place = table.schema.get_field_index("source")
            other = pa.array(["other"] * table.num_rows, table.schema.field(place).type)
            load.add(name, table.set_column(place, table.schema.field(place), other))
        load.commit()
    page = AskingPage(APP, *APP.state({}, "lang=en&by=partner", links=True))
    found = re.search(
        r'>other</th><td>CodeHarvest</td><td><a href="\?([^"]+)">', body(page, "basics")
    )
    query = found[1].replace("&amp;", "&")
    inner = AskingPage(APP, *APP.state({}, query, links=True))
    rows = made.conversions.to_pandas()
    rows = rows[(rows["partner"] == "CodeHarvest") & rows["status"].ne("reversed")]
    assert inner.state.answer.found.whole.total["orders"] == len(rows)


def test_a_filter_by_country_is_shown_though_nobody_joins_in_one():
    drawn = twin("programme", 'lang=en&filters={"country":["ID"]}')
    assert "Partners that clicked in the period: 17; that sold:" in drawn
    assert "the filter narrows figures" in drawn


def test_a_comparison_of_another_measure_is_drawn():
    drawn = twin("programme", "measures=cost&period=2026-04-01..2026-06-30&against=before&lang=en")
    assert "Cost:" in drawn


def test_the_twin_s_lists_show_what_is_drawn():
    """A period from before the newest import is none of those that are offered."""
    drawn = twin("programme", "lang=en&weeks=9&period=2026-05-01..2026-05-31&by=item")
    for value in ("9", "2026-05-01..2026-05-31", "item"):
        assert f'<option value="{value}" selected>' in drawn


def test_a_broken_file_takes_down_nothing_but_itself(imported):
    for kind, name, text in (
        ("lift_tests", "bad.csv", "foo,bar\n1,2\n"),
        ("views", "bad.yaml", "weeks: many\n"),
        ("experiments", "bad.csv", "foo,bar\n1,2\n"),
        ("experiments", "~$bad.xlsx", "lock"),
        ("incentives", "bad.yaml", "foo: bar\n"),
    ):
        folder = imported / "programme" / kind
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    save_view(ground(), SavedView(name="Good", by=("type",)))
    drawn = twin("programme", "lang=en")
    assert "The programme at a glance" in drawn and "Harbour Notes" in drawn
    assert "Good" in drawn and "bad.yaml" in drawn
    assert list(kept(ground(), "experiments")) == ["bad"]
    # What is of one market needs no lift test.
    assert measured(ground(), Question(market="ID")).counted.currency == "USD"
    # Editors' and notebooks' own files are no business of ours.
    (imported / "programme" / "views" / ".#lock").symlink_to("nobody@nowhere.1")
    (imported / "programme" / "views" / ".ipynb_checkpoints").mkdir()
    assert ground().mark and ground().mark == ground().mark


def test_events_that_vanish_are_no_reason_to_show_invented_ones(imported):
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    before = body(page, "programme")
    (imported / "events").rename(imported / "gone")
    page.choices["by"].value = ("channel",)
    assert "are not there any more" in page.panels[0]._error.value
    assert body(page, "programme") == before
    (imported / "gone").rename(imported / "events")
    page.choices["by"].value = ("channel",)
    assert page.panels[0]._error.value == "" and page.state.question.by == ("channel",)


def test_a_page_opened_before_the_first_import_says_when_figures_are_real(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    assert "Invented events" in body(page, "programme")
    import_example(tmp_path / "events")
    page.choices["by"].value = ("channel",)
    assert "Imported events" in body(page, "programme")


def test_a_view_without_dimensions_links_to_itself():
    whole = SavedView(name="Whole", weeks=4)
    query = "&".join(f"{name}={text}" for name, text in APP.texts(whole).items())
    assert APP.state({}, f"lang=en&{query}")[0].question == whole.but(name="")


def test_without_an_export_of_orders_their_number_is_unknown_and_not_zero(tmp_path, monkeypatch):
    import_example(tmp_path / "events", "touchpoints")
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    page = AskingPage(APP, *APP.state({}, "lang=en"))
    tiles = re.findall(r"<b>([^<]+)</b>([^<]+)</div>", body(page, "programme"))
    shown = {label: figure for figure, label in tiles}
    assert shown["Orders"] == shown["Selling partners"] == shown["ROI"] == "?"
    assert shown["Partners joined"] == "17"
    assert "what they brought is unknown" in body(page, "story")
    assert "an unknown number sold" in body(page, "story")


def test_a_market_whose_partner_fell_silent_is_told_of_it(tmp_path, monkeypatch):
    """The newest week is that of all events: the market itself has none so new."""
    made = example_events()
    for name in ("touchpoints", "conversions"):
        table = getattr(made, name)
        rows = table.to_pandas()
        end = rows["timestamp"].max() - timedelta(days=10)
        keep = ~((rows["country"] == "SA") & (rows["timestamp"] > end))
        with Dataset(tmp_path / "events").loading() as load:
            load.add(name, table.filter(keep.to_numpy()))
            load.commit()
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "events"))
    alone = looked_at(ground(), SavedView(by=("type",), market="SA")).alerts
    whole = looked_at(ground(), SavedView(by=("type",))).alerts
    assert alone.until == whole.until
    assert any(one.kind.startswith("programme_") for one in alone.found)


def test_by_partner_each_bar_is_a_partner():
    drawing = figures(AskingPage(APP, *APP.state({}, "lang=en&by=partner")).state).drawing
    names = set(example_events().partners["partner"].to_pylist())
    assert len(drawing.figure.data[0].y) == programme.SHOWN
    assert set(drawing.figure.data[0].y) <= names


def test_a_link_into_months_leaves_the_comparison_behind(page):
    page.state.change(by=("partner",), period="2026-05-01..2026-05-31", against="before")
    linked = re.search(r'<a href="\?([^"]+)">CodeHarvest</a>', body(page, "basics"))[1]
    query = linked.replace("&amp;", "&")
    assert "by=month" in query and "against" not in query
    AskingPage(APP, *APP.state({}, query))


def test_a_folder_that_is_named_and_empty_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_EVENTS", str(tmp_path / "evnts"))
    drawn = twin("programme", "lang=en")
    assert "Invented events" in drawn
    assert "evnts, which WORKBENCH_EVENTS names, holds no imported events." in drawn


def test_a_new_user_is_told_of_no_variable_that_nobody_has_set(monkeypatch):
    """A server tells its kernels where events would lie; the page doesn't lay that to the user."""
    monkeypatch.delenv("WORKBENCH_EVENTS", raising=False)
    with sharing():
        drawn = twin("programme", "lang=en")
    assert "Your own come in by the command workbench import." in drawn
    assert "WORKBENCH_EVENTS" not in drawn


def test_creatives_are_those_of_the_view(page):
    """Orders by the last creative before them, counted by hand; the traits say what sells."""
    made = example_events()
    touches, orders = made.touchpoints.to_pandas(), made.conversions.to_pandas()
    counted = orders[orders["status"].isin(("pending", "approved", "paid"))]
    pairs = counted.merge(touches, on="journey", suffixes=("", "_of_touch"))
    before = pairs[pairs["timestamp_of_touch"] <= pairs["timestamp"]]
    last = before.sort_values("timestamp_of_touch").groupby("order").tail(1)
    wanted = last["creative_of_touch"].value_counts()
    drawn = body(page, "creatives")
    for name, count in wanted.items():
        row = re.search(rf"<th scope=\"row\">{name}</th>(.*?)</tr>", drawn)[1]
        assert re.findall(r">([^<]+)</td>", row)[3] == str(count)
    assert "copy = benefit" in drawn and "an association, not a cause" in drawn
    assert "video-blue" in drawn  # offered, and shown by nobody
    page.state.change(period="2020-01")
    assert "The events name no creative" in body(page, "creatives")


def test_traits_that_cannot_be_read_leave_the_rest_of_the_page(imported):
    beside = imported / "programme" / "creatives"
    beside.mkdir(parents=True)
    (beside / "traits.csv").write_text("creative,copy\nhero-red,price\nhero-red,benefit\n")
    page = AskingPage(APP, *APP.state({}, "lang=en", links=True))
    (said,) = [panel._error.value for panel in page.panels if panel._error.value]
    assert "creative=hero-red stands twice" in said
    assert "1,411" in page.panels[0]._body.value


def test_a_comparison_of_which_nothing_is_known_draws_no_empty_axes(page):
    page.state.change(period="2027-08-01..2027-08-31", against="before", by=("type",))
    shown = figures(page.state)
    assert "Below each figure" in shown.html and shown.drawing is None
