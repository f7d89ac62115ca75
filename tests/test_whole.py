"""What is written takes its place whole, or not at all."""

from pathlib import Path

import pytest

import whole


def test_what_is_written_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "layer.json"
    path.write_text("old", encoding="utf-8")
    with whole.writing(path) as part:
        part.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_after_an_error_what_was_there_stays_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "layer.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="half way"), whole.writing(path) as part:
        part.write_text("ne", encoding="utf-8")
        raise ValueError("half way")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_its_place_is_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "layer.json"
    path.mkdir()
    with pytest.raises(OSError, match="layer"), whole.writing(path) as part:
        part.write_text("new", encoding="utf-8")
    assert list(tmp_path.iterdir()) == [path]
