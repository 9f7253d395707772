"""Finds the archived copy of a source from the time of its event."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from newsarc.sources.archived.archive_client import ArchiveClient, Capture, NoAnswerError, WithheldError
from newsarc.sources.archived.archive_limits import ArchiveLimit, Clock, Sleep
from newsarc.sources.archived.copy_search import (
    FIRST_DAY,
    LAST_DAY,
    Copy,
    CopySearch,
    Miss,
    Why,
    is_plain_url,
    shortened,
)
from newsarc.sources.archived.memento import HttpGet
from newsarc.sources.archived.web_archives import WEB_ARCHIVES, WebArchive, read_timestamp

_PLAYED = 5  # captures that a CDX server lists and that are tried in turn
_PATIENCE = 120.0  # seconds
_OK = 200


class Rest(NamedTuple):
    """An archive that is not asked, and until when it wants to be left alone; None if it does not answer."""

    archive: WebArchive
    until: dt.datetime | None

    def __str__(self) -> str:
        """Return a sentence about it, without a full stop."""
        if self.until is None:
            return f"{self.archive.name} does not answer; a later run continues"
        until = f"{self.until:%Y-%m-%d %H:%M} UTC"
        return f"{self.archive.name} wants to be left alone until {until}; a later run continues"


class CopyFinder:
    """Finds archived copies.

    ``get`` makes the requests. ``folder`` is where the limits of the archives are shared with other processes and later
    runs, None to keep them in this process. The archives are asked in their order. An archive that wants to be left
    alone for more than ``patience`` seconds is not waited for. Several searches can be made at the same time.
    """

    def __init__(
        self,
        get: HttpGet,
        folder: Path | None,
        *,
        archives: Sequence[WebArchive] = WEB_ARCHIVES,
        clock: Clock = time.time,
        sleep: Sleep = asyncio.sleep,
        patience: float = _PATIENCE,
    ) -> None:
        self._clock = clock
        self._clients = [
            ArchiveClient(ArchiveLimit(archive, folder, clock, sleep, patience), get, clock, sleep)
            for archive in archives
        ]

    @property
    def rest(self) -> Rest | None:
        """The first of the archives, if it is not asked any more: it wants to be left alone for so long that it is not
        waited for, or does not answer.
        """
        main = self._clients[0]
        if main.is_silent:
            return Rest(main.archive, None)
        if main.rests_until is None:
            return None
        return Rest(main.archive, dt.datetime.fromtimestamp(main.rests_until, dt.UTC))

    async def find(self, source: str, date: dt.date) -> CopySearch:
        """Return the copy of a source that is best for an event of a date, or the reasons why there is none.

        ``source`` is a web address without user name, password and fragment; it is sent to the archives. The best copy
        is the capture with status 200 nearest to the noon of the date (UTC), of those from the day before the event to
        a year after it; if there are none, of all. The next archive is asked only if there is none from that time.
        """
        found: list[Copy] = []
        misses: list[Miss] = []
        for client in self._clients:
            copy, miss = await _Search(client, source, date).run()
            if miss is not None:
                misses.append(miss)
            if copy is not None:
                found.append(copy)
                if copy.is_from_then:
                    break
        asked = dt.datetime.fromtimestamp(self._clock(), dt.UTC).replace(microsecond=0)
        return CopySearch(date, asked, min(found, key=lambda copy: _rank(copy, date), default=None), tuple(misses))


class _Search:
    """A search in one archive."""

    def __init__(self, client: ArchiveClient, source: str, date: dt.date) -> None:
        self._client = client
        self._archive = client.archive
        self._source = source
        self._date = date
        self._target = _noon(date)
        self._window = _day(date, FIRST_DAY), _day(date, LAST_DAY)
        self._seen: dict[dt.datetime, Capture] = {}  # the captures that were played
        self._fallback: Capture | None = None
        self._tried: set[dt.datetime] = set()

    async def run(self) -> tuple[Copy | None, Miss | None]:
        """Return the copy, and why there is none, or perhaps a better one."""
        try:
            best = await self._best()
        except WithheldError as error:
            best = self._miss("withheld", str(error))
        except NoAnswerError as error:
            best = self._miss("no-answer", str(error))
        if isinstance(best, Copy):
            return best, None
        return (self._copy(self._fallback) if self._fallback is not None else None), best

    async def _best(self) -> Copy | Miss:
        nearest = await self._client.nearest(self._source, self._target)
        if nearest is None:
            return self._miss("never-archived", "")
        self._seen[nearest.at] = nearest
        fallback = self._fallback = nearest if self._is_good(nearest) else None
        # Where the archive went on to another capture, or has no list of captures, this one may or must do.
        is_sure = nearest.is_nearest or self._archive.cdx is None
        is_beyond = is_sure and self._is_beyond_window(nearest.at)
        if fallback is not None and is_sure and (is_beyond or self._is_in_window(fallback.at)):
            return self._copy(fallback)
        best: Capture | None = None
        if self._archive.cdx is not None:
            if not is_beyond:
                best = await self._first_played(self._window)
            if best is None and (fallback is None or not is_sure):
                best = await self._first_played(None)
        best = best or fallback
        return self._copy(best) if best is not None else self._no_page(nearest)

    async def _first_played(self, window: tuple[dt.date, dt.date] | None) -> Capture | None:
        """Return the first of the listed captures, from the nearest one on, that plays with status 200."""
        listed = await self._client.captures(self._source, self._target, window)
        times = {at: digits for digits in sorted(listed, reverse=True) if (at := read_timestamp(digits)) is not None}
        for at in sorted(times, key=lambda at: (abs(at - self._target), at)):
            if window is not None and not self._is_in_window(at):
                continue
            if at not in self._seen and at not in self._tried:
                if len(self._tried) >= _PLAYED:
                    break
                self._tried.add(at)
                played = await self._client.play(self._source, times[at])
                if played is not None:
                    self._seen[played.at] = played
            capture = self._seen.get(at)
            if capture is not None and self._is_good(capture):
                return capture
        return None

    def _is_in_window(self, at: dt.datetime) -> bool:
        return self._window[0] <= at.date() <= self._window[1]

    def _is_beyond_window(self, at: dt.datetime) -> bool:
        """Whether the nearest capture is so far away that none can be in the window."""
        end = dt.datetime.combine(self._window[1], dt.time.max, dt.UTC)
        return abs(at - self._target) > end - self._target

    @staticmethod
    def _is_good(capture: Capture) -> bool:
        return capture.status == _OK and is_plain_url(capture.url)

    def _copy(self, capture: Capture) -> Copy:
        return Copy(capture.url, capture.at, (capture.at.date() - self._date).days, _OK, self._archive.key)

    def _no_page(self, nearest: Capture) -> Miss:
        if not all(capture.is_answered for capture in self._seen.values()):
            return self._miss("no-answer", "captures are listed, but the archive does not answer for them")
        what = f"has status {nearest.status}" if nearest.status is not None else "cannot be played"
        return self._miss("no-page", f"the nearest capture ({nearest.at:%Y-%m-%d}) {what}")

    def _miss(self, why: Why, detail: str) -> Miss:
        return Miss(self._archive.key, why, shortened(detail))


def _rank(copy: Copy, date: dt.date) -> tuple[bool, dt.timedelta]:
    return not copy.is_from_then, abs(copy.at - _noon(date))


def _noon(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(12), dt.UTC)


def _day(date: dt.date, days: int) -> dt.date:
    """Return the date some days from another one, or the last one that there is."""
    try:
        return date + dt.timedelta(days=days)
    except OverflowError:
        return dt.date.max if days > 0 else dt.date.min
