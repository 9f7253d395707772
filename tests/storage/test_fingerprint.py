"""A fingerprint changes with the folder, and is racy soon after a change."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from newsarc.storage.fingerprint import (
    FolderFingerprint,
    content_fingerprint,
    folder_fingerprint,
    listing_fingerprint,
    unchanged_listing_fingerprint,
)
from newsarc.storage.tree import Tree

SECOND = 1_000_000_000
ODD, WHOLE = 1000 * SECOND + 123_456_789, 1000 * SECOND  # times with and without a fraction of a second


@pytest.mark.parametrize(
    ("newest", "later", "is_racy"),
    [
        (ODD, 0, True),
        (ODD, SECOND // 20, True),
        (ODD, SECOND // 5, False),
        (WHOLE, SECOND // 5, True),
        (WHOLE, 2 * SECOND, True),
        (WHOLE, 3 * SECOND, False),
        (ODD, -SECOND, True),
    ],
)
def test_a_fingerprint_soon_after_the_last_change_is_racy(newest: int, later: int, is_racy: bool) -> None:
    """Whole seconds may come from a file system that stores nothing finer."""
    assert FolderFingerprint(b"", b"", newest, newest + later).is_racy is is_racy


def test_a_listing_is_unchanged_since_long_after_its_last_change(tmp_path: Path) -> None:
    status = tmp_path.stat()
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    found = listing_fingerprint(str(tmp_path))
    assert unchanged_listing_fingerprint(str(tmp_path), changed + 3 * SECOND) == found != b""
    assert unchanged_listing_fingerprint(str(tmp_path), changed + 2 * SECOND) == b""
    assert unchanged_listing_fingerprint(str(tmp_path), changed - SECOND) == b""
    assert unchanged_listing_fingerprint(str(tmp_path / "none"), changed + 3 * SECOND) == b""
    (tmp_path / "a.md").touch()
    os.utime(tmp_path, ns=(0, 0))
    assert listing_fingerprint(str(tmp_path)) != found


def test_a_fingerprint_of_a_folder_with_overlaid_pages_is_racy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "news/2017/06/16").mkdir(parents=True)
    (tmp_path / "news/2017/06/17").mkdir()
    long_after = time.time_ns() + 1000 * SECOND
    monkeypatch.setattr(time, "time_ns", lambda: long_after)
    tree = Tree(tmp_path, 100, {"news/2017/06/16/a.md": b"a"})
    assert tree.fingerprint("news/2017/06/16").is_racy
    assert not tree.fingerprint("news/2017/06/17").is_racy


@pytest.mark.parametrize("kind", ["symbolic links", "hard links"])
def test_swapping_two_pages_changes_the_fingerprint(tmp_path: Path, kind: str) -> None:
    """The files stay the same; only their names change."""
    folder = tmp_path / "news/2017/06/16"
    folder.mkdir(parents=True)
    (tmp_path / "store").mkdir()
    files = [tmp_path / "store" / name for name in ("one", "two")]
    for file in files:
        file.write_text("# A headline\n", encoding="utf-8")

    def put(name: str, file: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        if kind == "hard links":
            (folder / name).hardlink_to(file)
        else:
            (folder / name).symlink_to(file)

    def content() -> bytes:
        return folder_fingerprint(str(folder)).content

    put("a.md", files[0])
    put("b.md", files[1])
    before = content()
    assert content() == before
    put("a.md", files[1])
    put("b.md", files[0])
    assert content() != before


def test_the_content_fingerprint_is_that_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    before = content_fingerprint(str(tmp_path))
    assert before == folder_fingerprint(str(tmp_path)).content
    (tmp_path / "a.md").write_text("bc", encoding="utf-8")
    assert content_fingerprint(str(tmp_path)) == folder_fingerprint(str(tmp_path)).content != before
    assert content_fingerprint(str(tmp_path / "none")) == folder_fingerprint(str(tmp_path / "none")).content


def test_swapped_names_change_the_fingerprint_without_a_new_change_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every file system updates the change time of a renamed file."""
    for name in ("one", "two"):
        (tmp_path / name).write_text(name, encoding="utf-8")

    real = os.stat

    def pages(files: dict[str, str]) -> bytes:
        def status(path: Any, **how: Any) -> os.stat_result:
            file = files.get(os.path.basename(path)) if isinstance(path, str) else None
            return real(tmp_path / file) if file else real(path, **how)

        monkeypatch.setattr("newsarc.storage.fingerprint.os.listdir", lambda _: list(files))
        monkeypatch.setattr("newsarc.storage.fingerprint.os.stat", status)
        found = folder_fingerprint(str(tmp_path)).content
        monkeypatch.undo()
        return found

    before = pages({"a.md": "one", "b.md": "two"})
    assert pages({"b.md": "two", "a.md": "one"}) == before
    assert pages({"a.md": "two", "b.md": "one"}) != before
