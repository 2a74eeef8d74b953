"""Start the parent before the first kernel is asked for, for example when a server starts."""

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase, KernelProvisionerFactory

from workbench.kernel.provisioner import WarmForkProvisioner
from workbench.kernel.spec import NAME


async def prepare(kernel_name: str = NAME) -> None:
    """Start the parent for kernels that this process will start; return once it serves.

    Kernels with other variables than this process has, of those that act at import, have a parent
    of their own, which this is not. A kernelspec without ``warm-fork`` needs none.

    Raises
    ------
    UnavailableError
        If no kernel can be forked; the text says why. Kernels start the ordinary way then.
    jupyter_client.kernelspec.NoSuchKernel
        If there is no such kernelspec.
    """
    provisioner, command = provisioner_of(kernel_name)
    if isinstance(provisioner, WarmForkProvisioner):
        await provisioner.prepare(command)


def provisioner_of(kernel_name: str) -> tuple[KernelProvisionerBase, list[str]]:
    """What would start a kernel of that name, and the kernel's command.

    Raises
    ------
    jupyter_client.kernelspec.NoSuchKernel
        If there is no such kernelspec.
    """
    manager = AsyncKernelManager(kernel_name=kernel_name)
    provisioner = KernelProvisionerFactory.instance().create_provisioner_instance(
        "", manager.kernel_spec, parent=manager
    )
    return provisioner, manager.format_kernel_cmd()
