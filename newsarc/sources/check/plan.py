"""The plan of a check: which addresses, in which order, and how long it takes at least."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from newsarc.sources.citations import Citation
from newsarc.sources.history import UNSEEN, Check, History, gone_run
from newsarc.sources.times import is_ahead
from newsarc.sources.verdicts import is_lasting
from newsarc.sources.web_addresses import host_of_address

FRESH = dt.timedelta(hours=20)  # less than a day, so that a daily run does not skip every other day
_DOUBTFUL = ("gone", "down")  # a page that is soft-gone can only be told from others of its host
_ANSWER = 0.5  # seconds that an answer takes
_AT_ONCE = 256
_EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """The addresses to check, in this order. ``fresh`` is the number of those left out as just checked."""

    citations: Mapping[str, Citation]
    fresh: int = 0

    def hosts(self) -> list[tuple[str, int]]:
        """Return the hosts with their numbers of addresses, largest first."""
        counts = Counter(map(host_of_address, self.citations))
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    def seconds(self, interval: float) -> float:
        """Return how long the check takes at least: as long as that of the largest host, or of all at once.

        Redirects, pages that are asked for again and hosts that share an IP address make it longer.
        """
        largest = max((count for _, count in self.hosts()), default=0)
        # One request more for robots.txt.
        return max((largest + 1) * pace_of(interval) if largest else 0.0, len(self.citations) * _ANSWER / _AT_ONCE)


def pace_of(interval: float) -> float:
    """Return the seconds that each address of a host takes, about, with ``interval`` between an answer and the next."""
    return interval + _ANSWER


def make_plan(
    citations: Mapping[str, Citation], histories: Mapping[str, History], now: dt.datetime, seen_from: str = ""
) -> Plan:
    """Return the plan for some addresses, given what is known of them. ``seen_from`` is the name of this place.

    Those that failed last time come first, then those that were never checked, then the others, and within each those
    that were not checked for longest. What was checked within the last 20 hours is left out: a run that was stopped
    goes on where it was. What could not be seen from another place is never left out. Checks in the future, which a
    wrong clock wrote, do not count.
    """
    latest = {address: _latest(histories.get(address, ()), now) for address in citations}

    def is_unseen(check: Check) -> bool:
        return check.outcome in UNSEEN and check.seen_from != seen_from

    def is_due(check: Check | None) -> bool:
        return check is None or check.at <= now - FRESH or is_unseen(check)

    def order(address: str) -> tuple[int, dt.datetime]:
        check = latest[address]
        if check is None:
            return 1, _EARLIEST
        is_doubtful = check.outcome in _DOUBTFUL and not is_lasting(gone_run(histories.get(address, ())))
        return (0 if is_doubtful or is_unseen(check) else 2), check.at

    due = [address for address, check in latest.items() if is_due(check)]
    ordered = {address: citations[address] for address in sorted(due, key=order)}
    return Plan(ordered, len(citations) - len(ordered))


def _latest(history: History, now: dt.datetime) -> Check | None:
    return next((check for check in reversed(history) if not is_ahead(check.at, now)), None)
