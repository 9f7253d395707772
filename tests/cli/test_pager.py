"""What is longer than the screen goes through a pager on a terminal, and never elsewhere."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsarc.output.terminal.pager import PagedOutput, PagerLeftError, shows_colors, wanted_pager
from tests.cli.driver import EXAMPLE, clean_environment, fork, on_terminal
from tests.cli.test_process import NEWSARC
from tests.naive import Page, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no pager there")


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More than any pipe holds."""
    day = dt.date(2020, 1, 1)
    pages = [
        Page(day + dt.timedelta(number // 10), f"event-{number:04}", f"Event {number} " + "x" * 300)
        for number in range(400)
    ]
    return write(tmp_path_factory.mktemp("long"), pages)


class Pager:
    """A pager that shows nothing and keeps what it was given."""

    def __init__(self, folder: Path, name: str = "pager") -> None:
        self.file = folder / "seen"
        script = folder / name
        script.write_text(f'#!/bin/sh\ncat > "{self.file}"\necho "LESS=$LESS" >> "{self.file}"\n', encoding="utf-8")
        script.chmod(0o755)
        self.command = str(script)

    @property
    def seen(self) -> str | None:
        """What went through the pager; None where it was not started."""
        if not self.file.exists():
            return None
        return self.file.read_text(encoding="utf-8").rpartition("LESS=")[0]


@pytest.fixture
def pager(tmp_path: Path) -> Pager:
    return Pager(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["list", "--json"],
        ["show", "2017-06-16"],
        ["show", "2017-06", "--raw"],
        ["related", "2017-06-16/russian", "--both"],
        ["stats"],
        ["lint"],
        ["lint", "--diff"],
        ["lint", "--output-format", "sarif"],
        ["rule"],
        ["schema", "search"],
    ],
    ids=" ".join,
)
def test_long_output_is_paged_and_the_same_in_a_pipe(pager: Pager, arguments: list[str]) -> None:
    at = ["-A", str(EXAMPLE), "-q", *arguments]
    few_rows = {"PAGER": pager.command, "LINES": "12", "NO_COLOR": "1"}
    code, shown = on_terminal(*at, env=few_rows)
    assert shown == ""
    assert pager.seen
    without, printed = on_terminal(*at, "--no-pager", env=few_rows)
    assert (without, printed) == (code, pager.seen)
    pager.file.unlink()
    assert fork(*at, env=few_rows).code == code
    assert pager.seen is None


def test_what_fits_is_not_paged(pager: Pager) -> None:
    env = {"PAGER": pager.command, "LINES": "24", "NO_COLOR": "1"}
    _, shown = on_terminal("-A", EXAMPLE, "search", "raqqa submarine", env=env)
    assert "submarine" in shown
    assert pager.seen is None
    rows = len(shown.splitlines())
    on_terminal("-A", EXAMPLE, "search", "raqqa submarine", env={**env, "LINES": str(rows + 1)})
    assert pager.seen is None  # with a row for the prompt of the shell
    on_terminal("-A", EXAMPLE, "search", "raqqa submarine", env={**env, "LINES": str(rows)})
    assert pager.seen == shown


def test_a_line_that_is_wrapped_counts_as_often(pager: Pager) -> None:
    line = ["-A", str(EXAMPLE), "list", "2018-09", "--format", "plain"]  # Chinese: two cells for a character
    lines = fork(*line).lines
    assert sum(2 if ord(char) > 0x2E7F else 1 for char in lines[0]) > 100 > len(lines[0])
    env = {"PAGER": pager.command, "LINES": str(len(lines) + 1)}
    on_terminal(*line, env={**env, "COLUMNS": "500"})
    assert pager.seen is None
    on_terminal(*line, env={**env, "COLUMNS": "100"})
    assert pager.seen


@pytest.mark.parametrize(
    ("env", "is_paged"),
    [
        ({"PAGER": "PAGER"}, True),
        ({"NEWSARC_PAGER": "PAGER"}, True),
        ({"NEWSARC_PAGER": "PAGER", "PAGER": "cat"}, True),
        ({"NEWSARC_PAGER": "cat", "PAGER": "PAGER"}, False),
        ({"NEWSARC_PAGER": "", "PAGER": "PAGER"}, False),
        ({"PAGER": "cat"}, False),
        ({"PAGER": " "}, False),
        ({"PAGER": "PAGER", "TERM": "dumb"}, False),
        ({"PAGER": "no-such-pager-anywhere"}, False),
        ({"PAGER": "cat | PAGER"}, True),
        ({"PAGER": "PAGER 'with an argument'"}, True),
    ],
    ids=str,
)
def test_which_pager(pager: Pager, env: dict[str, str], is_paged: bool) -> None:
    named = {name: value.replace("PAGER", pager.command) for name, value in env.items()}
    code, shown = on_terminal("-A", EXAMPLE, "list", env={"LINES": "12", **named})
    assert code == 0
    assert (pager.seen is not None, "Fitzgerald" in shown) == (is_paged, not is_paged)
    assert "Fitzgerald" in (pager.seen or shown)


def test_the_pager_without_a_word_from_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.delenv("NEWSARC_PAGER", raising=False)
    assert wanted_pager() == "less"
    monkeypatch.setattr(sys, "platform", "win32")
    assert wanted_pager() is None


@pytest.mark.parametrize(
    ("name", "env", "options", "is_colored"),
    [
        ("less", {}, [], True),
        ("less", {"LESS": "-S"}, [], False),
        ("less", {"LESS": "-S"}, ["--color", "always"], True),
        ("more", {}, [], False),
    ],
)
def test_colours_go_through_a_pager_that_shows_them(
    tmp_path: Path, name: str, env: dict[str, str], options: list[str], is_colored: bool
) -> None:
    pager = Pager(tmp_path, name)
    on_terminal("-A", EXAMPLE, "list", *options, env={"PAGER": pager.command, "LINES": "12", **env})
    assert pager.file.read_text(encoding="utf-8").endswith(f"\nLESS={env.get('LESS', 'FRX')}\n")
    assert ("\x1b" in (pager.seen or "")) == is_colored
    assert "Fitzgerald" in (pager.seen or "")


@pytest.mark.parametrize(
    ("command", "less", "expected"),
    [
        ("less", "FRX", True),
        ("/usr/bin/less", "-i -M -R", True),
        ("less", "-iMr", True),
        ("less", "--quit-if-one-screen --RAW-CONTROL-CHARS", True),
        ("less", "", False),
        ("less", "-iM -x4 -j.5", False),
        ("less", "-PRead on$-i", False),
        ("less", "-P%f Read or quit", False),
        ("less", "-Pread on$-R", True),
        ("less", "-R -+R", False),
        ("less -R", "", True),
        ("less -P 'Read on'", "", False),
        ("less +/Raqqa", "", False),
        ("LESS=R less", "", True),
        ("LESS=i less", "R", False),
        ("exec less", "R", True),
        ("cat | less", "R", True),
        ("less | more", "R", False),
        ("bat --plain", "", True),
        ("more", "R", False),
        ("vim -", "R", False),
        ("'", "R", False),
        ("", "R", False),
    ],
)
def test_which_pager_shows_colours(command: str, less: str, expected: bool) -> None:
    assert shows_colors(command, less) is expected


def test_no_pager_stands_before_or_behind_the_command(pager: Pager) -> None:
    env = {"PAGER": pager.command, "LINES": "12"}
    for arguments in (["--no-pager", "list"], ["list", "--no-pager"]):
        assert "Fitzgerald" in on_terminal("-A", EXAMPLE, *arguments, env=env)[1]
        assert pager.seen is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["list"], 0), (["list", "--json"], 0), (["show", "2020", "--raw"], 0), (["lint", "--select", "ALL"], 1)],
)
def test_a_pager_that_is_left_early_changes_nothing_else(long: Path, arguments: list[str], code: int) -> None:
    page = long / "news" / "2020" / "01" / "1" / "event-0000.md"
    if arguments[0] == "lint":
        page.write_text(page.read_text("utf-8") + "\n### Related:\n\n1. [x](/news/2020/01/1/none.md)\n", "utf-8")
    errors: list[str] = []
    env = {"PAGER": "head -1", "NO_COLOR": "1"}
    ended, shown = on_terminal("-A", long, *arguments, env=env, errors=errors)
    assert (ended, len(shown.splitlines())) == (code, 1)
    assert "Traceback" not in errors[0]
    assert "BrokenPipe" not in errors[0]


