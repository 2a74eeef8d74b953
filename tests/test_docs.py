"""What the documents say can be run, runs; what they link to is there."""

import re
from pathlib import Path

import pytest

from workbench.commands.imports import EXPORTS
from workbench.domain.plan import Plan
from workbench.domain.product import Product
from workbench.figures import ranking
from workbench.locale import translator
from workbench.reports import batch
from workbench.reports.ids import id_rows
from workbench.sources.exports.mapping import known_mappings, load_mapping
from workbench.sources.opening import open_portfolio
from workbench.sources.plans import load_plan

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
    [
        code
        for page in (
            "attribution.md",
            "experiments.md",
            "incentives.md",
            "library.md",
            "platforms.md",
            "reports.md",
        )
        for code in BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    ],
    ids=lambda code: code.splitlines()[0][:40],
)
def test_code_of_the_pages_runs(code: str) -> None:
    exec(compile(code, "docs", "exec"), {})


EN = translator("en")
OWN_DATA = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")
SAVED = re.compile(r"save it as `([^`]+)`:\n\n```yaml\n(.*?)```", re.DOTALL)


def test_the_files_of_the_own_data_page_work_when_pasted(tmp_path: Path) -> None:
    """Both files load against the tables, and a whole assessment comes out of them."""
    files = dict(SAVED.findall(OWN_DATA))
    assert set(files) == {"my-product.yaml", "my-plan.yaml"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    plan = load_plan(tmp_path / "my-plan.yaml").but(samples=500)
    portfolio = open_portfolio(plan)
    one = portfolio.market("ID")
    assert portfolio.product is not None and portfolio.product.product == "my_product"
    assert portfolio.scores.loc["ID", "low_end_device"] == 5
    assert one.channels.table.loc["offline_events", "mix"] == 0
    checks = one.readiness.checks.set_index("check")
    assert checks.loc["copy_read_by_native", "owner"] == "Lin"
    assert portfolio.ranking.table["rank"].isna().all()  # no strengths are stated
    for view in (ranking.view(portfolio, EN), ranking.why(portfolio, EN)):
        assert "Smoothness on weak networks" in view.html and "strengths" in view.html
    jobs = batch.run(plan, tmp_path / "out", ("en",))
    assert [(job.file, job.state) for job in jobs] == [
        ("ID.en.html", "done"),
        ("SA.en.html", "done"),
    ]


def test_the_own_data_page_names_every_field_and_kind() -> None:
    rows = "\n".join(re.findall(r"^\| (`.*?) \|", OWN_DATA, re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", rows))
    fields = {field.alias or name for name, field in Product.model_fields.items()} - {"example"}
    assert named == fields | set(Plan.model_fields)
    kinds = re.search(r"^Kinds: (.*?)\. ", OWN_DATA, re.MULTILINE)
    assert kinds is not None
    assert re.findall(r"`(\w+)`", kinds[1]) == list(dict.fromkeys(row[0] for row in id_rows([])))
    assert set(re.findall(r"of kind `(\w+)`", OWN_DATA)) <= {row[0] for row in id_rows([])}


def test_commands_in_the_readme_exist() -> None:
    """Each `workbench X --option` of README and docs is a command with that option."""
    from typer.main import get_command

    from workbench.commands.line import app

    top = get_command(app)
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    found = re.findall(r"^workbench ([a-z]+)((?: .*)?)$", text, re.MULTILINE)
    assert len(found) >= 4
    for name, rest in found:
        command = top.commands[name]
        if hasattr(command, "commands"):
            words = rest.split()
            if words[0] not in command.commands:  # `import` tells by what is named
                words = [command.meant(words)]
            command = command.commands[words[0]]
        options = {word for option in command.params for word in option.opts}
        for word in re.findall(r"(--[a-z-]+)", rest):
            assert word in options, f"{name} {word}"


def test_every_decision_is_dated() -> None:
    pages = list((ROOT / "docs" / "decisions").glob("*.md"))
    assert pages
    for page in pages:
        assert re.match(r"\d{4}-\d{2}-\d{2}-", page.name), page.name
        assert page.name[:10] in page.read_text(encoding="utf-8")


IMPORT = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")


def test_the_import_page_tells_of_each_export_what_it_fills() -> None:
    rows = [line.split("|")[1:-1] for line in IMPORT.splitlines() if line.startswith("| `")]
    told = {name: "" for name in EXPORTS}
    for name, fills, *_ in rows:
        told[name.split("`")[1]] += fills
    for name, mapping in known_mappings().items():
        said = told[name.split("-")[0]]
        for table in mapping.tables:
            # A click is how the table tells of touchpoints that come with conversions.
            words = {"touchpoints": ("touchpoints", "a click", "all")}.get(table, (table, "all"))
            assert any(word in said for word in words), (name, table)
    assert sum(len(line) for line in rows) == 5 * len(rows)


def test_the_mapping_of_the_import_page_works_when_pasted(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", IMPORT, re.DOTALL)
    (tmp_path / "my.yaml").write_text(text, encoding="utf-8")
    assert set(load_mapping(tmp_path / "my.yaml").tables) == {"conversions"}
