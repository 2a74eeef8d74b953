"""Make one brief: a plain function of a description that can be sent to another process."""

import time
from dataclasses import dataclass
from functools import lru_cache

from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

from workbench.locale import translator
from workbench.reports.batch.reasons import reason, state_of
from workbench.reports.engine import KernelStartError, SharedKernel, kernel_of_thread
from workbench.reports.page import page, views_of


@dataclass(frozen=True)
class Around:
    """What stands around the sections of a page."""

    title: str
    subtitle: str
    day: str
    links: tuple[tuple[str, str, str], ...]
    """``(address, text, language tag)`` of the pages beside this one."""
    standalone: bool
    """Whether the page carries its scripts."""


@dataclass(frozen=True)
class Task:
    """One brief to be made; it can be pickled."""

    notebook: str
    """Path of the notebook."""
    parameters: dict[str, str]
    lang: str
    around: Around
    seconds: float
    """How long it may take."""


@dataclass(frozen=True)
class Made:
    """What became of a task."""

    state: str
    """``done``, or why not: ``failed``, ``timed_out``, ``died``."""
    attempts: int
    """How often a kernel was asked for: a second time only if it did not start."""
    seconds: float
    content: bytes = b""
    """The page; empty where there is none."""
    error: str = ""
    """Why there is none, in the task's language."""


def make_brief(task: Task) -> Made:
    """Run the notebook in this thread's kernel and put its sections on a page.

    It depends on nothing but the task and the files that it names; whatever goes wrong becomes a
    state with a reason, so that one brief can't take others with it.
    """
    start = time.perf_counter()
    kernel, attempts = kernel_of_thread(), 0
    try:
        for attempts in (1, 2):
            try:
                executed = _executed(kernel, task)
                break
            except KernelStartError:
                if attempts == 2:
                    raise
        content = brief_page(executed, task.lang, task.around).encode("utf-8")
    except Exception as error:
        text = reason(error, task.lang, task.seconds)
        return Made(state_of(error), attempts, time.perf_counter() - start, error=text)
    return Made("done", attempts, time.perf_counter() - start, content)


def brief_page(executed: NotebookNode, lang: str, around: Around) -> str:
    """The page of an executed brief notebook."""
    return page(
        views_of(executed),
        translator(lang),
        title=around.title,
        subtitle=around.subtitle,
        day=around.day,
        links=around.links,
        standalone=plotly_script() if around.standalone else "",
    )


@lru_cache(maxsize=1)
def plotly_script() -> str:
    """Plotly's script, 5 MB."""
    return str(get_plotlyjs())


def _executed(kernel: SharedKernel, task: Task) -> NotebookNode:
    return kernel.run(task.notebook, task.parameters, task.seconds)
