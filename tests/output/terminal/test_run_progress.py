"""How a run over the network goes, on a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace

import pytest

from newsarc.output.terminal import run_progress
from newsarc.output.terminal.run_progress import RunProgress
from newsarc.sources.history import OUTCOMES

HOSTS = {"news.example.org": 12_000, "radio.example.org": 3}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a minute ago were 0, and are 60 now."""
    times = [0.0]
    monkeypatch.setattr(run_progress, "time", SimpleNamespace(monotonic=lambda: times[0]))
    return times


def begun(clock: list[float], seconds: float, hosts: Mapping[str, int], total: int = 12_003) -> RunProgress:
    """Return the progress of a run that began a minute ago."""
    progress = RunProgress(total, OUTCOMES, seconds, hosts, 1.5)
    clock[0] = 60.0
    return progress


def drawn(progress: RunProgress, width: int = 80) -> list[str]:
    console = progress._console
    console.width = width
    with console.capture() as capture:
        console.print(progress.lines())
    return capture.get().splitlines()


@pytest.mark.parametrize("width", [40, 80, 140])
def test_the_lines(width: int, clock: list[float]) -> None:
    progress = begun(clock, math.inf, HOSTS)
    for result, count in (("gone", 40), ("alive", 1000), ("soft-gone", 5), ("blocked", 30), ("refused", 1)):
        for _ in range(count):
            progress.add(result, "news.example.org")
    head, results, longest = drawn(progress, width)
    assert "1,076 of 12,003" in head
    assert ("about 5 hours left" in head) is (width > 40)
    assert results.startswith("alive 1,000 · gone 40 · soft-gone 5")
    assert width <= 40 or results == "alive 1,000 · gone 40 · soft-gone 5 · blocked 30 · refused 1"
    assert longest.startswith("10,924 addresses left at news.")
    assert all(len(line) <= width for line in (head, results, longest))


def test_the_end_of_the_time(clock: list[float]) -> None:
    progress = begun(clock, 1800.0, HOSTS)
    assert "stops in 29 minutes" in drawn(progress)[0]
    progress.add("alive", "radio.example.org")
    assert "stops in 29 minutes" in drawn(progress)[0]


def test_a_run_without_hosts_is_told_by_its_pace(clock: list[float]) -> None:
    progress = begun(clock, math.inf, {})
    assert "left" not in drawn(progress)[0]
    for _ in range(4001):
        progress.add("alive", "")
    head, _, longest = drawn(progress)
    assert "about 2 minutes left" in head
    assert longest == ""


def test_hostile_hosts_are_made_visible(clock: list[float]) -> None:
    (_, _, longest) = drawn(begun(clock, math.inf, {"\x1b[31m[red]x": 3}))
    assert longest.startswith("3 addresses left at")
    assert "\x1b" not in longest
    assert "[red]" in longest
