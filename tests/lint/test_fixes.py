"""Mending files: only what a fix is about changes, and a file is never half written."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsarc.api import Archive
from newsarc.cli.app import app
from newsarc.errors import FixError
from newsarc.lint import lint as check
from newsarc.lint.edits import apply
from newsarc.lint.finding import Edit
from newsarc.lint.fixes import FixedPage, plan_fixes, write
from tests.cli.driver import CAN_FORK, start

TARGET = "news/2020/05/1/the-ferry.md"
PAGE = "news/2020/05/2/the-quay.md"
BEFORE = (
    b"### [2020-05-2](/news/2020/05/2/index.md)\n\n# The quay  \n\nBad \xff bytes\x0b stay.\t \n\n### Related:\n\n"
    b"1. [The ferry](/news/2020/05/01/the-ferry.html) _Context: Harbour_\n"
    b"7. [The ferry ](/news/2020/05/1/the-ferry.md) _Context: Harbour_"
)
AFTER = (
    b"### [2020-05-2](/news/2020/05/2/index.md)\n\n# The quay  \n\nBad \xff bytes\x0b stay.\t \n\n### Related:\n\n"
    b"1. [The ferry](/news/2020/05/1/the-ferry.md) _Context: Harbour_\n"
)


def make(root: Path, page: bytes) -> Path:
    for path, content in ((TARGET, b"# The ferry\n"), (PAGE, page)):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return root / PAGE


def lint(root: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["-A", str(root), "lint", "--select", "NA104,NA106", *options])


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_other_bytes_stay(tmp_path: Path, start: bytes, end: bytes) -> None:
    page = make(tmp_path, start + BEFORE.replace(b"\n", end))
    result = lint(tmp_path, "--fix")
    assert page.read_bytes() == start + AFTER.replace(b"\n", end)
    assert "2 fixed" in result.stderr
    assert lint(tmp_path).stdout == ""
    assert lint(tmp_path, "--fix").exit_code == 0
    assert page.read_bytes() == start + AFTER.replace(b"\n", end)
    assert sorted(path.name for path in page.parent.iterdir()) == ["the-quay.md"]


def test_diff_writes_nothing(tmp_path: Path) -> None:
    page = make(tmp_path, BEFORE)
    result = lint(tmp_path, "--diff")
    assert page.read_bytes() == BEFORE
    assert result.stdout_bytes == (
        b"--- a/news/2020/05/2/the-quay.md\n+++ b/news/2020/05/2/the-quay.md\n@@ -6,5 +6,4 @@\n \n ### Related:\n \n"
        b"-1. [The ferry](/news/2020/05/01/the-ferry.html) _Context: Harbour_\n"
        b"-7. [The ferry ](/news/2020/05/1/the-ferry.md) _Context: Harbour_\n\\ No newline at end of file\n"
        b"+1. [The ferry](/news/2020/05/1/the-ferry.md) _Context: Harbour_\n"
    )


def test_the_mode_stays(tmp_path: Path) -> None:
    page = make(tmp_path, BEFORE)
    page.chmod(0o640)
    lint(tmp_path, "--fix")
    assert stat.S_IMODE(page.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only the superuser can give a file away")
def test_the_owner_stays(tmp_path: Path) -> None:
    page = make(tmp_path, BEFORE)
    os.chown(page, 12345, 23456)
    lint(tmp_path, "--fix")
    status = page.stat()
    assert (page.read_bytes(), status.st_uid, status.st_gid) == (AFTER, 12345, 23456)


def test_another_name_of_the_same_file_keeps_what_it_had(tmp_path: Path) -> None:
    """A page is replaced and not written into: a hard link to it outside the archive is not the archive's to change."""
    (tmp_path / "archive").mkdir()
    page = make(tmp_path / "archive", BEFORE)
    (tmp_path / "outside.md").hardlink_to(page)
    lint(tmp_path / "archive", "--fix")
    assert page.read_bytes() == AFTER
    assert (tmp_path / "outside.md").read_bytes() == BEFORE


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    page = make(tmp_path, b"# Elsewhere\n")
    other = page.with_name("other.md")
    page.unlink()
    other.write_bytes(BEFORE)
    page.symlink_to(other.name)
    result = lint(tmp_path, "--fix")
    assert page.is_symlink()
    assert "symbolic link" in result.stderr or other.read_bytes() == AFTER


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    page = make(tmp_path, BEFORE)
    page.parent.chmod(0o500)
    try:
        result = lint(tmp_path, "--fix")
    finally:
        page.parent.chmod(0o700)
    assert result.exit_code == 2
    assert "not fixed: Permission denied" in result.stderr
    assert page.read_bytes() == BEFORE


