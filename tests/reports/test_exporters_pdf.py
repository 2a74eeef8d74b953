"""Pages printed by a real Chromium, read back; and a browser that is missing, hangs or dies."""

import os
import re
import shutil
import stat
import tempfile
import time
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from workbench.locale import translator
from workbench.reports.brief import SECTIONS
from workbench.reports.exporters import FORMATS, BrowserError, ExportError
from workbench.reports.exporters._chromium import Chromium, find_chromium
from workbench.reports.exporters._finish import mended_table
from workbench.reports.exporters.pdf import _Tab, print_page

DAY = date(2026, 11, 20)
ROOT = Path(__file__).parents[2]
A4 = (595, 842)


@pytest.fixture(scope="module", autouse=True)
def chromium():
    try:
        find_chromium()
    except BrowserError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def printed(published):
    """Name of a page -> its PDF."""
    names = ("ID.en", "ID.zh", "SJ.en", "index.en", "index.zh")
    return {name: print_page(published.folder / f"{name}.html", DAY) for name in names}


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


@pytest.mark.notebook
class TestPages:
    def test_every_section_and_its_chart_are_there_as_text(self, printed, published):
        html = (published.folder / "ID.en.html").read_text(encoding="utf-8")
        heads = re.findall(r"<h2>([^<]+)</h2>", html)
        assert len(heads) == len(SECTIONS) - 1
        text = text_of(printed["ID.en"])
        missing = [head for head in heads if unescape(head) not in text]
        assert not missing
        for words in ("Video bit rate", "Product's strength", "Live-platform promotion"):
            assert text.count(words) >= 2, words  # in a chart, and in the table below it

    def test_chinese_can_be_read_and_copied(self, printed):
        text = text_of(printed["ID.zh"]).replace(" ", "")
        for words in ("印度尼西亚", "四问就绪度检查", "有条件进入", "渠道组合"):
            assert words in text

    def test_title_language_paper_and_bookmarks(self, printed, published):
        for name, content in printed.items():
            reader = pypdf.PdfReader(BytesIO(content))
            html = (published.folder / f"{name}.html").read_text(encoding="utf-8")
            assert reader.metadata.title == unescape(re.search("<title>(.*)</title>", html)[1])
            catalogue = reader.trailer["/Root"]
            assert catalogue["/Lang"] == ("en" if name.endswith("en") else "zh-CN")
            assert "/StructTreeRoot" in catalogue and reader.outline
            size = tuple(round(float(edge)) for edge in reader.pages[0].mediabox[2:])
            near = A4[::-1] if name.startswith("index") else A4
            assert all(abs(one - other) <= 1 for one, other in zip(size, near, strict=True)), name

    def test_every_page_is_numbered_and_no_path_is_shown(self, printed, published):
        for name, content in printed.items():
            pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]
            for place, text in enumerate(pages, start=1):
                assert re.search(rf"{place}\s*/\s*{len(pages)}", text), (name, place)
                assert "file:" not in text and str(published.folder) not in text

    def test_no_page_is_nearly_empty(self, printed):
        """The last one may be short."""
        for name, content in printed.items():
            pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]
            assert all(len(text) > 150 for text in pages[:-1]), name

    def test_all_fonts_are_embedded(self, printed):
        for content in printed.values():
            for page in pypdf.PdfReader(BytesIO(content)).pages:
                for font in page["/Resources"].get("/Font", {}).values():
                    font = font.get_object()  # noqa: PLW2901
                    if font["/Subtype"] == "/Type0":
                        inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                        assert {"/FontFile2", "/FontFile3"} & set(inner.get_object())
                    else:
                        assert font["/Subtype"] == "/Type3" and "/ToUnicode" in font

    def test_the_same_page_gives_the_same_file(self, printed, published):
        again = print_page(published.folder / "SJ.en.html", DAY)
        first = pypdf.PdfReader(BytesIO(printed["SJ.en"]))
        second = pypdf.PdfReader(BytesIO(again))
        assert text_of(again) == text_of(printed["SJ.en"])
        assert first.metadata == second.metadata
        assert second.metadata["/CreationDate"].startswith("D:20261120000000")

    def test_nothing_is_cut_off_at_the_right(self, published):
        """On paper nothing can be scrolled: what is wider than its place would be lost."""
        script = """Array.from(document.querySelectorAll(".wide, figure, .card, main"))
          .filter((place) => place.scrollWidth > place.clientWidth + 1
                  || place.getBoundingClientRect().right > innerWidth + 1)
          .map((place) => place.getAttribute("aria-label") || place.className).join("; ")"""
        for name in ("ID.en", "ID.zh", "NA.en", "index.en", "index.zh"):
            with Chromium(60) as browser:
                target = browser.call("Target.createTarget", url="about:blank")["targetId"]
                attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
                tab = _Tab(browser, attached["sessionId"])
                tab.open(published.folder / f"{name}.html")
                assert tab.value(script) == "", name
                assert int(tab.value("document.querySelectorAll('svg.main-svg').length")) >= 2

    def test_through_the_interface(self, published):
        exporter, t = FORMATS["pdf"], translator("en")
        from workbench.sources.opening import open_portfolio

        portfolio = open_portfolio(published.plan)
        page = published.folder / "SA.en.html"
        assert exporter.market(portfolio, "SA", t, page).startswith(b"%PDF-")

    def test_a_page_without_its_scripts_is_an_error_that_names_the_charts(
        self, published, tmp_path
    ):
        alone = tmp_path / "ID.en.html"
        shutil.copy(published.folder / "ID.en.html", alone)
        with pytest.raises(ExportError, match=r"figure-needs.*folder assets"):
            print_page(alone, DAY)


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture
def profiles(monkeypatch):
    """A folder for profiles that can be looked into, with a name as short as its usual place."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="wb-t-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture
def page(tmp_path):
    """A page without charts."""
    path = tmp_path / "a page & more.html"
    path.write_text("<title>T</title><body>Hello</body>", encoding="utf-8")
    return path


def test_a_page_of_any_name_is_printed_and_nothing_is_left_behind(page, profiles):
    content = print_page(page, DAY)
    assert "Hello" in text_of(content)
    assert not list(profiles.iterdir())


def test_a_long_folder_for_temporary_files_does_not_kill_the_browser(page, tmp_path, monkeypatch):
    """Its local socket lies there, whose address holds 107 characters."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert "Hello" in text_of(print_page(page, DAY))


