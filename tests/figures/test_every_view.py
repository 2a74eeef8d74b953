"""What holds for every topic: it can be shown for any market, says all in one language, escapes."""

import json
import re
from html.parser import HTMLParser

import pytest

from workbench.figures import portfolio as portfolio_figures
from workbench.figures import provider
from workbench.figures.view import GATE_MARKS, View
from workbench.locale import LANGS, Translator, word
from workbench.reports.brief import SECTIONS, to_record
from workbench.reports.page import page
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder

from .conftest import MARKETS

IMAGE = "<img src=x onerror=alert(1)>"
LINK = '=HYPERLINK("http://x")'
HOSTILE = f"{IMAGE}{LINK}"


class Page(HTMLParser):
    """Elements with their attributes, and the text a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.scripts, self.inside = "", "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside in ("script", "style"):
            self.scripts += data
        else:
            self.text += data

    def attributes(self) -> str:
        return " ".join(value or "" for _, own in self.elements for value in own.values())


class Recording(dict):
    """A catalogue that remembers what was asked for in vain."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__(messages)
        self.missing: set[str] = set()

    def get(self, key, default=None):
        if key not in self:
            self.missing.add(key)
        return super().get(key, default)


def all_views(opened, t) -> list[View]:
    views = [make(opened, code, t) for code in opened.chosen for make in SECTIONS.values()]
    return [
        *views,
        portfolio_figures.view(opened, t, "{market}.html"),
        portfolio_figures.blockers(opened, t),
        provider.regions(opened, t),
    ]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("which", ["portfolio", "bare"])
def test_every_topic_can_be_shown_for_contrasting_markets(which, lang, request, sound):
    opened = request.getfixturevalue(which)
    t = Translator(lang)
    t._messages = messages = Recording(t._messages)
    views = all_views(opened, t)
    assert len(views) == len(MARKETS) * len(SECTIONS) + 3
    for view in views:
        shown = Page(view.html)
        words = f"{shown.text} {shown.attributes()} {view.title}"
        for leak in ("nan", "None", "{", "}", "NaT", "Bilingual(", "Text("):
            assert leak not in words.split() and (len(leak) < 4 or leak not in words), view.topic
        if view.drawing:
            sound(view.drawing)
        json.dumps(to_record(view), allow_nan=False)
    assert messages.missing == set()


def test_a_table_that_becomes_a_list_labels_each_cell_with_its_head(portfolio):
    t = Translator("en")
    stacked = 0
    for view in all_views(portfolio, t):
        html = re.sub(r"<table>.*?</table>", "", view.html, flags=re.S)  # also those inside a cell
        for table in re.findall(r'<table class="[^"]*stack">(.*?</thead>.*?</tbody>)', html, re.S):
            heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table.split("</thead>")[0])
            rows = table.split('<tr><th scope="row">')[1:]
            stacked += len(rows)
            labels = [re.findall(r'<td[^>]* data-label="([^"]*)"', row) for row in rows]
            assert rows and all(found == heads[1:] for found in labels), view.topic
    assert stacked > 50


@pytest.mark.parametrize("lang", LANGS)
def test_the_rule_of_the_gate_stands_by_the_verdicts(portfolio, lang):
    t = Translator(lang)
    for view in (portfolio_figures.view(portfolio, t), SECTIONS["readiness"](portfolio, "ID", t)):
        rule = next(p for p in re.findall(r'<p class="src">(.*?)</p>', view.html) if "→" in p)
        gates = ("no_go", "insufficient", "conditional", "go")
        places = [rule.index(f"{GATE_MARKS[gate]} {word(t, 'gate', gate)}") for gate in gates]
        assert places == sorted(places)


