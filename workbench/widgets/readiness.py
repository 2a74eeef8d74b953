"""Answers to the readiness checks of the market in focus (M4)."""

from datetime import date
from typing import Any

import ipywidgets as widgets

from workbench.domain.plan import CheckAnswer
from workbench.domain.readiness import STATUSES
from workbench.figures import readiness
from workbench.figures.view import View
from workbench.locale import word
from workbench.widgets._panel import Panel
from workbench.widgets.grid import Grid

EMPTY = {"evidence": "", "owner": ""}
"""Field -> what the plan holds where its cell is empty; None in the other fields."""
EDITABLE = ("status", "evidence", "owner", "due", "expiry")
RENEWING = ("status", "evidence")
"""Fields whose change is a new answer, valid from now; another owner or date is not."""


class ReadinessPanel(Panel):
    """Status, evidence, owner, due and expiry per check; a status stands before the automatic.

    While the status is empty the automatic answer holds, and the rest are notes beside it.
    """

    def controls(self) -> list[widgets.Widget]:
        """The grid of checks."""
        t = self.state.t
        statuses = [{"value": status, "label": word(t, "status", status)} for status in STATUSES]
        self.grid = Grid(
            label=t("Answers to the readiness checks"),
            lang=t.lang,
            height=420,
            columns=[
                {"key": "name", "title": t("Check"), "kind": "text", "frozen": True, "width": 190},
                {"key": "automatic", "title": t("Automatic"), "kind": "text"},
                {
                    "key": "evidence",
                    "title": t("Evidence"),
                    "kind": "text",
                    "editable": True,
                    "width": 240,
                    "max": 2000,
                },
                {
                    "key": "status",
                    "title": t("Status"),
                    "kind": "select",
                    "editable": True,
                    "options": statuses,
                    "width": 110,
                    "empty": "—",
                    "help": t("Empty: the automatic answer holds."),
                },
                {"key": "owner", "title": t("Owner"), "kind": "text", "editable": True, "max": 200},
                {"key": "due", "title": t("Due"), "kind": "date", "editable": True, "empty": "—"},
                {
                    "key": "expiry",
                    "title": t("Holds until"),
                    "kind": "date",
                    "editable": True,
                    "empty": "—",
                },
            ],
        )
        self.take_edits(self.grid, self._edited)
        return [self.grid]

    def view(self) -> View:
        """The four questions of the market in focus."""
        if not self.readonly:
            self._fill()
        return readiness.view(self.state.portfolio, self.state.market, self.state.t)

    def _answers(self) -> dict[str, dict[str, Any]]:
        return {
            answer.check: answer.model_dump(mode="json")
            for answer in self.state.plan.answers
            if answer.market == self.state.market
        }

    def _fill(self) -> None:
        t, portfolio = self.state.t, self.state.portfolio
        names = readiness.check_names(portfolio, t)
        given = self._answers()
        rows = []
        for row in portfolio.market(self.state.market).readiness.checks.to_dict("records"):
            answer = given.get(row["check"], {})
            signed = self.signed("answers", f"{self.state.market}/{row['check']}")
            rows.append(
                {
                    "id": row["check"],
                    "name": names[row["check"]],
                    "automatic": word(t, "status", row["automatic_status"]),
                    "evidence": answer.get("evidence") or None,
                    "status": answer.get("status"),
                    "owner": answer.get("owner") or None,
                    "due": answer.get("due"),
                    "expiry": answer.get("expiry"),
                    "_classes": {"status": "cw-overridden"} if answer.get("status") else {},
                    "_titles": {
                        **{field: signed for field in EDITABLE if signed and answer.get(field)},
                        **(
                            {}
                            if answer.get("status")  # then the evidence is the person's
                            else {"automatic": t.text(row["evidence"])}
                        ),
                    },
                }
            )
        if [row["id"] for row in rows] != [row["id"] for row in self.grid.rows]:
            self.grid.rows = rows
        else:
            known = {row["id"]: row for row in self.grid.rows}
            self.grid.update_rows([row for row in rows if known[row["id"]] != row])

    def _edited(self, edits: list[dict[str, Any]]) -> None:
        """Take the edits over; a check whose fields are all emptied is no longer answered."""
        mine = self._answers()
        for edit in edits:
            check, field = str(edit["row"]), str(edit["key"])
            answer = mine.setdefault(
                check, CheckAnswer(market=self.state.market, check=check).model_dump(mode="json")
            )
            empty = EMPTY.get(field)
            answer[field] = empty if edit["value"] is None else edit["value"]
            if answer["status"] is None:
                answer["answered_on"] = None  # a note answers nothing
            elif field in RENEWING or answer["answered_on"] is None:
                answer["answered_on"] = min(date.today(), self.state.plan.as_of).isoformat()
        kept = [answer for answer in mine.values() if any(answer[field] for field in EDITABLE)]
        others = [
            answer.model_dump(mode="json")
            for answer in self.state.plan.answers
            if answer.market != self.state.market
        ]
        self.state.change(answers=[*others, *kept])
