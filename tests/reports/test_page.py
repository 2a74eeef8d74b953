"""The page around a brief: offline, small, in one language, its figures whole."""

import json
import re
from html.parser import HTMLParser

import pytest

from workbench.locale import translator
from workbench.reports.page import page

pytestmark = pytest.mark.notebook
MOST_BYTES = 500_000


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements, self.ids, self.json, self.inside = [], [], {}, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        self.elements.append((tag, own))
        self.inside = own.get("id", "") if own.get("type") == "application/json" else ""
        if "id" in own:
            self.ids.append(own["id"])

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside:
            self.json[self.inside] = json.loads(data)


@pytest.fixture(scope="module")
def pages(published):
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(published.folder.glob("*.html"))
    }


def test_every_page_is_small(pages):
    sizes = {name: len(text.encode()) for name, text in pages.items()}
    assert max(sizes.values()) <= MOST_BYTES, sizes


def test_no_page_loads_anything_from_another_host(pages):
    """Only links lead out; scripts, styles, pictures and fonts don't."""
    for name, text in pages.items():
        for tag, own in Page(text).elements:
            for attribute in ("src", "href", "srcset", "data", "action", "poster"):
                address = own.get(attribute) or ""
                if tag != "a":
                    assert not re.match(r"(https?:)?//", address), f"{name}: {tag} {address}"
        styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
        assert "url(" not in styles and "@import" not in styles


def test_links_lead_to_files_of_the_batch(pages, published):
    for name, text in pages.items():
        for tag, own in Page(text).elements:
            address = own.get("href" if tag in ("a", "link") else "src") or ""
            if address and not address.startswith(("http", "#")):
                assert (published.folder / address).is_file(), f"{name}: {address}"


def test_every_figure_has_its_data_its_words_and_no_nan(pages):
    for name, text in pages.items():
        found = Page(text)
        charts = [own for _, own in found.elements if "data-chart" in own]
        assert len(charts) == len(found.json)
        for chart in charts:
            assert chart["role"] == "img" and chart["aria-label"].strip()
            figure = found.json[chart["data-chart"]]
            assert figure["data"], name
        assert len(found.ids) == len(set(found.ids)), name
        assert not re.search(r"\bNaN\b|\bnan\b", text.split("</style>")[1].split("<script src")[0])


def test_language_and_title_of_each_page(pages):
    for name, text in pages.items():
        lang = "en" if ".en." in name else "zh-CN"
        assert f'<html lang="{lang}">' in text
        assert text.count("<h1>") == 1 and "<title>" in text and 'id="main"' in text
    assert "Namibia" in pages["NA.en.html"] and "纳米比亚" in pages["NA.zh.html"]


def test_the_day_stands_in_one_labelled_line_and_no_clock_time_at_all(pages):
    for name, text in pages.items():
        if ".en." in name:
            assert text.count("As of: 2026-11-20") == 1
        assert not re.search(r"\d{2}:\d{2}:\d{2}", text), name


def test_a_page_sent_alone_says_what_its_charts_need(published):
    """No script runs without the folder beside it, so the note stands in the page itself."""
    for lang, words in (("en", "needs the folder assets"), ("zh", "assets 文件夹")):
        text = (published.folder / f"ID.{lang}.html").read_text(encoding="utf-8")
        assert text.count(words) == text.count("data-chart=") > 2
        assert not re.search(r'data-chart="[^>]*min-height', text)  # no white box either


def test_a_figure_can_not_end_its_script_element():
    record = {
        "topic": "x",
        "title": "X",
        "html": "",
        "drawing": {
            "figure": {"data": [{"name": "</script><b>"}], "layout": {"height": 100}},
            "finding": "f",
            "alt": "a",
            "source": "",
        },
    }
    text = page([record], translator("en"), title="T", subtitle="S", day="2026-11-20")
    assert "</script><b>" not in text
    assert Page(text).json["figure-x"]["data"][0]["name"] == "</script><b>"
