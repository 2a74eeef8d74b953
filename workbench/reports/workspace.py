"""The workspace as plain rows for a terminal, and as records for ``--json``."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.domain.assess import Portfolio
from workbench.domain.changes import Change
from workbench.domain.comparison import Comparison
from workbench.domain.exchange import Comparison as Exchange
from workbench.domain.text import Text
from workbench.figures.channels import channel_names
from workbench.figures.readiness import check_names
from workbench.locale import Translator, word
from workbench.reports.listing import Rows
from workbench.store import Command, Scenario, Version
from workbench.store.checking import Checked
from workbench.store.log import to_json


def scenarios(found: Sequence[Scenario], t: Translator) -> Rows:
    """One row a scenario."""
    rows = [
        [
            one.name,
            str(one.revision),
            f"{one.parent} @ {one.parent_revision}" if one.parent else "—",
            t("approved by {who}, {day}", who=one.frozen_by, day=one.frozen_at[:10])
            if one.frozen
            else t("open"),
        ]
        for one in found
    ]
    return [t("Scenario"), t("Revision"), t("Branched from"), t("State")], rows, ""


def scenario_records(found: Sequence[Scenario]) -> list[dict[str, Any]]:
    """Fields as in ``docs/workspace.md``."""
    return [
        {
            "scenario": one.name,
            "revision": one.revision,
            "parent": one.parent,
            "parent_revision": one.parent_revision,
            "approved_by": one.frozen_by or None,
            "approved_at": one.frozen_at or None,
        }
        for one in found
    ]


def log(found: Sequence[Command], t: Translator) -> Rows:
    """One row a command."""
    rows = [
        [str(one.seq), str(one.revision), _time(one), one.who, one.kind, _what(one), one.reason]
        for one in found
    ]
    head = [
        t("Command"),
        t("Revision"),
        t("When"),
        t("Who"),
        t("Kind"),
        t("What"),
        t("Reason"),
    ]
    return head, rows, ""


def command_records(found: Sequence[Command]) -> list[dict[str, Any]]:
    """Fields as in ``docs/workspace.md``."""
    return [_command(one) | {"changes": [_change(each) for each in one.changes]} for one in found]


def history(found: Sequence[Version], t: Translator) -> Rows:
    """One row a version of the cell, newest first."""
    rows = [
        [
            str(one.command.seq),
            one.scenario,
            _time(one.command),
            one.command.who,
            _shown(one.value),
            one.command.reason,
            " · ".join(part for part in vars(one.command.evidence).values() if part),
        ]
        for one in found
    ]
    head = [
        t("Command"),
        t("Scenario"),
        t("When"),
        t("Who"),
        t("Value"),
        t("Reason"),
        t("Evidence"),
    ]
    return head, rows, "" if rows else t("This cell was never set.")


def version_records(found: Sequence[Version]) -> list[dict[str, Any]]:
    """Fields as in ``docs/workspace.md``."""
    return [_command(one.command) | {"scenario": one.scenario, "value": one.value} for one in found]


def todo(found: pd.DataFrame, portfolio: Portfolio, t: Translator) -> Rows:
    """One row an open check."""
    names = check_names(portfolio, t)
    rows = [
        [
            t.market(row["market"]),
            names[row["check"]],
            word(t, "status", row["status"]),
            row["owner"] or t("nobody yet"),
            (t.date(row["due"]) if row["due"] else "—") + (" !" if row["overdue"] else ""),
        ]
        for row in found.to_dict("records")
    ]
    head = [t("Market"), t("Check"), t("Status"), t("Owner"), t("Due")]
    return head, rows, t("! overdue") if found["overdue"].any() else ""


def todo_records(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Fields as in ``docs/workspace.md``."""
    return [
        row
        | {
            "due": row["due"].isoformat() if row["due"] else None,
            "mine": bool(row["mine"]),
            "overdue": bool(row["overdue"]),
        }
        for row in found.to_dict("records")
    ]


def comparison(
    found: Comparison, portfolio: Portfolio, names: tuple[str, str], t: Translator
) -> list[Rows]:
    """Three tables: inputs, markets, mixes."""
    inputs = [[one.table, one.key, _shown(one.before), _shown(one.after)] for one in found.inputs]
    markets = [
        [
            t.market(str(code)),
            f"{word(t, 'gate', row['gate_one'])} → {word(t, 'gate', row['gate_two'])}",
            f"{_rank(row['rank_one'])} → {_rank(row['rank_two'])}",
            t.number(row["mix_moved"], 1),
        ]
        for code, row in found.markets[found.markets["changed"]].iterrows()
    ]
    channels = channel_names(portfolio, t)
    mixes = [
        [
            t.market(row["market"]),
            channels[row["channel"]],
            t.number(row["one"], 1),
            t.number(row["two"], 1),
        ]
        for row in found.mixes.to_dict("records")
    ]
    same = t("No difference.")
    return [
        ([t("Table"), t("Key"), *names], inputs, "" if inputs else same),
        (
            [t("Market"), t("Verdict"), t("Rank"), t("Mix moved, points")],
            markets,
            "" if markets else same,
        ),
        ([t("Market"), t("Channel"), *names], mixes, "" if mixes else same),
    ]


