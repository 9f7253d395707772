"""REFs and filters of the command line, turned into a query of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.api import FEW_DAYS, Archive
from newsarc.archive.dates import DayRange, looks_like_days
from newsarc.archive.refs import EventRef, Ref, ranges_in
from newsarc.cli.options import ContextOption, SinceOption, SourceOption, TopicOption, UntilOption
from newsarc.errors import NotFoundError, UsageError
from newsarc.storage.tree import Day

if TYPE_CHECKING:
    from newsarc.index import Filter, Index


@dataclass(frozen=True, slots=True)
class Filters:
    """The filter options, a group that several commands take."""

    since: SinceOption = None
    until: UntilOption = None
    topic: TopicOption = None
    context: ContextOption = None
    source: SourceOption = None

    def given(self) -> dict[str, tuple[str, ...]]:
        """Return the filters that are set, by name, in the order of titles."""
        names = {"topic": self.topic, "context": self.context, "source": self.source}
        values = {name: tuple(given) for name, given in names.items() if given}
        dates = {"since": self.since, "until": self.until}
        return values | {name: (date,) for name, date in dates.items() if date is not None}

    def title(self, words: Iterable[str] = ()) -> str:
        """Return ``words`` and filters on one line; empty for the whole archive."""
        parts = [" ".join(words), *(f"{name} {value}" for name, given in self.given().items() for value in given)]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Selection:
    """The filter for events, and the days that the answer depends on (None for the whole archive)."""

    filter: Filter
    days: tuple[DayRange, ...] | None

    @property
    def is_everything(self) -> bool:
        """Whether the filter selects the whole archive."""
        return self.filter == type(self.filter)()

    def folders(self, archive: Archive) -> list[Day]:
        """Return the folders that may contain selected events, in chronological order if they are those of days."""
        days = archive.tree.page_folders()
        return [day for day in days if day.date is None or self.has_day(day.date.isoformat())]

    def days_of_first(self, archive: Archive, number: int, newest: bool) -> tuple[DayRange, ...] | None:
        """Return the days of the first ``number`` events by date, or of the last ones if ``newest``.

        Returns None if these are so many days that the index of the whole archive is better, or if the filter is not
        only by date. Lists no more day folders than needed.
        """
        dates = type(self.filter)(since=self.filter.since, until=self.filter.until)
        if self.filter != dates:
            return None
        first, last = (dt.date.fromisoformat(day) if day else None for day in (dates.since, dates.until))
        days = [(day.date, day) for day in archive.tree.days(first, last) if day.date is not None]
        found: list[dt.date] = []
        events = 0
        for date, day in sorted(days, reverse=newest):
            if events >= number and date != found[-1]:  # 2019/03/1 and 2019/03/01 may both exist
                return (DayRange("", min(found), max(found)),)
            if len(found) == FEW_DAYS:
                break
            found.append(date)
            events += len(archive.tree.event_paths(day))
        return None

    def has_day(self, day: str | None) -> bool:
        """Whether ``since`` and ``until`` include this ISO date; without a date, whether both are None."""
        since, until = self.filter.since, self.filter.until
        if day is None:
            return since is None and until is None
        return (since is None or since <= day) and (until is None or day <= until)


def select_events(archive: Archive, refs: Sequence[Ref], filters: Filters) -> Selection:
    """Return the selection that matches resolved REFs and filters.

    Raises UsageError and NotFoundError for ``since`` and ``until`` as :meth:`Archive.day_bounds` does.
    """
    from newsarc.index import Filter

    first, last = archive.day_bounds(None, filters.since, filters.until)
    if first is not None and last is not None and first > last:
        raise UsageError(f"--since {filters.since} is after --until {filters.until}")
    ranges: list[DayRange] = []
    paths: list[str] = []
    for ref in refs:
        if isinstance(ref, EventRef):
            paths.append(ref.path)
        else:
            ranges.extend(ranges_in(ref, archive.tree))
    if refs and not ranges and not paths:  # a day of every year in an archive without it
        ranges.append(DayRange("", dt.date.max, dt.date.max))
    wanted = Filter(
        since=first.isoformat() if first else None,
        until=last.isoformat() if last else None,
        topics=tuple(filters.topic or ()),
        contexts=tuple(filters.context or ()),
        sources=tuple(filters.source or ()),
        ranges=tuple((days.first.isoformat(), days.last.isoformat()) for days in ranges),
        paths=tuple(paths),
    )
    # Topics and contexts depend on the whole archive; dates and sources only on the page.
    has_names = filters.topic or filters.context
    if has_names or paths or not (ranges or first or last):
        return Selection(wanted, None)
    return Selection(wanted, tuple(ranges) or (DayRange("", first or dt.date.min, last or dt.date.max),))


def nothing_found(index: Index, wanted: Filter) -> NotFoundError:
    """Return the error for filters that match no event, with suggestions for an unknown name."""
    from newsarc.index import Filter

    names = [
        *(("topic", name, Filter(topics=(name,))) for name in wanted.topics),
        *(("context", name, Filter(contexts=(name,))) for name in wanted.contexts),
        *(("source", name, Filter(sources=(name,))) for name in wanted.sources),
    ]
    for kind, name, alone in names:
        if not index.count(alone):
            return NotFoundError(f'no event has the {kind} "{name}"', _close_names(name, index.all_names(kind)))
    if not index.count(Filter()):
        return NotFoundError("the archive has no events")
    return NotFoundError("no events match these filters")


def quoted(text: str) -> str:
    """Return ``text`` in quotation marks, unless it contains some."""
    return text if '"' in text else f'"{text}"'


def no_matches(query: str, *, has_filters: bool) -> str:
    """Return the message for a query that matches no event."""
    return f"no matches for {quoted(query)}{' with these filters' if has_filters else ''}"


def date_hint(query: str) -> str:
    """Return what to add to the message of an empty result if a word of ``query`` is a date; otherwise nothing."""
    word = next((word for word in query.split() if looks_like_days(word)), None)
    return f'; "{word}" was searched for as a word: to filter by date, use date:{word}' if word else ""


def _close_names(name: str, names: list[str]) -> tuple[str, ...]:
    from newsarc.text.suggest import closest
    from newsarc.text.tokenizer import tokens

    def words(text: str) -> str:
        return " ".join(tokens(text))

    return tuple(names[at] for at in closest(name, names, cutoff=66, measure="WRatio", processor=words))
