"""Notes for a new market: known, advised, and still to be asked."""

import pandas as pd
import pytest

from workbench.domain.market_notes import LOGISTICS, TOPICS, market_notes
from workbench.domain.text import Bilingual
from workbench.sources.reference import load_reference

PLACE = pd.Series({"market": "SA", "subregion": "145", "region": "142"})
DATED = {"source": "ours", "as_of": "2025-12-31", "confidence": "high"}


def curated(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"market": market, "topic": topic, "note_en": f"{market} {topic}", "note_zh": "中"}
            | DATED
            for market, topic in rows
        ]
    )


LANGUAGES = pd.DataFrame(
    [("SA", "en", 30.0), ("SA", "ar", 95.0), ("SA", "ur", 3.0), ("ID", "id", 90.0)],
    columns=["market", "language", "share"],
)
PAYMENT = pd.DataFrame(
    [
        {"market": "SA", "kind": kind, "platform": name, "reach": reach}
        | {"note_en": name, "note_zh": name}
        | DATED
        for kind, name, reach in [
            ("payment", "Cards", "niche"),
            ("payment", "mada", "dominant"),
            ("social", "Snapchat", "dominant"),
        ]
    ]
)
LAW = pd.DataFrame(
    [
        {"market": "SA", "topic": topic, "status": status, "summary_en": topic, "summary_zh": "中"}
        | DATED
        for topic, status in [("data_protection", "comprehensive"), ("localisation", "none")]
    ]
)


def of(notes: pd.DataFrame, topic: str) -> list:
    found = market_notes(PLACE, notes, LANGUAGES, PAYMENT, LAW)
    return [note for note in found if note.topic == topic]


def test_topics_stand_in_their_order_and_the_narrowest_place_comes_first():
    notes = curated(("*", "religion"), ("142", "religion"), ("SA", "calendar"), ("145", "food"))
    notes = pd.concat([notes, curated(("ID", "religion"))])
    found = market_notes(PLACE, notes, LANGUAGES, PAYMENT, LAW)
    places = [TOPICS.index(note.topic) for note in found]
    assert places == sorted(places)
    assert [str(note.text) for note in found if note.topic == "culture"] == [
        "SA calendar",
        "145 food",
        "142 religion",
        "* religion",
    ]


def test_languages_that_many_speak_by_share():
    assert [(note.subject, note.kind) for note in of(curated(("*", "food")), "languages")] == [
        ("ar", "known"),
        ("en", "known"),
    ]


def test_payment_methods_by_reach_and_nothing_else_of_the_platforms():
    assert [note.subject for note in of(curated(("*", "food")), "payment")] == ["mada", "Cards"]


def test_only_rules_that_ask_for_something_are_named():
    assert [note.subject for note in of(curated(("*", "food")), "regulation")] == [
        "data_protection"
    ]


def test_curated_notes_go_to_the_topic_that_they_belong_to():
    notes = curated(("*", "payment"), ("*", "disclosure"), ("*", "diversity"), ("*", "logistics"))
    kinds = {
        (note.topic, note.subject)
        for topic in TOPICS
        for note in of(notes, topic)
        if note.kind == "advice"
    }
    assert kinds == {
        ("payment", "payment"),
        ("regulation", "disclosure"),
        ("creatives", "diversity"),
        ("logistics", "logistics"),
    }


def test_what_no_table_knows_is_a_question_never_done():
    found = market_notes(
        PLACE, curated(("*", "food")), LANGUAGES.head(0), PAYMENT.head(0), LAW.head(0)
    )
    asked = [note.topic for note in found if note.kind == "question"]
    assert asked == ["languages", "payment", "regulation", *["logistics"] * len(LOGISTICS)]


# --- the committed table -------------------------------------------------------------------------


def test_the_source_articles_points_hold_for_every_market():
    notes = load_reference().market_notes
    everywhere = notes[notes["market"] == "*"]
    assert {"colour", "gender", "diversity", "religion", "logistics"} <= set(everywhere["topic"])


@pytest.mark.parametrize("market", ["SA", "ID", "BR", "SJ"])
def test_every_market_has_notes_in_both_languages(market):
    tables = load_reference()
    place = tables.markets.set_index("market", drop=False).loc[market]
    found = market_notes(
        place, tables.market_notes, tables.languages, tables.platforms, tables.regulation
    )
    assert {note.topic for note in found} == set(TOPICS)
    for note in found:
        if isinstance(note.text, Bilingual):
            assert note.text.en and note.text.zh


def test_every_place_of_a_note_is_one_that_is_known():
    tables = load_reference()
    known = {*tables.markets["market"], *tables.markets["region"], *tables.markets["subregion"]}
    assert set(tables.market_notes["market"]) - known == {"*"}
