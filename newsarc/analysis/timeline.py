"""Timelines: events in chronological order, and their distribution over time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from newsarc.analysis.traversal import Step
    from newsarc.archive.reader import PageReader
    from newsarc.index import EventRow, Filter, Index
    from newsarc.model import Event

Unit = Literal["day", "month"]
MAX_WALKED = 1000  # events of a traversal
# Lengths of periods, shortest first: days, weeks, months, quarters, half-years, years and multiples.
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
    """The distribution of events over time: consecutive periods of ``length`` units, including those without events.

    There are no periods if no event has a day.
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
    """Events in chronological order, undated ones last.

    For a timeline around one event, ``start`` is that event and ``steps`` has, by path, how each other event was
    reached. ``is_truncated`` is true if there were more than MAX_WALKED events around it.
    """

    rows: tuple[EventRow, ...]
    start: Event | None = None
    steps: Mapping[str, Step] = field(default_factory=dict)
    is_truncated: bool = False

    @property
    def days(self) -> list[str]:
        """The ISO days of the dated events, in order."""
        return [row.day for row in self.rows if row.day]


def timeline_of(index: Index, wanted: Filter) -> Timeline:
    """Return the timeline of the events that match ``wanted``."""
    return Timeline(tuple(index.events(wanted)))


def timeline_about(index: Index, query: str, wanted: Filter) -> Timeline:
    """Return the timeline of the events that match ``query`` and ``wanted``.

    Raises UsageError as :func:`newsarc.search.engine.matching` does.
    """
    from newsarc.search.engine import matching

    return Timeline(tuple(matching(index, query, wanted)))


def timeline_around(reader: PageReader, index: Index, start: Event, depth: int, wanted: Filter) -> Timeline:
    """Return the timeline of ``start`` and the events within ``depth`` links of it, in either direction.

    Only events that match ``wanted`` are included.
    """
    from newsarc.analysis.traversal import DIRECTIONS, traverse

    traversal = traverse(reader, index, start, depth, DIRECTIONS, limit=MAX_WALKED)
    steps = {step.path: step for step in traversal.steps}
    rows = index.events(replace(wanted, ranges=(), paths=(start.path, *steps)))
    return Timeline(tuple(rows), start, steps, traversal.is_truncated)


def density(days: Iterable[str], most: int) -> Density:
    """Return the distribution of ``days``, ISO days of events, over at most ``most`` periods, as short as possible.

    Weeks begin on Mondays; quarters, half-years and longer periods begin where the calendar has them.
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
    """Return the number of the period, counted from year 0, that contains ``day``."""
    return (day.toordinal() - 1 if unit == "day" else 12 * day.year + day.month - 1) // length


def _period(number: int, unit: Unit, length: int, count: int) -> Period:
    first, after = _start(number * length, unit), _start((number + 1) * length, unit)
    return Period(first or dt.date.min, after - dt.timedelta(days=1) if after else dt.date.max, count)


def _start(at: int, unit: Unit) -> dt.date | None:
    """Return the day after ``at`` days or months since the beginning; None beyond year 9999."""
    try:
        return dt.date.fromordinal(at + 1) if unit == "day" else dt.date(at // 12, at % 12 + 1, 1)
    except (ValueError, OverflowError):
        return None
