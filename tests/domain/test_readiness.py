"""The four-question check: the gate's truth table, weakest checks, expiry and answers."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pandas as pd
import pytest

from workbench.domain.errors import InputError
from workbench.domain.readiness import (
    CHECK_COLUMNS,
    QUESTIONS,
    STATUSES,
    WEAKEST_FIRST,
    Answer,
    Finding,
    check,
    expiry_of,
    gate,
    weakest,
)

TODAY = date(2025, 11, 1)
EVERY = list(product(STATUSES, repeat=4))


def table(*rows: tuple) -> pd.DataFrame:
    """Rows of ``check, question, required, automatic, validity_days``."""
    names = ["check", "question", "required", "automatic", "validity_days"]
    return pd.DataFrame(rows, columns=names)


def one_each() -> pd.DataFrame:
    return table(*((f"c_{name}", name, "yes", "", float("nan")) for name in QUESTIONS))


def said(statuses: dict[str, str]) -> list[Answer]:
    """Answers given today."""
    return [Answer(name, status, "seen", answered_on=TODAY) for name, status in statuses.items()]


def spec(statuses: tuple[str, ...]) -> str:
    """The sentence of M4, word by word, over counts."""
    blocked, unknown, conditional, ready = (
        Counter(statuses)[name] for name in ("blocked", "unknown", "conditional", "ready")
    )
    if blocked > 0:  # any blocked question is no-go
        return "no_go"
    if unknown >= 2:  # otherwise two or more unknown questions are insufficient evidence
        return "insufficient"
    if conditional + unknown > 0:  # otherwise any conditional or unknown one is conditional
        return "conditional"
    assert ready == 4  # go only if all four are ready
    return "go"


# ---- The gate ----


@pytest.mark.parametrize("statuses", EVERY)
def test_gate_follows_the_spec_for_all_256_combinations(statuses):
    assert gate(statuses) == spec(statuses)


def test_gate_counts_are_those_worked_out_by_hand():
    # 4^4 - 3^4 = 175 hold a block; of the 81 others C(4,2)*4 + C(4,3)*2 + 1 = 33 hold two or
    # more unknown, one is all ready, and 81 - 33 - 1 = 47 remain.
    assert Counter(gate(statuses) for statuses in EVERY) == {
        "no_go": 175,
        "insufficient": 33,
        "conditional": 47,
        "go": 1,
    }


def test_unknown_never_passes():
    verdicts = {gate(statuses) for statuses in EVERY if "unknown" in statuses}
    assert verdicts == {"conditional", "insufficient", "no_go"}


def test_gate_never_improves_when_a_question_gets_weaker():
    best_last = ["no_go", "insufficient", "conditional", "go"]
    for statuses in EVERY:
        for place, status in enumerate(statuses):
            for weaker in WEAKEST_FIRST[: WEAKEST_FIRST.index(status)]:
                worse = (*statuses[:place], weaker, *statuses[place + 1 :])
                assert best_last.index(gate(worse)) <= best_last.index(gate(statuses))


def test_gate_without_questions_is_insufficient():
    assert gate([]) == "insufficient"


@pytest.mark.parametrize("statuses", EVERY)
def test_answers_to_one_check_a_question_reach_the_gate_unchanged(statuses):
    asked = dict(zip((f"c_{name}" for name in QUESTIONS), statuses, strict=True))
    result = check(one_each(), {}, said(asked), TODAY)
    assert result.questions == dict(zip(QUESTIONS, statuses, strict=True))
    assert result.gate == spec(statuses)


# ---- Questions ----


@pytest.mark.parametrize("statuses", list(product(STATUSES, repeat=3)))
def test_a_question_is_as_weak_as_its_weakest_required_check(statuses):
    checks = table(*((name, "promise", "yes", "", 30.0) for name in "abc"))
    found = check(checks, {}, said(dict(zip("abc", statuses, strict=True))), TODAY)
    strength = {"blocked": 0, "unknown": 1, "conditional": 2, "ready": 3}
    assert strength[found.questions["promise"]] == min(strength[each] for each in statuses)
    assert weakest(statuses) == found.questions["promise"]


@pytest.mark.parametrize("optional", STATUSES)
def test_an_optional_check_does_not_weaken_its_question(optional):
    checks = table(("must", "promise", "yes", "", 30.0), ("may", "promise", "no", "", 30.0))
    found = check(checks, {}, said({"must": "ready", "may": optional}), TODAY)
    assert found.questions["promise"] == "ready"
    assert list(found.open_items["check"]) == []


def test_a_question_without_a_required_check_is_unknown():
    found = check(table(("may", "promise", "no", "", 30.0)), {}, said({"may": "ready"}), TODAY)
    assert set(found.questions.values()) == {"unknown"}
    assert found.gate == "insufficient"


# ---- Automatic findings and people's answers ----


def test_a_check_without_answer_or_finding_is_unknown():
    row = check(one_each(), {}, [], TODAY).checks.iloc[0]
    assert (row["status"], row["origin"], str(row["evidence"])) == (
        "unknown",
        "none",
        "Not answered yet.",
    )


def test_an_automatic_finding_answers_its_check():
    checks = table(("a", "promise", "yes", "rule", 30.0))
    row = check(checks, {"rule": Finding("conditional", "why")}, [], TODAY).checks.iloc[0]
    assert (row["status"], row["evidence"], row["origin"], row["automatic_status"]) == (
        "conditional",
        "why",
        "automatic",
        "conditional",
    )
    assert row["expiry"] is None and row["due"] is None and row["owner"] == ""


def test_a_persons_answer_stands_before_the_automatic_one_which_stays_visible():
    checks = table(("a", "promise", "yes", "rule", 30.0))
    answer = Answer("a", "ready", "measured", "Li", date(2025, 12, 1), date(2026, 1, 1))
    found = check(checks, {"rule": Finding("blocked", "no")}, [answer], TODAY)
    assert list(found.checks.columns) == CHECK_COLUMNS
    assert found.checks.iloc[0].to_dict() == {
        "check": "a",
        "question": "promise",
        "required": "yes",
        "status": "ready",
        "evidence": "measured",
        "origin": "answer",
        "owner": "Li",
        "due": date(2025, 12, 1),
        "expiry": date(2026, 1, 1),
        "automatic_status": "blocked",
    }


def test_a_finding_of_another_rule_answers_nothing():
    checks = table(("a", "promise", "yes", "rule", 30.0))
    found = check(checks, {"other": Finding("ready", "x")}, [], TODAY)
    assert found.checks.iloc[0]["status"] == "unknown"


# ---- Expiry ----


@pytest.mark.parametrize(
    ("as_of", "status", "origin"),
    [
        (date(2025, 10, 31), "ready", "answer"),  # the day before
        (date(2025, 11, 1), "ready", "answer"),  # on the day it still holds
        (date(2025, 11, 2), "unknown", "expired"),  # the day after
    ],
)
@pytest.mark.parametrize(
    "dated",
    [
        {"expiry": date(2025, 11, 1)},
        {"answered_on": date(2025, 10, 2)},  # 2 October + 30 days = 1 November
        {"expiry": date(2025, 11, 1), "answered_on": date(2020, 1, 1)},  # own expiry wins
    ],
)
def test_an_answer_holds_through_its_expiry_and_is_unknown_after(dated, as_of, status, origin):
    checks = table(("a", "promise", "yes", "", 30.0))
    row = check(checks, {}, [Answer("a", "ready", "lab", **dated)], as_of).checks.iloc[0]
    assert (row["status"], row["origin"], row["expiry"]) == (status, origin, date(2025, 11, 1))


@pytest.mark.parametrize("status", STATUSES)
def test_every_expired_answer_becomes_unknown_even_a_block(status):
    checks = table(("a", "promise", "yes", "rule", 30.0))
    answer = Answer("a", status, "lab", expiry=TODAY - timedelta(days=1))
    row = check(checks, {"rule": Finding("ready", "x")}, [answer], TODAY).checks.iloc[0]
    assert (row["status"], row["origin"]) == ("unknown", "expired")
    assert str(row["evidence"]) == "The answer “lab” expired on 2025-10-31; answer it anew."


def test_expiry_turns_a_go_into_a_conditional_on_the_day_after():
    answers = said({f"c_{name}": "ready" for name in QUESTIONS[1:]})
    answers.append(Answer("c_infrastructure", "ready", "lab", expiry=TODAY))
    assert check(one_each(), {}, answers, TODAY).gate == "go"
    assert check(one_each(), {}, answers, TODAY + timedelta(days=1)).gate == "conditional"


@pytest.mark.parametrize("validity", [30.0, float("nan")])
@pytest.mark.parametrize("automatic", [{}, {"rule": Finding("ready", "x")}])
def test_a_ready_answer_without_any_date_is_conditional_and_says_what_to_do(automatic, validity):
    checks = table(("a", "promise", "yes", "rule", validity))
    row = check(checks, automatic, [Answer("a", "ready", "lab")], TODAY).checks.iloc[0]
    assert (row["status"], row["origin"], row["expiry"]) == ("conditional", "answer", None)
    assert str(row["evidence"]) == (
        "The answer “lab” isn't dated, so it doesn't count as ready; give answered_on or expiry."
    )


@pytest.mark.parametrize("status", ["conditional", "blocked", "unknown"])
def test_an_answer_that_is_not_ready_needs_no_date(status):
    checks = table(("a", "promise", "yes", "", 30.0))
    row = check(checks, {}, [Answer("a", status, "lab")], TODAY).checks.iloc[0]
    assert (row["status"], row["evidence"], row["origin"]) == (status, "lab", "answer")


def test_one_undated_answer_keeps_the_gate_from_go():
    answers = said({f"c_{name}": "ready" for name in QUESTIONS[1:]})
    undated = Answer("c_infrastructure", "ready", "lab")
    found = check(one_each(), {}, [*answers, undated], TODAY)
    assert found.gate == "conditional"
    assert list(found.open_items["check"]) == ["c_infrastructure"]


@pytest.mark.parametrize(("validity", "status"), [(30.0, "unknown"), (float("nan"), "ready")])
def test_where_a_check_has_no_validity_a_dated_answer_holds(validity, status):
    checks = table(("a", "promise", "yes", "", validity))
    answer = Answer("a", "ready", "lab", answered_on=date(2000, 1, 1))
    assert check(checks, {}, [answer], TODAY).checks.iloc[0]["status"] == status


@pytest.mark.parametrize(
    ("answer", "validity", "last"),
    [
        (Answer("a", "ready", "x", answered_on=date(2024, 2, 1)), 28.0, date(2024, 2, 29)),
        (Answer("a", "ready", "x", answered_on=date(2024, 2, 1)), float("nan"), None),
        (Answer("a", "ready", "x"), 28.0, None),
        (Answer("a", "ready", "x", expiry=date(2024, 2, 2)), float("nan"), date(2024, 2, 2)),
    ],
)
def test_expiry_of_an_answer(answer, validity, last):
    assert expiry_of(answer, validity) == last


@pytest.mark.parametrize(
    ("as_of", "status"),
    [(date(2025, 1, 31), "ready"), (date(2025, 2, 1), "conditional")],
)
def test_a_ready_finding_older_than_its_validity_asks_for_confirmation(as_of, status):
    # 30 days from 1 January is 31 January.
    checks = table(("a", "compliance", "yes", "rule", 30.0))
    found = check(checks, {"rule": Finding("ready", "law", date(2025, 1, 1))}, [], as_of)
    row = found.checks.iloc[0]
    assert (row["status"], row["origin"]) == (status, "automatic")
    if status == "conditional":
        assert str(row["evidence"]) == (
            "law (as of 2025-01-01; older than 30 days, have it confirmed)"
        )


@pytest.mark.parametrize("status", ["blocked", "unknown", "conditional"])
def test_an_old_finding_that_is_not_ready_stays_as_it_is(status):
    checks = table(("a", "compliance", "yes", "rule", 30.0))
    found = check(checks, {"rule": Finding(status, "law", date(2000, 1, 1))}, [], TODAY)
    assert found.checks.iloc[0]["status"] == status


# ---- What must be settled ----


def test_open_items_stand_blocked_first_then_by_due_date_undated_last():
    checks = table(*((name, "promise", "yes", "", 30.0) for name in "abcdef"))
    answers = [
        Answer("a", "conditional", "x", "Wu", date(2026, 1, 5)),
        Answer("b", "conditional", "x", "Li", date(2025, 12, 1)),
        Answer("c", "conditional", "x", "An"),
        Answer("d", "blocked", "x", "Bo", date(2026, 5, 1)),
        Answer("e", "ready", "x", answered_on=TODAY),
    ]  # f is not answered: unknown
    found = check(checks, {}, answers, TODAY).open_items
    assert list(found["check"]) == ["d", "f", "b", "a", "c"]
    assert list(found["owner"]) == ["Bo", "", "Li", "Wu", "An"]
    assert list(found.columns) == CHECK_COLUMNS


def test_a_go_leaves_no_open_item():
    found = check(one_each(), {}, said({f"c_{name}": "ready" for name in QUESTIONS}), TODAY)
    assert found.gate == "go" and found.open_items.empty


# ---- Bad answers ----


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (
            [Answer("zz", "ready", "x")],
            r"Unknown check 'zz'; checks are: c_infrastructure, c_competitors, c_promise, ",
        ),
        (
            [Answer("c_promise", "fine", "x")],
            "Status 'fine' of check c_promise is not allowed; it is one of ready, conditional, ",
        ),
        (
            [Answer("c_promise", "ready", " ")],
            "The answer to check c_promise has no evidence; say what it rests on",
        ),
        ([Answer("c_promise", "blocked", "")], "c_promise has no evidence"),
        (
            [Answer("c_promise", "ready", "x"), Answer("c_promise", "blocked", "y")],
            "Check c_promise is answered twice; keep one answer",
        ),
    ],
)
def test_a_bad_answer_names_the_check_the_rule_and_the_remedy(answers, text):
    with pytest.raises(InputError, match=text):
        check(one_each(), {}, answers, TODAY)


def test_to_say_unknown_needs_no_evidence():
    found = check(one_each(), {}, [Answer("c_promise", "unknown", "")], TODAY)
    assert found.checks.set_index("check").loc["c_promise", "origin"] == "answer"


def test_an_answer_from_the_future_is_unknown_and_the_calendars_end_is_no_error():
    table = pd.DataFrame(
        {
            "check": ["a"],
            "question": ["promise"],
            "required": ["yes"],
            "automatic": [""],
            "validity_days": [90.0],
        }
    )
    ahead = Answer("a", "ready", "Seen", answered_on=date(2099, 1, 1))
    found = check(table, {}, [ahead], date(2026, 11, 22)).checks.iloc[0]
    assert found["status"] == "unknown" and "still to come" in str(found["evidence"])
    assert expiry_of(Answer("a", "ready", "Seen", answered_on=date.max), 90) == date.max
