"""Limits on requests to web archives, shared by all processes and runs of a user.

The times of the last requests to an archive are in a file, which is locked while it is read and written. Without a
folder for it, or where it cannot be written, the limits hold within this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import math
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from newsarc.sources.archived.memento import ArchiveAnswer, http_date
from newsarc.sources.archived.web_archives import WebArchive
from newsarc.storage.files import open_own
from newsarc.storage.lock import FileLock

_SHORT = 0.001  # seconds: the least to wait, so that a clock that is rounded makes progress
_LOCKED = 0.02  # seconds until the file is tried again while another process has it
_PAUSE = 60.0  # seconds after a 429 without Retry-After
_REST = 3600.0  # seconds after a second 429: archives block those who go on
_REMEMBERED = 86400.0  # seconds that a 429 counts
_LONGEST = 7 * 86400.0  # seconds of a pause, whatever an archive asks for
_TOLERANCE = 86400.0  # seconds beyond that; a pause that ends later was written by a wrong clock
_MAX_BYTES = 4096

Clock = Callable[[], float]  # seconds since 1970
Sleep = Callable[[float], Awaitable[object]]
Result = TypeVar("Result")


class ArchiveRestsError(Exception):
    """An archive must not be asked now. ``until`` is when it may be asked again, in seconds since 1970."""

    def __init__(self, reason: str, until: float) -> None:
        super().__init__(reason)
        self.until = until


class LimitState(NamedTuple):
    """What is known of the requests to one archive, in seconds since 1970.

    ``last`` is the time of the last request to each service. ``refused`` are the times of refusals (429), and
    ``resume`` is when the archive may be asked again.
    """

    last: Mapping[str, float] = {}
    refused: tuple[float, ...] = ()
    resume: float = 0.0


def retry_after(answer: ArchiveAnswer, now: float) -> float | None:
    """Return for how many seconds a server asks to be left alone, in seconds or until a date; None if it does not."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    date = http_date(text)
    return max(0.0, date.timestamp() - now) if date is not None else None


class ArchiveLimit:
    """The limit of one archive.

    ``folder`` is the folder of the file; None for a limit of this process alone. A wait for a pause that takes more
    than ``patience`` seconds is refused.
    """

    def __init__(self, archive: WebArchive, folder: Path | None, clock: Clock, sleep: Sleep, patience: float) -> None:
        self.archive = archive
        self._file = _LimitFile(folder / f"archive-{archive.key}.limit" if folder is not None else None)
        self._clock = clock
        self._sleep = sleep
        self._patience = patience
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # first come, first served

    async def take(self, service: str) -> float:
        """Wait until a request to ``timegate`` or ``cdx`` is allowed, and return the time that is recorded for it.

        Raises ArchiveRestsError if the archive must not be asked for longer than the patience lasts.
        """
        async with self._turns[service]:
            while True:
                at, wait = await self._update(lambda state: self._taken(state, service))
                if wait <= 0:
                    return at
                await self._sleep(max(wait, _SHORT))

    def _taken(self, state: LimitState, service: str) -> tuple[LimitState, tuple[float, float]]:
        """Record a request to a service if it is allowed now; return the time, and the seconds to wait otherwise."""
        now = self._clock()
        resume = _resume(state, now)
        pause = resume - now
        if pause > self._patience:
            until = dt.datetime.fromtimestamp(resume, dt.UTC)
            why = "it refused requests" if len(state.refused) > 1 else "it did not answer, or asked for a pause"
            raise ArchiveRestsError(f"not asked until {until:%Y-%m-%d %H:%M} UTC, because {why}", resume)
        last = min(state.last.get(service, -_REST), now)  # a clock that was set back must not stop everything
        interval = 60.0 / self.archive.limit(service)
        wait = max(pause, last + interval - now)
        return state._replace(last={**state.last, service: now if wait <= 0 else last}), (now, wait)

    async def refuse(self, taken: float, pause: float | None) -> None:
        """Record that the request of the time ``taken`` was refused (429), with a request for a pause in seconds.

        On the second refusal, all requests stop for an hour, and for twice as long on each further one, but for a week
        at most. Refusals of requests that were on their way at the time of an earlier one count once.
        """

        def refused(state: LimitState) -> tuple[LimitState, None]:
            now = self._clock()
            earlier = tuple(at for at in state.refused if now - _REMEMBERED < at <= now)
            if not earlier or taken > earlier[-1]:
                earlier = (*earlier, now)
            rest = _REST * 2.0 ** (len(earlier) - 2) if len(earlier) > 1 else 0.0
            until = now + min(max(rest, _PAUSE if pause is None else pause), _LONGEST)
            return state._replace(refused=earlier, resume=max(_resume(state, now), until)), None

        await self._update(refused)

    async def pause(self, seconds: float) -> None:
        """Stop all requests to the archive for some seconds, but for a week at most."""

        def paused(state: LimitState) -> tuple[LimitState, None]:
            now = self._clock()
            return state._replace(resume=max(_resume(state, now), now + min(seconds, _LONGEST))), None

        await self._update(paused)

    async def _update(self, change: Callable[[LimitState], tuple[LimitState, Result]]) -> Result:
        while True:
            with contextlib.suppress(BlockingIOError):
                return self._file.update(change)
            await self._sleep(_LOCKED)


def _resume(state: LimitState, now: float) -> float:
    """Return when an archive may be asked again, unless a wrong clock wrote that."""
    return state.resume if state.resume - now <= _LONGEST + _TOLERANCE else 0.0


class _LimitFile:
    """The file of a limit; also its state, where there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._state = LimitState()

    def update(self, change: Callable[[LimitState], tuple[LimitState, Result]]) -> Result:
        """Replace the state by what ``change`` returns for it, and return the result.

        Raises BlockingIOError if another process has the file.
        """
        lock = self._lock()
        if lock is None:
            self._state, result = change(self._state)
            return result
        with contextlib.closing(lock):
            if not lock.acquire(exclusive=True, patience=0):
                raise BlockingIOError
            state, result = change(self._read())
            self._write(state)
            return result

    def _lock(self) -> FileLock | None:
        if self._path is None:
            return None
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return FileLock(self._path.with_suffix(".limit-lock"))
        except OSError:
            self._path = None
            return None

    def _read(self) -> LimitState:
        if self._path is None:
            return self._state
        try:
            descriptor = open_own(self._path, os.O_RDONLY)
        except OSError:
            return self._state
        try:
            return _parse(os.read(descriptor, _MAX_BYTES))
        finally:
            os.close(descriptor)

    def _write(self, state: LimitState) -> None:
        self._state = state
        if self._path is None:
            return
        # One write of one line, over the last one: a process that is killed leaves one or the other.
        line = json.dumps(state._asdict()).encode() + b"\n"
        with contextlib.suppress(OSError):
            descriptor = open_own(self._path, os.O_RDWR | os.O_CREAT)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)


def _parse(data: bytes) -> LimitState:
    """Return the state on the first line of a file; the initial one if it is damaged."""
    try:
        found: Any = json.loads(data.partition(b"\n")[0])
        last = {str(service): float(at) for service, at in found["last"].items()}
        state = LimitState(last, tuple(map(float, found["refused"])), float(found["resume"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return LimitState()
    numbers = (*state.last.values(), *state.refused, state.resume)
    return state if all(map(math.isfinite, numbers)) else LimitState()
