"""A deck in the house's look: one layout, theme colours and fonts, the same bytes each time."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time

from workbench.figures.theme import tokens
from workbench.locale import Translator
from workbench.reports.exporters._slide import DRAWING, EDGE, HEIGHT, LANGUAGE, WIDTH, Slide, child
from workbench.reports.exporters._words import checked

LATIN, EAST_ASIAN = "Arial", "Microsoft YaHei"
"""Fonts that every PowerPoint has."""
_LAYOUT = 5  # "Title Only" of python-pptx's template
_THEME = {
    "dk1": "ink",
    "lt1": "card",
    "dk2": "ink-2",
    "lt2": "page",
    "accent1": "accent",
    "accent2": "l4",
    "accent3": "go",
    "accent4": "cond",
    "accent5": "no",
    "accent6": "unk",
    "hlink": "accent",
    "folHlink": "ink-2",
}
"""Colour of PowerPoint's theme -> design token."""
_ZIPPED = (1980, 1, 1, 0, 0, 0)


class Deck:
    """A presentation that is filled slide by slide.

    Parameters
    ----------
    title, about
        Of the file; ``about`` also stands at the foot of every slide.
    day
        What the file says it was made on.
    """

    def __init__(self, title: str, about: str, day: date, t: Translator) -> None:
        import pptx
        from pptx.util import Inches

        self.t, self.about = t, about
        self._deck = pptx.Presentation()
        self._deck.slide_width, self._deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
        self._dress()
        core = self._deck.core_properties
        moment = datetime.combine(day, time())
        core.title, core.subject = checked(title, "title"), checked(about, "subject")
        core.author = core.last_modified_by = t("Channel Workbench")
        core.created = core.modified = moment
        core.language, core.revision, core.keywords = LANGUAGE[t.lang], 1, ""

    def _dress(self) -> None:
        """Put the house's colours and fonts into the theme, and keep one layout."""
        from pptx.opc.constants import RELATIONSHIP_TYPE
        from pptx.opc.oxml import serialize_part_xml
        from pptx.oxml import parse_xml
        from pptx.util import Inches

        master = self._deck.slide_master
        theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        tree = parse_xml(theme.blob)
        tree.set("name", "Channel Workbench")
        for name, token in _THEME.items():
            place = tree.find(f".//{{{DRAWING}}}clrScheme/{{{DRAWING}}}{name}")
            for old in list(place):
                place.remove(old)
            child(place, "srgbClr", val=tokens()[token][1:].upper())
        for font in tree.findall(f".//{{{DRAWING}}}fontScheme/*"):
            font.find(f"{{{DRAWING}}}latin").set("typeface", LATIN)
            font.find(f"{{{DRAWING}}}ea").set("typeface", EAST_ASIAN)
            for script in font.findall(f"{{{DRAWING}}}font"):
                font.remove(script)
            child(font, "font", script="Hans", typeface=EAST_ASIAN)
        theme._blob = serialize_part_xml(tree)
        layouts = self._deck.slide_layouts
        self._layout = layouts[_LAYOUT]
        for layout in list(layouts):
            if layout is not self._layout and layout.name != self._layout.name:
                layouts.remove(layout)
        for frame in (master, self._layout):
            for shape in list(frame.placeholders):
                if shape.placeholder_format.type == 1:  # the title
                    shape.left, shape.top = Inches(EDGE), Inches(0.4)
                    shape.width, shape.height = Inches(WIDTH - 2 * EDGE), Inches(0.95)
                elif frame is self._layout:
                    shape._element.getparent().remove(shape._element)

    def slide(self, title: str, source: str = "", notes: Sequence[str] = ()) -> "Slide":
        """A new slide.

        Parameters
        ----------
        title
            What the slide shows, as a sentence.
        source
            Where its figures come from.
        notes
            Lines of the notes below it: the figures as text, and what was cut on the slide.
        """
        made = Slide(self._deck.slides.add_slide(self._layout), self.t)
        made.title(title)
        made.foot(source, self.about, len(self._deck.slides))
        self._deck.slides[-1].notes_slide.notes_text_frame.text = checked(
            "\n".join((title, *notes)), "notes"
        )
        return made

    def saved(self) -> bytes:
        """The file; the same slides give the same bytes."""
        written = io.BytesIO()
        self._deck.save(written)
        target = io.BytesIO()
        with (
            zipfile.ZipFile(written) as found,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
        ):
            for part in found.infolist():
                entry = zipfile.ZipInfo(part.filename, _ZIPPED)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, found.read(part))
        return target.getvalue()
