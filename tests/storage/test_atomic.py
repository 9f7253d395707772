"""Folders are replaced whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.storage.atomic import written_beside


def test_a_folder_comes_back_where_the_new_one_cannot_go_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old").write_text("old")
    rename = Path.rename

    def refuse_the_new_one(self: Path, to: Path) -> Path:
        if (self / "new").exists():
            raise OSError("no")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse_the_new_one)
    with pytest.raises(OSError, match="no"), written_beside(target) as place:
        place.mkdir()
        (place / "new").write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in target.iterdir()] == ["old"]
