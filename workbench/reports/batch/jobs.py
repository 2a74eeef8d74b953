"""One file that a batch makes: what it is for, where it goes, how it went."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

HTML = "html"
STATES = ("queued", "running", "done", "skipped", "failed", "timed_out", "died")
"""``died``: the kernel ended in the middle; ``skipped``: unchanged since it was made."""
THERE = ("done", "skipped")
"""States of a job whose file is in place and up to date."""
LOST = ("failed", "timed_out", "died")
_RESERVED = re.compile(r"assets|con|prn|aux|nul|(com|lpt)\d|\..*")


@dataclass(frozen=True)
class Job:
    """One file of a batch; a row of the job table."""

    scenario: str
    revision: int | None
    """Revision of the workspace's scenario; None: the plan is not from a workspace."""
    industry: str
    market: str
    """ISO 3166-1 code; "": the file is about all markets of its line."""
    lang: str
    format: str
    """``html``, ``pdf``, ``xlsx`` or ``pptx``."""
    file: str
    """Path in the batch's folder, parts separated by ``/``."""
    hash: str
    """What it is made of, as a SHA-256; see :mod:`workbench.reports.batch.hashing`."""
    state: str = "queued"
    attempts: int = 0
    """How often a kernel was started or asked for it."""
    seconds: float = 0.0
    """Time to make it, as last made."""
    sha256: str = ""
    """Of the file; "" where none was made."""
    made: str = ""
    """When the file was made, ISO 8601 in UTC."""
    error: str = ""
    """Why there is no file, in the job's language."""

    def to_record(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return asdict(self)


def job_from(record: Mapping[str, Any]) -> Job | None:
    """The job of a record; None if it isn't one (another version of the program wrote it)."""
    names = {field.name for field in fields(Job)}
    if set(record) != names or record["state"] not in STATES:
        return None
    if not all(isinstance(record[name], str) for name in ("file", "hash", "sha256", "market")):
        return None
    return Job(**record)


def brief_name(code: str, lang: str, form: str = HTML) -> str:
    """File name of a market's file."""
    return f"{code}.{lang}.{form}"


def whole_name(lang: str, form: str) -> str:
    """File name of what is about all markets, beside the index."""
    return f"portfolio.{lang}.{form}"


def index_name(lang: str, langs: tuple[str, ...]) -> str:
    """File name of the index in a language; the first language has the plain one."""
    return "index.html" if lang == langs[0] else f"index.{lang}.html"


def folder_name(text: str) -> str:
    """A folder's name for a scenario or an industry; different texts have different names.

    A hash is added where the text can't be the name itself: characters that a file system may not
    take, capitals (two names may differ in case only), names that are taken.
    """
    safe = re.sub(r"[^\w-]+", "-", text)[:40].strip("-")
    if safe and safe == text.casefold() and not _RESERVED.fullmatch(safe):
        return safe
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    return f"{safe or 'x'}-{digest}"
