"""What is asked of attribution, as texts and as an object; and credits as tables."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.credited import LiftTest
from workbench.domain.errors import InputError
from workbench.domain.question import (
    MODEL_NAMES,
    Question,
    models_of,
    question_of,
    seconds,
    texts_of,
    window,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("30d", 2_592_000), ("12h", 43_200), ("2w", 1_209_600), ("1.5 d", 129_600), ("all", None)],
)
def test_a_lookback_in_seconds(text, wanted):
    assert seconds(text) == wanted
    assert seconds(window(wanted)) == wanted


@pytest.mark.parametrize("text", ["30", "d", "-3d", "3 weeks", "", "1e9d"])
def test_a_lookback_that_can_not_be_read(text):
    with pytest.raises(InputError, match="write it as 30d, 12h or 2w, or all"):
        seconds(text)


questions = st.builds(
    Question,
    by=st.sampled_from(["partner", "channel", "country"]),
    lookback=st.one_of(st.none(), st.integers(1, 400).map(lambda days: days * 86400.0)),
    order=st.just(3),
    statuses=st.sampled_from([("pending",), ("paid", "reversed"), ("approved", "paid")]),
    currency=st.sampled_from([None, "USD"]),
    since=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2025, 1, 1))),
    until=st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2030, 1, 1))),
    model=st.sampled_from(MODEL_NAMES),
    market=st.sampled_from([None, "ID"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(questions)
def test_an_address_gives_the_question_that_wrote_it(question):
    assert question_of(texts_of(question)) == question


def test_what_is_as_usual_is_not_in_the_address():
    assert texts_of(Question()) == {}
    assert texts_of(Question(by="channel")) == {"by": "channel"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"order": "4"}, "A Markov order of 4 is not allowed"),
        ({"status": "paid,lost"}, "Unknown status 'lost'"),
        ({"model": "markov_2"}, "Unknown model 'markov_2'"),
        ({"market": "Indonesia"}, "'Indonesia' is no market"),
        ({"since": "2026-02-30"}, "'2026-02-30' is not a date"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "ends on 2026-02-01, before it starts"),
    ],
)
def test_what_is_refused(values, message):
    with pytest.raises(InputError, match=message):
        question_of(values)


def test_models_by_name_and_in_order():
    assert models_of(["all"], 1) == ()
    assert models_of(["markov", "first"], 2) == ("first", "markov_2")
    with pytest.raises(InputError, match="Unknown model 'best'; models are: first, last"):
        models_of(["best"], 1)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1, 2, 3), "the estimate lies in its interval"),
        ((-1, -2, 3), "numbers are 0 or more"),
        ((1, 0, float("inf")), "numbers are 0 or more"),
        ((float("nan"), 0, 1), "numbers are 0 or more"),
    ],
)
def test_a_lift_test_that_contradicts_itself(numbers, message):
    with pytest.raises(InputError, match=message):
        LiftTest("a", date(2026, 1, 1), date(2026, 1, 2), *numbers)
    with pytest.raises(InputError, match="ends on 2026-01-01, before it starts"):
        LiftTest("a", date(2026, 1, 2), date(2026, 1, 1), 1, 0, 2)
