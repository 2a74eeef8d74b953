"""A slide that is filled from the top: a finding as title, texts, tables and cards that fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.figures.theme import tokens
from workbench.locale import Translator
from workbench.reports.exporters import _fit
from workbench.reports.exporters._words import checked

WIDTH, HEIGHT = 13.333, 7.5
"""16:9, in inches."""
EDGE = 0.6
"""Left and right of everything, in inches."""
TOP, BOTTOM = 1.55, 6.85
"""Where the body of a slide begins and ends."""
PADDING, BETWEEN = 0.06, 6
"""Of a cell: left and right in inches, above and below together in points."""
SMALLEST = 9
"""Of a table's text, in points."""
TITLE_SIZES = (26, 24, 22, 20, 18)
LANGUAGE = {"zh": "zh-CN", "en": "en-US"}
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"
_NUMBER = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"  # any, the same in every file
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No Style, No Grid"


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Head:
    """A column of a table on a slide."""

    title: str
    share: float
    """Of the table's width, in any unit."""
    right: bool = False
    """Numbers stand on the right."""


class Slide:
    """What stands on a slide."""

    def __init__(self, slide: Any, t: Translator) -> None:
        self.slide, self.t = slide, t

    def title(self, text: str) -> None:
        """The finding, as large as it fits in two lines."""
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Pt

        frame = self.slide.shapes.title.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.BOTTOM
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        width = (WIDTH - 2 * EDGE) * 72
        size = _fit.fitting(text, TITLE_SIZES, width, 2, bold=True)
        shown = _fit.shortened(text, size, width, 2, bold=True)
        self._write(frame.paragraphs[0], shown, size, bold=True)
        frame.paragraphs[0].font.size = Pt(size)

    def foot(self, source: str, about: str, number: int) -> None:
        """Source and scope on the left, the slide's number on the right."""
        line = " · ".join(part for part in (source, about) if part)
        width = WIDTH - 2 * EDGE - 0.8
        shown = _fit.shortened(line, 9, width * 72, 2)
        self.text(Box(EDGE, 6.95, width, 0.35), [(shown, 9, False, "ink-2")])
        box = self._box(Box(WIDTH - EDGE - 0.7, 6.95, 0.7, 0.35))
        from pptx.enum.text import PP_ALIGN

        paragraph = box.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        field = child(paragraph._p, "fld", id=_NUMBER, type="slidenum")
        child(field, "rPr", lang=LANGUAGE[self.t.lang], sz="900")
        child(field, "t").text = str(number)

    def _box(self, box: Box) -> Any:
        from pptx.util import Inches

        shape = self.slide.shapes.add_textbox(
            Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height)
        )
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        return frame

    def _write(
        self, paragraph: Any, text: str, size: float, bold: bool = False, token: str = "ink"
    ) -> None:
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text = checked(text, "slide")
        run.font.size, run.font.bold = Pt(size), bold
        coloured(run.font.color, token)
        run._r.get_or_add_rPr().set("lang", LANGUAGE[self.t.lang])

    def text(self, box: Box, parts: Sequence[tuple[str, float, bool, str]]) -> float:
        """Paragraphs ``(text, points, bold, colour token)``; returns where they end, in inches.

        What doesn't fit is cut with …; the last paragraphs go first.
        """
        from pptx.util import Pt

        frame = self._box(box)
        top, first = 0.0, True
        for text, size, bold, token in parts:
            line = size * _fit.line_of(text)
            room = int((box.height * 72 - top) / line)
            if room < 1 or not text:
                continue
            shown = _fit.shortened(text, size, box.width * 72, room, bold)
            paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
            first = False
            paragraph.space_after = Pt(size * 0.35)
            self._write(paragraph, shown, size, bold, token)
            lines = len(_fit.wrapped(shown, size, box.width * 72, bold))
            top += lines * line + size * 0.35
        return box.top + top / 72

    def table(
        self, box: Box, heads: Sequence[Head], rows: Sequence[Sequence[str]], size: int = 11
    ) -> int:
        """A native table; as many rows as fit, each cell of at most three lines.

        ``size`` is the largest, in points; it goes down to ``SMALLEST`` where all rows fit then.
        Returns how many are left out; a line below the table says so.
        """
        from pptx.util import Inches, Pt

        total = sum(head.share for head in heads)
        widths = [box.width * head.share / total for head in heads]
        titles = [head.title for head in heads]
        for points in range(size, SMALLEST - 1, -1):
            wanted = _rows_that_fit(titles, rows, widths, points, box.height)
            if len(wanted) > len(rows):
                break
        else:  # some are left out in any case: then those that stay can be read
            points, wanted = size, _rows_that_fit(titles, rows, widths, size, box.height)
        used, left_out = sum(height for _, height in wanted), len(rows) + 1 - len(wanted)
        shape = self.slide.shapes.add_table(
            len(wanted), len(heads), Inches(box.left), Inches(box.top), Inches(box.width),
            Inches(used),
        )  # fmt: skip
        grid = shape.table
        style = shape._element.graphic.graphicData.tbl.tblPr
        style.find(f"{{{DRAWING}}}tableStyleId").text = _NO_STYLE
        grid.horz_banding = False
        for place, width in enumerate(widths):
            grid.columns[place].width = Inches(width)
        for down, (shown, height) in enumerate(wanted):
            grid.rows[down].height = Inches(height)
            for place, text in enumerate(shown):
                cell = grid.cell(down, place)
                cell.margin_left = cell.margin_right = Inches(PADDING)
                cell.margin_top = cell.margin_bottom = Pt(BETWEEN / 2)
                self._cell(cell, text, points, heads[place].right, down == 0, place == 0)
        if left_out:
            said = self.t.n("and {count} more row", "and {count} more rows", left_out)
            self.text(
                Box(box.left, box.top + used + 0.05, box.width, 0.25), [(said, 10, False, "ink-2")]
            )
        return left_out

    def _cell(
        self, cell: Any, text: str, size: float, right: bool, head: bool, first: bool
    ) -> None:
        from pptx.enum.text import PP_ALIGN

        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        cell.text_frame.word_wrap = True
        self._write(paragraph, text, size, head or first, "ink-2" if head else "ink")
        line = child(cell._tc.get_or_add_tcPr(), "lnB", w="9525")
        fill = child(line, "solidFill")
        child(fill, "srgbClr", val=tokens()["line"][1:].upper())

    def panel(self, box: Box, token: str) -> None:
        """A card: white, with the line of a status on its left."""
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.util import Inches

        for left, width, fill in ((box.left, box.width, "page"), (box.left, 0.06, token)):
            shape = self.slide.shapes.add_shape(
                MSO_SHAPE.RECTANGLE,
                Inches(left),
                Inches(box.top),
                Inches(width),
                Inches(box.height),
            )
            shape.fill.solid()
            coloured(shape.fill.fore_color, fill)
            shape.line.fill.background()
            shape._element.remove(shape._element.find(f"{{{PRESENTATION}}}style"))  # its shadow