def test_nothing_more_is_written_to_a_pager_that_was_left() -> None:
    paged = PagedOutput(io.TextIOWrapper(io.BytesIO(), "utf-8"), "true")
    with pytest.raises(PagerLeftError):
        for _ in range(100_000):
            paged.write("x" * 100 + "\n")
    with contextlib.suppress(PagerLeftError):
        paged.close()


def test_notes_come_when_the_pager_is_left(pager: Pager, tmp_path: Path) -> None:
    script = tmp_path / "slow"
    dawdle = "for each in 1 2 3 4 5 6 7 8 9; do /bin/true; done"  # who does not wait for the pager is first
    script.write_text(f'#!/bin/sh\ncat > /dev/null\n{dawdle}\necho "the pager ends" >&2\n', encoding="utf-8")
    script.chmod(0o755)
    errors: list[str] = []
    env = {"PAGER": str(script), "LINES": "12", "NO_COLOR": "1"}
    assert on_terminal("-A", EXAMPLE, "-v", "lint", env=env, errors=errors) == (1, "")
    before, _, after = errors[0].partition("the pager ends\n")
    assert "newsarc: using archive" in before  # known before there was anything to show
    assert "3 errors" in after
    assert "3 errors" not in before


def test_archive_text_in_the_pager_is_text(pager: Pager, tmp_path: Path) -> None:
    headline = "A ferry\x1b]0;title\x07 sinks\x1b[2J\x9b31m at night"
    root = write(tmp_path / "archive", [Page(dt.date(2020, 1, 1), "a-ferry", headline)])
    for arguments in (["list"], ["show", "latest"], ["list", "--format", "plain"], ["list", "--json"], ["lint"]):
        on_terminal("-A", root, *arguments, env={"PAGER": pager.command, "LINES": "2"})
        seen = pager.seen or ""
        assert seen
        assert set(re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", seen)) <= {"\x1b"}
        ours = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", seen)
        assert "\x1b" not in ours


def test_a_pager_is_not_started_for_nothing(pager: Pager) -> None:
    done = subprocess.run(
        [*NEWSARC, "-A", EXAMPLE, "list"],
        env=clean_environment({"PAGER": pager.command, "LINES": "2", "TERM": "xterm"}),
        capture_output=True,
        check=True,
    )
    assert done.stdout
    assert pager.seen is None


@pytest.mark.parametrize("command", ['nosuchpager "x"', "nosuchpager", 'less "', "LESS=R nosuchpager | cat"])
def test_a_pager_that_cannot_be_run_is_done_without(long: Path, command: str) -> None:
    code, shown = on_terminal("-A", str(long), "list", env={"PAGER": command})
    assert code == 0
    assert "Event 399" in shown
