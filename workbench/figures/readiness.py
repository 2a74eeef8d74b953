"""The four questions and the verdict drawn (M4)."""

from workbench.domain.assess import Portfolio
from workbench.domain.rows import records
from workbench.figures.view import View, render
from workbench.locale import Translator


def check_names(portfolio: Portfolio, t: Translator) -> dict[str, str]:
    """Check -> its name in the language."""
    table = portfolio.reference.checks
    return dict(zip(table["check"], table[f"name_{t.lang}"], strict=True))


def open_rows(portfolio: Portfolio, code: str, t: Translator) -> list[dict[str, object]]:
    """What keeps the gate from "go", the blocked first: rows for a template."""
    names = check_names(portfolio, t)
    todo = portfolio.market(code).readiness.open_items
    return [
        {**row, "name": names[row["check"]], "text": t.text(row["evidence"])}
        for row in records(todo)
    ]


def view(portfolio: Portfolio, code: str, t: Translator) -> View:
    """The four questions, each as weak as its weakest required check."""
    verdict = portfolio.market(code).readiness
    names = check_names(portfolio, t)
    helps = portfolio.reference.checks.set_index("check")[f"help_{t.lang}"]
    questions = []
    for place, (question, status) in enumerate(verdict.questions.items(), start=1):
        own = verdict.checks[verdict.checks["question"] == question]
        weak = own[(own["required"] == "yes") & (own["status"] == status)].iloc[0]
        checks = [
            {
                **row,
                "name": names[row["check"]],
                "help": helps[row["check"]],
                "text": t.text(row["evidence"]),
            }
            for row in records(own)
        ]
        questions.append(
            {
                "number": place,
                "id": question,
                "status": status,
                "checks": checks,
                "reason": names[weak["check"]] if status != "ready" else "",
                "text": t.text(weak["evidence"]),
            }
        )
    html = render("readiness", t, questions=questions, gate=verdict.gate)
    return View("readiness", t("Four-question readiness check"), html)
