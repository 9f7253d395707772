"""How a check of sources goes, on a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from newsarc.output.terminal.source_status import CheckProgress


class Terminal(io.StringIO):
    """A terminal that keeps what is written."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", ["40", "80", "140"])
def test_the_number_of_addresses_is_whole_at_any_width(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm")
    progress = CheckProgress(1200)
    for verdict in ["alive"] * 500 + ["blocked", "moved", "gone", "down", "soft-gone", "refused"] * 30:
        progress.add(verdict)
    progress.close()
    assert "680/1200" in terminal.getvalue()
    assert "alive 500" in terminal.getvalue()
