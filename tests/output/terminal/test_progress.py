from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import pytest

from newsarc.output.terminal.progress import ProgressBar
from tests.cli.driver import EXAMPLE, run


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return standard error, on a terminal of 80 columns, where every step is a long one."""
    monkeypatch.setattr("newsarc.output.terminal.progress._PATIENCE", -1)
    for name, value in (("TERM", "xterm"), ("COLUMNS", "80"), ("LINES", "24")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stderr", shown := Terminal())
    return shown


def test_each_step_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch)
    bar = ProgressBar(lambda: "Building", is_wanted=True)
    with bar:
        bar(1, 4)
        assert "Building" in shown.getvalue()
        bar(4, 4)
        assert "100%" in shown.getvalue()
        shown.truncate(0)
        bar(1, 2)
        assert "50%" in shown.getvalue()
        shown.truncate(0)
    assert shown.getvalue().endswith("\x1b[2K")  # the line of the bar is erased


def test_a_short_step_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch)
    monkeypatch.setattr("newsarc.output.terminal.progress._PATIENCE", 1e9)
    ProgressBar("Building", is_wanted=True)(1, 4)
    assert shown.getvalue() == ""


@pytest.mark.parametrize("command", [["lint"], ["search", "fire"]])
@pytest.mark.parametrize(("option", "title"), [("-v", "for later runs"), ("--no-cache", "Reading the archive")])
def test_it_says_whether_the_index_is_built_to_last(
    command: list[str], option: str, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("newsarc.output.terminal.progress.ProgressBar.__call__", lambda bar, done, of: note(bar))

    def note(bar: ProgressBar) -> None:
        shown.append(bar.title)

    root = shutil.copytree(EXAMPLE, tmp_path / "archive")
    run("-A", root, option, *command, env={"NEWSARC_CACHE_DIR": str(tmp_path / "cache")})
    assert shown
    assert all(title in one for one in shown)
