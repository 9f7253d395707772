"""Verdicts on addresses and hosts: pure functions of histories."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, get_args

from newsarc.sources.history import (
    UNSEEN,
    Check,
    History,
    drifted_run,
    failing_run,
    gone_run,
    last_answered,
    vanished_run,
)
from newsarc.sources.web_addresses import host_of_address, is_home_page

Verdict = Literal["alive", "moved", "drifted", "gone", "soft-gone", "blocked", "down", "refused", "unchecked"]
VERDICTS: Final = get_args(Verdict)
LEAST_FAILURES = 3
LEAST_SPAN = dt.timedelta(days=7)
LEAST_ADDRESSES = 3  # of a host that may fail as a whole
_MAX_AGE = dt.timedelta(days=90)
_TELLS_NOTHING = (*UNSEEN, "refused")


class HostFailure(NamedTuple):
    """A host all of whose addresses fail.

    ``since`` is its first failure, ``reason`` that of most addresses. ``is_gone`` is true if all of them were gone each
    time, and false if the host also did not answer. ``has_vanished`` is whether there is no such host any more, as
    three checks over seven days or more told.
    """

    host: str
    addresses: int
    since: dt.datetime
    reason: str
    is_gone: bool
    has_vanished: bool

    def __str__(self) -> str:
        """Return a sentence about the host, without a full stop."""
        since = f"{'been gone' if self.is_gone else 'failed'} since {self.since.date()}"
        return f"every source at {self.host} has {since} ({self.reason}; {self.addresses} checked)"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on some addresses.

    ``dead`` are the addresses that are dead, each with the check that first found it gone. ``failing`` are the hosts
    that fail as a whole, by name; their addresses count as dead only if the host has vanished.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    dead: dict[str, Check] = field(default_factory=dict)
    failing: dict[str, HostFailure] = field(default_factory=dict)

    @property
    def at_failing_hosts(self) -> set[str]:
        """The addresses at hosts that fail as a whole."""
        return {address for address in self.verdicts if self.failing and host_of_address(address) in self.failing}


def verdict_on(history: History) -> Verdict:
    """Return the verdict on an address: what :func:`telling_check` found, or ``unchecked``.

    One check alone does not make an address ``drifted``: two that are seven days apart do. An address that has drifted
    or moved stays so until a check finds something else; checks that tell nothing of the page do not change that.
    """
    if not history:
        return "unchecked"
    if drifted_since(history) is not None:
        return "drifted"
    if moved_to(history) is not None:
        return "moved"
    outcome = telling_check(history).outcome
    return "alive" if outcome == "drifted" else outcome


def drifted_since(history: History) -> dt.datetime | None:
    """Return when an address was first found to show a page of something else; None if it has not drifted."""
    last = _last_seen(history)
    if last is None or last.outcome != "drifted":
        return None
    run = drifted_run(history)
    return run[0].at if run[-1].at - run[0].at >= LEAST_SPAN else None


def moved_to(history: History) -> str | None:
    """Return the address that a page has moved to for good; None if it has not."""
    last = _last_seen(history)
    return last.to if last is not None and last.outcome == "moved" else None


def _last_seen(history: History) -> Check | None:
    """Return the last check that tells anything of the page; None without one."""
    return next((check for check in reversed(history) if check.outcome not in _TELLS_NOTHING), None)


def telling_check(history: History) -> Check:
    """Return the check that tells most of an address that was checked.

    It is the last one. But where that place could not see the page, being blocked or without an answer, it is the last
    one from another place that could, if that is at most 90 days older.
    """
    last = history[-1]
    if last.outcome not in UNSEEN:
        return last
    others = (check for check in reversed(history) if check.seen_from != last.seen_from)
    seen = next((check for check in others if check.outcome not in UNSEEN), last)
    return seen if last.at - seen.at <= _MAX_AGE else last


def is_lasting(run: Sequence[Check]) -> bool:
    """Whether a run of failures is long enough to be believed: three checks over seven days or more."""
    return len(run) >= LEAST_FAILURES and run[-1].at - run[0].at >= LEAST_SPAN


def judge(histories: Mapping[str, History]) -> Judgement:
    """Return the verdicts on addresses, given the history of each. One without checks is ``unchecked``.

    An address is dead if it was found gone at least three times over seven days or more, and was not seen since. But a
    host may only refuse to answer us, by 404 too. So at a host with three addresses or more, another one must have been
    answered since the page was first gone, or the host must have vanished. A host all of whose addresses fail, at least
    three of them for so long, is a finding about the host.
    """
    judgement = Judgement({address: verdict_on(history) for address, history in histories.items()})
    by_host: dict[str, dict[str, History]] = defaultdict(dict)
    for address, history in histories.items():
        if history:
            by_host[host_of_address(address)][address] = history
    for host, found in by_host.items():
        failure = _failure(host, found)
        if failure is not None:
            judgement.failing[host] = failure
        is_believed = len(found) < LEAST_ADDRESSES or (failure is not None and failure.has_vanished)
        answered = max(filter(None, map(last_answered, found.values())), default=None)
        for address, history in found.items():
            run = gone_run(history)
            if is_lasting(run) and (is_believed or (answered is not None and answered >= run[0].at)):
                judgement.dead[address] = run[0]
    return judgement


def _failure(host: str, histories: Mapping[str, History]) -> HostFailure | None:
    """Return the failure of a host, given the histories of its addresses, none of which is empty."""
    runs = {address: failing_run(history) for address, history in histories.items()}
    lasting = [run for run in runs.values() if is_lasting(run)]
    if len(lasting) < LEAST_ADDRESSES:
        return None
    latest = max(run[0].at for run in lasting)
    for address, history in histories.items():
        # A front page that nobody cites is only checked now and then.
        if not runs[address] and not (is_home_page(address) and history[-1].at < latest):
            return None
    ((reason, _),) = Counter(run[-1].reason for run in lasting).most_common(1)
    failing = [run for run in runs.values() if run]
    is_gone = all(check.outcome != "down" for run in failing for check in run)
    vanished = [vanished_run(history) for address, history in histories.items() if runs[address]]
    has_vanished = all(vanished) and sum(map(is_lasting, vanished)) >= LEAST_ADDRESSES
    return HostFailure(host, len(failing), min(run[0].at for run in lasting), reason, is_gone, has_vanished)
