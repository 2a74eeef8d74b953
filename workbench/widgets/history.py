"""The history of a cell, the way back to what stood in it, and comments (W6)."""

from typing import Any

import ipywidgets as widgets

from workbench.domain.changes import COMMENTS, INPUTS, Cell, Change
from workbench.domain.comments import comment_change, comments_of
from workbench.domain.errors import InputError
from workbench.figures import history
from workbench.figures.cells import cell_name, cell_value
from workbench.figures.moments import moment
from workbench.figures.view import View
from workbench.store import Version
from workbench.store.plans import ScenarioStore
from workbench.widgets._panel import Panel

LATEST = 200
"""Commands in which cells are looked for that were set since the page was opened."""
DEFAULT = 0
"""The version in which a cell isn't set; commands are numbered from 1."""
NONE = ""
"""The value of a list in which nothing is chosen."""


class HistoryPanel(Panel):
    """Choose a cell: its versions, who made them and why, what people say about it."""

    depends = frozenset(["scenario", "revision"])

    def controls(self) -> list[widgets.Widget]:
        """The list of cells, the list of versions to restore, the field for a comment."""
        t = self.state.t
        wide = {"description_width": "initial"}
        size = {"width": "480px"}
        self.cell = widgets.Dropdown(description=t("Cell"), style=wide, layout=size)
        self.version = widgets.Dropdown(description=t("Version"), style=wide, layout=size)
        self.restore = widgets.Button(description=t("Restore"), layout={"width": "auto"})
        self.comment = widgets.Textarea(
            description=t("Comment"), rows=2, style=wide, layout={"width": "100%", "height": "auto"}
        )
        self.add = widgets.Button(
            description=t("Add comment"), layout={"width": "auto", "align_self": "flex-start"}
        )
        self.restoring = widgets.HBox([self.version, self.restore])
        self.commenting = widgets.VBox([self.comment, self.add])
        self._filling = False
        self._versions: list[Version] = []
        self._touched: tuple[str, set[Cell]] | None = None
        self.cell.observe(self._picked, "value")
        self.restore.on_click(self.guarded(self._restore))
        self.add.on_click(self.guarded(self._add))
        return [self.cell, self.restoring, self.commenting]

    def arranged(self) -> list[widgets.Widget]:
        """The history stands between the choice of a cell and what can be done about it."""
        chosen, *acting = self._controls
        return [self._heading, self._error, chosen, self._body, *acting]

    def view(self) -> View:
        """The versions of the chosen cell and its comments."""
        state, kept = self.state, self._kept()
        self._offer_cells()
        cell = self._chosen()
        self._versions = versions = kept.workspace.history(kept.name, cell) if cell else []
        self._offer_versions(cell, versions)
        entries = [
            history.Entry(
                one.value,
                one.command.who,
                one.command.at,
                one.scenario,
                "restore" if "restored" in one.command.details else one.command.kind,
                one.command.reason,
                one.command.evidence,
            )
            for one in versions
        ]
        return history.view(state.portfolio, cell, entries, self._remarks(cell), state.t)

    def lock(self, locked: bool) -> None:
        """Show what can be done only where it can be."""
        shown = self._kept().writable and not locked and self._chosen() is not None
        self.restoring.layout.display = "" if shown and self.version.options else "none"
        self.commenting.layout.display = "" if shown else "none"

    def redraw(self) -> None:
        """Draw anew, also after another cell was chosen."""
        super().redraw()
        self.lock(self.state.locked)

    def _kept(self) -> ScenarioStore:
        if self.state.kept is None:
            raise InputError(
                "There are no scenarios beside a plan file; open the workspace instead."
            )
        return self.state.kept

    def _chosen(self) -> Cell | None:
        return Cell(*self.cell.value) if self.cell.value else None

    def _offer_cells(self) -> None:
        """Cells that are set, and those that were set or commented on; the choice is kept."""
        kept, before = self._kept(), self.cell.value
        stored = kept.workspace.snapshot(kept.name).cells
        found = set(stored) | {one.cell for one in comments_of(stored)} | self._ever(kept)
        for command in kept.workspace.commands(kept.name, limit=LATEST):
            found |= {change.cell for change in command.decisions}
        if before:
            found.add(Cell(*before))  # so that a switch of scenarios keeps what is looked at
        t, portfolio = self.state.t, self.state.portfolio
        named = sorted(
            (cell_name(portfolio, cell, t), tuple(cell))
            for cell in found
            if cell.table not in (COMMENTS, INPUTS)
        )
        self._fill(self.cell, [(t("Choose a cell"), NONE), *_told_apart(named)], before or NONE)

    def _ever(self, kept: ScenarioStore) -> set[Cell]:
        """Cells that were ever set, looked up once a scenario; what comes later is in the log."""
        if self._touched is None or self._touched[0] != kept.name:
            self._touched = kept.name, kept.workspace.touched(kept.name)
        return self._touched[1]

    def _offer_versions(self, cell: Cell | None, versions: list[Version]) -> None:
        """Versions that hold something else than the cell does now."""
        t, options = self.state.t, []
        now = versions[0].value if versions else None
        for one in versions[1:]:
            if cell and one.value not in (now, None):
                value = cell_value(self.state.portfolio, cell, one.value, t)
                said = f"{value} · {one.command.who} · {moment(one.command.at, t)}"
                options.append((said, one.command.seq))
        if now is not None:
            options.append((t("not set: the default holds"), DEFAULT))
        kept = self.version.value
        numbers = [number for _, number in options]
        self._fill(self.version, options, kept if kept in numbers else next(iter(numbers), None))

    def _fill(self, box: widgets.Dropdown, options: list[Any], value: Any) -> None:
        self._filling = True
        if box.options != tuple(options):
            box.options = options
        if value is not None and box.value != value:
            box.value = value
        self._filling = False

    def _picked(self, _change: Any) -> None:
        if not self._filling:
            self.redraw()

    def _remarks(self, cell: Cell | None) -> list[history.Remark]:
        if cell is None:
            return []
        kept = self._kept()
        return [
            history.Remark(
                one.text,
                said.who if (said := self.state.author(one.name)) else one.who,
                said.at if said else None,
            )
            for one in comments_of(kept.workspace.snapshot(kept.name).cells, cell)
        ]

    def _restore(self, _button: Any) -> None:
        cell, number, kept = self._chosen(), self.version.value, self._kept()
        if cell is None or number is None:
            raise InputError("Choose a cell and one of its versions first.")
        versions, why = self._versions, self.state.why
        now = versions[0].value if versions else None
        wanted = next((one.value for one in versions if one.command.seq == number), None)
        # Against what the page shows: whoever changed the cell meanwhile is not overwritten unseen.
        kept.workspace.apply(
            kept.name,
            [Change(*cell, now, wanted)],
            why.reason,
            why.evidence,
            kept.inputs.check,
            **({} if number == DEFAULT else {"restored": number}),
        )
        self.state.take(kept.reload(self.state.plan))

    def _add(self, _button: Any) -> None:
        cell, kept = self._chosen(), self._kept()
        if cell is None:
            raise InputError("Choose the cell first that you want to comment on.")
        workspace = kept.workspace
        stored = workspace.snapshot(kept.name).cells
        change = comment_change(stored, cell, self.comment.value, workspace.author)
        workspace.apply(kept.name, [change])
        self.comment.value = ""
        self.state.take(kept.reload(self.state.plan))


def _told_apart(named: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """A list takes each name once; ids that share a name are told apart by their own."""
    names = [name for name, _ in named]
    return [
        (name if names.count(name) == 1 else f"{name} ({'/'.join(key)})", key)
        for name, key in named
    ]
