"""What all formats have in common: the interface, lazy imports, the same bytes, hostile text."""

import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.reports.exported import HOSTILE, plan
from workbench.domain.errors import InputError
from workbench.locale import translator
from workbench.reports.exporters import FORMATS, _fit
from workbench.sources.opening import open_portfolio

ROOT = Path(__file__).parents[2]
MAKE = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from tests.reports.exported import plan
from workbench.locale import translator
from workbench.reports.exporters import FORMATS
from workbench.sources.opening import open_portfolio
portfolio = open_portfolio(plan())
for name in ("xlsx", "pptx"):
    for lang in ("zh", "en"):
        made = FORMATS[name].market(portfolio, "ID", translator(lang), None)
        made += FORMATS[name].whole(portfolio, translator(lang), None)
        print(name, lang, hashlib.sha256(made).hexdigest())
"""


def run(code: str, seed: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout


def test_the_formats_are_known_without_their_packages():
    code = (
        "import sys; from workbench.reports.exporters import FORMATS; "
        "print(*FORMATS); print(*{'pptx', 'xlsxwriter', 'lxml'} & set(sys.modules))"
    )
    assert run(code, "0").splitlines() == ["pdf xlsx pptx", ""]


def test_another_process_makes_the_same_bytes():
    """Sets are ordered otherwise there, and the clock has moved on."""
    here = str(Path(__file__).parent)
    first, second = run(MAKE, "1", here), run(MAKE, "2", here)
    assert first == second
    assert len(first.splitlines()) == 4


def parts(content: bytes) -> dict[str, bytes]:
    """The files inside, those of embedded workbooks too."""
    found = {}
    with zipfile.ZipFile(BytesIO(content)) as packed:
        for name in packed.namelist():
            data = packed.read(name)
            if name.endswith(".xlsx"):
                found |= {f"{name}/{inner}": each for inner, each in parts(data).items()}
            found[name] = data
    return found


@pytest.mark.parametrize("name", ["xlsx", "pptx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_never_becomes_a_formula_or_a_link(name, lang):
    portfolio = open_portfolio(plan(hostile=True))
    exporter, t = FORMATS[name], translator(lang)
    for content in (
        exporter.market(portfolio, "ID", t, Path()),
        exporter.whole(portfolio, t, Path()),
    ):
        found = parts(content)
        sheets = {path: data for path, data in found.items() if "/worksheets/sheet" in path}
        assert sheets
        assert not [path for path, data in sheets.items() if b"<f>" in data or b"<f " in data]
        assert not [path for path, data in found.items() if b"hyperlink" in data.lower()
                    and path.endswith(".rels")]  # fmt: skip
        assert not [path for path in found if "externalLink" in path or "vba" in path.lower()]
        assert any(HOSTILE[1:].encode() in data for data in found.values())


@pytest.mark.parametrize("name", ["xlsx", "pptx"])
def test_a_character_that_office_can_not_keep_is_named(name):
    portfolio = open_portfolio(plan(evidence="half \ufffe a sign"))
    with pytest.raises(InputError, match=r"U\+FFFE.*take it out"):
        FORMATS[name].market(portfolio, "ID", translator("en"), Path())


@pytest.mark.parametrize("name", ["xlsx", "pptx"])
def test_an_unknown_market_is_named(name):
    with pytest.raises(InputError, match="XX"):
        FORMATS[name].market(open_portfolio(plan()), "XX", translator("en"), Path())


def test_room_is_counted_with_arials_widths():
    """Adobe's metrics of Helvetica: H 722, e 556, l 222, o 556 thousandths of an em."""
    assert _fit.width_of("Hello", 10) == pytest.approx(22.78 * _fit.MARGIN)
    assert _fit.width_of("印度", 10) == pytest.approx(20 * _fit.MARGIN)


def test_a_text_is_wrapped_at_words_and_between_characters():
    assert _fit.wrapped("aa aa aa", 10, 30) == ["aa aa", "aa"]  # 5.56 an a, 2.78 a space
    assert _fit.wrapped("印度尼西亚", 10, 23) == ["印度", "尼西", "亚"]
    assert "".join(_fit.wrapped("x" * 30, 10, 40)) == "x" * 30


def test_what_is_too_long_ends_in_an_ellipsis_and_fits():
    text = "Cross-border transfer is lawful under standard clauses " * 20
    cut = _fit.shortened(text, 11, 200, 3)
    assert cut.endswith("…") and text.startswith(cut[:-1])
    assert len(_fit.wrapped(cut, 11, 200)) <= 3
    assert _fit.shortened("short", 11, 200, 3) == "short"
