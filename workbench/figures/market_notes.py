"""Notes for a new market drawn as a checklist (A11)."""

from workbench.domain.assess import Portfolio
from workbench.domain.market_notes import TOPICS, Note, market_notes
from workbench.figures.view import View, render
from workbench.locale import Translator, word


def notes_of(portfolio: Portfolio, code: str) -> list[Note]:
    """The notes of a market from a portfolio's tables."""
    tables = portfolio.reference
    place = tables.markets[tables.markets["market"] == code].iloc[0]
    return market_notes(
        place, tables.market_notes, tables.languages, tables.platforms, tables.regulation
    )


def subject(note: Note, t: Translator) -> str:
    """What a note is about, in words; a name of a table stays as it is."""
    if not note.subject:
        return "—"
    if note.topic == "languages":
        return t.language(note.subject)
    if note.kind == "advice":
        return word(t, "taboo", note.subject)
    return word(t, "topic", note.subject) if note.topic == "regulation" else note.subject


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """What to settle before partners are asked to sell in a market."""
    notes = notes_of(portfolio, code)
    groups = [
        {
            "name": word(t, "note_topic", topic),
            "notes": [
                {
                    "subject": subject(note, t),
                    "text": t.text(note.text),
                    "kind": note.kind,
                    "source": note.source,
                    "as_of": note.as_of,
                    "confidence": note.confidence,
                }
                for note in notes
                if note.topic == topic
            ],
        }
        for topic in TOPICS
    ]
    html = render("market_notes", t, groups=groups, market=t.market(code))
    return View("notes", t("Notes for a new market"), html)