@pytest.mark.parametrize("lang", LANGS)
def test_figures_name_their_market_and_its_needs(portfolio, lang):
    """The sentence above a chart belongs to this market, not to another one."""
    t = Translator(lang)
    one = portfolio.market("ID")
    names = portfolio.reference.needs.set_index("need")[f"name_{lang}"]
    finding = SECTIONS["needs"](portfolio, "ID", t).drawing.finding
    strongest = one.cells.loc[one.cells["level"] >= 4, "need"].head(3)
    assert len(strongest) and all(names[need] in finding for need in strongest)
    channel = one.channels.table.index[0]
    channels = portfolio.reference.channels.set_index("channel")[f"name_{lang}"]
    drawn = SECTIONS["channels"](portfolio, "ID", t).drawing
    assert channels[channel] in drawn.finding and channels[channel] in drawn.alt
    first = portfolio.verdicts().index[0]
    drawn = SECTIONS["ranking"](portfolio, "ID", t).drawing
    assert drawn.finding.startswith(t.market(first)) and t.market("ID") in drawn.alt
    assert t.percent(one.value.fit) in SECTIONS["value"](portfolio, "ID", t).drawing.finding


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Every text that a user can give holds a tag and a formula."""
    from workbench.domain.plan import make_plan
    from workbench.sources.files import read_mapping

    folder = tmp_path_factory.mktemp("hostile")
    product = read_mapping(data_folder() / "examples" / "live_show.yaml")
    for field in ("name", "summary"):
        product[field] = {"zh": HOSTILE, "en": HOSTILE}
    product["copy"] = {"zh": f"高清 {HOSTILE}", "en": f"HD {HOSTILE}"}
    (folder / "own.json").write_text(json.dumps(product), encoding="utf-8")
    cell = HOSTILE.replace('"', '""')
    header = (
        "market,competitor,industry,channel,cpa_usd,return_ratio,spend_share_pct,source,"
        "as_of,confidence,note_en,note_zh\n"
    )
    rows = [
        f'ID,"{cell} {number}",live_show,kol,1,1,,"{cell}",2025-06-30,low,"{cell}",\n'
        for number in (1, 2)
    ]
    (folder / "rivals.csv").write_text(header + "".join(rows), encoding="utf-8")
    check = {
        "market": "ID",
        "check": "promises_kept",
        "status": "conditional",
        "evidence": HOSTILE,
        "owner": HOSTILE,
        "answered_on": "2026-11-01",
    }
    return open_portfolio(
        make_plan(
            {
                "markets": ["ID", "SA"],
                "product": str(folder / "own.json"),
                "samples": 1000,
                "competitors": str(folder / "rivals.csv"),
                "scenario": HOSTILE,
                "as_of": "2026-11-20",
                "levels": [
                    {
                        "market": "ID",
                        "need": "privacy",
                        "level": 5,
                        "reason": HOSTILE,
                        "evidence": HOSTILE,
                        "who": HOSTILE,
                    }
                ],
                "answers": [
                    {**check, "check": "acquisition_cost_known", "status": "blocked"},
                    check,
                    {**check, "market": "SA", "expiry": "2026-11-02"},
                ],
            }
        )
    )


@pytest.mark.parametrize("lang", LANGS)
def test_what_users_write_is_shown_as_text(hostile, lang):
    t = Translator(lang)
    found = {}
    for view in all_views(hostile, t):
        shown = Page(view.html)
        assert not {"img", "script", "iframe", "svg"} & {tag for tag, _ in shown.elements}
        assert not [name for _, own in shown.elements for name in own if name.startswith("on")]
        links = [own.get("href") for tag, own in shown.elements if tag == "a"]
        assert not [link for link in links if 'x")' in link or link.startswith("javascript")]
        found[view.topic] = found.get(view.topic, "") + shown.text
        if view.drawing:
            assert IMAGE not in json.dumps(view.drawing.figure.to_plotly_json())
    for topic in (
        "verdict",
        "value",
        "needs",
        "readiness",
        "promise",
        "competitors",
        "portfolio",
        "blockers",
    ):
        assert IMAGE in found[topic] and LINK in found[topic], topic


@pytest.mark.parametrize("lang", LANGS)
def test_a_whole_page_runs_nothing_that_users_wrote(hostile, lang):
    t = Translator(lang)
    records = [to_record(make(hostile, "ID", t)) for make in SECTIONS.values()]
    text = page(
        records,
        t,
        title=HOSTILE,
        subtitle=portfolio_figures.subtitle(hostile, t),
        day="2026-11-20",
        links=[("index.html", HOSTILE, "")],
    )
    shown = Page(text)
    assert not [tag for tag, _ in shown.elements if tag in ("img", "iframe")]
    assert not [name for _, own in shown.elements for name in own if name.startswith("on")]
    scripts = [own for tag, own in shown.elements if tag == "script"]
    assert all(
        own.get("src", "").startswith("assets/") or own.get("type") == "application/json"
        for own in scripts
    )
    assert IMAGE not in shown.scripts and "<" not in shown.scripts.split("</style>")[-1]
    assert shown.text.count(IMAGE) >= 5
    assert shown.elements[0] == ("html", {"lang": t.tag})
