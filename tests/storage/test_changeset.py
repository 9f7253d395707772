"""File changes are applied all or none, and no unknown content is overwritten."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarc.errors import ArchiveError
from newsarc.storage.atomic import create_file
from newsarc.storage.changeset import FileChange, FolderMove, apply_changes, unified_diff
from tests.linear.work import growth


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_all_are_written(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_bytes(b"old\r\n")
    apply_changes(
        tmp_path, [FileChange("a/b/c.md", None, "new\udcff\n"), FileChange("b.md", "old\r\n", "old\r\nmore\r\n")]
    )
    assert files(tmp_path) == {"a/b/c.md": b"new\xff\n", "b.md": b"old\r\nmore\r\n"}


def later(root: Path) -> None:
    (root / "b.md").write_bytes(b"changed meanwhile\n")


def gone(root: Path) -> None:
    (root / "b.md").unlink()


def linked(root: Path) -> None:
    (root / "b.md").rename(root / "real.md")
    (root / "b.md").symlink_to("real.md")


@pytest.mark.parametrize("meanwhile", [later, gone, linked], ids=lambda function: function.__name__)
def test_if_one_cannot_be_written_none_is(meanwhile: object, tmp_path: Path) -> None:
    (tmp_path / "b.md").write_bytes(b"old\n")
    (tmp_path / "c.md").write_bytes(b"c\n")
    meanwhile(tmp_path)  # type: ignore[operator]
    before, folders = files(tmp_path), sorted(path.name for path in tmp_path.iterdir())
    made = [
        FileChange("a/b/new.md", None, "new\n"),
        FileChange("c.md", "c\n", "more\n"),
        FileChange("b.md", "old\n", "newer\n"),
    ]
    with pytest.raises(ArchiveError, match=rf"^{re.escape(str(tmp_path))}/b\.md: "):
        apply_changes(tmp_path, made)
    assert files(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == folders


def test_an_interrupt_rolls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(file: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    (tmp_path / "b.md").write_bytes(b"old\n")
    monkeypatch.setattr("newsarc.storage.atomic.replace_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply_changes(tmp_path, [FileChange("a/new.md", None, "new\n"), FileChange("b.md", "old\n", "newer\n")])
    assert files(tmp_path) == {"b.md": b"old\n"}
    assert not (tmp_path / "a").exists()


def test_a_folder_moves_with_everything_in_it(tmp_path: Path) -> None:
    (tmp_path / "a/old/in").mkdir(parents=True)
    (tmp_path / "a/old/p.md").write_bytes(b"p\n")
    (tmp_path / "a/old/in/b.bin").write_bytes(b"\0")
    (tmp_path / "a/old/link").symlink_to("nowhere")
    apply_changes(tmp_path, [FolderMove("b/new", "a/old"), FileChange("b/new/p.md", "p\n", "q\n")])
    assert files(tmp_path) == {"b/new/p.md": b"q\n", "b/new/in/b.bin": b"\0"}
    assert (tmp_path / "b/new/link").is_symlink()
    assert not (tmp_path / "a/old").exists()


def test_a_folder_moves_back_if_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/p.md").write_bytes(b"p\n")
    edits = [FileChange("b/new/p.md", "p\n", "q\n"), FileChange("c.md", "c\n", "")]
    with pytest.raises(ArchiveError, match=r"c\.md: "):
        apply_changes(tmp_path, [FolderMove("b/new", "old"), *edits])
    assert files(tmp_path) == {"old/p.md": b"p\n"}
    assert not (tmp_path / "b").exists()


def test_a_folder_never_replaces_another(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "linked").symlink_to("old")
    with pytest.raises(ArchiveError, match="new: already exists"):
        apply_changes(tmp_path, [FolderMove("new", "old")])
    with pytest.raises(ArchiveError, match="linked is a symbolic link"):
        apply_changes(tmp_path, [FolderMove("newer", "linked")])
    with pytest.raises(ArchiveError, match="newer: cannot write: No such file"):
        apply_changes(tmp_path, [FolderMove("newer", "gone")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["linked", "new", "old"]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"mine\n")
    with pytest.raises(ArchiveError, match="already exists"):
        apply_changes(tmp_path, [FileChange("a.md", None, "new\n")])
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "a.md", b"new\n")
    assert files(tmp_path) == {"a.md": b"mine\n"}


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: object, target: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("newsarc.storage.atomic.os.link", refuse)
    create_file(tmp_path / "a.md", b"new\n")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "a.md", b"newer\n")
    assert files(tmp_path) == {"a.md": b"new\n"}


def test_git_applies_the_diff_of_a_new_file(tmp_path: Path) -> None:
    text = "".join([*unified_diff("a/new.md", None, "one\ntwo", "x/"), *unified_diff("b.md", "1\n", "2\n", "x/")])
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "b.md").write_text("1\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "apply", "-"], input=text.encode(), check=True)
    assert (tmp_path / "x" / "a" / "new.md").read_text("utf-8") == "one\ntwo"
    assert (tmp_path / "x" / "b.md").read_text("utf-8") == "2\n"


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "1. [x](y)"]), max_size=12).map("\n".join)


@given(LINES, LINES)
@example("a\n" * 900, "b\n" + "a\n" * 450 + "c\n" * 500 + "d\n")
@example("a", "a\n")
def test_a_diff_turns_one_text_into_the_other(before: str, after: str) -> None:
    assert patched(before, "".join(unified_diff("page.md", before, after))) == after


def patched(text: str, diff: str) -> str:
    """Return ``text`` with a unified diff applied, which must match."""
    old = text.splitlines(keepends=True)
    new: list[str] = []
    at = 0
    for line in diff.replace("\n\\ No newline at end of file\n", "\0\n").splitlines()[2:]:
        if match := re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@", line):
            start = int(match[1]) - (match[2] != "0")
            new += old[at:start]
            at = start
            continue
        said = line[1:-1] if line.endswith("\0") else f"{line[1:]}\n"
        if line[0] in " -":
            assert old[at] == said
            at += 1
        if line[0] in " +":
            new.append(said)
    return "".join(new + old[at:])


def test_a_diff_of_many_changes_takes_linear_work() -> None:
    def make(number: int) -> None:
        pages = ["".join(f"1. [x{sign if at % 2 else ''}](y)\n" for at in range(number)) for sign in "ab"]
        list(unified_diff("page.md", *pages))

    assert growth(make, 400) <= 2.5


def test_an_equal_file_of_another_run_stays(tmp_path: Path) -> None:
    """Two runs write the same file at once: the one that fails does not delete the file of the other."""
    (tmp_path / "page.md").write_text("same", encoding="utf-8")
    with pytest.raises(ArchiveError, match="already exists"):
        apply_changes(tmp_path, [FileChange("page.md", None, "same")])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == "same"
