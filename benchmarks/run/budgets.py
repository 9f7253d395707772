"""The budgets for 100,000 events, and the measured values."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.run.changes import KINDS
from benchmarks.run.commands import Bench
from benchmarks.run.measure import MEGABYTE, Measure

# A row, a factor, and the row to which the factor applies: of the same newsarc, or of another program.
_RATIOS = (
    ("search", 0.9, "rg, same word"),
    ("list", 0.6, "rg, absent word (R)"),
    ("related", 0.3, "rg, absent word (R)"),
    ("stats", 1.5, "rg, absent word (R)"),
    *((f"{command}, one event {kind}", 1.3, command) for command in ("lint", "search") for kind in KINDS),
    ("lint NA101 after lint", 1.2, "lint"),
    ("lint after lint NA101", 1.2, "lint"),
    ("lint, full", 2.0, "lint, concise"),
    ("list newest, no cache", 3.0, "show latest, no cache"),
    ("--version", 6.0, "python -c pass"),
    ("--help", 8.0, "python -c pass"),
    ("show, no cache", 8.0, "python -c pass"),
    ("show", 8.0, "python -c pass"),
    ("complete a date", 8.0, "python -c pass"),
    ("complete a slug", 8.0, "python -c pass"),
)
# A row, and its factor relative to the same row of an earlier newsarc.
_BEFORE = (
    ("lint, no cache", 1.0),
    ("lint", 1.0),
    ("search", 1.0),
    ("search, first", 0.4),
    ("search, first after lint", 0.15),
    ("lint, first after search", 0.15),
)
_CHECKERS = ("lychee", "rumdl MD057")
_MOST_MEMORY = 400
_MOST_CACHE = 200


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget. ``measured`` is None if one of its two rows is missing."""

    what: str
    unit: str
    at_most: float
    measured: float | None
    is_minimum: bool = False

    @property
    def verdict(self) -> str:
        """``ok``, ``MISSED``, or ``-`` if not measured."""
        if self.measured is None:
            return "-"
        is_kept = self.measured >= self.at_most if self.is_minimum else self.measured <= self.at_most
        return "ok" if is_kept else "MISSED"


def budgets(bench: Bench, before: Bench | None = None) -> list[Budget]:
    """Return the budgets for ``bench``. Those relative to an earlier newsarc need its measures, ``before``."""
    now = _measured(bench)
    earlier = _measured(before) if before is not None else {}

    def ratio(one: Measure | None, other: Measure | None) -> float | None:
        return one.wall / other.wall if one and other else None

    rows = [Budget(name, "× before", most, ratio(now.get(name), earlier.get(name))) for name, most in _BEFORE]
    rows += [Budget(one, f"× {other}", most, ratio(now.get(one), now.get(other))) for one, most, other in _RATIOS]
    only_links = now.get("lint NA101, no cache")
    rows += [Budget(name, "× lint NA101, no cache", 3.0, ratio(now.get(name), only_links), True) for name in _CHECKERS]
    for name in ("lint NA101, no cache", "lint, no cache", "search, no cache"):
        peak = now[name].peak if name in now else None
        rows.append(Budget(f"memory of {name}", "MB", _MOST_MEMORY, peak / MEGABYTE if peak else None))
    size = bench.cache_sizes.get("warm")
    rows.append(Budget("cache, after all", "MB", _MOST_CACHE, size / MEGABYTE if size else None))
    return rows


def _measured(bench: Bench) -> dict[str, Measure]:
    return {measure.name: measure for measure in bench.measures if measure.samples}


def growth_budgets(small: Bench, large: Bench) -> list[Budget]:
    """Return the growth of times in an archive ten times as large."""
    rows = []
    for one, other in zip(small.measures, large.measures, strict=True):
        most = {"lint, no cache": 11.0, "search, no cache": 11.0, "show": 1.3, "related": 1.3}.get(one.name)
        if most is not None:
            rows.append(Budget(one.name, "× the small archive", most, other.wall / one.wall))
    return rows
