"""An editable table: Tabulator in the page, every edit checked again in Python."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import traitlets as t
from traitlets.log import get_logger

from workbench.domain.errors import InputError, WorkbenchError
from workbench.widgets._cells import check_column
from workbench.widgets._edits import Edit, apply, revert
from workbench.widgets._esm import OneWay
from workbench.widgets._grid_texts import TEXTS

MOST_EDITS = 20_000
"""In one message; a paste of more is refused whole."""


class Grid(OneWay):
    """A table to type in, paste into from a spreadsheet, undo in, and read with a screen reader.

    A page proposes edits; this class decides. See :meth:`on_edit`.
    """

    script = "grid.js"
    sheet = "grid.css"

    columns = t.List(t.Dict()).tag(sync=True)
    """In order: key, title, kind (text, number, level, date or select; default text), editable
    (default False), options (of a select: value, label), align (left, center, right), width
    (pixels), help, min, max (of the value; of a text, its length), frozen (stays when scrolling),
    empty (what an empty cell shows where it doesn't mean unknown; default: unknown), decimals (of
    a level; default 0).
    """

    rows = t.List(t.Dict()).tag(sync=True)
    """Each with a unique ``id`` and a JSON primitive, or None for unknown, per column key. Optional
    ``_classes`` and ``_titles`` map a key to the cell's CSS classes and its tooltip."""

    label = t.Unicode("").tag(sync=True)
    """The accessible name of the table."""

    lang = t.Enum(("zh", "en"), "zh").tag(sync=True)
    """The language of the table's own texts and of its numbers. Default ``zh``."""

    readonly = t.Bool(False).tag(sync=True)
    """Refuse every edit. Default False."""

    height = t.Union([t.Int(min=80), t.Enum(("auto",))], default_value="auto").tag(sync=True)
    """Pixels, at least 80, beyond which rows scroll; or ``auto``, the default: all rows show."""

    placeholder = t.Unicode("").tag(sync=True)
    """What stands in an empty table: it should say what to do next. Default by language."""

    texts = t.Dict().tag(sync=True)
    """The table's own texts, and translations of refusals. Default by ``lang``."""

    def __init__(self, **traits: Any) -> None:
        self._callbacks: list[Callable[[list[Edit]], object]] = []
        super().__init__(**traits)
        self.on_msg(self._receive)

    @t.default("texts")
    def _default_texts(self) -> dict[str, str]:
        return dict(TEXTS[self.lang])

    @t.observe("lang")
    def _translate(self, _change: Any) -> None:
        self.texts = dict(TEXTS[self.lang])

    @t.validate("columns")
    def _check_columns(self, proposal: Any) -> list[dict[str, Any]]:
        return [check_column(column) for column in proposal["value"]]

    @t.validate("rows")
    def _check_rows(self, proposal: Any) -> list[dict[str, Any]]:
        rows = [dict(row) for row in proposal["value"]]  # ours to change in place
        if len({row.get("id") for row in rows} - {None}) < len(rows):
            raise InputError("Each row of a grid needs an id of its own.")
        return rows

    def on_edit(self, callback: Callable[[list[Edit]], object]) -> None:
        """Call ``callback`` with each batch of accepted edits, already applied to ``rows``.

        A callback that raises refuses the batch: the cells go back to what they were and show the
        error's text (of a :class:`WorkbenchError`; of anything else, a general one).
        """
        self._callbacks.append(callback)

    def update_rows(self, patches: Iterable[Mapping[str, Any]]) -> None:
        """Change some values of some rows (by ``id``) and send only those to the page."""
        known = self._by_id()
        changes = [dict(patch) for patch in patches]
        for change in changes:
            if change.get("id") not in known:
                raise InputError("The grid has no row with the id {id}.", id=change.get("id"))
        for change in changes:
            known[change["id"]].update(change)
        if changes:
            self.send({"type": "patch", "rows": changes})

    def _by_id(self) -> dict[Any, dict[str, Any]]:
        return {row["id"]: row for row in self.rows}

    def _reason(self, error: Exception) -> str:
        if not isinstance(error, WorkbenchError):
            get_logger().error("A grid's edit failed", exc_info=error)
            error = WorkbenchError("The change could not be saved.")
        return str(self.texts.get(error.msgid, error.msgid)).format(**error.values)

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        edits = content.get("edits") if isinstance(content, dict) else None
        if not isinstance(edits, list) or content.get("type") != "edit":
            get_logger().warning("A grid was sent a message that it does not know")
            return
        accepted, refused = self._apply(edits)
        rows, batch = self._by_id(), content.get("batch")

        def now(place: Edit) -> Edit:  # a callback may have changed the cell once more
            row, key = place["row"], place["key"]
            return {"row": row, "key": key, "value": rows.get(row, {}).get(key)}

        answer = {
            "batch": batch if isinstance(batch, int) else None,
            "accepted": [now(edit) for edit in accepted],
            "rejected": [{**now(place), "reason": reason} for place, reason in refused],
        }
        self.send({"type": "answer", **answer})

    def _apply(self, edits: list[Any]) -> tuple[list[Edit], list[tuple[Edit, str]]]:
        if len(edits) > MOST_EDITS:
            self.send_state("rows")  # the page has already shown them
            error = InputError("Too many changes at once: at most {max}.", max=MOST_EDITS)
            return [], [({"row": None, "key": None}, self._reason(error))]
        columns = {column["key"]: column for column in self.columns}
        accepted, refused = apply(edits, self._by_id(), columns, self.readonly)
        reasons = [(place, self._reason(error)) for place, error in refused]
        try:
            for callback in self._callbacks if accepted else ():
                callback([dict(edit) for edit in accepted])
        except Exception as error:
            revert(accepted, self._by_id())
            reason = self._reason(error)
            reasons += [({"row": edit["row"], "key": edit["key"]}, reason) for edit in accepted]
            accepted = []
        return accepted, reasons
