"""A story in the order of time: its events, and how they are spread over the days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from newsarc.analysis.traversal import Step
    from newsarc.archive.reader import Pages
    from newsarc.index import EventRow, Filter, Index
    from newsarc.model import Event

Unit = Literal["day", "month"]
MAX_WALKED = 1000  # events that a walk brings together at most
# How long a period can be, shortest first: days, weeks, months, quarters, half-years, years and so many of them.
_LENGTHS: tuple[tuple[Unit, int], ...] = (
    ("day", 1),
    ("day", 7),
    *(("month", length) for length in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 3000, 12000)),
)


@dataclass(frozen=True, slots=True)
class Period:
    """The number of events from one day to another, both included."""

    first: dt.date
    last: dt.date
    count: int


@dataclass(frozen=True, slots=True)
class Density:
    """How events are spread over time: equal periods without a gap, each ``length`` units long; those without events
    too. Empty where no event has a day.
    """

    unit: Unit
    length: int
    periods: tuple[Period, ...]

    @property
    def most(self) -> int:
        """The number of events in the busiest period."""
        return max((period.count for period in self.periods), default=0)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in the order of time, those without a day last.

    ``start`` is the event that the others are around, where there is one; ``steps`` says by path how each of them was
    reached from there. ``is_cut`` is true where a walk came to more than MAX_WALKED events.
    """

    rows: tuple[EventRow, ...]
    start: Event | None = None
    steps: Mapping[str, Step] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def days(self) -> list[str]:
        """The ISO day of each event that has one, in order."""
        return [row.day for row in self.rows if row.day]


def timeline_of(index: Index, wanted: Filter) -> Timeline:
    """Return the events that ``wanted`` lets through."""
    return Timeline(tuple(index.events(wanted)))


def timeline_about(index: Index, query: str, wanted: Filter) -> Timeline:
    """Return the events that match ``query`` and ``wanted``.

    Raises UsageError as :func:`newsarc.search.engine.matching`.
    """
    from newsarc.search.engine import matching

    return Timeline(tuple(matching(index, query, wanted)))


def timeline_around(pages: Pages, index: Index, start: Event, depth: int, wanted: Filter) -> Timeline:
    """Return the event ``start`` with those it names and those that name it, ``depth`` links far; of all these, the
    ones that ``wanted`` lets through.
    """
    from newsarc.analysis.traversal import DIRECTIONS, walk

    walked = walk(pages, index, start, depth, DIRECTIONS, limit=MAX_WALKED)
    steps = {step.path: step for step in walked.steps}
    rows = index.events(replace(wanted, ranges=(), paths=(start.path, *steps)))
    return Timeline(tuple(rows), start, steps, walked.is_cut)


def density(days: Iterable[str], most: int) -> Density:
    """Return how ``days``, the ISO days of events, are spread over at most ``most`` periods, the shortest that do.

    Weeks begin on Mondays, and several months where years can be cut into them.
    """
    counts = Counter(map(dt.date.fromisoformat, days))
    if not counts:
        return Density("day", 1, ())
    for unit, length in _LENGTHS:
        first, last = _number(min(counts), unit, length), _number(max(counts), unit, length)
        if last - first < most:
            break
    sums: Counter[int] = Counter()
    for day, count in counts.items():
        sums[_number(day, unit, length)] += count
    return Density(unit, length, tuple(_period(at, unit, length, sums[at]) for at in range(first, last + 1)))


def _number(day: dt.date, unit: Unit, length: int) -> int:
    """Return which period, counted from the first year, ``day`` is in."""
    return (day.toordinal() - 1 if unit == "day" else 12 * day.year + day.month - 1) // length


def _period(number: int, unit: Unit, length: int, count: int) -> Period:
    first, behind = _start(number * length, unit), _start((number + 1) * length, unit)
    return Period(first or dt.date.min, behind - dt.timedelta(days=1) if behind else dt.date.max, count)


def _start(at: int, unit: Unit) -> dt.date | None:
    """Return the day that so many days or months lead to; None outside of the calendar, which is ten thousand years."""
    try:
        return dt.date.fromordinal(at + 1) if unit == "day" else dt.date(at // 12, at % 12 + 1, 1)
    except (ValueError, OverflowError):
        return None
