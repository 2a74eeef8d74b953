"""Give Solara its scripts once, when the bench is set up: ``python -m bench.views.solara_scripts``.

Solara's server fetches them from a CDN as they are asked for; without a way there its pages stay
empty. The same packages come from npm's registry, of the versions that the installed Solara names,
into the folder where its server keeps what it fetched (its own package for this, ``solara-assets``,
has older ones).
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import solara.server
from solara.server.settings import assets

PACKAGE = re.compile(r"/((?:@[\w-]+/)?[\w.-]+@\d[\w.-]*)/")


def needed() -> set[str]:
    """What a page of Solara loads, as ``name@version``."""
    page = Path(solara.server.__file__).parent / "templates" / "solara.html.j2"
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if "{{cdn}}/" in line]
    return set(PACKAGE.findall("\n".join([*lines, assets.fontawesome_path])))


def fetch(package: str, folder: Path) -> None:
    """Put a package's files where Solara's server looks for them."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with TemporaryDirectory() as scratch:
        subprocess.run(
            ["npm", "pack", "--silent", package],
            cwd=scratch,
            env=os.environ | {"PATH": path},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        (archive,) = Path(scratch).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
        target = folder / package
        (top,) = (one for one in Path(scratch).iterdir() if one.is_dir())
        shutil.copytree(top, target)


if __name__ == "__main__":
    for name in sorted(needed()):
        if not (assets.proxy_cache_dir / name).is_dir():
            fetch(name, assets.proxy_cache_dir)