def _rows_that_fit(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    size: int,
    height: float,
) -> list[tuple[list[str], float]]:
    """The head and the rows that fit: texts as they are shown, and the height in inches.

    Where some are left out, room is kept for the line that says so.
    """
    found: list[tuple[list[str], float]] = []
    used = 0.0
    for place, row in enumerate((titles, *rows)):
        texts, tall = _row(row, widths, size, head=place == 0)
        if used + tall > height:
            break
        found.append((texts, tall))
        used += tall
    else:
        return found
    while len(found) > 1 and sum(tall for _, tall in found) > height - 0.3:
        found.pop()
    return found


def _row(
    row: Sequence[str], widths: Sequence[float], size: int, head: bool
) -> tuple[list[str], float]:
    """The texts of a row as they are shown, and its height in inches."""
    most = 4 if head else 3
    texts, lines = [], 1.0
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        room, bold = (width - 2 * PADDING) * 72, head or not place
        text = _fit.shortened(cell, size, room, most, bold)
        texts.append(text)
        lines = max(lines, len(_fit.wrapped(text, size, room, bold)) * _fit.line_of(text))
    return texts, (lines * size + BETWEEN) / 72


def child(parent: Any, name: str, **attributes: str) -> Any:
    """A new element of DrawingML at the end of ``parent``."""
    made = parent.makeelement(f"{{{DRAWING}}}{name}", attributes)
    parent.append(made)
    return made


def coloured(colour: Any, token: str) -> None:
    """Take a theme colour where there is one, so that a change of theme changes it too."""
    from pptx.dml.color import RGBColor
    from pptx.enum.dml import MSO_THEME_COLOR

    themed = {
        "ink": MSO_THEME_COLOR.TEXT_1,
        "ink-2": MSO_THEME_COLOR.TEXT_2,
        "page": MSO_THEME_COLOR.BACKGROUND_2,
        "card": MSO_THEME_COLOR.BACKGROUND_1,
        "accent": MSO_THEME_COLOR.ACCENT_1,
        "go": MSO_THEME_COLOR.ACCENT_3,
        "cond": MSO_THEME_COLOR.ACCENT_4,
        "no": MSO_THEME_COLOR.ACCENT_5,
        "unk": MSO_THEME_COLOR.ACCENT_6,
    }
    if token in themed:
        colour.theme_color = themed[token]
    else:
        colour.rgb = RGBColor.from_string(tokens()[token][1:].upper())
