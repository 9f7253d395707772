"""Checks addresses: politely, host by host, and as long as there is time."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from newsarc.sources.answers import (
    Answer,
    Reply,
    Visit,
    check_of,
    is_soft_404,
    is_suspicious,
    redirect_target,
    retry_after,
    sibling_of,
    titles_of,
)
from newsarc.sources.citations import Citation
from newsarc.sources.drift import is_other_page, of_another_site
from newsarc.sources.gates import LONG_WAIT, Gates, HostClosedError, OutOfTimeError
from newsarc.sources.history import Check, Outcome, drifted_run, gone_run, last_identified
from newsarc.sources.host_run import HostRun
from newsarc.sources.page_identity import is_identified
from newsarc.sources.robots import Robots
from newsarc.sources.verdicts import is_lasting
from newsarc.sources.web_addresses import host_of_address, is_front_page_of, is_same_page, section_of

if TYPE_CHECKING:
    from newsarc.sources.ledger import LedgerWriter

_MAX_HOPS = 10
_MAX_ROBOTS_HOPS = 3
_MAX_FAILURES = 5  # in a row without an answer, after which a host is left alone
_MAX_TRIES = 3  # of an address
_MAX_ROBOTS_FAILURES = 3  # after which the site is left alone
_SUSPECTS = 10  # are looked at together, since a page has to be asked again for them
_MAX_SUSPECTS = 200  # that wait for a page with the title of its event
_FLUSH = 1.0
_MAX_OPEN = 256  # requests at once
_MAX_HOSTS = 2000  # at once: most of them wait for a second


class Requests(Protocol):
    """Makes requests: see :class:`newsarc.sources.fetch.Fetcher`."""

    async def locate(self, address: str) -> str | None: ...  # noqa: D102
    async def fetch(self, address: str) -> Answer: ...  # noqa: D102


class Checker:
    """One run over some addresses.

    ``citations`` has the addresses in the order in which to check those of one host. ``ledger`` gets the checks; until
    any host has answered they wait, since a machine without a network finds every page gone. ``interval`` are the
    seconds between two requests to a host, ``seconds`` those that the run may take. ``seen_from`` names this place.
    ``on_check`` is told of each check.
    """

    def __init__(
        self,
        citations: Mapping[str, Citation],
        requests: Requests,
        ledger: LedgerWriter,
        *,
        interval: float = 1.0,
        seconds: float = math.inf,
        seen_from: str = "",
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        on_check: Callable[[str, Check], None] = lambda address, check: None,
    ) -> None:
        self.citations = citations
        self.requests = requests
        self.ledger = ledger
        self.has_asked = False
        self.is_online = False
        self._now = now
        self._on_check = on_check
        self._interval = interval
        self._seconds = seconds
        self._seen_from = seen_from
        self._waiting: list[tuple[str, Check]] = []
        self._robots: dict[str, Robots] = {}
        self._robots_failures: Counter[str] = Counter()
        self._robots_locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._siblings: dict[str, Visit] = {}
        self._open = asyncio.Semaphore(_MAX_OPEN)

    async def run(self) -> None:
        """Check the addresses. What was found is flushed every second."""
        self._gates = Gates(self._interval, asyncio.get_running_loop().time() + self._seconds)
        by_host: dict[str, list[str]] = defaultdict(list)
        for address in self.citations:
            by_host[host_of_address(address)].append(address)
        hosts = deque(sorted(by_host.values(), key=len, reverse=True))  # the largest ones take longest
        try:
            async with asyncio.TaskGroup() as group:
                flushing = group.create_task(self._flush_regularly())
                workers = [group.create_task(self._check_hosts(hosts)) for _ in range(min(_MAX_HOSTS, len(hosts)))]
                if workers:
                    await asyncio.wait(workers)
                flushing.cancel()
        except BaseExceptionGroup as failures:  # whoever handles errors and signals knows no groups
            raise failures.exceptions[0] from None
        self.ledger.flush()

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH)
            self.ledger.flush()

    async def _check_hosts(self, hosts: deque[list[str]]) -> None:
        while hosts:
            await self._check_host(HostRun(deque(hosts.popleft())))

    async def _check_host(self, host: HostRun) -> None:
        try:
            with suppress(OutOfTimeError):
                while host.waiting:
                    await self._check_next(host)
            await self._check_suspects(host)
            await self._check_strangers(host)
        finally:  # also if the run is cancelled
            for address, _, check in (*host.suspects, *host.strangers):
                self._record_as_seen(address, check, unless=("soft-gone", "drifted"))

    async def _check_next(self, host: HostRun) -> None:
        address = host.waiting.popleft()
        if host.failures >= _MAX_FAILURES:
            self._record(address, Check(self._time(), "down", None, f"host not answering: {host.last_error}"))
            return
        with suppress(HostClosedError):
            visit = await self._visit(address)
            check = check_of(visit, self._time(), None)
            self._count_failures(host, address, visit, check.outcome)
            if not self._is_put_off(host, address, visit, check):
                self._conclude(host, address, visit)
        if len(host.suspects) >= (_SUSPECTS if host.witnesses else _MAX_SUSPECTS):
            await self._check_suspects(host)

    def _count_failures(self, host: HostRun, address: str, visit: Visit, outcome: Outcome) -> None:
        last = visit.last
        if last.status is not None or visit.obstacle:
            host.failures = 0
        elif outcome == "down" and host_of_address(last.address) == host_of_address(address):
            host.failures, host.last_error = host.failures + 1, last.error

    def _is_put_off(self, host: HostRun, address: str, visit: Visit, check: Check) -> bool:
        """Whether an address is to be asked again later in this run.

        It is where its host does not answer, or fails, or asks for patience, and where this check would make the
        address dead.
        """
        run = gone_run(self.ledger.histories.get(address, ()))
        tries = 1
        if visit.last.status in (429, 503) and (wait := retry_after(visit.last, self._now())):
            tries = _MAX_TRIES if wait <= LONG_WAIT else 1
        elif visit.last.status == 429 or (check.outcome == "down" and run):
            tries = _MAX_TRIES
        elif check.outcome == "down":
            tries = 2
        elif check.outcome == "gone" and check.status is not None and not is_lasting(run):
            tries = 2 if is_lasting([*run, check]) else 1
        host.tries[address] += 1
        if host.tries[address] < tries:
            host.waiting.append(address)
            return True
        return False

    def _conclude(self, host: HostRun, address: str, visit: Visit) -> None:
        """Record what a visit found, or keep it for :meth:`_check_suspects`."""
        identified = is_identified(visit.titles, *self.citations[address])
        if identified:
            host.witnesses[section_of(address)] = address
        check = check_of(visit, self._time(), identified)
        if check.outcome in ("alive", "moved") and is_suspicious(visit, identified):
            host.suspects.append((address, visit, check))
            known = self.ledger.histories.get(address, ())
            if not gone_run(known) and not drifted_run(known):
                self._add(address, check)  # for now, so that a kill does not lose it
        else:
            self._record(address, check)

    async def _check_suspects(self, host: HostRun) -> None:
        """Record the suspicious pages of a host: as ``soft-gone`` if it shows the same for any address.

        Where no page of the same section had the title of its event in this run, everybody may get a page that asks for
        consent, so that only the front page, which is none, tells. Where nothing can be told, a page that was
        ``soft-gone`` last time stays so.
        """
        is_masked: dict[str, bool] = {}
        is_open: dict[str, bool] = {}
        with suppress(OutOfTimeError, HostClosedError):
            for address, visit, _ in host.suspects:
                if section_of(address) in host.witnesses or is_front_page_of(visit.last.address, address):
                    is_masked[address] = await self._is_masked(address, visit)
            for section in {section_of(address) for address, found in is_masked.items() if found}:
                is_open[section] = section not in host.witnesses or await self._is_open(host.witnesses[section])
        while host.suspects:
            address, visit, check = host.suspects.popleft()
            found = is_masked.get(address)
            if found and is_open.get(section_of(address)):
                reason = "shows the same page for any address"
                self._record(address, Check(check.at, "soft-gone", check.status, reason))  # in its place
            elif not host.witnesses and self._is_stranger(address, visit):
                host.strangers.append((address, visit, check))
            elif found is False:
                self._record(address, check)
            else:
                self._record_as_seen(address, check)

    def _is_stranger(self, address: str, visit: Visit) -> bool:
        """Whether a page was that of its event once, and its titles are now those of something else."""
        known = last_identified(self.ledger.histories.get(address, ()))
        if known is None or not is_same_page(address, visit.last.address):
            return False
        return is_other_page(visit.titles, known.title, address, self.citations[address])

    async def _check_strangers(self, host: HostRun) -> None:
        """Record the pages that may be of something else, when all pages of the host are known.

        They are ``drifted`` where several have the name of another site. If the host still shows pages of events, it is
        the same site as ever, where editors rewrite headlines.
        """
        moved_in = of_another_site({address: visit.titles for address, visit, _ in host.strangers})
        while host.strangers:
            address, visit, check = host.strangers[0]
            is_masked = True if host.witnesses else None
            if address in moved_in and not host.witnesses:
                with suppress(OutOfTimeError, HostClosedError):
                    is_masked = await self._is_masked(address, visit)
            host.strangers.popleft()
            if is_masked is None:
                self._record_as_seen(address, check, unless=("soft-gone", "drifted"))
            elif is_masked:
                self._record(address, check)
            else:
                self._record(address, Check(check.at, "drifted", check.status, "a page of another site"))

    async def _is_open(self, witness: str) -> bool:
        """Whether a host still shows a page of an event that it showed before: else a wall came up in between."""
        visit = await self._visit(witness)
        return is_identified(visit.titles, *self.citations[witness]) is True

    async def _is_masked(self, address: str, visit: Visit) -> bool:
        folder = sibling_of(address, "*")
        sibling = sibling_of(address, f"newsarc-{secrets.token_hex(8)}")
        if folder is None or sibling is None:
            return False
        if folder not in self._siblings:
            self._siblings[folder] = await self._visit(sibling)
        return is_soft_404(visit, self._siblings[folder])

    def _record_as_seen(self, address: str, check: Check, unless: Sequence[str] = ("soft-gone",)) -> None:
        """Record a suspicious page, of which nothing more can be told in this run, unless more was told last time."""
        known = self.ledger.histories.get(address, ())
        if not known or known[-1].outcome not in unless:
            self._record(address, check)

    def _record(self, address: str, check: Check) -> None:
        self._waiting.append((address, check))
        if self.is_online:
            for one in self._waiting:
                self._add(*one)
                self._on_check(*one)
            self._waiting.clear()

    def _add(self, address: str, check: Check) -> None:
        self.ledger.add(address, check._replace(seen_from=self._seen_from))

    def _time(self) -> dt.datetime:
        return self._now().replace(microsecond=0)

    # --- requests ---

    async def _visit(self, address: str) -> Visit:
        """Ask for an address, and for those that it redirects to, each in the turn of its host.

        Raises OutOfTimeError and HostClosedError.
        """
        replies: list[Reply] = []
        while True:
            robots = await self._robots_of(address)
            if robots.failure is not None:
                return Visit((*replies, robots.failure._replace(address=address)))
            if not robots.allows(address):
                return Visit((*replies, Reply(address)), obstacle="robots.txt forbids it")
            answer = await self._ask(address, robots.delay)
            replies.append(Reply(address, answer.status, answer.error, answer.headers))
            target = redirect_target(answer)
            if not target:
                return Visit(tuple(replies), titles_of(answer))
            if len(replies) > _MAX_HOPS or any(reply.address == target for reply in replies):
                return Visit(tuple(replies), obstacle="redirects without end")
            address = target

    async def _robots_of(self, address: str) -> Robots:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._robots_locks[origin]:
            known = self._robots.get(origin)
            if known is None or (known.failure and self._robots_failures[origin] < _MAX_ROBOTS_FAILURES):
                answer = await self._ask(f"{origin}/robots.txt")
                for _ in range(_MAX_ROBOTS_HOPS):
                    if not (target := redirect_target(answer)):
                        break
                    answer = await self._ask(target)
                self._robots[origin] = Robots(answer)
                self._robots_failures[origin] += self._robots[origin].failure is not None
            return self._robots[origin]

    async def _ask(self, address: str, interval: float = 0.0) -> Answer:
        """Make one request, as soon as its host and its IP address may be asked."""
        self._gates.raise_if_late()
        place = await self.requests.locate(address)
        if place is None:  # there is nobody to be polite to
            self.has_asked = True
            return await self.requests.fetch(address)
        host = host_of_address(address)
        async with self._gates.passed(host, place, interval), self._open:
            self.has_asked = True
            answer = await self.requests.fetch(address)
            wait = retry_after(answer, self._now())
            if answer.status == 429 or (answer.status == 503 and wait is not None):
                self._gates.be_patient(host, wait)
        self.is_online = self.is_online or answer.status is not None
        return answer
