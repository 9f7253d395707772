"""REFs and filters of the command line, turned into a query of the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.api import Archive
from newsarc.archive.refs import DayRange, EventRef, events_in
from newsarc.cli.options import ContextOption, SinceOption, SourceOption, TopicOption, UntilOption
from newsarc.errors import NotFoundError
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

    def given(self) -> dict[str, str]:
        """Return the filters that are set, by name, in the order of titles."""
        values = {name: getattr(self, name) for name in ("topic", "context", "source", "since", "until")}
        return {name: value for name, value in values.items() if value is not None}

    def title(self, words: Iterable[str] = ()) -> str:
        """Return ``words`` and filters on one line; empty for the whole archive."""
        parts = [" ".join(words), *(f"{name} {value}" for name, value in self.given().items())]
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
        """Return the day folders that may contain selected events, in chronological order."""
        days = archive.tree.days()
        return [day for day in days if day.date is None or self.has_day(day.date.isoformat())]

    def has_day(self, day: str | None) -> bool:
        """Whether ``since`` and ``until`` include this ISO date; without a date, whether both are None."""
        since, until = self.filter.since, self.filter.until
        if day is None:
            return since is None and until is None
        return (since is None or since <= day) and (until is None or day <= until)


def select_events(archive: Archive, refs: Iterable[str], filters: Filters, *, may_be_empty: bool = False) -> Selection:
    """Return the selection that matches REFs and filters.

    Raises as :meth:`Archive.ref`, and NotFoundError for days without events unless ``may_be_empty``.
    """
    from newsarc.index import Filter

    first, last = archive.day_bounds(None, filters.since, filters.until)
    ranges: list[DayRange] = []
    paths: list[str] = []
    for ref in refs:
        found = archive.ref(ref)
        if isinstance(found, EventRef):
            paths.append(found.path)
        else:
            if not may_be_empty:
                events_in(found, archive.tree)
            ranges.append(found)
    wanted = Filter(
        since=first.isoformat() if first else None,
        until=last.isoformat() if last else None,
        topic=filters.topic,
        context=filters.context,
        source=filters.source,
        ranges=tuple((days.first.isoformat(), days.last.isoformat()) for days in ranges),
        paths=tuple(paths),
    )
    # Topics and contexts depend on the whole archive; dates and sources only on the page.
    has_names = filters.topic is not None or filters.context is not None
    if has_names or paths or not (ranges or first or last):
        return Selection(wanted, None)
    return Selection(wanted, tuple(ranges) or (DayRange("", first or dt.date.min, last or dt.date.max),))


def nothing_found(index: Index, wanted: Filter) -> NotFoundError:
    """Return the error for filters that match no event, with suggestions for an unknown name."""
    from newsarc.index import Filter

    for kind, name, alone in (
        ("topic", wanted.topic, Filter(topic=wanted.topic)),
        ("context", wanted.context, Filter(context=wanted.context)),
        ("source", wanted.source, Filter(source=wanted.source)),
    ):
        if name is not None and not index.count(alone):
            return NotFoundError(f'no event has the {kind} "{name}"', _close_names(name, index.names_like(kind)))
    if not index.count(Filter()):
        return NotFoundError("the archive has no events")
    return NotFoundError("no events match these filters")


def quoted(text: str) -> str:
    """Return ``text`` in quotation marks, unless it contains some."""
    return text if '"' in text else f'"{text}"'


def no_matches(query: str, *, has_filters: bool) -> str:
    """Return the message for a query that matches no event."""
    return f"no matches for {quoted(query)}{' with these filters' if has_filters else ''}"


def _close_names(name: str, names: list[str]) -> tuple[str, ...]:
    from rapidfuzz import fuzz, process

    from newsarc.text.tokenizer import tokens

    def words(text: str) -> str:
        return " ".join(tokens(text))

    close = process.extract(name, names, scorer=fuzz.WRatio, processor=words, limit=3, score_cutoff=66)
    return tuple(text for text, _, _ in close)
