"""The warm kernel: a preloaded process that forks Jupyter kernels on request.

Named in a kernelspec's metadata, it serves papermill, nbclient, voila and JupyterLab alike, none of
which is patched. The package knows nothing of the workbench: what is preloaded is configuration.

- ``provisioner`` is what jupyter_client loads; ``client`` finds or starts the parent for it, and
  ``prepare`` does so ahead of time;
- ``parent`` is that process, ``server`` its loop and ``callers`` who asks there, ``preload`` and
  ``fingerprint`` what it holds;
- ``child`` turns a fork of it into a kernel; ``process`` is the kernel as the requester sees it;
- ``prompt`` is a client that doesn't wait longer for its kernel than need be;
- ``program`` runs a command line in such a fork instead of a kernel;
- ``key`` says which parent is whose, ``place`` where it listens, ``protocol`` what is said there;
- ``streams``, ``threads`` and ``unheard`` are what their names say; ``spec`` is the kernelspec.
"""
