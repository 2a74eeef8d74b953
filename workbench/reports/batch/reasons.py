"""Why there is no page, in its own language."""

import papermill.exceptions

from workbench.domain import errors
from workbench.domain.errors import WorkbenchError
from workbench.locale import Translator, translator
from workbench.reports.engine import (
    JOB_SECONDS,
    JobTimeoutError,
    KernelEndedError,
    KernelStartError,
)


def state_of(error: Exception) -> str:
    """The state of a job that ended with this error."""
    if isinstance(error, JobTimeoutError):
        return "timed_out"
    return "died" if isinstance(error, KernelEndedError) else "failed"


def reason(error: Exception, lang: str, seconds: float = JOB_SECONDS) -> str:
    """The error as a sentence; the class is named only where it is none of ours.

    An error of ours leaves the notebook's kernel as text, which the brief there has translated.

    Parameters
    ----------
    seconds
        What the job was given.
    """
    t = translator(lang)
    if isinstance(error, WorkbenchError):
        return t.error(error)
    if isinstance(error, papermill.exceptions.PapermillExecutionError):
        return _from_notebook(error, t)
    if isinstance(error, JobTimeoutError):
        return t(
            "the brief took longer than {seconds} s and was stopped; allow more with --timeout",
            seconds=f"{seconds:g}",
        )
    if isinstance(error, KernelEndedError):
        return t("the notebook's kernel died; run the report again")
    if isinstance(error, KernelStartError):
        return t("the notebook's kernel did not start, twice; run the report again")
    what = f"{type(error).__name__}: {error}"
    return t("something unexpected: {what}", what=what)


def _from_notebook(error: papermill.exceptions.PapermillExecutionError, t: Translator) -> str:
    ours = getattr(errors, error.ename, None)
    if isinstance(ours, type) and issubclass(ours, WorkbenchError):
        return str(error.evalue)
    what = f"{error.ename}: {error.evalue}".strip()
    return t("something unexpected in the notebook: {what}", what=what)
