"""A report on an address: where it is cited, its checks, its copies, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, NamedTuple

from newsarc.sources.archived.copy_search import Copy, CopySearch
from newsarc.sources.history import Check, History
from newsarc.sources.next_steps import NextStep
from newsarc.sources.states import CitedSource, SourceState, SourceStates
from newsarc.sources.verdicts import HostFailure

COLUMNS: Final = ("url", "what", "date", "value", "detail")


class DatedCopy(NamedTuple):
    """The copy of a source for events of a date, and the search for it; None where there is none."""

    date: dt.date
    copy: Copy | None
    search: CopySearch | None

    def __str__(self) -> str:
        """Return the distance of the copy from the event, or why there is none."""
        if self.copy is not None:
            return f"captured {self.copy.at.date()}, {distance(self.copy.days)}"
        if self.search is None:
            return "not searched for"
        if self.search.copy is not None:
            return "none: the URL in the ledger is not a capture of this address"
        said = "; ".join(f"{miss.archive}: {miss.detail or miss.why}" for miss in self.search.misses)
        asked = f"asked {self.search.asked.date()}"
        return f"none: {self.search.why} ({f'{said}; ' if said else ''}{asked})"


class SourceReport(NamedTuple):
    """Everything known about an address. ``history`` has the checks that the ledger keeps, in chronological order.

    ``failure`` is set if its host fails as a whole. ``copies`` are sorted by date.
    """

    address: str
    state: SourceState
    failure: HostFailure | None
    cited: tuple[CitedSource, ...]
    history: History
    copies: tuple[DatedCopy, ...]
    next: NextStep | None

    def rows(self, prefix: str = "") -> Iterator[tuple[object, ...]]:
        """Yield the values of COLUMNS, a row for each fact. ``prefix`` is that of paths."""
        dead, failure = self.state.dead_since, self.failure
        yield (
            self.address,
            "verdict",
            dead.date() if dead is not None else None,
            self.state.verdict,
            str(failure) if failure is not None else None,
        )
        for one in self.cited:
            yield self.address, "cited", one.event.date, f"{prefix}{one.event.path}:{one.source.line}", one.event.title
        for check in self.history:
            yield self.address, "check", check.at.isoformat(), check.outcome, check_text(check)
        for copy in self.copies:
            yield self.address, "copy", copy.date, copy.copy.url if copy.copy is not None else None, str(copy)
        if self.next is not None:
            yield self.address, "next", None, self.next.step, str(self.next)


def source_report(
    address: str, cited: tuple[CitedSource, ...], states: SourceStates, following: NextStep | None
) -> SourceReport:
    """Return the report on an address. ``cited`` is where it is cited, ``following`` is the next step."""
    searches = {search.date: search for search in states.searches(address)}
    dates = sorted({*searches, *(one.event.date for one in cited if one.event.date is not None)})
    return SourceReport(
        address,
        states.of_address(address),
        states.failure(address),
        cited,
        states.history(address),
        tuple(DatedCopy(date, states.copy_of(address, date), searches.get(date)) for date in dates),
        following,
    )


def distance(days: int) -> str:
    """Return ``2 days after the event``."""
    if not days:
        return "on the day of the event"
    number = abs(days)
    return f"{number:,} {'day' if number == 1 else 'days'} {'after' if days > 0 else 'before'} the event"


def check_text(check: Check) -> str:
    """Return what a check found besides its outcome: status, reason, new address and title."""
    title = {True: "headline of an event", False: "another title"}
    parts = (
        "" if check.status is None else str(check.status),
        check.reason if check.reason != str(check.status) else "",
        f"to {check.to}" if check.to else "",
        title[check.is_identified] if check.is_identified is not None else "",
        f"from {check.seen_from}" if check.seen_from else "",
    )
    return ", ".join(part for part in parts if part)
