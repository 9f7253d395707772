"""Files and folders are replaced completely or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from newsarc.storage.atomic import StaleFileError, atomic_write, replace_unchanged


def test_a_folder_is_restored_if_the_new_one_cannot_replace_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "old").write_text("old")
    rename = Path.rename

    def refuse_the_new_one(self: Path, to: Path) -> Path:
        if (self / "new").exists():
            raise OSError("no")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse_the_new_one)
    with pytest.raises(OSError, match="no"), atomic_write(target) as place:
        place.mkdir()
        (place / "new").write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in target.iterdir()] == ["old"]


def test_a_file_is_replaced_only_if_it_is_what_was_read(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"old")
    replace_unchanged(file, b"old", b"new")
    assert file.read_bytes() == b"new"
    for other in (b"ne", b"newer", b"old"):
        with pytest.raises(StaleFileError, match="changed while newsarc was running"):
            replace_unchanged(file, other, b"newest")
    assert file.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_symbolic_link_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_bytes(b"old")
    (tmp_path / "a.md").symlink_to("real.md")
    with pytest.raises(StaleFileError, match="symbolic link"):
        replace_unchanged(tmp_path / "a.md", b"old", b"new")
    assert (tmp_path / "real.md").read_bytes() == b"old"
