"""A web archive in memory: a TimeGate, playback and a CDX server, with the faults of real ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, urlsplit

from newsarc.sources.archived.memento import ArchiveAnswer
from newsarc.sources.archived.web_archives import WebArchive
from tests.sources.virtual_time import now

Playback = Literal["plays", "missing", "silent", "elsewhere"]
SOURCE = "http://paper.example/2017/a?id=1&b=2"
OTHER = "http://paper.example/front"


class Held(NamedTuple):
    """A capture in the archive: 14 digits, the status of the page, and how its playback goes."""

    digits: str
    status: int = 200
    playback: Playback = "plays"

    @property
    def at(self) -> dt.datetime:
        """The time of the capture; month or day 00 mean the first."""
        month, day = int(self.digits[4:6]) or 1, int(self.digits[6:8]) or 1
        hour, minute, second = (int(self.digits[at : at + 2]) for at in (8, 10, 12))
        return dt.datetime(int(self.digits[:4]), month, day, hour, minute, second, tzinfo=dt.UTC)


class Request(NamedTuple):
    """A request as the archive saw it. ``service`` is timegate or cdx."""

    at: float
    service: str
    url: str
    headers: Mapping[str, str]


@dataclass
class FakeArchive:
    """Answers for captures of one source. ``faults`` are answers, or errors, to the first requests instead."""

    archive: WebArchive
    captures: Sequence[Held] = ()
    clock: Callable[[], float] = now
    faults: list[ArchiveAnswer | OSError | None] = field(default_factory=list)
    is_relative: bool = True
    redirect_style: Literal["memento", "page", "played-page", "plain"] = "memento"
    is_filtering: bool = True  # whether the CDX server heeds filter=
    empty: bytes = b""  # what the CDX server says instead of nothing
    withheld: ArchiveAnswer | None = None
    log: list[Request] = field(default_factory=list)

    async def __call__(self, url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        is_cdx = self.archive.cdx is not None and url.startswith(self.archive.cdx)
        self.log.append(Request(self.clock(), "cdx" if is_cdx else "timegate", url, headers))
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, OSError):
            raise fault
        if fault is not None:
            return fault
        if self.withheld is not None:
            return self.withheld
        return self._cdx(url) if is_cdx else self._timegate(url)

    def count(self, service: str) -> int:
        return sum(request.service == service for request in self.log)

    # --- TimeGate and playback ---

    def _timegate(self, url: str) -> ArchiveAnswer:
        digits, _, source = url.removeprefix(self.archive.timegate.partition("{")[0]).partition("/")
        assert source == SOURCE, url
        if not self.captures:
            return ArchiveAnswer(404, {"x-archive-wayback-runtime-error": "ResourceNotInArchiveException"}, b"<html>")
        exact = next((held for held in self.captures if held.digits == digits), None)
        if exact is None:
            return self._redirect(self._nearest(self.captures, Held(digits).at).digits)
        if exact.playback == "plays":
            return self._play(exact)
        playing = [held for held in self.captures if held.playback == "plays"]
        if exact.playback == "elsewhere" and playing:
            return self._redirect(self._nearest(playing, exact.at).digits)
        return ArchiveAnswer(503 if exact.playback == "silent" else 404, {}, b"cannot be displayed")

    @staticmethod
    def _nearest(captures: Sequence[Held], at: dt.datetime) -> Held:
        return min(captures, key=lambda held: (abs(held.at - at), held.at))

    def _redirect(self, digits: str, source: str = SOURCE) -> ArchiveAnswer:
        target = self.archive.timegate.format(time=digits, url=source)
        parts = urlsplit(target)
        return ArchiveAnswer(302, {"location": target.removeprefix(f"{parts.scheme}://{parts.netloc}")
                                   if self.is_relative else target})  # fmt: skip

    def _play(self, held: Held) -> ArchiveAnswer:
        headers = {"memento-datetime": format_datetime(held.at, usegmt=True), "link": f'<{SOURCE}>; rel="original"'}
        if 300 <= held.status < 400:
            page = b"<p>Got an HTTP %d response at crawl time</p>" % held.status
            if self.redirect_style == "page":
                return ArchiveAnswer(200, {}, page)
            if self.redirect_style == "played-page":
                return ArchiveAnswer(200, headers, page)
            elsewhere = self._redirect(held.digits, OTHER).headers
            return ArchiveAnswer(held.status, {**elsewhere, **(headers if self.redirect_style == "memento" else {})})
        return ArchiveAnswer(held.status, headers, b"<title>A page</title>")

    # --- CDX ---

    def _cdx(self, url: str) -> ArchiveAnswer:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}
        assert query["url"] == SOURCE
        assert query["fl"] == "timestamp,statuscode"
        rows = [
            held
            for held in self.captures
            if query.get("from", "0") <= held.digits[:8] <= query.get("to", "9")
            and (not self.is_filtering or query["filter"] == f"statuscode:{held.status}")
        ]
        if "sort" in query:  # without it, closest= is ignored
            target = Held(query["closest"]).at
            rows.sort(key=lambda held: (abs(held.at - target), held.at))
        lines = [f"{held.digits} {held.status}" for held in rows[: int(query["limit"])]]
        return ArchiveAnswer(200, {}, "".join(f"{line}\n" for line in lines).encode() or self.empty)
