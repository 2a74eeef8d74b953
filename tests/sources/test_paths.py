"""Where data, notebooks and styles lie."""

import pytest

from workbench.domain.errors import InputError
from workbench.sources.paths import data_folder, notebook_folder


def test_the_checkouts_folders_are_found(monkeypatch):
    monkeypatch.delenv("WORKBENCH_DATA", raising=False)
    assert (data_folder() / "reference" / "markets.csv").is_file()
    assert (data_folder() / "examples" / "live_show.yaml").is_file()
    assert (notebook_folder() / "reports" / "brief.ipynb").is_file()


def test_the_working_directory_does_not_matter(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_DATA", raising=False)
    before = data_folder(), notebook_folder()
    monkeypatch.chdir(tmp_path)
    assert (data_folder(), notebook_folder()) == before


def test_another_data_folder_can_be_named(tmp_path, monkeypatch):
    (tmp_path / "reference").mkdir()
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    assert data_folder() == tmp_path


@pytest.mark.parametrize("made", ["", "referense"])
def test_a_data_folder_without_tables_is_named_with_the_remedy(tmp_path, monkeypatch, made):
    folder = tmp_path / "data"
    if made:
        (folder / made).mkdir(parents=True)
    monkeypatch.setenv("WORKBENCH_DATA", str(folder))
    with pytest.raises(InputError) as caught:
        data_folder()
    assert str(caught.value) == (
        f"The folder {folder} has no reference folder; set WORKBENCH_DATA to the workbench's data "
        "folder or install the package anew."
    )


def test_a_named_data_folder_is_never_replaced_by_another(tmp_path, monkeypatch):
    # A typing error must not lead to the committed tables in silence.
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "typo"))
    with pytest.raises(InputError, match="typo has no reference folder"):
        data_folder()
