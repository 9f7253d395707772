"""``newsarc lint --stdin-filename PATH -``: what an editor asks while somebody writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.driver import CASES, clean_environment, run

HARBOUR = CASES / "harbour"
PAGE = "news/2020/03/2/storm-warning.md"
DEAD = """### [2020-03-02](/news/2020/03/2/index.md)

# Storm warning for the bay

### Sources:

1. [Port Radio](https://radio.example/storm)

### Related:

1. [Inquiry](/news/2020/03/9/gone.md) _Context: Port Ansel_
"""
TARGET = "/news/2020/03/9/gone.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(HARBOUR, tmp_path / "archive")


def bytes_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_text_is_checked_and_not_the_file(root: Path) -> None:
    before = bytes_of(root)
    result = run("-A", root, "lint", "--select", "NA101", "--stdin-filename", root / PAGE, "-", stdin=DEAD)
    assert (result.code, result.out) == (
        1,
        f"{root / PAGE}:11:14: NA101 link to a page that does not exist: {TARGET}\n",
    )
    assert run("-A", root, "lint", "--select", "NA101", PAGE).code == 0
    assert bytes_of(root) == before


def test_the_dash_may_be_left_out_and_the_path_be_from_the_root(root: Path) -> None:
    result = run("-A", root, "lint", "--select", "NA101", "--stdin-filename", PAGE, stdin=DEAD)
    assert result.out.startswith(f"{PAGE}:11:14: NA101")


def test_what_is_found_is_what_is_found_once_it_is_saved(root: Path) -> None:
    unsaved = run("-A", root, "lint", "--stdin-filename", PAGE, "-", "--output-format", "json", stdin=DEAD).json
    (root / PAGE).write_text(DEAD, encoding="utf-8")
    saved = run("-A", root, "lint", PAGE, "--output-format", "json").json
    assert unsaved["findings"] == saved["findings"] != []
    assert unsaved["summary"]["files"] == 1


def test_a_page_that_is_not_there_yet(root: Path) -> None:
    result = run("-A", root, "lint", "--select", "NA503,NA101", "--stdin-filename", "news/2020/07/1/new.md", stdin=DEAD)
    assert [line.split(": ")[1].split()[0] for line in result.lines] == ["NA503", "NA101"]
    assert not (root / "news/2020/07").exists()


def test_a_page_that_lint_does_not_look_at(root: Path) -> None:
    result = run("-A", root, "lint", "--stdin-filename", "notes/plan.md", "-", stdin="## anything\n")
    assert (result.code, result.out) == (0, "")


def test_the_archive_is_found_by_the_page(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    result = run("lint", "--select", "NA101", "--stdin-filename", f"../archive/{PAGE}", "-", stdin=DEAD)
    assert result.out.startswith(f"../archive/{PAGE}:11:14: NA101")


def fixable(end: str) -> str:
    return DEAD.replace(TARGET, "/news/2020/03/09/inquiry-opens.html").replace("\n", end)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fix_writes_the_text_and_no_file(root: Path, end: str) -> None:
    before = bytes_of(root)
    options = ("--fix", "--select", "NA106,NA109,NA604,NA501", "--stdin-filename", PAGE, "-")
    done = subprocess.run(
        [sys.executable, "-m", "newsarc", "-A", root, "lint", *options],
        input=fixable(end).replace("_Context: Port Ansel_", "").encode(),
        capture_output=True,
        env=clean_environment(),
        check=False,
    )
    mended = fixable(end).replace("/09/inquiry-opens.html", "/9/inquiry-opens.md").replace("_Context: Port Ansel_", "")
    assert done.stdout == mended.encode()
    (finding, summary) = done.stderr.decode().splitlines()
    assert finding.startswith(f"{PAGE}:11:14: NA109")
    assert "1 fixed" in summary
    assert done.returncode == 0
    assert bytes_of(root) == before


def test_fix_leaves_text_without_findings_as_it_is(root: Path) -> None:
    text = DEAD.replace(TARGET, "/news/2020/03/9/inquiry-opens.md")
    assert (
        run(
            "-A", root, "lint", "--fix", "--select", "NA1", "--ignore", "NA105", "--stdin-filename", PAGE, stdin=text
        ).out
        == text
    )


def test_diff(root: Path) -> None:
    result = run("-A", root, "lint", "--diff", "--select", "NA106", "--stdin-filename", PAGE, "-", stdin=fixable("\n"))
    assert f"--- a/{PAGE}\n+++ b/{PAGE}\n" in result.out
    assert "+1. [Inquiry](/news/2020/03/9/inquiry-opens.md) _Context: Port Ansel_\n" in result.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-"], "requires --stdin-filename"),
        (["--stdin-filename", PAGE, "news/2020"], "paths other than -"),
        (["--stdin-filename", PAGE, "--show-files"], "--show-files"),
        (["--stdin-filename", PAGE, "--changed-since", "HEAD"], "--changed-since"),
        (["--stdin-filename", PAGE, "--fix", "--output-format", "json"], "--output-format"),
        (["--stdin-filename", "/"], "outside the archive"),
        (["--stdin-filename", "../../elsewhere.md"], "outside the archive"),
    ],
)
def test_what_does_not_go_together(root: Path, options: list[str], said: str) -> None:
    result = run("-A", root, "lint", *options, stdin=DEAD)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert said in result.err


def test_the_source_line_that_is_shown_is_the_unsaved_one(root: Path) -> None:
    options = ("--select", "NA101", "--output-format", "full")
    result = run("-A", root, "lint", *options, "--stdin-filename", PAGE, "-", stdin=DEAD)
    assert "[Inquiry]" in result.out


@pytest.mark.parametrize("name", ["notes.txt", "newsarc.toml", "news/2020/03/2", "notes/plan.md"])
def test_what_is_no_page_is_not_said_to_be_sound(root: Path, name: str) -> None:
    result = run("-A", root, "lint", "--stdin-filename", name, "-", stdin="# A\n")
    assert (result.code, result.out) == (0, "")
    assert result.err == f"newsarc: {name}: not a page of the archive\n"
    assert run("-A", root, "lint", "--fix", "--stdin-filename", name, "-", stdin="# A\n").out == "# A\n"
