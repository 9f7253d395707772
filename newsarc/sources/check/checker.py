"""Checks addresses: host by host, and as long as there is time."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from newsarc.sources.check.check_run import CheckRun
from newsarc.sources.check.gates import Gates, HostClosedError, OutOfTimeError
from newsarc.sources.check.host_check import HostCheck
from newsarc.sources.check.visitor import Requests, Visitor
from newsarc.sources.citations import Citation
from newsarc.sources.history import Check
from newsarc.sources.web_addresses import host_of_address

if TYPE_CHECKING:
    from newsarc.sources.ledger import LedgerWriter

_FLUSH = 1.0  # seconds
_MAX_HOSTS = 2000  # at once: most of them wait for a second
_TURN = 5  # addresses of a host, before another one at the same IP address is asked


class Checker:
    """One run over some addresses.

    ``citations`` has the addresses in the order in which to check those of one host. ``ledger`` gets the checks.
    ``interval`` are the seconds between two requests to a host, ``seconds`` those that the run may take. ``seen_from``
    and ``on_check`` are those of :class:`newsarc.sources.check.check_run.CheckRun`. ``has_asked`` says whether there
    was time for any request, ``is_online`` whether any host has answered.
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
        self.is_online = False
        self.has_asked = False
        self._citations = citations
        self._requests = requests
        self._ledger = ledger
        self._gates = Gates(interval, seconds)
        self._visitor = Visitor(requests, self._gates, now)
        self._run = CheckRun(citations, ledger, self._visitor, now, seen_from, on_check)
        self._at_ip: dict[str, deque[HostCheck]] = {}

    async def run(self) -> None:
        """Check the addresses. What was found is flushed every second."""
        self._gates.begin()
        by_host: dict[str, list[str]] = defaultdict(list)
        for address in self._citations:
            by_host[host_of_address(address)].append(address)
        hosts = deque(sorted(by_host.values(), key=len, reverse=True))  # the largest ones take longest
        try:
            async with asyncio.TaskGroup() as group:
                flushing = group.create_task(self._flush_regularly())
                workers = [group.create_task(self._check_hosts(hosts)) for _ in range(min(_MAX_HOSTS, len(hosts)))]
                if workers:
                    await asyncio.wait(workers)
                flushing.cancel()
                self._run.release()
                if self._run.is_waiting:
                    with suppress(OutOfTimeError, HostClosedError):
                        await self._visitor.ask_anew()
                        self._run.release()
        except BaseExceptionGroup as failures:  # whoever handles errors and signals knows no groups
            raise failures.exceptions[0] from None
        finally:
            self.is_online = self._visitor.answered > -math.inf
            self.has_asked = self._visitor.has_asked
        self._ledger.flush()

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH)
            self._run.release()
            self._ledger.flush()

    async def _check_hosts(self, hosts: deque[list[str]]) -> None:
        """Check the hosts, those at one IP address together, since they share its turns."""
        while hosts:
            addresses = hosts.popleft()
            ip = await self._requests.locate(addresses[0])
            host = HostCheck(self._run, addresses)
            if ip in self._at_ip:
                self._at_ip[ip].append(host)
            elif ip is not None:
                queue = self._at_ip[ip] = deque([host])
                await self._take_turns(queue)
                del self._at_ip[ip]
            else:
                await self._take_turns(deque([host]))

    async def _take_turns(self, queue: deque[HostCheck]) -> None:
        """Check some addresses of each host in turn. One that asks for patience lets others go first."""
        try:
            while queue:
                host = next((one for one in queue if self._gates.is_open(one.name)), None)
                host = host or min(queue, key=lambda one: self._gates.wait(one.name))
                queue.remove(host)
                queue.append(host)
                if await self._is_done(host):
                    await host.end()
                    queue.remove(host)
        finally:
            for host in queue:  # if the run is cancelled
                host.record_rest()

    async def _is_done(self, host: HostCheck) -> bool:
        """Check some addresses of a host; whether there are no more, or no more time."""
        with suppress(OutOfTimeError):
            for _ in range(_TURN):
                await host.check_next()
                if host.is_done or not self._gates.is_open(host.name):
                    return host.is_done
            return False
        return True
