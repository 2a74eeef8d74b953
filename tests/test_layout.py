"""The repository keeps the shape and the promises that its documents state."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {
    canonicalize_name(Requirement(line).name): Requirement(line).specifier
    for line in PROJECT["dependencies"]
}


def tracked(*patterns: str) -> list[Path]:
    """Files git knows of or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def locked(name: str) -> dict[str, str]:
    """Package -> pinned version of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {
        canonicalize_name(found[1]): found[2]
        for found in re.finditer(r"^([A-Za-z0-9_.\[\]-]+)==([^\s;\\]+)", text, re.MULTILINE)
    }


def test_environment_yml_asks_for_what_pyproject_asks_for() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    lines: list[str] = []
    for line in listed["dependencies"]:
        lines += line["pip"] if isinstance(line, dict) else [line]
    found = {
        canonicalize_name(Requirement(line).name): Requirement(line).specifier
        for line in lines
        if line not in ("pip", "-e .") and not line.startswith("python>")
    }
    assert found == DECLARED
    assert f"python{PROJECT['requires-python']}" in lines


LOCKS = {
    "requirements.lock": (),
    "requirements-dev.lock": ("dev", "data", "distributed", "hub", "spark"),
    "requirements-bench.lock": ("bench",),
}
"""Lock file -> extras that it holds beside what the package needs."""


def extra(name: str) -> dict[str, SpecifierSet]:
    """Package -> versions that an extra asks for."""
    lines = map(Requirement, PROJECT["optional-dependencies"][name])
    return {canonicalize_name(line.name): line.specifier for line in lines}


def test_every_extra_is_locked() -> None:
    assert set(chain(*LOCKS.values())) == set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_satisfies_pyproject(lock: str) -> None:
    pinned = locked(lock)
    wanted = dict(DECLARED)
    for name in LOCKS[lock]:
        wanted |= extra(name)
    missing = {name for name in wanted if name not in pinned}
    assert not missing
    unsatisfied = {name: pinned[name] for name, rule in wanted.items() if pinned[name] not in rule}
    assert not unsatisfied


def test_the_locks_pin_the_same_versions() -> None:
    run, dev, bench = map(locked, LOCKS)
    assert {name: dev[name] for name in run} == run
    assert {name: dev[name] for name in bench if name in dev} == {
        name: bench[name] for name in bench if name in dev
    }


def test_every_third_party_import_is_declared() -> None:
    """An import that only happens to be installed breaks on the next machine."""
    homes = packages_distributions()
    allowed = set(DECLARED)
    optional = {
        "derive": set(extra("data")),
        "batch": set(extra("distributed")),
        "_hub.py": set(extra("hub")),
        "spark.py": set(extra("spark")),
    }
    undeclared = {}
    for path in (ROOT / "workbench").rglob("*.py"):
        more = set[str]().union(*(optional[part] for part in path.parts if part in optional))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                if top in sys.stdlib_module_names or top == "workbench":
                    continue
                if not {canonicalize_name(home) for home in homes[top]} & (allowed | more):
                    undeclared[str(path.relative_to(ROOT))] = top
    assert not undeclared


def test_no_folder_of_tests_hides_a_library() -> None:
    """pytest puts tests/ on the path: `import distributed` would find tests/distributed/."""
    packages = {path.parent.name for path in tracked("tests/*/__init__.py")}
    assert packages
    assert packages & (packages_distributions().keys() | sys.stdlib_module_names) == set()


def test_no_lock_names_a_registry() -> None:
    """Locks must serve behind any mirror."""
    for name in (*LOCKS, "package-lock.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--index-url" not in text
        assert '"resolved"' not in text
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_no_bundled_script_is_committed() -> None:
    """Third-party JavaScript is bundled when the package is built, never committed."""
    scripts = [path for path in tracked("*.js", "*.mjs") if path.stat().st_size > 40_000]
    assert not scripts
    assert not tracked("workbench/widgets/static/*", "node_modules/*")


def test_top_level_holds_what_the_user_asked_for() -> None:
    for name in ("notebooks", "workbench", "data", "reports", "tests", "environment.yml"):
        assert (ROOT / name).exists(), name


def test_no_file_has_outgrown_one_concept() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in (ROOT / "workbench").rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long


def test_the_domain_opens_no_file() -> None:
    """Pure: tables in, tables out. The import contracts hold the rest."""
    for path in (ROOT / "workbench" / "domain").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bopen\(|read_csv|pathlib|\.read_text", text), path.name


def test_notebook_folders_hold_no_modules() -> None:
    """The kernel's working directory is on sys.path: a stray module would shadow a package."""
    assert not list((ROOT / "notebooks").rglob("*.py"))


def test_make_prints_its_targets() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for target in ("run", "test", "install", "check", "bench", "lab"):
        assert re.search(rf"make {target}\b", shown.stdout), target


def test_every_table_has_a_source_entry() -> None:
    """Where a table comes from, and under which licence, stands in SOURCES.csv."""
    covered = (ROOT / "data" / "reference" / "SOURCES.csv").read_text(encoding="utf-8")
    tables = {path.name for path in (ROOT / "data" / "reference").glob("*.csv")}
    assert not {
        name for name in tables - {"SOURCES.csv", "indicator_catalogue.csv"} if name not in covered
    }
