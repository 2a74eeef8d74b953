"""A parent that no longer fits is replaced by one that does."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.kernel.conftest import SECONDS, ended, stage_warm, started
from tests.kernel.test_life import parent_of
from workbench.kernel.fingerprint import Fingerprint
from workbench.kernel.spec import kernel_spec


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a package ``wb_sample`` 1.0 and its metadata."""
    (tmp_path / "wb_sample.py").write_text("VERSION = '1.0'\n", encoding="utf-8")
    (tmp_path / "wb_sample-1.0.dist-info").mkdir()
    return tmp_path


def options(package: Path) -> dict:
    return {"env": {**os.environ, "PYTHONPATH": str(package)}}


def seen(name: str, package: Path) -> tuple[int, str]:
    with started(name, **options(package)) as kernel:
        return parent_of(kernel), kernel.value("__import__('wb_sample').VERSION")


def test_a_changed_module(stage, package) -> None:
    stage_warm(stage, "edited", preload=["wb_sample"])
    first, version = seen("edited", package)
    assert version == "1.0"
    assert seen("edited", package) == (first, "1.0")
    (package / "wb_sample.py").write_text("VERSION = 'edited'\n", encoding="utf-8")
    second, version = seen("edited", package)
    assert second != first
    assert version == "edited"
    assert ended(first)


def test_another_version_of_a_package(stage, package) -> None:
    stage_warm(stage, "upgraded")
    first, _ = seen("upgraded", package)
    (package / "wb_sample-1.0.dist-info").rename(package / "wb_sample-1.1.dist-info")
    second, _ = seen("upgraded", package)
    assert second != first
    assert ended(first)


def test_a_path_file(stage, package) -> None:
    stage_warm(stage, "paths")
    first, _ = seen("paths", package)
    (package / "more.pth").write_text("/nowhere\n", encoding="utf-8")
    assert seen("paths", package)[0] != first


def test_a_watched_folder(stage, package, tmp_path) -> None:
    watched = tmp_path / "watched"
    (watched / "inner").mkdir(parents=True)
    (watched / "inner" / "table.csv").write_text("a\n", encoding="utf-8")
    stage_warm(stage, "watching", watch=[str(watched)])
    first, _ = seen("watching", package)
    (watched / "inner" / "more.csv").touch()
    second, _ = seen("watching", package)
    (watched / "inner" / "table.csv").unlink()
    third, _ = seen("watching", package)
    assert len({first, second, third}) == 3


def test_a_kernel_of_a_retired_parent_goes_on(stage, package) -> None:
    stage_warm(stage, "retired", preload=["wb_sample"])
    with started("retired", **options(package)) as kernel:
        first = parent_of(kernel)
        (package / "wb_sample.py").write_text("VERSION = 'edited'\n", encoding="utf-8")
        assert seen("retired", package)[0] != first
        kernel.client.execute("__import__('os')._exit(5)")
        assert kernel.process.wait(timeout=SECONDS) == 5
    assert ended(first)


@pytest.mark.parametrize(
    ("variable", "other"),
    [
        ("PYTHONPATH", "/nowhere"),
        ("OMP_NUM_THREADS", "1"),
        ("TZ", "Asia/Shanghai"),
        ("LC_ALL", "C.UTF-8"),
        ("WB_AT_IMPORT", "1"),
    ],
)
def test_variables_that_act_at_import_have_parents_of_their_own(stage, variable, other) -> None:
    stage_warm(stage, "keyed", variables=["WB_AT_*"])
    with started("keyed") as first, started("keyed", env={**os.environ, "WB_OTHER": "1"}) as same:
        assert parent_of(first) == parent_of(same)
        with started("keyed", env={**os.environ, variable: other}) as different:
            assert parent_of(first) != parent_of(different)


def test_options_of_the_interpreter_are_kept(stage) -> None:
    file = stage_warm(stage, "options")
    spec = json.loads(file.read_text(encoding="utf-8"))
    spec["argv"][1:1] = ["-X", "utf8", "-O"]
    file.write_text(json.dumps(spec), encoding="utf-8")
    with started("options") as kernel:
        flags = kernel.value(
            "[__import__('sys').flags.optimize, __import__('sys').flags.utf8_mode]"
        )
        assert flags == [1, 1]
        assert kernel.process.__class__.__name__ == "ForkedProcess"


def test_a_module_that_sets_a_variable_sets_it_in_the_kernel(stage, package) -> None:
    code = "import os\nos.environ['WB_SET'] = 'by import'\nos.environ.setdefault('WB_GIVEN', 'x')\n"
    (package / "wb_sample.py").write_text(code + "VERSION = ''\n", encoding="utf-8")
    stage_warm(stage, "setting", preload=["wb_sample"])
    env = {**options(package)["env"], "WB_GIVEN": "by the user"}
    with started("setting", env=env) as kernel:
        found = "[__import__('os').environ[name] for name in ('WB_SET', 'WB_GIVEN')]"
        assert kernel.value(found) == ["by import", "by the user"]


def test_an_unchanged_fingerprint_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing.zip")])
    mark = Fingerprint([str(tmp_path / "later")])
    mark.add_modules()
    assert mark.change() is None
    (tmp_path / "later").touch()
    assert mark.change() == str(tmp_path / "later")


def test_a_watched_package_is_as_it_was_before_it_was_imported(tmp_path, monkeypatch) -> None:
    """A catalogue that nobody imports counts, and so does a file that changes while all is read."""
    package = tmp_path / "wb_watched"
    (package / "words").mkdir(parents=True)
    for name in ("__init__.py", "late.py", "words/zh.po"):
        (package / name).write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    seen = Fingerprint(["package:wb_watched"])
    assert "wb_watched" not in sys.modules
    assert seen.change() is None
    (package / "late.py").write_text("VERSION = 2\n", encoding="utf-8")
    seen.add_modules()  # it is loaded only now, as it is now
    assert seen.change() == str(package / "late.py")
    seen = Fingerprint(["package:wb_watched"])
    (package / "words" / "zh.po").write_text("msgid", encoding="utf-8")
    assert seen.change() == str(package / "words" / "zh.po")
    assert Fingerprint(["package:wb_missing"]).change() is None


def test_the_workbench_watches_its_own_package() -> None:
    config = kernel_spec()["metadata"]["kernel_provisioner"]["config"]
    files = {Path(path).name for path in Fingerprint(config["watch"])._watched()}
    assert {"workbench.po", "tokens.css", "brief.py"} <= files