def test_every_chinese_character_we_use_can_be_found_in_the_pdf(page):
    """Chromium names the radical that a font draws with the same glyph: 入 would be ⼊."""
    used = {
        letter
        for path in (ROOT / "workbench" / "locale" / "zh", ROOT / "data" / "reference")
        for file in path.rglob("*")
        if file.suffix in (".po", ".csv")
        for letter in file.read_text(encoding="utf-8")
        if "\u4e00" <= letter <= "\u9fff"
    }
    assert len(used) > 1000
    for weight in (400, 700):
        page.write_text(
            "<html lang=zh-CN><title>T</title>"
            f"<body style='font:{weight} 12px \"Noto Sans CJK SC\"'>" + "\n".join(sorted(used)),
            encoding="utf-8",
        )
        assert used - set(text_of(print_page(page, DAY))) == set()


def test_ligatures_become_letters_and_ranges_are_kept():
    table = (
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n1 beginbfchar\n<05> <FB00>\n"
        "endbfchar\n1 beginbfrange\n<07> <08> <2F0A>\nendbfrange\nendcmap\nend"
    )
    mended = mended_table(table)
    for line in ("<05> <00660066>", "<07> <5165>", "<08> <516B>"):  # ff, 入, 八
        assert line in mended
    assert mended_table(mended) == mended


def test_a_page_can_reach_no_host_and_is_printed_all_the_same(page):
    page.write_text(
        '<title>T</title><img src="http://127.0.0.1.example.com/x.png"><body>Hello', "utf-8"
    )
    assert "Hello" in text_of(print_page(page, DAY))


def test_a_page_that_is_not_there(tmp_path):
    with pytest.raises(ExportError, match="write the HTML first"):
        print_page(tmp_path / "none.html", DAY)


def test_no_chromium_at_all_says_which_command_installs_it(page, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_CHROMIUM", raising=False)
    with pytest.raises(BrowserError, match=r"apt install chromium.*WORKBENCH_CHROMIUM"):
        print_page(page, DAY)


def test_a_chromium_that_is_named_and_is_not_there(page, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(BrowserError, match=r"WORKBENCH_CHROMIUM names '.*none'"):
        print_page(page, DAY)


def test_one_that_hangs_is_ended_with_all_its_processes(page, profiles, monkeypatch, tmp_path):
    pids = tmp_path / "pids"
    hanging = script(tmp_path / "hangs", f"sleep 300 &\necho $! $$ > {pids}\nwait")
    monkeypatch.setenv("WORKBENCH_CHROMIUM", hanging)
    with pytest.raises(BrowserError, match="did not answer within 1 s"):
        print_page(page, DAY, seconds=1)
    for pid in map(int, pids.read_text().split()):
        for _ in range(200):  # an orphan is collected by the system, in its own time
            if not _runs(pid):
                break
            time.sleep(0.05)
        assert not _runs(pid)
    assert not list(profiles.iterdir())


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def test_one_that_dies_is_quoted(page, monkeypatch, tmp_path):
    dying = script(tmp_path / "dies", "echo 'libnss3.so: cannot open' >&2; exit 127")
    monkeypatch.setenv("WORKBENCH_CHROMIUM", dying)
    with pytest.raises(BrowserError, match=r"libnss3\.so: cannot open"):
        print_page(page, DAY)


def test_a_file_that_is_no_program(page, monkeypatch, tmp_path):
    broken = script(tmp_path / "broken", "")
    Path(broken).write_bytes(b"\x7fELF not really")
    monkeypatch.setenv("WORKBENCH_CHROMIUM", broken)
    with pytest.raises(BrowserError, match="can't be started"):
        print_page(page, DAY)


def test_an_error_can_be_said_in_chinese_and_crosses_processes(page, monkeypatch, tmp_path):
    import pickle

    monkeypatch.setenv("WORKBENCH_CHROMIUM", str(tmp_path / "none"))
    with pytest.raises(BrowserError) as caught:
        print_page(page, DAY)
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is BrowserError and str(again) == str(caught.value)
    assert "WORKBENCH_CHROMIUM" in translator("zh").error(caught.value)
