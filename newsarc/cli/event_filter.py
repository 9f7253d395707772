"""REFs and filters as given on the command line → the rows that they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.api import Archive
from newsarc.archive.refs import DayRange, EventRef, events_in
from newsarc.errors import NotFoundError
from newsarc.storage.tree import Day

if TYPE_CHECKING:
    from newsarc.index import Filter, Index


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for: the events' filter, and the days that the answer depends on (None: the whole archive)."""

    filter: Filter
    days: tuple[DayRange, ...] | None

    @property
    def is_everything(self) -> bool:
        """Whether nothing was asked for but the whole archive."""
        return self.filter == type(self.filter)()

    def folders(self, archive: Archive) -> list[Day]:
        """Return the day folders that may hold what was asked for, in the order of time."""
        days = archive.tree.days()
        return [day for day in days if day.date is None or self.has_day(day.date.isoformat())]

    def has_day(self, day: str | None) -> bool:
        """Whether ``since`` and ``until`` let an event of this ISO day through; one without a day only if both are
        open.
        """
        since, until = self.filter.since, self.filter.until
        if day is None:
            return since is None and until is None
        return (since is None or since <= day) and (until is None or day <= until)


def wanted_events(
    archive: Archive,
    refs: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    topic: str | None = None,
    context: str | None = None,
    source: str | None = None,
    *,
    may_be_empty: bool = False,
) -> Selection:
    """Return what REFs and filters ask for together.

    Raises what :meth:`Archive.ref` raises, and NotFoundError for days without events unless these ``may_be_empty``.
    """
    from newsarc.index import Filter

    first, last = archive.day_bounds(None, since, until)
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
        topic=topic,
        context=context,
        source=source,
        ranges=tuple((days.first.isoformat(), days.last.isoformat()) for days in ranges),
        paths=tuple(paths),
    )
    # Topics and contexts are told from the whole archive; days and sources from the pages themselves.
    if topic is not None or context is not None or paths or not (ranges or first or last):
        return Selection(wanted, None)
    return Selection(wanted, tuple(ranges) or (DayRange("", first or dt.date.min, last or dt.date.max),))


def nothing_found(index: Index, wanted: Filter) -> NotFoundError:
    """Return the error for filters that no event passes, with the names that a misspelt one may have meant."""
    from newsarc.index import Filter

    for kind, name, alone in (
        ("topic", wanted.topic, Filter(topic=wanted.topic)),
        ("context", wanted.context, Filter(context=wanted.context)),
        ("source", wanted.source, Filter(source=wanted.source)),
    ):
        if name is not None and not index.count(alone):
            return NotFoundError(f"no event has the {kind} {name}", _close_names(name, index.all_names(kind)))
    if not index.count(Filter()):
        return NotFoundError("the archive has no events")
    return NotFoundError("no event passes all of these filters")


def _close_names(name: str, names: list[str]) -> tuple[str, ...]:
    from rapidfuzz import fuzz, process

    from newsarc.text.tokenizer import tokens

    def words(text: str) -> str:
        return " ".join(tokens(text))

    close = process.extract(name, names, scorer=fuzz.WRatio, processor=words, limit=3, score_cutoff=66)
    return tuple(text for text, _, _ in close)


def asked_for(
    words: Iterable[str] | None,
    since: str | None = None,
    until: str | None = None,
    topic: str | None = None,
    context: str | None = None,
    source: str | None = None,
) -> str:
    """Return in one line what was asked for, for a title; nothing where nothing was left out."""
    named = (("topic", topic), ("context", context), ("source", source), ("since", since), ("until", until))
    parts = [" ".join(words or ()), *(f"{kind} {name}" for kind, name in named if name is not None)]
    return " · ".join(part for part in parts if part)
