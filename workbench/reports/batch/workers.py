"""Briefs side by side: threads, each with a kernel of its own.

The work is done by the kernels, which are processes; a thread only talks to its one. So a kernel
that dies or hangs costs one brief, and nothing is shared between two of them.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import TypeVar

from workbench.reports.batch.making import Made, Task, make_brief
from workbench.reports.engine import SharedKernel, end_thread, kernel_of_thread

Key = TypeVar("Key")


def made_side_by_side(
    tasks: Sequence[tuple[Key, Task]], workers: int, began: Callable[[Key], None]
) -> Iterator[tuple[Key, Made]]:
    """Make briefs, several at a time; each is yielded once it is made.

    When the caller stops early, for Ctrl-C or an error of its own, the kernels are killed and
    nothing is left running.

    Parameters
    ----------
    tasks
        Key and task, in the order in which they are begun.
    workers
        How many at a time, at least 1.
    began
        Called from a worker's thread with the key of each brief that is begun.
    """
    waiting = deque(tasks)
    results: SimpleQueue[tuple[Key, Made] | BaseException] = SimpleQueue()
    stop, finished = threading.Event(), False
    kernels: list[SharedKernel] = []

    def work() -> None:
        kernels.append(kernel_of_thread())
        try:
            while not stop.is_set():
                try:
                    key, task = waiting.popleft()
                except IndexError:
                    break
                began(key)
                results.put((key, make_brief(task)))
        except BaseException as error:  # told to the caller, which raises it
            results.put(error)
        finally:
            end_thread()

    threads = [
        threading.Thread(target=work, name=f"brief-{number}")
        for number in range(min(workers, len(tasks)))
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in tasks:
            found = results.get()
            if isinstance(found, BaseException):
                raise found
            yield found
        finished = True
    finally:
        stop.set()
        for thread in threads:
            while thread.ident is not None and thread.is_alive():
                if not finished:
                    for kernel in kernels:  # again and again: one may just be starting
                        kernel.kill()
                thread.join(0.1)
