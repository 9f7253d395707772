"""Every command and option with a standard stream that is closed, full, or read by nobody."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple, get_args

import pytest

from newsarc.cli.app import COMMANDS, SUBCOMMANDS
from newsarc.cli.lint_options import OutputFormat
from newsarc.cli.session import Format
from tests.cli.driver import CAN_FORK, CASES, clean_environment, start

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not CAN_FORK or not FULL.exists(), reason="no fork or no /dev/full here")

HARBOUR = CASES / "harbour"
PAGE = "news/2020/03/1/x.md"
# A command that is not here runs without arguments.
ARGUMENTS = {
    "show": ("latest",),
    "search": ("captain",),
    "related": ("captain-held",),
    "graph": ("captain-held", "--format", "svg", "--output", "-"),
    "export": ("--format", "jsonl", "--output", "-"),
    "init": ("--only", "settings", "--dry-run"),
    "new": ("A buoy is lost", "--dry-run", "--date", "2020-03-01"),
    "mv": ("captain-held", "captain-freed", "--dry-run"),
    "schema": ("list",),
    "rule": ("NA101",),
}
LINES = [
    *((name, *ARGUMENTS.get(name, ())) for name in COMMANDS),
    ("sources", "status"),
    ("sources", "check", "--dry-run"),
    (),
    ("--version",),
    ("--help",),
    ("--show-completion", "bash"),
    ("frobnicate",),
    ("list", "--sideways"),
    ("show", "nowhere-at-all"),
    ("show", "latest", "--raw"),
    ("show", "latest", "--format", "table", "--color", "always"),
    ("lint", "--diff"),
    ("lint", "--exit-zero"),
    ("lint", "--show-files"),
]
# All of these write to standard output only, and lint alone ends with 1.
PRINTING = [
    *((*name.split(), "--help") for name in (*COMMANDS, *SUBCOMMANDS)),
    *(("-q", "list", "--format", name) for name in get_args(Format)),
    *(("-q", "lint", "--output-format", name) for name in get_args(OutputFormat)),
    ("-q", "lint", "--statistics"),
    ("-q", "lint", "--stdin-filename", PAGE, "-"),
    ("-q", "lint", "--stdin-filename", PAGE, "--output-format", "json", "-"),
]
COMPLETION = (
    (("_NEWSARC_COMPLETE", "source_bash"),),
    (("_NEWSARC_COMPLETE", "complete_bash"), ("COMP_WORDS", "newsarc sh"), ("COMP_CWORD", "1")),
)
USUAL = ("open", "open")
STATES = [USUAL, ("closed", "open"), ("full", "open"), ("unread", "open"), ("open", "closed"), ("open", "full")]
NO_SPACE = "newsarc: cannot write standard output: No space left on device\n"


class Case(NamedTuple):
    """A command line, and the state of each stream: ``open``, ``closed``, ``full`` or ``unread``."""

    arguments: tuple[str, ...]
    stdin: str = "open"
    stdout: str = "open"
    stderr: str = "open"
    env: tuple[tuple[str, str], ...] = ()


class Ended(NamedTuple):
    """The exit code and what was written."""

    code: int
    out: str
    err: str


Runs = dict[Case, Ended]


def run_all(cases: Iterable[Case], cwd: Path) -> list[Ended]:
    return [end_of(case, cwd) for case in cases]


def end_of(case: Case, cwd: Path, *, is_fork: bool = True) -> Ended:
    """Run to the end, in a fork or in a new Python."""
    states = (case.stdin, case.stdout, case.stderr)
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in states]
        streams: list[IO[bytes] | int] = list(files)
        for number, state in enumerate(states):
            if state == "full":
                streams[number] = stack.enter_context(FULL.open("wb"))
            elif state == "unread":
                reading, writing = os.pipe()
                os.close(reading)
                stack.callback(os.close, writing)
                streams[number] = writing
        closed = [number for number, state in enumerate(states) if state == "closed"]
        env = {"TERM": "dumb", **dict(case.env)}
        stdin, stdout, stderr = streams
        if is_fork:
            code = start(case.arguments, stdin, stdout, stderr, env, cwd, closed=closed).wait()
        else:
            closing = "".join(f"exec {number}>&-; " for number in closed)
            command = ["sh", "-c", f'{closing}exec "$@"', "sh", sys.executable, "-m", "newsarc", *case.arguments]
            whole = clean_environment(env)
            code = subprocess.call(command, stdin=stdin, stdout=stdout, stderr=stderr, env=whole, cwd=cwd)
        for file in files:
            file.seek(0)
        return Ended(code, *(file.read().decode("utf-8") for file in files[1:]))


@pytest.fixture(scope="module")
def runs() -> Runs:
    asked = [(line, ()) for line in LINES] + [((), env) for env in COMPLETION]
    cases = [Case(line, "open", out, err, env) for line, env in asked for out, err in STATES]
    return dict(zip(cases, run_all(cases, HARBOUR), strict=True))


def pairs(runs: Runs, stdout: str, stderr: str) -> list[tuple[Case, Ended, Ended]]:
    """Return each case with these states, how it ended, and how it ends with streams that are open."""
    return [
        (case, ended, runs[case._replace(stdout="open", stderr="open")])
        for case, ended in runs.items()
        if (case.stdout, case.stderr) == (stdout, stderr)
    ]


def timeless(text: str) -> str:
    return re.sub(r"\d+\.\d+ s\b", "", text)


def test_a_run_with_open_streams(runs: Runs) -> None:
    for case, ended, _ in pairs(runs, *USUAL):
        assert ended.code in {0, 1, 2}, case
        assert ended.out or ended.err, case
        assert "Traceback" not in ended.err, case


def test_standard_error_that_is_closed_changes_nothing(runs: Runs) -> None:
    for case, ended, usual in pairs(runs, "open", "closed"):
        assert ended == (usual.code, usual.out, ""), case


def test_standard_output_that_is_closed_changes_nothing_else(runs: Runs) -> None:
    for case, ended, usual in pairs(runs, "closed", "open"):
        assert (ended.code, ended.out, timeless(ended.err)) == (usual.code, "", timeless(usual.err)), case


def test_standard_output_that_nobody_reads_is_silent(runs: Runs) -> None:
    for case, ended, usual in pairs(runs, "unread", "open"):
        code = usual.code if case.arguments[:1] == ("lint",) else 0
        assert ended == ((code, "", "") if usual.out else usual), case


def test_a_full_disk_for_standard_output(runs: Runs) -> None:
    for case, ended, usual in pairs(runs, "full", "open"):
        assert ended == ((2, "", NO_SPACE) if usual.out else usual), case


def test_a_full_disk_for_standard_error(runs: Runs) -> None:
    for case, ended, usual in pairs(runs, "open", "full"):
        assert (ended.code, ended.out) == (2 if usual.err else usual.code, usual.out), case


@pytest.mark.parametrize("state", ["open", "closed", "full", "unread"])
def test_a_new_python_ends_as_a_fork_does(state: str) -> None:
    """It has more to do at its end, when it takes its modules apart, and more to complain of."""
    case = Case(("list",), "open", state)
    assert end_of(case, HARBOUR, is_fork=False) == end_of(case, HARBOUR)


def test_every_format_and_help() -> None:
    cases = [Case(line, "open", state) for line in PRINTING for state in ("unread", "full")]
    for case, ended in zip(cases, run_all(cases, HARBOUR), strict=True):
        if case.stdout == "full":
            assert ended == (2, "", NO_SPACE), case
        else:
            assert ended == ("lint" in case.arguments and "--help" not in case.arguments, "", ""), case


def test_all_streams_at_once() -> None:
    full, unread = run_all([Case(("lint",), "closed", state, state) for state in ("full", "unread")], HARBOUR)
    assert (full.code, unread.code) == (2, 1)


def test_fixes_are_written_whatever_becomes_of_the_output(tmp_path: Path) -> None:
    text = "# A ferry\n\n### Related:\n\n1. [A ferry](/news/2020/3/1/b.md) _Context: Port_\n2. [x](/news/gone.md)\n"
    folder = tmp_path / "news" / "2020" / "03" / "1"
    folder.mkdir(parents=True)
    for state in ("unread", "full"):
        for name in ("a.md", "b.md"):
            (folder / name).write_text(text, encoding="utf-8")
        (ended,) = run_all([Case(("lint", "--fix"), "open", state)], tmp_path)
        assert "/news/2020/03/1/b.md" in (folder / "a.md").read_text(encoding="utf-8")
        assert ended.code == (1 if state == "unread" else 2)


def test_standard_input_that_is_closed() -> None:
    lines = [
        *((name, "-") for name in ("list", "show", "related", "timeline")),
        ("graph", "--format", "svg", "--output", "-", "-"),  # svg: a page needs an extra
        ("export", "--output", "-", "--format", "csv", "-"),
        ("lint", "--stdin-filename", PAGE, "-"),
        ("lint", "--stdin-filename", PAGE, "--fix", "-"),
        *(
            (name, *ARGUMENTS.get(name, ())) for name in COMMANDS if name not in ("browse", "open")
        ),  # which print nothing
    ]
    cases = [Case(line, stdin="closed") for line in lines]
    for case, ended in zip(cases, run_all(cases, HARBOUR), strict=True):
        if case.arguments[-1] == "-" and case.arguments[-2] != "--output":
            assert ended == (2, "", "newsarc: standard input is closed\n"), case
        else:
            assert ended.out, case
