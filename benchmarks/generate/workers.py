"""Writes an archive with several processes."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate.pages import write_day, write_front_page
from benchmarks.generate.plan import Plan, make_plan
from benchmarks.generate.truth import Truth
from newsarc.storage import collector

_DAYS_A_CHUNK = 20


@dataclass(slots=True)
class _Job:
    """Data shared by the workers: inherited by forks, recreated by each worker elsewhere."""

    plan: Plan | None = None
    root: str = ""


_job = _Job()


def _begin(root: str, events: int, seed: int) -> None:
    _job.root = root
    if _job.plan is None:
        _job.plan = make_plan(events, seed)


def _write_days(chunk: range) -> Truth:
    assert _job.plan is not None
    truth = Truth(_job.plan.seed)
    for day in chunk:
        write_day(_job.plan, _job.root, day, truth)
    return truth


def generate(root: Path, events: int, seed: int = 1, *, workers: int = 1) -> Truth:
    """Write an archive of ``events`` events into ``root``, a new or empty folder, and return its record."""
    root.mkdir(parents=True, exist_ok=True)
    if any(root.iterdir()):
        raise FileExistsError(f"{root} is not empty")
    plan = _job.plan = make_plan(events, seed)
    truth = Truth(seed)
    write_front_page(plan, str(root), truth)
    days = len(plan.dates)
    chunks = [range(start, min(start + _DAYS_A_CHUNK, days)) for start in range(0, days, _DAYS_A_CHUNK)]
    try:
        if workers <= 1:
            _begin(str(root), events, seed)
            for chunk in chunks:
                truth.add(_write_days(chunk))
        else:
            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
            context = multiprocessing.get_context(method)
            with collector.frozen(), context.Pool(workers, _begin, (str(root), events, seed)) as pool:
                for part in pool.imap(_write_days, chunks):
                    truth.add(part)
    finally:
        _job.plan = None
    return truth
