"""What ``workbench serve`` runs, for the notebooks of the views: ``python -m bench.views.serving``.

It is a module of its own so that the view's kernels need not import a server.
"""

import sys
from pathlib import Path

from workbench.apps.serve import serve

if __name__ == "__main__":
    serve(port=int(sys.argv[1]), notebooks=Path(__file__).parent / "notebooks")
