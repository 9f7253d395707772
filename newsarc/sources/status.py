"""What is known of sources, host by host."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from newsarc.sources.history import History
from newsarc.sources.verdicts import VERDICTS, HostFailure, Verdict, judge
from newsarc.sources.web_addresses import host_of_address

COLUMNS: Final = ("host", "addresses", *VERDICTS, "dead")


class HostStatus(NamedTuple):
    """What is known of the addresses of a host.

    ``verdicts`` are the numbers of addresses, ``dead`` is how many of them are dead. ``failure`` is set if the host
    fails as a whole. ``last_check`` is when an address was last checked, None if none was.
    """

    host: str
    addresses: int
    verdicts: Mapping[Verdict, int]
    dead: int
    failure: HostFailure | None
    last_check: dt.datetime | None

    def row(self) -> tuple[object, ...]:
        """Return the values of COLUMNS."""
        return self.host, self.addresses, *(self.verdicts.get(verdict, 0) for verdict in VERDICTS), self.dead


def status_by_host(addresses: Iterable[str], histories: Mapping[str, History]) -> list[HostStatus]:
    """Return what is known of ``addresses`` by host: those with most dead ones first, then the largest ones.

    Addresses of the same hosts that are not cited any more do not count.
    """
    known = {address: histories.get(address, ()) for address in addresses}
    judgement = judge(known)
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in known:
        by_host[host_of_address(address)].append(address)
    found = [
        HostStatus(
            host,
            len(listed),
            Counter(judgement.verdicts[address] for address in listed),
            sum(address in judgement.dead for address in listed),
            judgement.failing.get(host),
            max((known[address][-1].at for address in listed if known[address]), default=None),
        )
        for host, listed in by_host.items()
    ]
    return sorted(found, key=lambda one: (-one.dead, one.failure is None, -one.addresses, one.host))
