"""A batch never writes over a file that it was given, however that file is reached."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.domain.errors import InputError
from workbench.reports import batch
from workbench.reports.batch.lines import in_folders
from workbench.sources.paths import data_folder
from workbench.sources.plans import load_plan

EXAMPLES = data_folder() / "examples"


@pytest.fixture
def board(tmp_path: Path) -> Path:
    folder = tmp_path / "board"
    folder.mkdir()
    return folder


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, and what is in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def itself(plan: Path, _other: Path) -> Path:
    return plan


def by_a_link(plan: Path, other: Path) -> Path:
    other.symlink_to(plan)
    return other


def by_a_second_name(plan: Path, other: Path) -> Path:
    os.link(plan, other)
    return other


def where_a_link_leads(plan: Path, other: Path) -> Path:
    """In the folder there is a link only: the plan lies elsewhere."""
    plan.rename(other)
    plan.symlink_to(other)
    return other


@pytest.mark.parametrize("named", [itself, by_a_link, by_a_second_name, where_a_link_leads])
@pytest.mark.parametrize("name", ["plan.yaml", "run.json", "ID.en.html"])
def test_the_plan_stays_as_it_is(
    board: Path, tmp_path: Path, name: str, named: Callable[[Path, Path], Path]
) -> None:
    plan = board / name
    shutil.copy(EXAMPLES / "plan.yaml", plan)
    given = named(plan, tmp_path / "other.yaml")
    before = held(tmp_path)
    line = batch.Line(load_plan(EXAMPLES / "plan.yaml").but(markets=("ID",)))
    with pytest.raises(InputError, match=r"never written over\. Name another folder with --out"):
        batch.run_lines([line], board, ("en",), given=[given])
    assert held(tmp_path) == before


@pytest.mark.parametrize("field", ["product", "competitors"])
def test_the_product_file_and_the_register_stay_as_they_are(board: Path, field: str) -> None:
    own = board / "plan.yaml"
    example = {"product": "live_show.yaml", "competitors": "competitors.csv"}[field]
    shutil.copy(EXAMPLES / example, own)
    plan = load_plan(EXAMPLES / "plan.yaml").but(markets=("ID",), **{field: str(own)})
    before = held(board)
    with pytest.raises(InputError, match=r"plan\.yaml and would write its own plan\.yaml"):
        batch.run_lines([batch.Line(plan)], board, ("en",))
    assert held(board) == before


def test_several_lines_have_a_plan_each(board: Path) -> None:
    plan = load_plan(EXAMPLES / "plan.yaml").but(markets=("ID",))
    lines = [batch.Line(plan.but(industry=name)) for name in ("live_show", "tools")]
    own = board / in_folders(lines)[1].place("plan.yaml")
    own.parent.mkdir(parents=True)
    shutil.copy(EXAMPLES / "plan.yaml", own)
    with pytest.raises(InputError, match=r"write its own \S+/tools/plan\.yaml"):
        batch.run_lines(lines, board, ("en",), given=[own])


def test_the_command_refuses_with_exit_code_2_in_both_languages(board: Path) -> None:
    plan = board / "plan.yaml"
    shutil.copy(EXAMPLES / "plan.yaml", plan)
    before = held(board)
    words = ["report", "--plan", str(plan), "--market", "ID", "--out", str(board)]
    said = []
    for lang in ("en", "zh"):
        done = subprocess.run(
            [sys.executable, "-m", "workbench.cli", *words, "--lang", lang],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        said.append(done.stderr)
    assert said == [
        f"workbench: The report reads the file {plan} and would write its own plan.yaml in its "
        "place; a file that is given is never written over. Name another folder with --out.\n",
        f"workbench: 报告要读取文件 {plan}，又要在同一位置写出自己的 plan.yaml；"
        "给定的文件绝不会被覆盖。请用 --out 另指定一个目录。\n",
    ]
    assert held(board) == before
