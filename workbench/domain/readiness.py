"""The four-question readiness check and the gate (M4).

    question  = the weakest of its required checks: blocked < unknown < conditional < ready
    gate      = no_go         if any question is blocked
                insufficient  if two or more questions are unknown
                conditional   if any question is conditional or unknown
                go            only if all four are ready

Unknown never passes, and an answer past its expiry is unknown. A *ready* answer that is not dated
could never lapse, so it is only conditional.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import pandas as pd

from workbench.domain.errors import InputError
from workbench.domain.rows import tuples
from workbench.domain.text import T_, Bilingual, Text

Status = Literal["ready", "conditional", "blocked", "unknown"]
Gate = Literal["go", "conditional", "insufficient", "no_go"]
QUESTIONS = ("infrastructure", "competitors", "promise", "compliance")
STATUSES: tuple[Status, ...] = get_args(Status)
WEAKEST_FIRST: tuple[Status, ...] = ("blocked", "unknown", "conditional", "ready")
CHECK_COLUMNS = [
    "check",
    "question",
    "required",
    "status",
    "evidence",
    "origin",
    "owner",
    "due",
    "expiry",
    "automatic_status",
]


@dataclass(frozen=True)
class Finding:
    """An automatic answer: what the rule concluded, why, and how old its evidence is."""

    status: Status
    evidence: Text | Bilingual | str
    as_of: date | None = None


@dataclass(frozen=True)
class Answer:
    """A person's answer to one check; it stands before the automatic one."""

    check: str
    status: Status | None
    """None: the automatic one holds; evidence, owner and due are notes beside it."""
    evidence: str
    owner: str = ""
    due: date | None = None
    expiry: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True)
class Readiness:
    """The verdict of one market.

    Attributes
    ----------
    gate
        The four-valued verdict.
    questions
        Question -> status.
    checks
        Columns :data:`CHECK_COLUMNS`, one row per check; ``evidence`` holds text objects,
        ``origin`` is ``answer``, ``automatic``, ``expired`` or ``none``.
    """

    gate: Gate
    questions: dict[str, Status]
    checks: pd.DataFrame

    @property
    def open_items(self) -> pd.DataFrame:
        """Required checks that keep the gate from *go*: the blocked first, then by due date."""
        rows = enumerate(
            zip(self.checks["required"], self.checks["status"], self.checks["due"], strict=True)
        )
        order = sorted(
            (WEAKEST_FIRST.index(status), due or date.max, place)
            for place, (required, status, due) in rows
            if required == "yes" and status != "ready"
        )
        return self.checks.iloc[[place for _, _, place in order]]


def weakest(statuses: Iterable[Status]) -> Status:
    """The weakest status; ``unknown`` where there is none to look at."""
    return min(statuses, key=WEAKEST_FIRST.index, default="unknown")


def gate(questions: Iterable[Status]) -> Gate:
    """The verdict over the four questions' statuses; see the module's table."""
    statuses = list(questions)
    if "blocked" in statuses:
        return "no_go"
    unknown = statuses.count("unknown")
    if unknown >= 2 or not statuses:
        return "insufficient"
    if unknown or "conditional" in statuses:
        return "conditional"
    return "go"


def check(
    checks: pd.DataFrame,
    findings: Mapping[str, Finding],
    answers: Iterable[Answer],
    as_of: date,
) -> Readiness:
    """Put automatic findings and people's answers together into a verdict.

    Parameters
    ----------
    checks
        Columns ``check, question, required, automatic, validity_days``.
    findings
        Automatic rule id -> what it found. An old finding can't be *ready*: past the check's
        validity it is conditional until a person confirms it.
    answers
        At most one per check. Without an expiry an answer holds ``validity_days`` from
        ``answered_on``, and on and on where the check has no ``validity_days``. An answer that
        is *ready* with neither ``expiry`` nor ``answered_on`` is conditional until it is dated;
        any other holds undated. An answer dated after ``as_of`` is unknown.
    as_of
        The day for which the verdict is wanted.

    Raises
    ------
    InputError
        For an unknown check, an unknown status, a ready or blocked answer without evidence, or
        two answers to one check.
    """
    given = by_check(answers, checks)
    rows = []
    for item in tuples(checks):
        found = findings.get(item.automatic) if item.automatic else None
        automatic = _aged(found, float(item.validity_days), as_of) if found else None
        answer = given.get(item.check)
        status, evidence, origin = _settle(automatic, answer, float(item.validity_days), as_of)
        rows.append(
            (
                item.check,
                item.question,
                item.required,
                status,
                evidence,
                origin,
                answer.owner if answer else "",
                answer.due if answer else None,
                expiry_of(answer, float(item.validity_days)) if answer and answer.status else None,
                automatic.status if automatic else "unknown",
            )
        )
    questions = {
        question: weakest(row[3] for row in rows if row[1] == question and row[2] == "yes")
        for question in QUESTIONS
    }
    table = pd.DataFrame(rows, columns=CHECK_COLUMNS, dtype=object)
    return Readiness(gate(questions.values()), questions, table)


