"""``newsarc new``, its frame: what it writes has its own tests."""

from __future__ import annotations

import datetime as dt
import errno
import shutil
import sys
from pathlib import Path

import pytest

from newsarc.storage import atomic
from tests.cli.driver import EXAMPLE, run

BRIDGES = ("Two bridges close", "--date", "2017-06-16", "--topic", "Bridges", "--source", "https://radio.example/1")
PAGE = "news/2017/06/16/two-bridges-close.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "archive")


def state(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_page_is_written_and_lint_finds_nothing_new(root: Path) -> None:
    before = run("-A", root, "lint").lines
    result = run(
        "-A", root, "new", *BRIDGES, "--related", "2017-06-17/uss", "--context", "Ships", "--summary", "It is so."
    )
    assert (result.code, result.out, result.err) == (0, f"{root / PAGE}\n", "")
    assert run("-A", root, "lint").lines == before
    shown = run("-A", root, "show", "2017-06-16/two-bridges", "--json").json["events"][0]
    assert (shown["headline"], shown["topics"], shown["summary"]) == ("Two bridges close", ["Bridges"], "It is so.")
    assert [(link["contexts"], link["broken"]) for link in shown["related"]] == [(["Ships"], False)]


def test_dry_run_shows_what_would_be_written(root: Path) -> None:
    before = state(root)
    result = run("-A", root, "new", *BRIDGES, "--dry-run")
    assert result.code == 0
    assert f"--- /dev/null\n+++ b/{PAGE}\n" in result.out
    assert "+### [Two bridges close](/news/2017/06/16/two-bridges-close.md)\n" in result.out
    assert state(root) == before


def test_an_event_that_is_there_is_not_written_over(root: Path) -> None:
    assert run("-A", root, "new", *BRIDGES).code == 0
    before = state(root)
    result = run("-A", root, "new", *BRIDGES)
    assert (result.code, result.out) == (2, "")
    assert result.err == f"newsarc: event already exists: {PAGE}\n"
    assert state(root) == before


def test_without_a_date_it_is_today(root: Path) -> None:
    today = dt.datetime.now().astimezone().date()
    result = run("-A", root, "new", "Two bridges close")
    assert result.out == f"{root}/news/{today.year}/{today.month:02}/{today.day}/two-bridges-close.md\n"


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--date", "2017-06"], 2, '--date: "2017-06" is not a date'),
        (["--date", "soon"], 2, '--date: "soon" is not a date'),
        (["--date", "2017-02-30"], 2, "2017-02-30"),
        (["--related", "no-such-event-at-all"], 1, "no-such-event-at-all"),
        (["--related", "2017-06-16"], 3, "2017-06-16"),
        (["--source", "x"], 2, "--source x"),
        (["--edit", "--dry-run"], 2, "--edit and --dry-run cannot be combined"),
    ],
)
def test_what_is_refused(root: Path, options: list[str], code: int, said: str) -> None:
    before = state(root)
    result = run("-A", root, "new", "Two bridges close", *options)
    assert (result.code, result.out) == (code, "")
    assert said in result.err.split("\n")[0]
    assert state(root) == before


def editor(tmp_path: Path, code: str) -> str:
    script = tmp_path / "an editor.py"
    script.write_text(f"import sys\nfrom pathlib import Path\n{code}\n", encoding="utf-8")
    return f'"{sys.executable}" "{script}"'


def test_the_page_opens_in_an_editor(root: Path, tmp_path: Path) -> None:
    command = editor(tmp_path, "Path(sys.argv[1]).write_text('# Edited\\n')")
    result = run("-A", root, "new", *BRIDGES, "--edit", env={"VISUAL": command, "EDITOR": "false"})
    assert (result.code, result.out) == (0, f"{root / PAGE}\n")
    assert (root / PAGE).read_text("utf-8") == "# Edited\n"