def test_a_failing_rename_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = make(tmp_path, BEFORE)

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    result = lint(tmp_path, "--fix")
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert page.read_bytes() == BEFORE
    assert [path.name for path in page.parent.iterdir()] == ["the-quay.md"]


def test_a_page_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    page = make(tmp_path, b"new\n")
    with pytest.raises(FixError, match="changed while newsarc was running"):
        write(FixedPage(PAGE, "old\n", "mended\n"), Archive.open(tmp_path))
    assert page.read_bytes() == b"new\n"


def test_the_first_of_overlapping_fixes_is_applied() -> None:
    first = (Edit("a", 1, 2, 1, 4, "XX"), Edit("a", 2, 1, 2, 1, "+"))
    second = (Edit("a", 1, 3, 1, 5, "YY"),)
    third = (Edit("a", 1, 5, 1, 6, ""),)
    assert apply("abcde\nfg", [first, second, third]) == "aXXd\n+fg"


def test_edits_past_the_end_append() -> None:
    assert apply("a", [(Edit("a", 2, 1, 3, 1, "b"),)]) == "ab"


def test_a_page_that_changed_since_the_findings_is_skipped(tmp_path: Path) -> None:
    page = make(tmp_path, BEFORE)
    archive = Archive.open(tmp_path)
    report = check(archive, select=["NA104", "NA106"])
    page.write_bytes(b"A line more.\n" + BEFORE)
    assert plan_fixes(report, archive, unsafe=True).pages == []


@pytest.mark.skipif(not CAN_FORK, reason="needs forks")
def test_two_runs_at_once_leave_what_one_leaves(tmp_path: Path) -> None:
    alone, both = tmp_path / "alone", tmp_path / "both"
    for root in (alone, both):
        for number in range(60):
            make(root, BEFORE)
            (root / PAGE).rename(root / PAGE.replace("the-quay", f"the-quay-{number}"))
    words: list[str | Path] = ["-A", both, "lint", "--select", "NA104,NA106", "--fix", "-q"]
    with open(os.devnull, "r+b") as nothing, tempfile.TemporaryFile() as errors:  # noqa: PTH123
        runs = [start(words, nothing, nothing, errors) for _ in range(3)]
        assert [run.wait() for run in runs] == [0] * 3
        errors.seek(0)
        assert errors.read() == b""
    assert lint(alone, "--fix").exit_code == 0
    assert contents(both) == contents(alone)


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "item",
    [
        "[The ferry](/news/2020/05/1/the ferry.md) _Context: Battle of Ansel (2017), Harbour_",
        "[The ferry](/news/2020/05/1/the-ferry.html) _Context: Battle of Ansel (2017), Harbour_",
        "[The ferry](/news/2020/05/1/the-ferry.md) a note\n2. [The ferry](/news/2020/05/1/the-ferry.md) another",
        "[Old [cut]] text](/news/2020/05/01/the-ferry.md) _Context: Harbour_",
    ],
)
def test_fixes_keep_contexts_and_texts(tmp_path: Path, item: str) -> None:
    page = make(tmp_path, f"# The quay\n\n### Related:\n\n1. {item}\n".encode())
    before = Archive.open(tmp_path).load(PAGE)
    CliRunner().invoke(app, ["-A", str(tmp_path), "lint", "--select", "ALL", "--fix", "--unsafe-fixes"])
    after = Archive.open(tmp_path).load(PAGE)
    assert [link.contexts for link in after.related] == [link.contexts for link in before.related]
    assert [problem.kind for problem in after.problems] == [problem.kind for problem in before.problems]
    assert page.read_text().count("note") == item.count("note")


def test_nothing_is_fixed_while_a_page_cannot_be_read(tmp_path: Path) -> None:
    """Where a dead link led is judged by all pages; the rules that were asked for do not matter."""
    page = make(tmp_path, BEFORE)
    (tmp_path / "newsarc.toml").write_text("max-page-bytes = 1000\n", encoding="utf-8")
    large = tmp_path / "news/2020/05/2/large.md"
    large.write_text("# The quay\n" * 200, encoding="utf-8")
    result = lint(tmp_path, "--fix")
    assert result.exit_code == 2
    assert "nothing was fixed" in result.stderr
    assert page.read_bytes() == BEFORE
    large.unlink()
    assert "2 fixed" in lint(tmp_path, "--fix").stderr
    assert page.read_bytes() == AFTER
