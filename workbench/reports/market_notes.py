"""Notes for a new market as records, and as lines for a terminal."""

from typing import Any

from workbench.domain.market_notes import Note
from workbench.figures.market_notes import subject
from workbench.locale import Translator, word

VERSION = 1


def record(market: str, notes: list[Note], t: Translator) -> dict[str, Any]:
    """JSON-ready; texts in the translator's language."""
    return {
        "version": VERSION,
        "market": market,
        "notes": [
            {
                "topic": note.topic,
                "kind": note.kind,
                "subject": note.subject or None,
                "text": t.text(note.text),
                "source": note.source or None,
                "as_of": note.as_of or None,
                "confidence": note.confidence or None,
            }
            for note in notes
        ],
    }


def listing(notes: list[Note], t: Translator) -> tuple[list[str], list[list[str]], str]:
    """Head, rows, and a closing note."""
    rows = [
        [
            word(t, "note_topic", note.topic),
            subject(note, t),
            t.text(note.text),
            word(t, "note_kind", note.kind),
            note.as_of or "—",
        ]
        for note in notes
    ]
    head = [t("Topic"), t("Subject"), t("Note"), t("Kind"), t("As of")]
    return head, rows, t("A checklist to be held against local people, not a description of them.")
