"""The plan of a search for copies: which sources, for events of which dates, and how long it will take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from newsarc.model import Event
from newsarc.sources.archived.copy_search import CopySearch, Searches
from newsarc.sources.archived.web_archives import WEB_ARCHIVES, is_capture
from newsarc.sources.check.addresses import is_public, why_refused
from newsarc.sources.times import is_ahead
from newsarc.sources.web_addresses import host_of_address, port_of_address, web_address

MISS_LASTS = dt.timedelta(days=30)  # until a source that has no copy is asked for again
SILENCE_LASTS = dt.timedelta(hours=20)  # until an archive that did not answer is asked again
_PORTS = frozenset({80, 443})
_REQUESTS = 2  # to the TimeGate, for a search: for the nearest capture, and for its page


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """The searches to make, in this order: the address of a source and the date of its event.

    ``known`` is the number of those left out because their copies are known, or were not found lately.
    """

    wanted: tuple[tuple[str, dt.date], ...]
    known: int = 0

    @property
    def addresses(self) -> list[str]:
        """The addresses that are sent to the archives, each once."""
        return list(dict.fromkeys(address for address, _ in self.wanted))

    def seconds(self) -> tuple[float, float]:
        """Return how long the search takes, from and to, at the pace that the first archive allows.

        It takes longest if each search needs a list of captures, because the nearest one is of a redirect or an error.
        """
        number, archive = len(self.wanted), WEB_ARCHIVES[0]
        return number * 60 * _REQUESTS / archive.limit("timegate"), number * 60 / archive.limit("cdx")


def cited_dates(events: Iterable[Event]) -> dict[str, dict[dt.date, None]]:
    """Return the addresses of sources, each with the dates of the events that cite it, in this order.

    Left out are events without a date, cover images, sources with a copy cited beside them, captures in an archive, and
    addresses that are not public: no archive has those, and no archive should learn of them.
    """
    found: dict[str, dict[dt.date, None]] = {}
    for event in events:
        for source in event.sources if event.date is not None else ():
            address = None if source.is_cover_image or source.archived is not None else web_address(source.url)
            if address is not None and event.date is not None and may_be_archived(address):
                found.setdefault(address, {})[event.date] = None
    return found


def may_be_archived(address: str) -> bool:
    """Whether an archive may have a copy of ``address``: it is public, and no capture itself."""
    host, port = host_of_address(address), port_of_address(address)
    is_single_word = "." not in host and ":" not in host  # a name in a local network
    return not is_single_word and why_refused(host, port, is_public, _PORTS) is None and not is_capture(address)


def make_copy_plan(
    dates: Mapping[str, Iterable[dt.date]],
    searches: Mapping[str, Searches],
    now: dt.datetime,
    among: Container[str] | None = None,
) -> CopyPlan:
    """Return the plan for some addresses, given the searches that were made.

    ``among`` are the addresses that count, None for all. Sources that were never searched for come first.
    """
    done = {(address, search.date): search for address, found in searches.items() for search in found}
    cited = [(address, date) for address, days in dates.items() if among is None or address in among for date in days]
    due = [pair for pair in cited if pair not in done or is_due(done[pair], now)]
    return CopyPlan(tuple(sorted(due, key=lambda pair: pair in done)), len(cited) - len(due))


def is_due(search: CopySearch, now: dt.datetime) -> bool:
    """Whether a search should be made again. One in the future, which a wrong clock wrote, should be."""
    if is_ahead(search.asked, now):
        return search.copy is None
    if not search.is_final:
        return search.asked <= now - SILENCE_LASTS
    return search.copy is None and search.asked <= now - MISS_LASTS
