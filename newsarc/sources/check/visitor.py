"""Visits addresses politely: one request at a time to a host and to an IP address, as robots.txt and the host allow."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Protocol

from newsarc.sources.check.answers import Answer, Reply, Visit, redirect_target, retry_after, titles_of
from newsarc.sources.check.gates import Gates
from newsarc.sources.check.robots import Robots
from newsarc.sources.web_addresses import front_page_of, host_of_address

_MAX_HOPS = 10
_MAX_ROBOTS_HOPS = 5  # as RFC 9309 wants
_MAX_ROBOTS_FAILURES = 3  # after which the site is left alone
_MAX_SILENCES = 5  # of a host in a row, after which it is left alone
_MAX_OPEN = 256  # requests at once


class Requests(Protocol):
    """Makes requests: see :class:`newsarc.sources.check.fetch.Fetcher`."""

    async def locate(self, address: str) -> str | None: ...  # noqa: D102
    async def fetch(self, address: str) -> Answer: ...  # noqa: D102
    def forget(self, address: str) -> None: ...  # noqa: D102


class Visitor:
    """Visits addresses.

    ``answered`` is when the latest request that was answered began, in the loop's time; ``has_asked`` whether there was
    any request.
    """

    def __init__(self, requests: Requests, gates: Gates, now: Callable[[], dt.datetime]) -> None:
        self.answered = -math.inf
        self.has_asked = False
        self._requests = requests
        self._gates = gates
        self._now = now
        self._answering = ""  # the address of that request
        self._robots: dict[str, Robots] = {}
        self._robots_failures: Counter[str] = Counter()
        self._robots_locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._silences: Counter[str] = Counter()  # by host: requests in a row that were not answered
        self._errors: dict[str, str] = {}
        self._open = asyncio.Semaphore(_MAX_OPEN)

    async def visit(self, address: str) -> Visit:
        """Ask for an address, and for those that it redirects to, each in the turn of its host.

        Raises OutOfTimeError and HostClosedError.
        """
        replies: list[Reply] = []
        while True:
            host = host_of_address(address)
            if self._silences[host] >= _MAX_SILENCES:
                return Visit((*replies, Reply(address, None, f"host not answering: {self._errors[host]}")))
            robots = await self._robots_of(address)
            failure = robots.failure
            if failure is not None and failure.status is None:
                return Visit((*replies, failure._replace(address=address)))
            if failure is not None:
                return Visit((*replies, Reply(address)), obstacle=f"robots.txt answers {failure.status}", may_pass=True)
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

    def forget(self, address: str) -> None:
        """Look the host of an address up again the next time."""
        self._requests.forget(address)
        self._robots.pop(front_page_of(address), None)

    async def ask_anew(self) -> None:
        """Ask the host that answered last for its robots.txt again, which tells whether this machine is still online.

        Raises as :meth:`visit` does.
        """
        if self._answering:
            await self._ask(f"{front_page_of(self._answering)}robots.txt")

    async def _robots_of(self, address: str) -> Robots:
        site = front_page_of(address)
        async with self._robots_locks[site]:
            known = self._robots.get(site)
            if known is None or (known.failure and self._robots_failures[site] < _MAX_ROBOTS_FAILURES):
                answer = await self._ask(f"{site}robots.txt")
                for _ in range(_MAX_ROBOTS_HOPS):
                    if not (target := redirect_target(answer)):
                        break
                    answer = await self._ask(target)
                self._robots[site] = Robots(answer)
                self._robots_failures[site] += self._robots[site].failure is not None
            return self._robots[site]

    async def _ask(self, address: str, interval: float = 0.0) -> Answer:
        """Make one request, as soon as its host and its IP address may be asked."""
        self._gates.raise_if_late()
        ip = await self._requests.locate(address)
        if ip is None:  # there is nobody to be polite to
            self.has_asked = True
            return await self._requests.fetch(address)
        host = host_of_address(address)
        async with self._gates.passed(host, ip, interval), self._open:
            self.has_asked = True
            began = asyncio.get_running_loop().time()
            answer = await self._requests.fetch(address)
            wait = retry_after(answer, self._now())
            if answer.status == 429 or (answer.status is not None and answer.status >= 300 and wait is not None):
                self._gates.be_patient(host, wait)
        if answer.status is None:
            self._silences[host] += 1
            self._errors[host] = answer.error
        else:
            self._silences[host] = 0
        if answer.status is not None and began > self.answered:
            self.answered, self._answering = began, address
        return answer
