"""What the ledger says of the sources of some events."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from newsarc.model import Event, Source
from newsarc.sources.archived.copy_search import Copy, Searches, known_copy
from newsarc.sources.history import History
from newsarc.sources.ledger import Ledger, read_all, read_hosts
from newsarc.sources.verdicts import HostFailure, Verdict, judge, moved_to, verdict_on
from newsarc.sources.web_addresses import host_of_address, web_address

_FEW_HOSTS = 30  # that are looked up faster than the whole ledger is read


class SourceState(NamedTuple):
    """What is known of a source. ``checked`` is when it was last checked, None if never.

    ``dead_since`` is when a dead source was first found gone, None if it is not dead. ``copy`` is the archived copy
    from the time of the event, or nearest to it, if one was found. ``retitled_after`` is when the headline of an event
    was last found, if the last check found another title (:func:`retitled_after`), and ``moved_to`` the address that
    the page has moved to for good.
    """

    verdict: Verdict
    checked: dt.datetime | None = None
    dead_since: dt.datetime | None = None
    copy: Copy | None = None
    retitled_after: dt.datetime | None = None
    moved_to: str | None = None


class CitedSource(NamedTuple):
    """A source of an event, its address, and what is known of it."""

    event: Event
    source: Source
    address: str
    state: SourceState

    def has(self, verdict: str) -> bool:
        """Whether the source has this verdict, or is dead, if it is ``dead``."""
        return self.state.dead_since is not None if verdict == "dead" else self.state.verdict == verdict

    def row(self) -> tuple[str | None, ...]:
        """Return verdict, dead since, date of the copy, date and slug of the event, label, URL and new address."""
        dead, copy, date = self.state.dead_since, self.state.copy, self.event.date
        return (
            self.state.verdict,
            dead.date().isoformat() if dead is not None else None,
            copy.at.date().isoformat() if copy is not None else None,
            date.isoformat() if date is not None else None,
            self.event.slug,
            self.source.text,
            self.source.url,
            self.state.moved_to,
        )


class SourceTotals(NamedTuple):
    """How many addresses in a ledger were checked, answered with a page, are dead, and have an archived copy."""

    checked: int
    alive: int
    dead: int
    with_copy: int


class SourceStates:
    """The states of sources, as a ledger tells them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._judgement = judge(ledger.histories)

    def of(self, source: Source, date: dt.date | None) -> SourceState | None:
        """Return the state of a source of an event of ``date``; None for a cover image, and if it is no web address."""
        address = None if source.is_cover_image else web_address(source.url)
        if address is None:
            return None
        return self.of_address(address, date)

    def of_address(self, address: str, date: dt.date | None = None) -> SourceState:
        """Return the state of an address, for an event of ``date``."""
        history = self.history(address)
        first = self._judgement.dead.get(address)
        return SourceState(
            self._judgement.verdicts.get(address, "unchecked"),
            history[-1].at if history else None,
            first.at if first is not None else None,
            self.copy_of(address, date),
            retitled_after(history),
            moved_to(history),
        )

    def addresses(self) -> set[str]:
        """Return the addresses in the ledger."""
        return {*self._ledger.histories, *self._ledger.searches}

    def history(self, address: str) -> History:
        """Return the checks of an address."""
        return self._ledger.histories.get(address, ())

    def searches(self, address: str) -> Searches:
        """Return the searches for copies of an address."""
        return self._ledger.searches.get(address, ())

    def failure(self, address: str) -> HostFailure | None:
        """Return the failure of the host of an address; None if it does not fail as a whole."""
        return self._judgement.failing.get(host_of_address(address))

    def copy_of(self, address: str, date: dt.date | None) -> Copy | None:
        """Return the copy of an address that was found for events of ``date``."""
        return known_copy(self.searches(address), address, date)

    def totals(self) -> SourceTotals:
        """Return what is known of all addresses in the ledger, whether they are still cited or not."""
        verdicts = Counter(self._judgement.verdicts.values())
        return SourceTotals(
            verdicts.total() - verdicts["unchecked"],
            verdicts["alive"] + verdicts["moved"],
            len(self._judgement.dead),
            sum(any(search.copy is not None for search in found) for found in self._ledger.searches.values()),
        )


def retitled_after(history: History) -> dt.datetime | None:
    """Return when the page of an event was last recognised by its title, if the last check found another title.

    None if it did not, or if the verdict is another one than alive or moved.
    """
    if not history or history[-1].is_identified is not False or verdict_on(history) not in ("alive", "moved"):
        return None
    return next((check.at for check in reversed(history) if check.title or check.is_identified), None)


def read_states(file: Path, events: Iterable[Event] | None = None) -> SourceStates:
    """Return the states of the sources of ``events``, or of all. Raises ArchiveError for an invalid ledger."""
    if events is None:
        return SourceStates(read_all(file))
    addresses = {web_address(source.url) for event in events for source in event.sources}
    return read_states_of(file, (address for address in addresses if address is not None))


def read_states_of(file: Path, addresses: Iterable[str]) -> SourceStates:
    """Return the states of ``addresses``, and perhaps of others. Raises ArchiveError for an invalid ledger."""
    hosts = {host_of_address(address) for address in addresses}
    return SourceStates(read_hosts(file, hosts) if len(hosts) <= _FEW_HOSTS else read_all(file))


def cited_sources(events: Iterable[Event], states: SourceStates) -> list[CitedSource]:
    """Return the sources of ``events`` that have a web address, in their order."""
    return [
        CitedSource(event, source, address, states.of_address(address, event.date))
        for event in events
        for source in event.sources
        if not source.is_cover_image and (address := web_address(source.url)) is not None
    ]
