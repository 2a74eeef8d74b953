"""Run a program in a fork of the parent: ``python -m module …`` without its seconds of imports.

It looks like a child of the process that asks: same folder, environment and streams; signals are
passed on, the exit status is taken over, and when the one who asked is killed it ends too.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

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
    process = asyncio.run(_forked([sys.executable, "-m", module, *arguments], kernel_name))
    with _signals_to(process):
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


@contextlib.contextmanager
def _signals_to(process: ForkedProcess) -> Iterator[None]:
    """Pass signals on while it runs; stop and go on together with it (Ctrl-Z, fg)."""
    pidfd = os.dup(process.pidfd)  # ours: it may be asked for after the process has ended

    def send(number: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            signal.pidfd_send_signal(pidfd, signal.Signals(number))

    def pass_on(number: int, _frame: FrameType | None) -> None:
        send(number)

    def stop(_number: int, _frame: FrameType | None) -> None:
        send(signal.SIGSTOP)
        os.kill(os.getpid(), signal.SIGSTOP)
        send(signal.SIGCONT)

    before = {
        number: signal.signal(number, stop if number == signal.SIGTSTP else pass_on)
        for name in (*_PASSED_ON, "SIGTSTP")
        if signal.getsignal(number := getattr(signal, name)) != signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(pidfd)