def comparison_record(found: Comparison, one: str, two: str) -> dict[str, Any]:
    """Fields as in ``docs/workspace.md``."""
    markets = found.markets.reset_index()
    ranks = ["rank_one", "rank_two"]
    markets[ranks] = markets[ranks].astype(object).where(markets[ranks].notna(), None)
    return {
        "one": one,
        "two": two,
        "inputs": [_change(each) for each in found.inputs],
        "markets": [
            row | {"mix_moved": round(row["mix_moved"], 6)} for row in markets.to_dict("records")
        ],
        "mixes": found.mixes.to_dict("records"),
    }


def imported(
    found: Exchange, notes: Sequence[Text], saved: Command | None, t: Translator
) -> list[str]:
    """What a file asked for, line by line: changes, conflicts, rejected rows, the sums."""
    lines = [t.text(note) for note in notes]
    lines += [f"± {one.cell}: {_shown(one.before)} → {_shown(one.after)}" for one in found.changes]
    lines += [
        "! "
        + t(
            "{cell}: exported as {old}, now {now}, the file says {wanted}; not applied",
            cell=one.cell,
            old=_shown(one.exported),
            now=_shown(one.now),
            wanted=_shown(one.wanted),
        )
        for one in found.conflicts
    ]
    lines += [
        "✗ " + t("{sheet}, row {row}: {why}", sheet=one.table, row=one.number, why=one.why)
        for one in found.rejected
    ]
    lines.append(
        t(
            "{rows} rows: {changes} to change, {unchanged} unchanged, {conflicts} in conflict, "
            "{rejected} rejected",
            rows=found.rows,
            changes=len(found.changes),
            unchanged=found.unchanged,
            conflicts=len(found.conflicts),
            rejected=len(found.rejected),
        )
    )
    if saved:
        lines.append(t("Saved as revision {revision}.", revision=saved.revision))
    elif found.changes:
        lines.append(t("Nothing was saved; add --apply to save the changes."))
    return lines


def import_record(found: Exchange, saved: Command | None, t: Translator) -> dict[str, Any]:
    """Fields as in ``docs/workspace.md``."""
    return {
        "rows": found.rows,
        "unchanged": found.unchanged,
        "changes": [_change(each) for each in found.changes],
        "conflicts": [
            {
                "table": one.cell.table,
                "key": one.cell.key,
                "exported": one.exported,
                "now": one.now,
                "wanted": one.wanted,
            }
            for one in found.conflicts
        ],
        "rejected": [
            {"table": one.table, "row": one.number, "why": t.text(one.why)}
            for one in found.rejected
        ],
        "saved_revision": saved.revision if saved else None,
    }


def check_record(found: Checked, t: Translator) -> dict[str, Any]:
    """Fields as in ``docs/workspace.md``."""
    return vars(found) | {"faults": [t.text(one) for one in found.faults]}


def _command(one: Command) -> dict[str, Any]:
    return {
        "command": one.seq,
        "revision": one.revision,
        "kind": one.kind,
        "at": one.at.isoformat(),
        "who": one.who,
        "reason": one.reason,
        "evidence": vars(one.evidence),
    }


def _change(one: Change) -> dict[str, Any]:
    return {"table": one.table, "key": one.key, "before": one.before, "after": one.after}


def _what(one: Command) -> str:
    if one.kind in ("create", "branch"):
        return str(one.details["name"])
    first = ", ".join(str(each.cell) for each in one.changes[:3])
    return first + (f" + {len(one.changes) - 3}" if len(one.changes) > 3 else "")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        filled = {name: each for name, each in value.items() if each not in (None, "")}
        return ", ".join(f"{name} {each}" for name, each in filled.items())
    return "—" if value is None else value if isinstance(value, str) else to_json(value)


def _rank(value: float) -> str:
    return "—" if value != value else f"{value:.0f}"


def _time(one: Command) -> str:
    return f"{one.at.astimezone():%Y-%m-%d %H:%M}"
