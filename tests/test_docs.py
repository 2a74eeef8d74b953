"""What the documents say can be run, runs; what they link to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "reports").glob("README.md")]
)
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    gone = [
        link
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not gone


@pytest.mark.parametrize(
    "code",
    BLOCK.findall((ROOT / "docs" / "library.md").read_text(encoding="utf-8")),
    ids=lambda code: code.splitlines()[0][:40],
)
def test_library_page_runs(code: str) -> None:
    exec(compile(code, "library.md", "exec"), {})


def test_commands_in_the_readme_exist() -> None:
    """Each `workbench X --option` of README and docs is a command with that option."""
    from typer.main import get_command

    from workbench.cli import app

    command = get_command(app)
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    found = re.findall(r"^workbench ([a-z]+)((?: .*)?)$", text, re.MULTILINE)
    assert len(found) >= 4
    for name, rest in found:
        options = {word for option in command.commands[name].params for word in option.opts}
        for word in re.findall(r"(--[a-z-]+)", rest):
            assert word in options, f"{name} {word}"


def test_every_decision_is_dated() -> None:
    pages = list((ROOT / "docs" / "decisions").glob("*.md"))
    assert pages
    for page in pages:
        assert re.match(r"\d{4}-\d{2}-\d{2}-", page.name), page.name
        assert page.name[:10] in page.read_text(encoding="utf-8")
