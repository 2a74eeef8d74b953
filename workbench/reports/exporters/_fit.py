"""How much room a text takes, so that none runs out of its box on a slide or row of a sheet.

Counted, not drawn: a machine that exports may lack the fonts of the one that shows the file. Latin
letters have the widths of Arial (Adobe's metrics of Helvetica, which it shares), everything wider
than those one em, and a margin is added on top.
"""

import re
import unicodedata
from functools import lru_cache

_BY_WIDTH = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}  # thousandths of an em; the digits and most small letters have 556
_WIDTHS = {letter: width / 1000 for width, letters in _BY_WIDTH.items() for letter in letters}
_USUAL = 0.556
MARGIN = 1.1
"""For other fonts and kerning."""
BOLD = 1.08
_LINE, _LINE_WIDE = 1.2, 1.45
_UNITS = re.compile(r"\s+|[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff"
                    r"\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]+")  # fmt: skip


@lru_cache(maxsize=4096)
def _em(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if unicodedata.east_asian_width(letter) in "WF" or letter in "“”‘’…—·●◐■":
        return 1.0
    return 0.0 if unicodedata.combining(letter) else (_USUAL if letter < "\u0250" else 0.75)


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Width of a line, in the unit of ``size``."""
    return sum(map(_em, text)) * size * MARGIN * (BOLD if bold else 1.0)


def line_of(text: str) -> float:
    """Height of a line, in sizes; fonts for Chinese stand higher."""
    wide = any(unicodedata.east_asian_width(one) in "WF" for one in text)
    return _LINE_WIDE if wide else _LINE


def wrapped(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """The lines that a text takes in a box of this width; a word longer than a line is broken."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for unit in _UNITS.findall(part):
            if not line or width_of(line + unit.rstrip(), size, bold) <= width:
                line += unit
            else:
                lines.append(line.rstrip())
                line = unit.lstrip()
            while len(line.rstrip()) > 1 and width_of(line.rstrip(), size, bold) > width:
                cut = _cut(line, size, width, bold)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _cut(line: str, size: float, width: float, bold: bool) -> int:
    """How many characters of a line fit, at least one."""
    cut = 1
    while cut < len(line) and width_of(line[: cut + 1], size, bold) <= width:
        cut += 1
    return cut


def shortened(text: str, size: float, width: float, most: int, bold: bool = False) -> str:
    """The text, cut with … where it takes more than ``most`` lines."""
    lines = wrapped(text, size, width, bold)
    if len(lines) <= most:
        return text
    last = lines[most - 1]
    while last and width_of(last + "…", size, bold) > width:
        last = last[:-1]
    joint = "" if unicodedata.east_asian_width(text[0]) == "W" else " "
    return joint.join([*lines[: most - 1], last.rstrip(" ,;，；、。.") + "…"])


def fitting(text: str, sizes: tuple[int, ...], width: float, most: int, bold: bool = False) -> int:
    """The largest of the sizes at which a text takes at most so many lines; else the last one."""
    found = (size for size in sizes if len(wrapped(text, size, width, bold)) <= most)
    return next(found, sizes[-1])
