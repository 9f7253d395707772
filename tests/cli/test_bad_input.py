"""Archives that are not as they should be: a clear line, the rest still answers, nothing hangs."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.driver import CASES, run
from tests.naive import Page, write

HARBOUR = CASES / "harbour"
COMMANDS = [
    ["list"],
    ["show", "2020-03"],
    ["search", "ferry"],
    ["related", "captain-held", "--both"],
    ["timeline", "captain-held"],
    ["timeline", "ferry"],
    ["stats"],
    ["lint"],
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(HARBOUR, tmp_path / "archive")


def slugs(root: Path, *arguments: str) -> list[str]:
    result = run("-A", root, "list", *arguments)
    assert result.code == 0, result.err
    return [row[1] for row in result.rows]


def random_bytes(root: Path) -> str:
    (root / "news/2020/03/2/noise.md").write_bytes(random.Random(7).randbytes(20_000))
    return ""


def only_rules(root: Path) -> str:
    (root / "news/2020/03/2/rule.md").write_text("---", encoding="utf-8")
    (root / "news/2020/03/2/rules.md").write_text("---\n---\n", encoding="utf-8")
    (root / "news/2020/03/2/rules-more.md").write_text("---\n" * 2000, encoding="utf-8")
    return ""


def empty_files(root: Path) -> str:
    (root / "news/2020/03/2/empty.md").touch()
    (root / "news/2020/03/2/index.md").touch()
    (root / "news/2020/03/2/bom.md").write_bytes(b"\xef\xbb\xbf")
    (root / "news/2020/03/2/nul.md").write_bytes(b"\0" * 5000)
    (root / "news/2020/03/2/cr.md").write_bytes(b"# A\r\rB\r")
    return ""


def impossible_days(root: Path) -> str:
    for name in ("2019/13/1", "2020/00/1", "2020/02/31", "2020/03/32", "2020/03/0"):
        (root / "news" / name).mkdir(parents=True)
        (root / "news" / name / f"on-{name.replace('/', '-')}.md").write_text("# No day\n", encoding="utf-8")
    for name in ("2020/march/1", "2020/03/first", "20/03/1", "drafts", "2020/03/2/more"):
        (root / "news" / name).mkdir(parents=True)
        (root / "news" / name / "draft.md").write_text("# Draft\n", encoding="utf-8")
    return "2020/02/31"


def a_large_file(root: Path) -> str:
    with open(root / "news/2020/03/2/large.md", "wb") as file:  # noqa: PTH123
        file.truncate(200 * 1024 * 1024)
    return "large.md"


def symbolic_links(root: Path) -> str:
    day = root / "news/2020/03/2"
    (day / "one.md").symlink_to("two.md")
    (day / "two.md").symlink_to("one.md")
    (day / "self").symlink_to(".", target_is_directory=True)
    (root / "news/2020/05").symlink_to("03", target_is_directory=True)
    (root / "news/2020/03/4").symlink_to("../../..", target_is_directory=True)
    (day / "outside.md").symlink_to("/etc/passwd")
    (day / "nowhere.md").symlink_to("no-such-file.md")
    return "one.md"


def not_files(root: Path) -> str:
    day = root / "news/2020/03/2"
    (day / "folder.md").mkdir()
    os.mkfifo(day / "pipe.md")
    return ""


def names_that_are_no_text(root: Path) -> str:
    day = os.fsencode(root / "news/2020/03/2")
    try:
        with open(day + b"/\xff\xfe.md", "wb") as file:  # noqa: PTH123
            file.write(b"# Bytes\n")
    except OSError:
        pytest.skip("this file system takes only text for names")
    for name in ("new\nline.md", "tab\t.md", "-option.md", " .md", ".md", ".hidden.md", "a\u202eb.md", "*.md"):
        (root / "news/2020/03/2" / name).write_text(f"# Named {name!r}\n", encoding="utf-8")
    return "UTF-8"


def climbing_slugs(root: Path) -> str:
    (root / "news/2020/03/2/climb.md").write_text(
        "---\nslug: ../../../../etc/passwd\naliases: [../../x, /etc/passwd, '..']\n---\n# Climb\n\n### Related:\n\n"
        "1. [a](../../../../../../../etc/passwd) _Context: A_\n2. [b](/../../etc/passwd)\n3. [c](/%2e%2e/%2e%2e/etc/passwd)\n",  # noqa: E501
        encoding="utf-8",
    )
    return ""


MAKERS: list[Callable[[Path], str]] = [
    random_bytes,
    only_rules,
    empty_files,
    impossible_days,
    a_large_file,
    symbolic_links,
    not_files,
    names_that_are_no_text,
    climbing_slugs,
]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_the_rest_still_answers(root: Path, make: Callable[[Path], str]) -> None:
    told = make(root)
    before = [row[1] for row in run("-A", HARBOUR, "list", "2020-03-03", "2020-03-09").rows]
    assert slugs(root, "2020-03-03", "2020-03-09") == before
    everything = slugs(root)
    assert set(before) <= set(everything)
    for number, arguments in enumerate(COMMANDS, MAKERS.index(make)):
        for output in (None, "json", "table") if arguments == ["list"] else ("json", (None, "table")[number % 2]):
            option = "--output-format" if arguments == ["lint"] else "--format"
            chosen = "full" if option == "--output-format" and output == "table" else output
            result = run("-A", root, *arguments, *([option, chosen] if chosen else []))
            assert result.code == (1 if arguments == ["lint"] else 0), (arguments, result.err)
            assert "internal error" not in result.err
            assert "\0" not in result.out
            if output == "json":
                assert result.json["version"] == 1
            elif output is None and arguments == ["list"]:
                assert {len(row) for row in result.rows} == {4}
            if told and arguments == ["list"]:
                assert told in result.err, "what was passed over is told"
                assert len(result.err) < 2000
    secret = Path("/etc/passwd")
    if secret.is_file():
        assert secret.read_text("utf-8")[:20] not in run("-A", root, "show", "2020-03-02", "--raw").out


def test_a_large_file_asked_for_is_one_line(root: Path) -> None:
    a_large_file(root)
    result = run("-q", "-A", root, "show", "large")
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert "large.md" in line
    assert "max-page-bytes" in line


def test_a_day_with_a_slug_that_climbs_shows_its_own_page(root: Path) -> None:
    climbing_slugs(root)
    result = run("-A", root, "show", "climb", "--path")
    assert result.lines == [str(root / "news/2020/03/2/climb.md")]
    (event,) = run("-A", root, "show", "climb", "--json").json["events"]
    assert [(link["path"], link["broken"]) for link in event["related"]] == [(None, True)] * 3


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders(root: Path) -> None:
    page, folder = root / "news/2020/03/2/storm-warning.md", root / "news/2020/03/9"
    page.chmod(0)
    folder.chmod(0)
    try:
        result = run("-A", root, "list")
        assert result.code == 0
        assert "storm-warning.md" in result.err
        assert "news/2020/03/9" in result.err
        assert "captain-held" in result.out
        assert run("-A", root, "show", "2020-03-02/storm-warning").code == 2
    finally:
        page.chmod(0o644)
        folder.chmod(0o755)


def test_an_archive_that_is_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(HARBOUR, target_is_directory=True)
    assert run("-A", tmp_path / "link", "list").out == run("-A", HARBOUR, "list").out


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_an_archive_without_events(tmp_path: Path, arguments: list[str]) -> None:
    result = run("-A", write(tmp_path, []), *arguments)
    assert result.code == (2 if arguments == ["lint"] else 1)  # a wrong root must not keep CI green
    assert result.out == ""
    assert result.err


@pytest.mark.parametrize("name", ["newsarc.toml", "pyproject.toml"])
def test_a_configuration_that_is_no_file(root: Path, name: str) -> None:
    (root / name).mkdir()
    result = run("-A", root, "list")
    assert result.code in {0, 2}
    assert "internal error" not in result.err


def test_many_notes_are_cut_and_all_of_them_are_there_for_who_asks(tmp_path: Path) -> None:
    write(tmp_path, [Page(dt.date(2020, 3, 1), "a", "A")])
    for number in range(40, 60):
        (tmp_path / f"news/2020/03/{number}").mkdir()
    assert len(run("-A", tmp_path, "list").err.splitlines()) < 10
    assert len(run("-A", tmp_path, "-v", "list").err.splitlines()) > 20


TEDIOUS = {
    "brackets": "# A\n\n### Related:\n\n1. " + "[" * 20_000 + "a](b)\n",
    "links": "# A\n\n### Related:\n\n1. " + "[a](b)" * 3_000 + "\n",
    "openings": "# A\n\n" + "[a](" * 5_000 + "\n",
    "words": "# " + "a " * 200_000 + "\n",
    "stars": "# A\n\n" + "_" * 50_000 + "*" * 50_000 + "\n",
    "spaces": "# A\n\n### Related:\n\n1. [a](/b) _Context: " + " " * 50_000 + "x\n",
    "yaml": "---\na: &a [x]\nb: " + "[" * 5_000 + "\n---\n# A\n",
}


@pytest.mark.parametrize("command", ["show", "lint"])
@pytest.mark.parametrize("name", TEDIOUS)
def test_a_tedious_page_is_read(root: Path, name: str, command: str) -> None:
    (root / "news/2020/03/2/tedious.md").write_text(TEDIOUS[name], encoding="utf-8")
    arguments = ["show", "2020-03-02"] if command == "show" else ["lint", "--select", "NA101"]
    result = run("-A", root, *arguments)
    assert result.code == (0 if command == "show" else 1)
    assert ("storm-warning" if command == "show" else "captain-held") in result.out


@pytest.mark.parametrize("how", [["--fixed"], ["--in", "all"]], ids=" ".join)
def test_a_scan_tells_which_page_it_could_not_read(root: Path, how: list[str]) -> None:
    """In a worker or not: pages of more days than one worker takes at once."""
    for day in range(1, 29):
        folder = root / f"news/2019/02/{day}"
        folder.mkdir(parents=True)
        (folder / "calm.md").write_text("# Calm\n", encoding="utf-8")
    (root / "newsarc.toml").write_text("max-page-bytes = 2000\n", encoding="utf-8")
    for path in ("news/2019/02/3/calm.md", "news/2020/03/2/storm-warning.md"):
        (root / path).write_text("# Storm\n" + "storm\n" * 500, encoding="utf-8")
    result = run("-v", "-A", root, "search", *how, "storm")
    assert "storm-warning.md: not read: 3,008 bytes exceed" in result.err
    assert "news/2019/02/3/calm.md: not read: 3,008 bytes" in result.err


def test_a_disk_that_fails_while_the_index_is_asked_is_one_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
        raise error

    monkeypatch.setattr("newsarc.index.Index.events", failing)
    result = run("-A", root, "list")
    assert (result.code, result.out) == (2, "")
    assert "newsarc: the index cannot be read: disk I/O error; try --no-cache" in result.err
