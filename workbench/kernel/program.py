"""Run a program in a fork of the parent: ``python -m module …`` without its seconds of imports.

It looks like a child of the process that asks: same folder, environment and streams; signals are
passed on, the exit status is taken over, and when the one who asked is killed it ends too.
"""

import asyncio
import contextlib
import os
import signal
import sys
from types import FrameType
from typing import Any

from workbench.kernel.errors import UnavailableError
from workbench.kernel.prepare import provisioner_of
from workbench.kernel.process import ForkedProcess
from workbench.kernel.provisioner import WarmForkProvisioner
from workbench.kernel.spec import NAME

_PASSED_ON = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH")


def run(module: str, arguments: list[str], kernel_name: str = NAME) -> int:
    """Run ``python -m module`` with arguments to its end.

    Does not return if a signal ended the program: this process ends by the same one.

    Parameters
    ----------
    module
        One that the parent has not imported itself, or it would be there twice.
    arguments
        What follows it.
    kernel_name
        The kernelspec whose parent it is.

    Returns
    -------
    int
        Its exit status; 255 if the parent was killed meanwhile, so that nobody knows.

    Raises
    ------
    UnavailableError
        If nothing can be forked here: it must be run the ordinary way.
    jupyter_client.kernelspec.NoSuchKernel
        If there is no such kernelspec.
    """
    with _Signals() as signals:
        process = asyncio.run(_forked([sys.executable, "-m", module, *arguments], kernel_name))
        signals.send_to(process)
        status = process.wait()
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


async def _forked(argv: list[str], kernel_name: str) -> ForkedProcess:
    provisioner, command = provisioner_of(kernel_name)
    if not isinstance(provisioner, WarmForkProvisioner):
        raise UnavailableError(f"kernels {kernel_name!r} are not forked")
    return await provisioner.fork_program(command, argv)


class _Signals:
    """Passes signals on to a process; stops and goes on together with it (Ctrl-Z, fg).

    One that comes while the process is being made waits for it: a moment later it would have found
    it there, and the one who asked must not end without it. If none is made, it is ours after all.
    """

    def __init__(self) -> None:
        self._pidfd = -1
        self._early: list[int] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "_Signals":
        for name in (*_PASSED_ON, "SIGTSTP"):
            number = getattr(signal, name)
            if signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._came)
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._pidfd >= 0:
            os.close(self._pidfd)
        else:
            for number in self._early:
                os.kill(os.getpid(), number)

    def send_to(self, process: ForkedProcess) -> None:
        """From now on to this process, with what came before."""
        self._pidfd = os.dup(process.pidfd)  # ours: it may be asked for after the process has ended
        while self._early:
            self._pass_on(self._early.pop(0))

    def _came(self, number: int, _frame: FrameType | None) -> None:
        if self._pidfd < 0:
            self._early.append(number)
        else:
            self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        if number == signal.SIGTSTP:
            self._send(signal.SIGSTOP)
            os.kill(os.getpid(), signal.SIGSTOP)
            number = signal.SIGCONT
        self._send(number)

    def _send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            signal.pidfd_send_signal(self._pidfd, signal.Signals(number))
