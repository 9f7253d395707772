"""The results as Markdown and JSON."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.run.budgets import Budget
from benchmarks.run.commands import Bench
from benchmarks.run.measure import MEGABYTE, version_of


def table(bench: Bench) -> str:
    """Return a Markdown table of the cost of each command."""
    first = next((measure.wall for measure in bench.measures if measure.name.endswith("(R)")), None)
    lines = ["| what | seconds | × R | CPU seconds | peak MB | timed |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for measure in bench.measures:
        ratio = f"{measure.wall / first:.2f}" if first else "-"
        peak = f"{measure.peak / MEGABYTE:.0f}" if measure.peak else "-"
        row = (measure.name, f"{measure.wall:.3f}", ratio, f"{measure.cpu:.3f}", peak, str(len(measure.samples)))
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def budget_table(rows: Sequence[Budget]) -> str:
    """Return a Markdown table of budgets."""
    lines = ["| what | budget | measured | |", "| --- | ---: | ---: | --- |"]
    for row in rows:
        measured = "-" if row.measured is None else f"{row.measured:.2f}"
        sign = "≥" if row.is_minimum else "≤"
        lines.append(f"| {row.what} | {sign} {row.at_most:g} {row.unit} | {measured} | {row.verdict} |")
    return "\n".join(lines)


def describe(bench: Bench) -> str:
    """Return a description of the archive and the queries."""
    archive = bench.archive
    asked = f"`show {archive.day}`, `list {archive.month}`, `search {archive.word}`, `related {archive.slug}`"
    completed = " and ".join(f"`{beginning}`" for beginning, _ in archive.completions.values())
    return (
        f"{bench.name}: {archive.events:,} events, {archive.files:,} files, {archive.size / MEGABYTE:.0f} MB;"
        f" {asked}; completed: {completed}\n" + "".join(f"\n- {note}" for note in bench.notes)
    )


def machine(programs: Sequence[str]) -> str:
    """Return a description of the machine, with the versions of these programs."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), model)
    with contextlib.suppress(OSError, ValueError):
        model = f"{model}, {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
    versions = ", ".join((f"Python {platform.python_version()}", *map(version_of, programs)))
    today = dt.datetime.now(dt.UTC).date()
    load = os.getloadavg()[0]
    return f"{today}, {os.cpu_count()} cores, {model}, {platform.system()}; {versions}; load {load:.1f}"


def as_json(benches: Sequence[Bench], rows: Sequence[Budget], about: str) -> str:
    """Return all results."""
    archives = [
        {
            **{name: value for name, value in asdict(bench.archive).items() if name not in ("root", "edited")},
            "notes": bench.notes,
            "cache_sizes": bench.cache_sizes,
            "measures": [
                {
                    "name": measure.name,
                    "wall": measure.wall,
                    "cpu": measure.cpu,
                    "peak": measure.peak,
                    "samples": [[round(sample.wall, 5), round(sample.cpu, 5)] for sample in measure.samples],
                }
                for measure in bench.measures
            ],
        }
        for bench in benches
    ]
    kept = [{**asdict(row), "verdict": row.verdict} for row in rows]
    return json.dumps({"machine": about, "archives": archives, "budgets": kept}, indent=1, ensure_ascii=False)
