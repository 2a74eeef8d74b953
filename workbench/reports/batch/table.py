"""The job table of a folder: ``run.json``, and a journal while a batch is under way.

Each finished job is appended to the journal and flushed to disk before the next one is taken, so
that a batch that is killed leaves a table that is true. The next one folds the journal in.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from workbench.domain.errors import InputError
from workbench.reports.batch.jobs import LOST, THERE, Job, job_from
from workbench.reports.batch.lock import HIDDEN
from workbench.sources._reasons import system_reason
from workbench.sources.files import write_text

TABLE = "run.json"
JOURNAL = f"{HIDDEN}/journal.jsonl"
VERSION = 1


@dataclass(frozen=True)
class Last:
    """The batch before: when it ended and what is known of each market."""

    ended: str
    """ISO 8601, in UTC."""
    markets: Sequence[Mapping[str, Any]]
    """Records of :class:`workbench.reports.batch.changes.Standing`."""

    def to_record(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return {"ended": self.ended, "markets": list(self.markets)}


@dataclass
class Table:
    """The table of a folder, read as the batch before left it.

    Attributes
    ----------
    before
        File -> its job then.
    last
        The last batch that came to its end; None: there was none.
    jobs
        File -> its job now, in the order in which they were asked for.
    """

    out: Path
    before: dict[str, Job] = field(default_factory=dict)
    last: Last | None = None
    jobs: dict[str, Job] = field(default_factory=dict)
    _facts: dict[str, Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def read(cls, out: Path) -> "Table":
        """The table of a folder; one that can't be read, or of another version, counts as none."""
        found = _json(out / TABLE)
        if not isinstance(found, dict) or found.get("version") != VERSION:
            return cls(out)
        rows = [
            *_records(found.get("others")),
            *_records(found.get("jobs")),
            *_journal(out / JOURNAL),
        ]
        jobs = filter(None, map(job_from, rows))
        table = cls(out, {job.file: job for job in jobs})
        if found.get("state") == "finished":
            table.last = Last(str(found.get("ended")), _records(found.get("markets")))
        elif isinstance(found.get("last"), dict):
            table.last = Last(
                str(found["last"].get("ended")), _records(found["last"].get("markets"))
            )
        return table

    def up_to_date(self, job: Job) -> Job | None:
        """The job as it was made before, if its file would be the same and is still there."""
        old = self.before.get(job.file)
        if old is None or old.state not in THERE or old.hash != job.hash:
            return None
        return old if _same_file(self.out / job.file, old.sha256) else None

    def begin(self, jobs: Iterable[Job], **facts: Any) -> None:
        """Write down what is to be done; facts are those of the batch as a whole."""
        self.jobs = {job.file: job for job in jobs}
        self._facts = {"pid": os.getpid(), **facts}
        self._write("running", None, [])
        (self.out / JOURNAL).unlink(missing_ok=True)

    def note(self, job: Job) -> None:
        """Write down how a job stands; for any thread.

        Raises
        ------
        InputError
            If the disk refuses; the table on it is still true.
        """
        with self._lock:
            self.jobs[job.file] = job
            lasting = job.state in (*THERE, *LOST)
            _append(self.out / JOURNAL, json.dumps(job.to_record(), ensure_ascii=False), lasting)

    def end(self, state: str, markets: Sequence[Mapping[str, Any]]) -> None:
        """Write the table as it stands now; jobs that were begun only are queued again.

        Parameters
        ----------
        state
            ``finished`` or ``stopped``.
        markets
            What was said of each market; see :class:`Last`.
        """
        for file, job in self.jobs.items():
            if job.state == "running":
                self.jobs[file] = replace(job, state="queued")
        self._write(state, now(), markets)
        (self.out / JOURNAL).unlink(missing_ok=True)

    def others(self) -> list[str]:
        """Files of batches before that are still there and that this one wasn't asked for."""
        return [
            file
            for file, job in self.before.items()
            if file not in self.jobs and job.sha256 and (self.out / file).is_file()
        ]

    def _write(self, state: str, ended: str | None, markets: Sequence[Mapping[str, Any]]) -> None:
        others = set(self.others())
        content = {
            "version": VERSION,
            "state": state,
            **self._facts,
            "ended": ended,
            "jobs": [job.to_record() for job in self.jobs.values()],
            "others": [job.to_record() for file, job in self.before.items() if file in others],
            "markets": list(markets),
            "last": self.last.to_record() if self.last else None,
        }
        write_text(self.out / TABLE, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # none, or not ours: everything is made anew
        return None


def _records(found: Any) -> list[dict[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _journal(path: Path) -> list[dict[str, Any]]:
    """The rows that were written whole; a killed batch may have torn the last one."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return []
    rows = []
    for line in lines:
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError):
            continue
    return _records(rows)


def _append(path: Path, line: str, lasting: bool) -> None:
    try:
        with path.open("ab") as file:
            file.write(line.encode("utf-8") + b"\n")
            file.flush()
            if lasting:
                os.fsync(file.fileno())
    except OSError as error:
        raise InputError(
            "The file {path} can't be written: {why}; what was made so far is kept, run the "
            "report again.",
            path=path,
            why=system_reason(error),
        ) from error


def _same_file(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def now() -> str:
    """This moment, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
