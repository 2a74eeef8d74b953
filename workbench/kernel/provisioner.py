"""The kernel provisioner ``warm-fork``: jupyter_client's own, but kernels are forked.

Everything except the launch is :class:`jupyter_client.provisioning.LocalProvisioner`, which also
takes over whenever no kernel can be forked.
"""

import contextlib
import os
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Dict, Float, Integer, List, Unicode

from workbench.kernel import threads, unheard
from workbench.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from workbench.kernel.client import Parent
    from workbench.kernel.process import ForkedProcess

POPEN_ONLY = "these arguments of Popen can't be handed over: {names}"


class WarmForkProvisioner(LocalProvisioner):
    """Starts kernels as forks of a process that has imported what they need."""

    preload = List(Unicode(), help="Modules that the parent imports.").tag(config=True)
    exercise = List(
        Unicode(),
        help="Functions without arguments that the parent calls, as `module:function`, so that "
        "what they load is there too.",
    ).tag(config=True)
    watch = List(
        Unicode(),
        help="Files, folders, and packages as package:name: a change in one ends the parent. Those "
        "of imported modules and the metadata of installed packages are watched in any case.",
    ).tag(config=True)
    variables = List(
        Unicode(),
        help="Patterns of further environment variables that act at import: kernels that differ "
        "in one have different parents.",
    ).tag(config=True)
    parent_environment = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        default_value=threads.AT_IMPORT,
        help="Variables that the parent has while it imports, unless the kernel has others: one "
        "thread for libraries that start threads at import.",
    ).tag(config=True)
    spares = Integer(1, min=0, help="Forked children kept in hand.").tag(config=True)
    idle_seconds = Float(
        600.0, min=0.0, help="Seconds without kernel and request after which the parent ends."
    ).tag(config=True)
    start_seconds = Float(
        60.0, min=0.0, help="Seconds that the parent may take to import; then it does without."
    ).tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel, or launch it the ordinary way and say why."""
        try:
            self.process = await self._fork(cmd, **kwargs)
        except UnavailableError as reason:
            unheard.warn(self.log, f"Kernel started the ordinary way, not forked: {reason}.")
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid  # it leads a session of its own
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel; it is gone when this returns, so that nobody has to look again."""
        await super().kill(restart)
        from workbench.kernel.client import readable
        from workbench.kernel.process import ForkedProcess

        if isinstance(self.process, ForkedProcess) and self.process.returncode is None:
            with contextlib.suppress(TimeoutError):  # the manager goes on waiting
                await readable(self.process.pidfd, 1.0)
                await readable(self.process.report, 1.0)

    async def prepare(self, cmd: list[str]) -> None:
        """Start the parent of such kernels, unless it runs.

        Parameters
        ----------
        cmd
            The kernel's command.

        Raises
        ------
        UnavailableError
            If no kernel of this command and environment can be forked here.
        """
        kwargs = await KernelProvisionerBase.pre_launch(self)
        (await self._parent(cmd, kwargs["env"]).reach()).close()

    async def fork_program(self, cmd: list[str], argv: list[str]) -> "ForkedProcess":
        """Fork a program of the parent of such kernels: it finds imported what they do.

        It has this process's environment, folder and streams, and ends with it.

        Parameters
        ----------
        cmd
            The kernel's command.
        argv
            The program's, ``python -m module …``.

        Raises
        ------
        UnavailableError
            If nothing can be forked here.
        """
        kwargs = await KernelProvisionerBase.pre_launch(self)
        parent = self._parent(cmd, kwargs["env"])
        from workbench.kernel import client
        from workbench.kernel.streams import Streams

        launch = client.inherited(argv, dict(os.environ), watched=True)
        return await parent.launch(launch, None, Streams(stdin=0))

    def _parent(self, cmd: list[str], env: dict[str, str]) -> "Parent":
        _check_platform()
        from workbench.kernel import client, key
        from workbench.kernel.parent import Settings

        executable, options = _interpreter(cmd, env)
        return client.Parent(
            executable,
            options,
            key.parent_environment(env, self.variables, self.parent_environment),
            Settings(self.preload, self.exercise, self.watch, self.spares, self.idle_seconds),
            self.start_seconds,
        )

    async def _fork(
        self,
        cmd: list[str],
        *,
        env: dict[str, str] | None = None,
        cwd: str | None = None,
        stdin: Any = None,
        stdout: Any = None,
        stderr: Any = None,
        independent: bool = False,
        **kwargs: Any,
    ) -> Any:
        if unknown := sorted(self._scrub_kwargs(kwargs)):
            raise UnavailableError(POPEN_ONLY.format(names=", ".join(unknown)))
        cmd = [os.path.expanduser(part) for part in cmd]  # noqa: PTH111 - as jupyter_client does
        env = dict(os.environ if env is None else env)
        if not independent:
            env["JPY_PARENT_PID"] = str(os.getpid())
        parent = self._parent(cmd, env)
        from workbench.kernel import client
        from workbench.kernel.streams import Streams

        launch = client.inherited(cmd, env, watched=not independent)
        streams = Streams(stdin, stdout, stderr)
        try:
            return await parent.launch(launch, cwd, streams)
        except BaseException:
            streams.abandon()
            raise
        finally:
            streams.close()


def _check_platform() -> None:
    missing = [
        name
        for home, name in ((os, "fork"), (os, "pidfd_open"), (socket, "SO_PEERCRED"))
        if not hasattr(home, name)
    ]
    if missing:
        raise UnavailableError(f"this system lacks {', '.join(missing)}")


def _interpreter(cmd: list[str], env: dict[str, str]) -> tuple[str, list[str]]:
    """The interpreter of a command and what is given to it."""
    for place in range(1, len(cmd) - 1):
        if cmd[place : place + 2] == ["-m", "ipykernel_launcher"]:
            found = shutil.which(cmd[0], path=env.get("PATH"))
            if found is None:
                break
            return os.path.abspath(found), cmd[1:place]  # noqa: PTH100 - links tell environments
    raise UnavailableError(f"{' '.join(cmd[:3])} … is no `python -m ipykernel_launcher`")
