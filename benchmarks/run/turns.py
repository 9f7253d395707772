"""Runs all commands in turn, so that changes in the speed of the machine affect all alike."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.run.commands import Bench
from benchmarks.run.measure import Measure, run_once

_SLOW = 20.0  # seconds; slower commands are timed at most three times
_VERY_SLOW = 60.0  # once


def run_all(benches: Sequence[Bench], times: int) -> None:
    """Run everything once with memory sampling, then ``times`` times in turn."""
    everything = [measure for bench in benches for measure in bench.measures]
    try:
        for turn in range(times + 1):
            for number, measure in enumerate(everything, 1):
                _show_progress(f"turn {turn} of {times}, {number} of {len(everything)}: {measure.name}")
                if turn <= measure.most:
                    _take(measure, is_warm_up=not turn)
    finally:
        _show_progress("")
        for bench in benches:
            bench.page.restore()
    for bench in benches:
        bench.record_cache_sizes()


def _take(measure: Measure, *, is_warm_up: bool) -> None:
    measure.before()
    sample = run_once(measure.command, measure.cwd, measure.env, measure.codes, with_memory=is_warm_up)
    if not is_warm_up:
        measure.samples.append(sample)
        return
    measure.peak = sample.peak
    if sample.wall > _SLOW:
        measure.most = 1 if sample.wall > _VERY_SLOW else 3


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
