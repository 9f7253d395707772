"""The table of hosts keeps its numbers whole at any width, and each host in one piece as far as it fits."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping

import pytest
from rich.cells import cell_len

from newsarc.output.terminal.console import make_console
from newsarc.output.terminal.source_status import print_status
from newsarc.sources.status import HostStatus
from newsarc.sources.verdicts import HostFailure, Verdict

LONG = "www.a-really-long-host-name-of-a-regional-newspaper-group.news.example.co.uk"
CJK = "日本語の長いホスト名のニュース.example"
EVERY: Mapping[Verdict, int] = {
    "alive": 1234, "moved": 1, "drifted": 54, "gone": 131, "blocked": 32, "down": 39, "unchecked": 6100,
}  # fmt: skip
FAILURE = HostFailure("[red]x\x1b[31m", 3, dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "404", True, False)
HOSTS = [
    HostStatus("gazette.example.org", 7591, EVERY, 131, None, None, 93),
    HostStatus(LONG, 1, {"gone": 1}, 1, None, None),
    HostStatus(
        CJK,
        81,
        {"alive": 81},
        0,
        HostFailure("[red]x\x1b[31m", 3, dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "404", True, False),
        None,
    ),
]


def shown(monkeypatch: pytest.MonkeyPatch, width: int, hosts: list[HostStatus]) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    print_status(make_console(stream, "never"), hosts)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("width", [40, 60, 72, 80, 110])
def test_no_number_is_cut(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    lines = shown(monkeypatch, width, HOSTS)
    text = " ".join(" ".join(lines).split())
    assert "…" not in text
    for number in ("7,591", "1,235", "6,100", "7,673"):
        assert number in text
    assert "every source at [red]x␛[31m has been gone" in text
    assert max(map(cell_len, lines)) <= width


def test_a_long_name_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, 80, HOSTS)
    assert lines[1] == "gazette.example.org"
    assert lines[2].split() == ["7,591", "1,235", "54", "131", "32", "39", "6,100", "131", "93"]
    assert (lines[3], lines[5]) == (LONG, CJK)


def test_columns_without_numbers_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [HOSTS[0]._replace(verdicts={"alive": 7591}, with_copy=0, dead=0)]
    assert shown(monkeypatch, 40, few) == [
        "                    addresses alive dead",
        "gazette.example.org     7,591 7,591",
    ]
    assert len(shown(monkeypatch, 80, few)[0].split()) == 8


def test_lines_of_text_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, 60, HOSTS)
    assert lines[:3] == [
        "gazette.example.org",
        "  7,591 addresses · 1,235 alive · 54 drifted · 131 gone · 32",
        "  blocked · 39 down · 6,100 unchecked · 131 dead · 93 with",
    ]
    assert "  1 address · 1 gone · 1 dead" in lines
