"""Statistics of an archive or a part of it: events over time, topics, contexts, sources and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from newsarc.text.labels import COVER_IMAGE
from newsarc.text.normalize import fold

if TYPE_CHECKING:
    from newsarc.index import EventRow, Filter, Index

By = Literal["year", "month"]
Counts = tuple[tuple[str, int], ...]
_MAX_PERIODS = 1200  # longer spans leave out the periods without events


@dataclass(frozen=True, slots=True)
class TopNames:
    """The most frequent names of a kind with their numbers of events, and the total number of names."""

    counts: Counts
    total: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over events.

    ``first`` and ``last`` are ISO days, or None if no event has one; ``days`` is the number of days with events.
    ``years`` and ``months`` include those without events. ``months`` are those of the last year; if all months were
    asked for, ``years`` is empty. ``links`` and ``broken`` count related links, ``most_linked`` the events that link to
    one.
    """

    events: int
    undated: int
    first: str | None
    last: str | None
    days: int
    with_sources: int
    with_related: int
    with_summary: int
    links: int
    broken: int
    years: Counts
    months: Counts
    busiest: Counts
    topics: TopNames
    contexts: TopNames
    sources: TopNames
    most_linked: tuple[tuple[EventRow, int], ...]


def stats(index: Index, wanted: Filter, by: By = "year", top: int | None = 10) -> Stats:
    """Count the events of ``index`` that match ``wanted``.

    Names, days and events are limited to the ``top`` highest counts; None means all. With ``by`` month, all months are
    counted instead of years.
    """
    totals = index.aggregates(wanted, top)
    sums, dated = totals.summary, dict(totals.days)
    sources = [pair for pair in totals.names["source"][0] if fold(pair[0]) != COVER_IMAGE]
    return Stats(
        events=sums.events,
        undated=sums.events - sum(dated.values()),
        first=min(dated, default=None),
        last=max(dated, default=None),
        days=len(dated),
        with_sources=sums.with_sources,
        with_related=sums.with_related,
        with_summary=sums.with_summary,
        links=sums.links,
        broken=sums.broken,
        years=periods(dated, 4) if by == "year" else (),
        months=periods(dated if by == "month" else _last_year(dated), 7),
        busiest=tuple(sorted(dated.items(), key=lambda pair: (-pair[1], pair[0]))[:top]),
        topics=_top(totals.names["topic"], top),
        contexts=_top(totals.names["context"], top),
        sources=TopNames(tuple(sources[:top]), len(sources)),
        most_linked=tuple(totals.most_linked),
    )


def _top(names: tuple[Sequence[tuple[str, int]], int], top: int | None) -> TopNames:
    counts, total = names
    return TopNames(tuple(counts[:top]), total)


def _last_year(dated: Mapping[str, int]) -> dict[str, int]:
    last = max(dated, default="")[:4]
    return {day: number for day, number in dated.items() if day[:4] == last}


def periods(dated: Mapping[str, int], length: int) -> Counts:
    """Return the years (``length`` 4) or months (7) from the first to the last of ``dated``, with their counts."""
    numbers: Counter[str] = Counter()
    for day, number in dated.items():
        numbers[day[:length]] += number
    if not numbers:
        return ()
    names = list(_names(min(numbers), max(numbers)))
    return tuple((name, numbers[name]) for name in (names if len(names) <= _MAX_PERIODS else sorted(numbers)))


def _names(first: str, last: str) -> Iterator[str]:
    """Yield the years, or the months, from ``first`` to ``last``."""
    for year in range(int(first[:4]), int(last[:4]) + 1):
        names = [f"{year:04}-{month:02}" for month in range(1, 13)] if len(first) > 4 else [f"{year:04}"]
        yield from (name for name in names if first <= name <= last)
