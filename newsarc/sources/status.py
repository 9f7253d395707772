"""What is known of sources, host by host or year by year."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from newsarc.model import Event
from newsarc.sources.archived.copy_search import Searches
from newsarc.sources.citations import citations_in
from newsarc.sources.history import History
from newsarc.sources.verdicts import VERDICTS, HostFailure, Verdict, judge
from newsarc.sources.web_addresses import host_of_address

COLUMNS: Final = ("host", "addresses", *VERDICTS, "dead", "with_copy")
YEAR_COLUMNS: Final = ("year", "addresses", "checked", "alive", "dead", "share", "with_copy")


class HostStatus(NamedTuple):
    """What is known of the addresses of a host.

    ``verdicts`` are the numbers of addresses, ``dead`` is how many of them are dead. ``failure`` is set if the host
    fails as a whole. ``last_check`` is when an address was last checked, None if none was. ``with_copy`` is how
    many addresses have an archived copy.
    """

    host: str
    addresses: int
    verdicts: Mapping[Verdict, int]
    dead: int
    failure: HostFailure | None
    last_check: dt.datetime | None
    with_copy: int = 0

    def row(self) -> tuple[object, ...]:
        """Return the values of COLUMNS."""
        return (
            self.host,
            self.addresses,
            *(self.verdicts.get(verdict, 0) for verdict in VERDICTS),
            self.dead,
            self.with_copy,
        )


class YearStatus(NamedTuple):
    """What is known of the addresses that events of a year cite; of those without a date, if ``year`` is None.

    ``checked`` is how many of the addresses were checked, ``alive`` how many answered with a page.
    """

    year: int | None
    addresses: int
    checked: int
    alive: int
    dead: int
    with_copy: int

    @property
    def share(self) -> float | None:
        """The share of dead addresses in those that were checked; None if none were."""
        return round(self.dead / self.checked, 3) if self.checked else None

    def row(self) -> tuple[object, ...]:
        """Return the values of YEAR_COLUMNS."""
        return self.year, self.addresses, self.checked, self.alive, self.dead, self.share, self.with_copy


def addresses_by_year(events: Iterable[Event]) -> dict[int | None, list[str]]:
    """Return the addresses that are sources of the events of each year, each once a year."""
    found: dict[int | None, dict[str, None]] = {}
    for event in events:
        if addresses := citations_in([event]):
            year = event.date.year if event.date is not None else None
            found.setdefault(year, {}).update(dict.fromkeys(addresses))
    return {year: list(addresses) for year, addresses in found.items()}


def status_by_year(
    cited: Mapping[int | None, Iterable[str]], histories: Mapping[str, History], searches: Mapping[str, Searches]
) -> list[YearStatus]:
    """Return what is known of the addresses of each year, in order; those without a date come last.

    ``histories`` are those of the whole ledger, since the verdict on a host depends on all of its addresses.
    """
    judgement = judge(histories)
    found = []
    for year in sorted(cited, key=lambda year: (year is None, year)):
        listed = list(cited[year])
        verdicts = Counter(judgement.verdicts.get(address, "unchecked") for address in listed)
        found.append(
            YearStatus(
                year,
                len(listed),
                len(listed) - verdicts["unchecked"],
                verdicts["alive"] + verdicts["moved"],
                sum(address in judgement.dead for address in listed),
                _with_copy(listed, searches),
            )
        )
    return found


def _with_copy(addresses: Iterable[str], searches: Mapping[str, Searches]) -> int:
    return sum(any(search.copy is not None for search in searches.get(address, ())) for address in addresses)


def status_by_host(
    addresses: Iterable[str], histories: Mapping[str, History], searches: Mapping[str, Searches] | None = None
) -> list[HostStatus]:
    """Return what is known of ``addresses`` by host: those with most dead ones first, then the largest ones.

    Only ``addresses`` are counted. But ``histories`` are those of the whole ledger, since the verdict on a host depends
    on all of its addresses, whether they are still cited or not.
    """
    judgement = judge(histories)
    known = {address: histories.get(address, ()) for address in addresses}
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in known:
        by_host[host_of_address(address)].append(address)
    found = [
        HostStatus(
            host,
            len(listed),
            Counter(judgement.verdicts.get(address, "unchecked") for address in listed),
            sum(address in judgement.dead for address in listed),
            judgement.failing.get(host),
            max((known[address][-1].at for address in listed if known[address]), default=None),
            _with_copy(listed, searches or {}),
        )
        for host, listed in by_host.items()
    ]
    return sorted(found, key=lambda one: (-one.dead, one.failure is None, -one.addresses, one.host))
