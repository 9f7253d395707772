"""Gates: how often one host, and one machine, is asked."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LONG_WAIT = 3600.0  # seconds; a host that wants to be left alone for longer is left alone for this run
_FIRST_WAIT = 60.0  # where a host does not say for how long


class OutOfTimeError(Exception):
    """The time for this run will be over before a request may be made."""


class HostClosedError(Exception):
    """A host wants to be left alone for longer than a run waits."""


class Gate:
    """Lets one request at a time pass to one host or address. ``opens`` is when the next may, in the loop's time."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.opens = 0.0
        self._wait = _FIRST_WAIT

    def be_patient(self, seconds: float | None) -> None:
        """Let nothing pass for so long: see :meth:`Gates.be_patient`."""
        if seconds is None:
            seconds, self._wait = self._wait, self._wait * 2
        self.keep_closed(asyncio.get_running_loop().time() + seconds)

    def keep_closed(self, until: float) -> None:
        """Let nothing pass before ``until``."""
        self.opens = max(self.opens, until)


class Gates:
    """The gates of all hosts and addresses.

    ``interval`` are the seconds between the end of a request and the beginning of the next one, ``seconds`` is for how
    long after :meth:`begin` requests may begin.
    """

    def __init__(self, interval: float, seconds: float) -> None:
        self.interval = interval
        self._seconds = seconds
        self._deadline = math.inf
        self._gates: dict[str, Gate] = {}

    def begin(self) -> None:
        """Let the time begin."""
        self._deadline = asyncio.get_running_loop().time() + self._seconds

    def be_patient(self, host: str, seconds: float | None) -> None:
        """Leave a host alone for so long; where it does not say for how long, a minute, then two, and so on."""
        self._gate(f"host {host}").be_patient(seconds)

    def raise_if_late(self) -> None:
        """Raise OutOfTimeError if no request may begin any more."""
        if asyncio.get_running_loop().time() >= self._deadline:
            raise OutOfTimeError

    def is_open(self, host: str) -> bool:
        """Whether a host may be asked as soon as any other: it does not ask for more patience than all get."""
        return self.wait(host) <= self.interval

    def wait(self, host: str) -> float:
        """Return in how many seconds a host may be asked."""
        return max(0.0, self._gate(f"host {host}").opens - asyncio.get_running_loop().time())

    def _gate(self, key: str) -> Gate:
        if key not in self._gates:
            self._gates[key] = Gate()
        return self._gates[key]

    @asynccontextmanager
    async def passed(self, host: str, place: str, interval: float) -> AsyncIterator[None]:
        """Wait until a host, and the IP address ``place`` that it is at, may be asked. Nobody else passes in the block.

        ``interval`` is for this host, if it wants more than others. Raises OutOfTimeError and HostClosedError.
        """
        loop = asyncio.get_running_loop()
        of_host, of_place = self._gate(f"host {host}"), self._gate(f"address {place}")
        async with of_host.lock:
            await self._wait_for(of_host)
            async with of_place.lock:  # always in this order, so that nobody waits in a circle
                await self._wait_for(of_place)
                try:
                    yield
                finally:
                    of_host.keep_closed(loop.time() + max(interval, self.interval))
                    of_place.keep_closed(loop.time() + self.interval)

    async def _wait_for(self, gate: Gate) -> None:
        now = asyncio.get_running_loop().time()
        if max(gate.opens, now) >= self._deadline:
            raise OutOfTimeError
        if gate.opens - now > LONG_WAIT:
            raise HostClosedError
        if gate.opens > now:
            await asyncio.sleep(gate.opens - now)
