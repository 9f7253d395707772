"""Requests to one web archive: within its limits, repeated where that makes sense, and read."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from typing import NamedTuple

from newsarc.sources.archived.archive_limits import ArchiveLimit, ArchiveRestsError, Clock, Sleep, retry_after
from newsarc.sources.archived.memento import (
    ArchiveAnswer,
    HttpGet,
    cdx_captures,
    crawled_redirect,
    location,
    memento_link,
    memento_time,
    timestamp,
    why_withheld,
)
from newsarc.sources.archived.web_archives import WebArchive, capture_time, is_same_original, read_timestamp

_TRIES = 2  # of a request that is not answered
_REPEAT_AFTER = 5.0  # seconds
_MAX_HOPS = 5
_FAILURES = 5  # in a row, after which an archive is down, or this machine has no network
_DOWN_FOR = 600.0  # seconds until it is asked again
_MISSING = (404, 410)
_BUSY = (429, 500, 502, 503, 504)
_FIRST = dt.datetime(1996, 1, 1, tzinfo=dt.UTC)  # no archive has anything older


class NoAnswerError(Exception):
    """An archive did not answer a question, or not in a way that can be understood."""


class WithheldError(Exception):
    """An archive has captures that it does not show, and says so."""


class Capture(NamedTuple):
    """A capture of a page. ``status`` is that of the page; None if the capture cannot be played.

    ``is_answered`` is false if the archive did not answer when it was asked to play it. ``is_nearest`` is false if the
    archive could not play the capture that it named first, and went on to this one.
    """

    url: str
    at: dt.datetime
    status: int | None
    is_answered: bool = True
    is_nearest: bool = True


class ArchiveClient:
    """Asks one archive. ``get`` makes the requests; ``clock`` and ``sleep`` are those of ``limit``."""

    def __init__(self, limit: ArchiveLimit, get: HttpGet, clock: Clock, sleep: Sleep) -> None:
        self.archive: WebArchive = limit.archive
        self._limit = limit
        self._get = get
        self._clock = clock
        self._sleep = sleep
        self._failures = 0  # in a row
        self._was_answered = False  # by one of them
        self._silent_until = 0.0  # in seconds since 1970
        self.is_silent = False  # while it is not asked, because it did not answer at all
        self.rests_until: float | None = None  # while it must not be asked, in seconds since 1970

    async def nearest(self, source: str, target: dt.datetime) -> Capture | None:
        """Return the capture of a source that is nearest to a time; None if the archive has none.

        Raises NoAnswerError and WithheldError.
        """
        time = max(target, _FIRST)
        return await self._visit(self.archive.capture_url(source, timestamp(time)), source, time)

    async def play(self, source: str, digits: str) -> Capture | None:
        """Return the capture of a source at the time of 14 digits; None if there is none any more.

        Raises WithheldError.
        """
        url, at = self.archive.capture_url(source, digits), read_timestamp(digits)
        try:
            return await self._visit(url, source, at)
        except NoAnswerError:  # others may be played nevertheless
            return Capture(url, at, None, is_answered=False) if at is not None else None

    async def captures(
        self, source: str, target: dt.datetime, window: tuple[dt.date, dt.date] | None = None
    ) -> list[str]:
        """Return the times (14 digits) of captures with status 200, some of those nearest to a time, in any order.

        ``window`` has the first and the last day. Raises NoAnswerError and WithheldError.
        """
        answer = await self._ask("cdx", self.archive.cdx_url(source, timestamp(target), window))
        self._raise_if_withheld(answer)
        if answer.status in _MISSING:
            return []
        if answer.status != 200:
            raise NoAnswerError(f"unexpected answer (HTTP {answer.status})")
        return cdx_captures(answer)

    async def _visit(self, url: str, source: str, target: dt.datetime | None) -> Capture | None:
        """Follow the redirects of the archive from ``url`` to a capture."""
        headers = {"accept-datetime": format_datetime(target, usegmt=True)} if target is not None else {}
        named: Capture | None = None  # the last capture that the archive redirected to
        is_first = True
        for _ in range(_MAX_HOPS):
            try:
                answer = await self._ask("timegate", url, headers)
            except NoAnswerError:
                if named is None:
                    raise
                return named._replace(is_answered=False)
            at = memento_time(answer)
            if at is not None:
                status = crawled_redirect(answer) or answer.status
                return Capture(self._address(answer, url, source, at), at, status, is_nearest=is_first)
            written = location(answer)
            if written is None:
                return self._without_playback(answer, url, named)
            following = self.archive.resolve(url, written)
            original = self.archive.original_of(following) if following is not None else None
            at = capture_time(following) if following is not None else None
            if following is None or original is None or at is None:
                raise NoAnswerError("redirect to something other than a capture")
            if not is_same_original(original, source):
                # What redirects to the capture of another page is itself the capture of a redirect.
                return named._replace(status=answer.status) if named is not None else Capture(url, at, answer.status)
            is_first = is_first and (named is None or named.at == at)
            named = Capture(following, at, None, is_nearest=is_first)
            url = following
        raise NoAnswerError("too many redirects")

    def _without_playback(self, answer: ArchiveAnswer, url: str, named: Capture | None) -> Capture | None:
        """Return what an answer at ``url`` that plays no capture means, after a redirect to ``named``."""
        self._raise_if_withheld(answer)
        redirect = crawled_redirect(answer)
        if named is not None:
            return named._replace(status=redirect)
        at = capture_time(url)
        if redirect is not None and at is not None:
            return Capture(url, at, redirect)
        if answer.status in _MISSING:
            return None
        raise NoAnswerError(f"unexpected answer (HTTP {answer.status})")

    def _address(self, answer: ArchiveAnswer, url: str, source: str, at: dt.datetime) -> str:
        """Return the URL of the capture that was played at ``url``, which may be that of a TimeGate."""
        named = (url, answer.headers.get("content-location"), memento_link(answer, at))
        for written in named:
            address = self.archive.resolve(url, written) if written else None
            if address is not None and capture_time(address) == at:
                return address
        return self.archive.capture_url(source, timestamp(at))

    @staticmethod
    def _raise_if_withheld(answer: ArchiveAnswer) -> None:
        if (why := why_withheld(answer)) is not None:
            raise WithheldError(why)

    async def _ask(self, service: str, url: str, headers: dict[str, str] | None = None) -> ArchiveAnswer:
        """Return the answer to a request, made when the limits allow it.

        Raises NoAnswerError if there is none after some tries, or if the archive rests.
        """
        reason = ""
        self.is_silent = self._clock() < self._silent_until
        if self.is_silent:
            raise NoAnswerError("not asked, because it did not answer")
        for number in range(_TRIES):
            try:
                taken = await self._limit.take(service)
                self.rests_until = None
            except ArchiveRestsError as error:
                self.rests_until = error.until
                raise NoAnswerError(str(error)) from None
            try:
                answer = await self._get(url, headers or {})
            except OSError as error:
                reason = str(error) or type(error).__name__
                await self._wait(number)
                continue
            if not _is_refusal(answer):
                self._failures, self._was_answered = 0, False
                return answer
            self._was_answered = True
            reason = f"HTTP {answer.status}"
            if answer.status == 403:
                break
            pause = retry_after(answer, self._clock())
            if answer.status == 429:
                await self._limit.refuse(taken, pause)
            elif pause is not None:
                await self._limit.pause(pause)
            else:
                await self._wait(number)
        self._failures += 1
        if self._failures >= _FAILURES:
            await self._leave_alone()
        raise NoAnswerError(reason)

    async def _leave_alone(self) -> None:
        """Do not ask the archive for some minutes: in this run, if it did not answer at all, else in other runs too.

        A pause that no answer is behind would outlast the fault of this machine's network.
        """
        if self._was_answered:
            await self._limit.pause(_DOWN_FOR)
        else:
            self.is_silent = True
            self._silent_until = self._clock() + _DOWN_FOR
        self._failures, self._was_answered = 0, False

    async def _wait(self, number: int) -> None:
        """Wait before the next try, if there is one after try ``number``."""
        if number + 1 < _TRIES:
            await self._sleep(_REPEAT_AFTER)


def _is_refusal(answer: ArchiveAnswer) -> bool:
    """Whether an archive refuses to answer or cannot, and does not play the capture of a page that said so."""
    if memento_time(answer) is not None:
        return False
    return answer.status in _BUSY or (answer.status == 403 and why_withheld(answer) is None)
