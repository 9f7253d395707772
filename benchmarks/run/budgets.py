"""What was promised, beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.run.commands import Bench
from benchmarks.run.measure import MEGABYTE

# What, measured as how many times what else, at most.
_RATIOS = (
    ("lint NA101, no cache", "rg, absent word (R)", 3.0),
    ("lint, no cache", "rg, absent word (R)", 6.0),
    ("lint", "rg, absent word (R)", 1.2),
    ("search", "rg, absent word (R)", 0.6),
    ("related", "rg, absent word (R)", 0.6),
    ("list", "rg, absent word (R)", 0.6),
    ("search", "rg, same word", 0.5),
    ("lint, one file changed", "lint", 1.2),
    ("search, one file changed", "search", 1.2),
    ("lint, first", "lint, no cache", 1.3),
    ("search, first", "search, no cache", 1.3),
    ("--version", "python -c pass", 6.0),
    ("--help", "python -c pass", 8.0),
    ("show, no cache", "python -c pass", 8.0),
    ("show", "python -c pass", 8.0),
    ("complete a date", "python -c pass", 8.0),
    ("complete a slug", "python -c pass", 8.0),
)


@dataclass(frozen=True, slots=True)
class Budget:
    """One row of the second table; ``measured`` is None where something of it is not there."""

    what: str
    unit: str
    at_most: float
    measured: float | None
    is_minimum: bool = False

    @property
    def verdict(self) -> str:
        """``ok``, ``MISSED``, or ``-`` where it was not measured."""
        if self.measured is None:
            return "-"
        is_kept = self.measured >= self.at_most if self.is_minimum else self.measured <= self.at_most
        return "ok" if is_kept else "MISSED"


def budgets(bench: Bench) -> list[Budget]:
    """Return what was promised for 100,000 events, beside what was measured."""
    found = {measure.name: measure for measure in bench.measures if measure.samples}

    def ratio(one: str, other: str) -> float | None:
        return found[one].wall / found[other].wall if one in found and other in found else None

    rows = [Budget(one, f"× {other}", most, ratio(one, other)) for one, other, most in _RATIOS]
    rows.insert(1, Budget("lychee", "× lint NA101, no cache", 8.0, ratio("lychee", "lint NA101, no cache"), True))
    for name in ("lint NA101, no cache", "lint, no cache"):
        peak = found[name].peak if name in found else None
        rows.append(Budget(f"memory of {name}", "MB", 400, peak / MEGABYTE if peak else None))
    sizes = (("first-lint", "without full text", 100), ("first-search", "with it", 200), ("warm", "after all", 200))
    for name, what, most in sizes:
        size = bench.cache_sizes.get(name)
        rows.append(Budget(f"cache, {what}", "MB", most, size / MEGABYTE if size else None))
    return rows


def growth_budgets(small: Bench, large: Bench) -> list[Budget]:
    """Return how much longer commands take in the larger archive, beside what was promised for ten times as much."""
    rows = []
    for one, other in zip(small.measures, large.measures, strict=True):
        most = {"lint, no cache": 11.0, "show": 1.2, "related": 1.3}.get(one.name)
        if most is not None:
            rows.append(Budget(one.name, "× the small archive", most, other.wall / one.wall))
    return rows