@pytest.mark.parametrize(
    ("environment", "is_written", "said"),
    [
        ({"VISUAL": None, "EDITOR": " "}, False, "set $VISUAL or $EDITOR"),
        ({"VISUAL": None, "EDITOR": '"open'}, False, "$EDITOR cannot be parsed"),
        ({"VISUAL": "no-such-editor-here", "EDITOR": None}, True, "no-such-editor-here could not be started"),
    ],
)
def test_an_editor_that_cannot_be_run(
    root: Path, environment: dict[str, str | None], is_written: bool, said: str
) -> None:
    result = run("-A", root, "new", *BRIDGES, "--edit", env=environment)
    assert result.code == 2
    assert said in result.err
    assert (root / PAGE).exists() == is_written


def test_an_editor_that_fails_is_told_of(root: Path, tmp_path: Path) -> None:
    result = run("-A", root, "new", *BRIDGES, "--edit", env={"VISUAL": editor(tmp_path, "sys.exit(7)")})
    assert (result.code, result.out) == (2, f"{root / PAGE}\n")
    assert "exited with 7" in result.err


def test_a_folder_that_cannot_be_written_to_is_one_line(root: Path) -> None:
    (root / "news/2017/06/19").write_text("a file where a folder belongs", encoding="utf-8")
    result = run("-A", root, "new", "Two bridges close", "--date", "2017-06-19")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--context", "Zero\u200bwidth"], "would not pass lint"),
        (["--source", "<!-- newsarc: ignore-file NA101 --> X https://a.example/c"], "it starts a comment"),
        (["--topic", "<!-- newsarc: ignore-file NA101 -->"], "it starts a comment"),
    ],
)
def test_what_lint_would_mind_is_refused_wherever_it_goes(root: Path, words: list[str], said: str) -> None:
    before = state(root)
    result = run("-A", root, "new", "Bridge", "--date", "2017-06-17", "--source", "https://a.example/b", *words)
    assert (result.code, result.out, state(root)) == (2, "", before)
    assert said in result.err


def test_nothing_is_written_through_a_symbolic_link(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "news/2017/06/29").symlink_to(outside, target_is_directory=True)
    result = run("-A", root, "new", "Bridge", "--date", "2017-06-29", "--source", "https://a.example/b")
    assert (result.code, result.out) == (2, "")
    assert "is a symbolic link" in result.err
    assert list(outside.iterdir()) == []


def test_the_first_day_that_there_is(root: Path) -> None:
    assert run("-A", root, "new", "Bridge", "--date", "0001-01-01", "--source", "https://a.example/b").code in (0, 2)


def test_pages_without_a_date_heading_get_more_of_their_kind(tmp_path: Path) -> None:
    folder = tmp_path / "news/2017/06/16"
    folder.mkdir(parents=True)
    (folder / "flood.md").write_text("# Flood\n\nIt rains.\n", encoding="utf-8")
    result = run("-A", tmp_path, "new", "Bridge closed", "--date", "2017-06-16", "--source", "https://a.example/b")
    assert result.code == 0, result.err
    assert (folder / "bridge-closed.md").read_text(encoding="utf-8").startswith("# Bridge closed\n")


def test_an_archive_begins_with_an_empty_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "run newsarc init to start one here" in run("new", *BRIDGES).err
    (tmp_path / "newsarc.toml").touch()
    assert run("new", *BRIDGES).code == 0
    assert "no findings" in run("lint").err


def test_what_somebody_saved_meanwhile_is_not_taken_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second day page cannot be written; the first was changed since by an editor."""
    real = atomic.replace_file

    def replace_file(file: Path, data: bytes, mode: int | None = None) -> None:
        if file.name == "README.md":
            (root / "news/2017/06/16/index.md").write_bytes(b"saved meanwhile")
            raise OSError(errno.ENOSPC, "no space")
        real(file, data, mode)

    monkeypatch.setattr("newsarc.storage.atomic.replace_file", replace_file)
    shutil.copy(root / "news/2017/06/16/index.md", root / "news/2017/06/16/README.md")
    result = run("-A", root, "new", *BRIDGES)
    assert (result.code, result.out) == (2, "")
    assert (root / "news/2017/06/16/index.md").read_bytes() == b"saved meanwhile"
    assert not (root / PAGE).exists()
