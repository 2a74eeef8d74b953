"""Notes for a new market (A11): what to settle before partners are asked to sell there.

A checklist. Part comes from tables of figures (languages, payment methods, regulation), part is
curated opinion on culture and taboos, and part are questions that no table answers: those stand as
open questions, never as done.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from workbench.domain.rows import records, tuples
from workbench.domain.text import T_, Bilingual, Text

Topic = Literal["languages", "payment", "regulation", "culture", "logistics", "creatives"]
TOPICS = ("languages", "payment", "regulation", "culture", "creatives", "logistics")
Kind = Literal["known", "advice", "question"]
MAIN_LANGUAGE = 10.0
"""Percent of the population from which a language is named."""
CREATIVE_TOPICS = ("diversity", "colour", "gender")
REACH = ("dominant", "major", "niche")
STRICT = {
    "comprehensive",
    "required",
    "approval",
    "strict",
    "law",
    "sector",
    "conditional",
}
"""Statuses of the regulation table that ask for something to be done."""
LOGISTICS = (
    T_("How long does delivery take, and who tells the buyer where it is?"),
    T_("Who pays for returns, and where do they go?"),
    T_("Which duties and taxes fall due, and are they in the price that is shown?"),
    T_("Is cash on delivery expected, and does the partner's commission wait for it?"),
)


@dataclass(frozen=True)
class Note:
    """One line of the checklist.

    ``known`` is a figure of the tables, ``advice`` dated opinion, ``question`` still open.
    """

    topic: str
    kind: Kind
    text: Text | Bilingual
    subject: str = ""
    """Id within the topic: ``religion``, ``data_protection``, a language tag; may be empty."""
    source: str = ""
    as_of: str = ""
    confidence: str = ""


def market_notes(
    place: pd.Series,
    notes: pd.DataFrame,
    languages: pd.DataFrame,
    platforms: pd.DataFrame,
    regulation: pd.DataFrame,
) -> list[Note]:
    """The checklist of a market, by topic in the order of :data:`TOPICS`.

    Parameters
    ----------
    place
        ``market, subregion, region`` of the market.
    notes
        Table ``market_notes``; those of the market come before those of its sub-region, its
        region and all markets.
    languages, platforms, regulation
        The tables of the same names.
    """
    market = str(place["market"])
    found = _languages(languages[languages["market"] == market])
    found += _payment(platforms[(platforms["market"] == market) & (platforms["kind"] == "payment")])
    found += _regulation(regulation[regulation["market"] == market])
    for where in (market, str(place["subregion"]), str(place["region"]), "*"):
        found += _curated(notes[notes["market"] == where])
    found += [Note("logistics", "question", each) for each in LOGISTICS]
    return sorted(found, key=lambda note: TOPICS.index(note.topic))


def _languages(table: pd.DataFrame) -> list[Note]:
    main = table[table["share"] >= MAIN_LANGUAGE].sort_values(
        "share", ascending=False, kind="stable"
    )
    if main.empty:
        return [Note("languages", "question", T_("Which languages do the buyers read?"))]
    return [
        Note(
            "languages",
            "known",
            T_("understood by {share} of 100 people", share=f"{row.share:.0f}"),
            subject=row.language,
            source="cldr",
        )
        for row in tuples(main)
    ]


def _payment(table: pd.DataFrame) -> list[Note]:
    if table.empty:
        return [Note("payment", "question", T_("How do people pay, and can they pay you so?"))]
    ordered = table.assign(order=table["reach"].map(REACH.index)).sort_values(
        ["order", "platform"], kind="stable"
    )
    return [
        Note(
            "payment",
            "known",
            Bilingual(row["note_en"], row["note_zh"]),
            subject=row["platform"],
            source=row["source"],
            as_of=row["as_of"],
            confidence=row["confidence"],
        )
        for row in records(ordered)
    ]


def _regulation(table: pd.DataFrame) -> list[Note]:
    if table.empty:
        question = T_("Which rules hold for data, content and paid posts? Ask a local lawyer.")
        return [Note("regulation", "question", question)]
    return [
        Note(
            "regulation",
            "known",
            Bilingual(row["summary_en"], row["summary_zh"]),
            subject=row["topic"],
            source=row["source"],
            as_of=row["as_of"],
            confidence=row["confidence"],
        )
        for row in records(table)
        if row["status"] in STRICT
    ]


_HOMES = {"payment": "payment", "logistics": "logistics", "disclosure": "regulation"}


def _curated(table: pd.DataFrame) -> list[Note]:
    return [
        Note(
            _HOMES.get(row["topic"], "creatives" if row["topic"] in CREATIVE_TOPICS else "culture"),
            "advice",
            Bilingual(row["note_en"], row["note_zh"]),
            subject=row["topic"],
            source=row["source"],
            as_of=row["as_of"],
            confidence=row["confidence"],
        )
        for row in records(table)
    ]
