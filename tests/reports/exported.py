"""The plan that the exporters' tests export: the example's, four markets, a fixed day."""

from workbench.domain.plan import Plan
from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan

HOSTILE = '=HYPERLINK("http://example.invalid","x")'


def plan(hostile: bool = False, evidence: str = "") -> Plan:
    """Indonesia is conditional, Saudi Arabia go; of Svalbard (SJ) hardly anything is known."""
    base = load_plan(data_folder() / "examples" / "plan.yaml").but(
        markets=("ID", "SA", "NA", "SJ"), as_of="2026-11-20", samples=500
    )
    if not hostile and not evidence:
        return base
    answers = [answer.model_dump() for answer in base.answers]
    for answer in answers:
        answer |= {"evidence": evidence or HOSTILE, "owner": "@SUM(1)" if hostile else "x"}
    return base.but(answers=answers, scenario="+1+1" if hostile else "base")
