"""What a scenario rests on beside itself: own files are kept, and read where the file is gone."""

from pathlib import Path

import pytest

from workbench.domain.changes import Cell
from workbench.domain.errors import InputError
from workbench.sources import inputs
from workbench.sources.inputs import PROGRAM, OwnFiles, made_elsewhere, program
from workbench.sources.opening import open_portfolio
from workbench.sources.paths import data_folder
from workbench.sources.products import example_products

FILE, PRODUCT = Cell("settings", "product"), Cell("inputs", "product")


@pytest.fixture
def own(tmp_path, monkeypatch) -> Path:
    """A product file of one's own, in a folder of one's own."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    path = tmp_path / "my-product.yaml"
    path.write_text(
        example_products()["cleaner_tool"].read_text(encoding="utf-8"), encoding="utf-8"
    )
    return path


@pytest.fixture
def cells(own):
    found = {FILE: str(own)}
    return found | OwnFiles().check(found)


def test_the_text_of_an_own_file_is_recorded_and_that_of_an_example_is_not(own, cells):
    assert cells[PRODUCT]["path"] == str(own)
    assert cells[PRODUCT]["text"] == own.read_text(encoding="utf-8")
    assert cells[PROGRAM] == program()
    assert set(OwnFiles().check({FILE: "cleaner_tool"})) == {PROGRAM}
    assert set(OwnFiles().check({})) == {PROGRAM}


def test_a_file_that_is_gone_is_not_forgotten_and_its_copy_is_read(own, cells):
    before = own.read_text(encoding="utf-8")
    own.unlink()
    assert OwnFiles().check(cells)[PRODUCT] == cells[PRODUCT]
    copies = OwnFiles().copies(cells)
    assert Path(copies[str(own)]).read_text(encoding="utf-8") == before
    assert Path(copies[str(own)]).name == "my-product.yaml"
    from workbench.domain.changes import decisions, plan_of

    assert open_portfolio(plan_of(decisions(cells)), copies).product is not None


def test_a_changed_file_is_read_as_it_is_now_unless_it_is_asked_for_as_it_was(own, cells):
    before = own.read_text(encoding="utf-8")
    own.write_text(before + "# later\n", encoding="utf-8")
    assert OwnFiles().copies(cells) == {}
    copies = OwnFiles().copies(cells, exact=True)
    assert Path(copies[str(own)]).read_text(encoding="utf-8") == before
    own.write_text(before, encoding="utf-8")
    assert OwnFiles().copies(cells, exact=True) == {}  # it is what it was again


def test_a_copy_that_somebody_changed_is_written_anew(own, cells):
    own.unlink()
    (copy,) = OwnFiles().copies(cells).values()
    Path(copy).write_text("name: other\n", encoding="utf-8")
    assert OwnFiles().copies(cells) == {str(own): copy}
    assert Path(copy).read_text(encoding="utf-8") == cells[PRODUCT]["text"]


def test_another_file_than_the_recorded_one_is_not_replaced_by_its_copy(own, cells, tmp_path):
    other = tmp_path / "other.yaml"
    assert OwnFiles().copies(cells | {FILE: str(other)}) == {}
    with pytest.raises(InputError, match=r"There is no file .*other\.yaml"):
        OwnFiles().check(cells | {FILE: str(other)})


def test_of_a_file_too_large_to_keep_the_hash_tells_whether_it_is_the_same(own, monkeypatch):
    monkeypatch.setattr(inputs, "LARGEST", 10)
    cells = {FILE: str(own)}
    cells |= OwnFiles().check(cells)
    assert cells[PRODUCT]["text"] is None
    assert OwnFiles().copies(cells, exact=True) == {}
    own.write_text(own.read_text(encoding="utf-8") + "# later\n", encoding="utf-8")
    with pytest.raises(InputError, match="too large for the workspace to keep; put the old one"):
        OwnFiles().copies(cells, exact=True)


def test_a_name_out_of_another_system_s_path_stays_inside_the_folder(own, cells):
    kept = cells[PRODUCT] | {"path": "C:\\Users\\li\\..\\my.yaml"}
    copies = OwnFiles().copies({FILE: kept["path"], PRODUCT: kept})
    (copy,) = copies.values()
    assert Path(copy).name == "my.yaml"
    assert Path(copy).parents[2] == (own.parent / "home").resolve()


def test_another_version_of_program_or_tables_is_told(cells, tmp_path, monkeypatch):
    assert made_elsewhere(cells) is None
    assert made_elsewhere({}) is None
    import shutil

    shutil.copytree(data_folder(), tmp_path / "data")
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    assert program() == cells[PROGRAM]  # another folder, the same content
    table = tmp_path / "data" / "reference" / "channels.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert program()["tables"] != cells[PROGRAM]["tables"]
    assert cells[PROGRAM]["tables"] in str(made_elsewhere(cells))
