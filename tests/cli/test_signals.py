"""Signals that end newsarc leave no temporary file and no child, and the exit code tells which it was."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsarc.output.terminal.pager import PagedOutput
from newsarc.storage.signals import Terminated, raise_on_signals, uninterrupted
from tests.cli.driver import CAN_FORK, TIMEOUT, Outcome, fork
from tests.naive import Named, Page, write

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="there are no signals, or no forks")
CODES = {"SIGTERM": 143, "SIGHUP": 129, "SIGINT": 130}
# newsarc with a signal to itself when it flushes a file to the disk: what it writes is there by then, beside its place.
FLUSHED = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests were started with
signal.signal(signal.SIGHUP, signal.{hangup})
flush = os.fsync
def fsync(descriptor):
    flush(descriptor)
    for number in range({times}):
        os.kill(os.getpid(), signal.{name})
os.fsync = fsync
from newsarc.cli import main
main()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    first, second = dt.date(2017, 6, 16), dt.date(2017, 6, 17)
    path = "news/2017/06/16/a-ferry-sinks.md"
    pages = [
        Page(first, "a-ferry-sinks", "A ferry sinks"),
        Page(second, "search-ends", "Search ends", related=(Named(f"{path[:-3]}.html"), Named(path))),
    ]
    root = write(tmp_path / "archive", pages)
    (root / "news/2017/06/17/search-ends.md").write_text(
        (root / "news/2017/06/17/search-ends.md").read_text() + f"3. [A ferry sinks](/{path[:-3]}.html)\n"
    )
    return root


COMMANDS = {
    "lint --fix": ["lint", "--fix", "--no-cache"],
    "lint --write-baseline": ["lint", "--baseline", "out/b.json", "--write-baseline", "--no-cache"],
    "new": ["new", "A dam breaks", "--date", "2017-06-17", "--topic", "Floods", "--no-cache"],
    "init": ["init", "--install", "newsarc", "--no-cache"],
    "export --format sqlite": ["export", "--output", "out/x.db", "--no-cache"],
    "export --format csv": ["export", "--format", "csv", "--output", "out/x", "--no-cache"],
    "export over an export": ["export", "--output", "out/there.jsonl", "--force", "--no-cache"],
    "graph --output": ["graph", "search-ends", "--output", "out/x.svg", "--no-cache"],
    "graph --open": ["graph", "search-ends", "--format", "svg", "--open", "--no-cache"],
    "the cache of lint": ["lint"],
    "the index": ["search", "ferry"],
}


def files(folder: Path) -> dict[str, bytes]:
    """Return all files below ``folder``, and folders as empty ones."""
    return {str(file.relative_to(folder)): b"" if file.is_dir() else file.read_bytes() for file in folder.rglob("*")}


def signalled(root: Path, words: list[str], name: str, times: int = 1, hangup: str = "SIG_DFL") -> Outcome:
    (root.parent / "temporary").mkdir()
    environment = {"NEWSARC_CACHE_DIR": str(root.parent / "cache"), "TMPDIR": str(root.parent / "temporary")}
    script = FLUSHED.format(name=name, times=times, hangup=hangup)
    return fork("-A", root, *words, script=script, cwd=root.parent, env=environment)


@pytest.mark.parametrize(
    ("command", "name"),
    [(command, list(CODES)[number % 3]) for number, command in enumerate(COMMANDS)]
    + [("export --format sqlite", name) for name in CODES],
)
def test_no_file_is_left(root: Path, command: str, name: str) -> None:
    (root.parent / "cache").mkdir(mode=0o700)
    (root.parent / "out").mkdir()
    (root.parent / "out/there.jsonl").write_text("{}\n")
    before = files(root.parent)
    result = signalled(root, COMMANDS[command], name)
    assert (result.code, result.err) == (CODES[name], "")
    after = {path: data for path, data in files(root.parent).items() if path != "temporary"}
    left = {path for path in after if path not in before}
    assert {path for path in left if not path.endswith(".index-lock")} == set()
    assert {path: after[path] for path in before} == before


def test_a_signal_again_and_again(root: Path) -> None:
    (root.parent / "out").mkdir()
    result = signalled(root, COMMANDS["export --format csv"], "SIGTERM", times=3)
    assert result.code == CODES["SIGTERM"]
    assert list((root.parent / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "raised"), [("SIGINT", KeyboardInterrupt), ("SIGTERM", Terminated), ("SIGHUP", Terminated)]
)
def test_cleaning_up_is_not_interrupted(name: str, raised: type[BaseException]) -> None:
    before = {number: signal.getsignal(number) for number in map(signal.Signals.__getitem__, CODES)}
    steps = []
    try:
        for number in before:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        raise_on_signals()
        with pytest.raises(raised), uninterrupted():
            with uninterrupted():
                os.kill(os.getpid(), signal.Signals[name])
                steps.append("inner")
            steps.append("outer")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert steps == ["inner", "outer"]


def test_what_is_ignored_stays_ignored(root: Path) -> None:
    """Under nohup the end of the terminal is not the end of newsarc."""
    (root.parent / "out").mkdir()
    result = signalled(root, COMMANDS["export --format sqlite"], "SIGHUP", hangup="SIG_IGN")
    assert result.code == 0
    assert (root.parent / "out/x.db").exists()


# Standard output of the process ends when that of all its children has ended.
WORKERS = """
import os, signal, sys, time
from newsarc.storage.workers import map_ordered
from newsarc.storage.signals import Terminated, raise_on_signals
def work(part):
    if part == 1:
        os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1000)
raise_on_signals()
try:
    list(map_ordered(work, range(3), 3))
except Terminated as error:
    sys.exit(error.exit_code)
"""


def test_workers_end(root: Path) -> None:
    result = subprocess.run([sys.executable, "-c", WORKERS], capture_output=True, check=False, timeout=TIMEOUT)
    assert result.returncode == CODES["SIGTERM"]


def test_an_editor_ends(root: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    # One after the other: Python can lose a signal that comes within microseconds of another, or of a call that waits.
    editor.write_text("#!/bin/sh\nsleep 0.5\nkill -INT $PPID\nsleep 0.5\nkill -TERM $PPID\nexec sleep 1000\n")
    editor.chmod(0o755)
    words = ("new", "A dam breaks", "--date", "2017-06-17", "--edit")
    result = fork("-A", root, *words, env={"VISUAL": str(editor)})
    assert (result.code, result.err) == (CODES["SIGTERM"], "")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.skipif(shutil.which("sleep") is None, reason="there is nothing to wait in")
def test_a_pager_ends() -> None:
    paged = PagedOutput(Terminal(), "sleep 1000")
    with pytest.raises(Terminated), paged:
        paged.write("line\n" * 1000)
        raise Terminated(signal.SIGTERM)
    assert paged._pager is not None
    assert paged._pager.returncode == -signal.SIGTERM
