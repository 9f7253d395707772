"""The web archives as a whole, in memory: captures of any sources, and archives that are silent or refuse."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from newsarc.sources.archived import copy_run
from newsarc.sources.archived.memento import ArchiveAnswer, HttpGet
from newsarc.sources.archived.web_archives import ARQUIVO, WAYBACK, WebArchive
from tests.sources import virtual_time

WITHHELD = {"x-archive-wayback-runtime-error": "AdministrativeAccessControlException: Blocked Site Error"}


class ArchiveWorld:
    """Answers requests as :meth:`newsarc.sources.check.fetch.Fetcher.get` does.

    ``captures`` are the times (14 digits) of the captures of each source, by the key of an archive. The sources of
    ``withheld`` are not shown. Hosts in ``silent`` do not answer, those in ``busy`` refuse (429), those in ``failing``
    cannot answer (503). ``log`` has the URLs that were asked for.
    """

    def __init__(self) -> None:
        self.captures: dict[str, dict[str, list[str]]] = {"wayback": {}, "arquivo": {}}
        self.withheld: set[str] = set()
        self.silent: set[str] = set()
        self.busy: set[str] = set()
        self.failing: set[str] = set()
        self.log: list[str] = []
        self.agents: list[str] = []

    @property
    def sent(self) -> set[str]:
        """The sources that any archive was asked for."""
        return {source for url in self.log for source in (_source(url),) if source}

    def hosts(self) -> set[str]:
        """Return the hosts that were asked."""
        return {urlsplit(url).hostname or "" for url in self.log}

    async def get(self, url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        self.log.append(url)
        await asyncio.sleep(0.3)
        host = urlsplit(url).hostname
        if host in self.silent:
            raise OSError("no connection")
        if host in self.busy:
            return ArchiveAnswer(429, {})
        if host in self.failing:
            return ArchiveAnswer(503, {})
        archive = WAYBACK if host == "web.archive.org" else ARQUIVO
        source = _source(url)
        if source in self.withheld and archive is WAYBACK:
            return ArchiveAnswer(403, WITHHELD)
        held = self.captures[archive.key].get(source, [])
        return _listed(held) if "/cdx" in url else _shown(archive, source, held, _digits(url))


def _digits(url: str) -> str:
    return url.split("/http", 1)[0].rpartition("/")[2]


def _source(url: str) -> str:
    if "/cdx" in url:
        return parse_qs(urlsplit(url).query)["url"][0]
    return f"http{url.partition('/http')[2]}"


def _listed(held: list[str]) -> ArchiveAnswer:
    return ArchiveAnswer(200, {}, "".join(f"{digits} 200\n" for digits in held).encode())


def _shown(archive: WebArchive, source: str, held: list[str], digits: str) -> ArchiveAnswer:
    if not held:
        return ArchiveAnswer(404, {}, b"not archived")
    if digits in held:
        return ArchiveAnswer(200, {"memento-datetime": format_datetime(_time(digits), usegmt=True)}, b"<html>")
    nearest = min(held, key=lambda one: abs(_time(one) - _time(digits)))
    return ArchiveAnswer(302, {"location": archive.capture_url(source, nearest)})


def _time(digits: str) -> dt.datetime:
    return dt.datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)


def install(monkeypatch: pytest.MonkeyPatch, world: ArchiveWorld) -> None:
    """Have newsarc ask ``world`` instead of the Internet, in simulated time that begins now."""

    @asynccontextmanager
    async def opened(name: str) -> AsyncIterator[HttpGet]:
        world.agents.append(name)
        yield world.get

    monkeypatch.setattr(copy_run, "_open_get", opened)
    monkeypatch.setattr(copy_run, "_run", lambda search: virtual_time.run(search, start=time.time()))
    monkeypatch.setattr(copy_run, "_clock", virtual_time.now)
