"""The build hook's function: run npm, unless an editable install already has what it would make."""

from pathlib import Path

from hatch_jupyter_builder.utils import npm_builder

STATIC = Path("workbench/widgets/static")
MADE_FROM = ["js", "package.json", "package-lock.json", "workbench/assets/tokens.css"]


def newest(path: Path) -> float:
    """When ``path``, or the youngest file below it, was changed (seconds; 0 if there is none)."""
    files = [path] if path.is_file() else path.rglob("*")
    return max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)


def build(target_name: str, version: str) -> None:
    """Bundle the page scripts into ``workbench/widgets/static``.

    Parameters
    ----------
    target_name
        What is being built; hatch passes ``wheel``.
    version
        ``standard`` always builds; ``editable`` builds when a source is younger than the bundles.
    """
    if version == "editable":
        made = newest(STATIC / "LICENSES.txt")  # written last, so it stands for a whole build
        if made and made >= max(newest(Path(source)) for source in MADE_FROM):
            return
    npm_builder(target_name, version)