def expiry_of(answer: Answer, validity_days: float) -> date | None:
    """The last day on which an answer holds; None if it doesn't expire."""
    if answer.expiry or answer.answered_on is None or pd.isna(validity_days):
        return answer.expiry
    try:
        return answer.answered_on + timedelta(days=int(validity_days))
    except OverflowError:  # past the last day of the calendar
        return date.max


def by_check(answers: Iterable[Answer], checks: pd.DataFrame) -> dict[str, Answer]:
    """Check -> its answer; raises :class:`InputError` as :func:`check` says."""
    given: dict[str, Answer] = {}
    for answer in answers:
        if answer.check not in set(checks["check"]):
            raise InputError(
                "Unknown check {check!r}; checks are: {known}.",
                check=answer.check,
                known=", ".join(checks["check"]),
            )
        if answer.status not in (*STATUSES, None):
            raise InputError(
                "Status {status!r} of check {check} is not allowed; it is one of {known}.",
                status=answer.status,
                check=answer.check,
                known=", ".join(STATUSES),
            )
        if answer.status not in ("unknown", None) and not answer.evidence.strip():
            raise InputError(
                "The answer to check {check} has no evidence; say what it rests on.",
                check=answer.check,
            )
        if answer.check in given:
            raise InputError(
                "Check {check} is answered twice; keep one answer.", check=answer.check
            )
        given[answer.check] = answer
    return given


def _aged(finding: Finding, validity_days: float, as_of: date) -> Finding:
    if finding.status != "ready" or finding.as_of is None or pd.isna(validity_days):
        return finding
    if 0 <= (as_of - finding.as_of).days <= validity_days:
        return finding
    return Finding(
        "conditional",
        T_(
            "{evidence} (as of {day}; older than {days} days, have it confirmed)",
            evidence=finding.evidence,
            day=finding.as_of,
            days=int(validity_days),
        ),
        finding.as_of,
    )


def _settle(
    automatic: Finding | None, answer: Answer | None, validity_days: float, as_of: date
) -> tuple[Status, Text | Bilingual | str, str]:
    if answer and answer.status:
        expiry = expiry_of(answer, validity_days)
        if expiry and expiry < as_of:
            return (
                "unknown",
                T_(
                    "The answer “{evidence}” expired on {day}; answer it anew.",
                    evidence=answer.evidence,
                    day=expiry,
                ),
                "expired",
            )
        if answer.answered_on and answer.answered_on > as_of:
            late = T_(
                "The answer “{evidence}” is dated {day}, which is still to come.",
                evidence=answer.evidence,
                day=answer.answered_on,
            )
            return "unknown", late, "expired"
        if answer.status == "ready" and not (answer.answered_on or answer.expiry):
            undated = T_(
                "The answer “{evidence}” isn't dated, so it doesn't count as ready; give "
                "answered_on or expiry.",
                evidence=answer.evidence,
            )
            return "conditional", undated, "answer"
        return answer.status, answer.evidence, "answer"
    note = answer.evidence.strip() if answer else ""
    status: Status = automatic.status if automatic else "unknown"
    found = automatic.evidence if automatic else T_("Not answered yet.")
    if note:
        found = T_("{found} (note: {note})", found=found, note=note)
    return status, found, "automatic" if automatic else "none"
