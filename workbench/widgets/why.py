"""The reason and evidence that go with every change until they are emptied (W6)."""

from datetime import date
from typing import Any

import ipywidgets as widgets

from workbench.domain.changes import Evidence, Why
from workbench.widgets.state import PlanState

LONGEST = 2000
LABEL = "14em"
"""Width of the labels that stand below each other, so that their fields do too."""


class WhyFields:
    """Five fields behind a button, bound to :attr:`PlanState.why` both ways.

    Attributes
    ----------
    widget
        What to display; closed until :attr:`opener` is pressed.
    """

    def __init__(self, state: PlanState) -> None:
        self.state = state
        t = state.t
        self.opener = widgets.Button(layout={"width": "auto", "align_self": "flex-start"})
        self.reason = self._text(t("Reason for the next changes"))
        self.text = self._text(t("Evidence"))
        self.link = self._text(t("Link to the evidence"))
        self.day = widgets.DatePicker(
            description=t("Date of the evidence"), style={"description_width": LABEL}
        )
        self.confidence = widgets.Dropdown(
            description=t("Confidence"),
            options=[
                (t("not stated"), ""),
                (t("high"), "high"),
                (t("medium"), "medium"),
                (t("low"), "low"),
            ],
            style={"description_width": "initial"},
        )
        self.clear = widgets.Button(description=t("Empty all"), layout={"width": "auto"})
        self.fields = widgets.VBox(
            [
                self.reason,
                self.text,
                self.link,
                widgets.HBox([self.day, self.confidence, self.clear]),
            ]
        )
        self.widget = widgets.VBox([self.opener, self.fields])
        self.opener.on_click(lambda _button: self._open(self.fields.layout.display == "none"))
        self.clear.on_click(lambda _button: setattr(state, "why", Why()))
        for field in (self.reason, self.text, self.link, self.day, self.confidence):
            field.observe(self._written, "value")
        state.observe(self._follow, "why")
        self._filling = False
        self._follow()
        self._open(bool(state.why.reason))

    def _text(self, label: str) -> widgets.Text:
        return widgets.Text(
            description=label,
            style={"description_width": LABEL},
            layout={"width": "100%"},
            continuous_update=True,  # a button pressed right after typing finds what was typed
        )

    def _open(self, opened: bool) -> None:
        self.fields.layout.display = "" if opened else "none"
        self._label()

    def _label(self) -> None:
        t, opened = self.state.t, self.fields.layout.display != "none"
        name = t("Hide reason and evidence") if opened else t("Reason and evidence")
        self.opener.description = f"{'▾' if opened else '▸'} {name}"

    def _written(self, _change: Any) -> None:
        if self._filling:
            return
        day = self.day.value
        self.state.why = Why(
            self.reason.value.strip()[:LONGEST],
            Evidence(
                self.text.value.strip()[:LONGEST],
                self.link.value.strip()[:LONGEST],
                day.isoformat() if day else "",
                self.confidence.value or "",
            ),
        )
        self._follow()  # what was cut off is seen to be

    def _follow(self, _change: Any = None) -> None:
        why, self._filling = self.state.why, True
        evidence = why.evidence
        for field, value in (
            (self.reason, why.reason),
            (self.text, evidence.text),
            (self.link, evidence.link),
        ):
            if field.value.strip() != value:  # not while someone types a space
                field.value = value
        self.day.value = date.fromisoformat(evidence.day) if evidence.day else None
        self.confidence.value = evidence.confidence
        self._filling = False
