"""Every id that the domain or a table can bring has a word in both languages."""

from typing import get_args

import pytest

from workbench.domain.credited import ROLES
from workbench.domain.events import CUSTOMERS, STATUSES
from workbench.domain.experiments.compare import METRICS as EXPERIMENT_METRICS
from workbench.domain.experiments.compare import VERDICTS
from workbench.domain.market_notes import TOPICS as NOTE_TOPICS
from workbench.domain.market_notes import Kind
from workbench.domain.product import METRICS
from workbench.domain.programme.alert_texts import KINDS
from workbench.domain.programme.alerts import SEVERITIES
from workbench.domain.programme.dimensions import DIMENSIONS, LONGEST, NOT_YET, TENURES
from workbench.domain.programme.measures import ALL
from workbench.domain.programme.period import AGAINST
from workbench.domain.programme.terms import Terms
from workbench.domain.provider import Posture
from workbench.domain.question import MODEL_NAMES
from workbench.domain.readiness import QUESTIONS, Gate, Status
from workbench.locale import LANGS, translator, word
from workbench.locale.words import WORDS
from workbench.sources.reference import load_reference, schemas

TABLES = load_reference()


def allowed(table: str, column: str) -> tuple[str, ...]:
    return next(each.allowed for each in schemas()[table].columns if each.name == column)


IDS = {
    "gate": get_args(Gate),
    "status": get_args(Status),
    "question": QUESTIONS,
    "posture": get_args(Posture),
    "verdict": ("kept", "blocked", "unknown", "none"),
    "fit": ("unique", "met", "gap", "unknown"),
    "origin": (
        "formula",
        "prior",
        "override",
        "unknown",
        "source",
        "ours",
        "answer",
        "automatic",
        "expired",
        "none",
    ),
    "confidence": allowed("regulation", "confidence"),
    "topic": allowed("regulation", "topic"),
    "law": allowed("regulation", "status"),
    "platform_kind": allowed("platforms", "kind"),
    "reach": allowed("platforms", "reach"),
    "metric": (*METRICS, *TABLES.requirements["metric"]),
    "experiment_metric": EXPERIMENT_METRICS,
    "experiment_verdict": VERDICTS,
    "provider_criterion": tuple(TABLES.provider_scores["criterion"].unique()),
    "cost": tuple(TABLES.channels["cost_type"].unique()),
    "income": (*allowed("markets", "income_level"), ""),
    "role": (*TABLES.needs["role"].unique(), *TABLES.criteria["role"].unique()),
    "alert": KINDS,
    "against": AGAINST,
    "severity": SEVERITIES,
    "praise": ("first_order", "entered_top"),
    "programme_measure": tuple(ALL),
    "dimension": (*DIMENSIONS, "name", "member"),
    "tenure": (*(name for _, name in TENURES), LONGEST, NOT_YET),
    "member": ("new", "kept", "lost", "idle"),
    "order_status": STATUSES,
    "ramp": ("below", "within", "above", "unknown"),
    "method": ("score", "topsis", "promethee"),
    "model": MODEL_NAMES,
    "part": (*ROLES, ""),
    "basis": ("credit", "test"),
    "pay_part": ("base", "incentive", "limits"),
    "left_out": (
        "other_status",
        "without_time",
        "without_partner",
        "without_value",
        "without_currency",
        "without_commission",
    ),
    "pay_rule": (
        "reversed",
        "reversed_after_locking",
        "below_min_value",
        "outside_lookback",
        "over_action_limit",
        "cut_by_spend_limit",
    ),
    "term": tuple(name for name in Terms.model_fields if name != "valid_from"),
    "worse": ("yes", "no", ""),
    "partner_role": (*allowed("partner_types", "role"), ""),
    "scope": allowed("affiliate_platforms", "scope"),
    "seat": allowed("affiliate_platforms", "seat"),
    "platform_criterion": ("nearness", *allowed("affiliate_scores", "criterion")),
    "customer": CUSTOMERS,
    "note_topic": NOTE_TOPICS,
    "note_kind": get_args(Kind),
    "taboo": allowed("market_notes", "topic"),
}


@pytest.mark.parametrize("kind", IDS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_id_has_a_word(kind, lang):
    t = translator(lang)
    for key in IDS[kind]:
        said = word(t, kind, key)
        assert said or WORDS[kind][key] == "", (kind, key)
        assert "_" not in said
        if lang == "zh" and said not in ("", "TOPSIS", "PROMETHEE II"):
            assert said != WORDS[kind][key], (kind, key)


def test_no_kind_of_word_is_untested():
    assert set(IDS) == set(WORDS)


def test_an_unknown_id_is_an_error_not_a_bare_id():
    with pytest.raises(KeyError, match="maybe"):
        word(translator("en"), "gate", "maybe")
