"""Searches for copies over HTTP, with a client and a server of aiohttp on the loopback address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from newsarc.sources.archived.copies import CopyFinder
from newsarc.sources.archived.copy_search import CopySearch
from newsarc.sources.archived.memento import ArchiveAnswer, HttpGet
from newsarc.sources.archived.web_archives import WAYBACK
from tests.sources.archived.test_copies import DATE, THEN
from tests.sources.fake_archive import SOURCE, FakeArchive, Held

aiohttp: Any = pytest.importorskip("aiohttp")
web: Any = pytest.importorskip("aiohttp.web")
URL: Any = pytest.importorskip("yarl").URL


def searched(archive: FakeArchive, searches: int = 1) -> list[CopySearch]:
    """Return the results of searches at the same time, in an archive that is served over HTTP."""

    async def work(get: HttpGet, place: str) -> list[CopySearch]:
        archive.archive = WAYBACK._replace(
            timegate=f"{place}/web/{{time}}/{{url}}", cdx=f"{place}/cdx", timegate_limit=60_000, cdx_limit=60_000
        )
        finder = CopyFinder(get, None, archives=(archive.archive,), clock=time.time, sleep=asyncio.sleep)
        return await asyncio.gather(*(finder.find(SOURCE, DATE) for _ in range(searches)))

    return asyncio.run(_served(archive, work))


async def _served(
    archive: FakeArchive, work: Callable[[HttpGet, str], Awaitable[list[CopySearch]]]
) -> list[CopySearch]:
    place = ""

    async def answer(request: Any) -> Any:
        headers = {name.lower(): text for name, text in request.headers.items()}
        found = await archive(f"{place}{request.raw_path}", headers)
        return web.Response(status=found.status, headers=found.headers, body=found.body)

    async def get(url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        async with client.get(URL(url, encoded=True), headers=headers, allow_redirects=False) as response:
            names = {name.lower() for name in response.headers}
            joined = {name: ", ".join(response.headers.getall(name)) for name in names}
            return ArchiveAnswer(response.status, joined, await response.content.read(65536))

    server = web.Server(answer)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    place = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession() as client:
            return await work(get, place)
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("is_relative", [True, False])
def test_a_copy(is_relative: bool) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN), Held("20180616000000")], is_relative=is_relative, clock=time.time)
    found = searched(archive, 20)
    assert {search.copy and (search.copy.url, search.copy.days) for search in found} == {
        (archive.archive.capture_url(SOURCE, THEN), 0)
    }
    assert archive.log[0].headers["accept-datetime"] == "Fri, 16 Jun 2017 12:00:00 GMT"


def test_a_list_of_captures() -> None:
    captures = [Held(THEN, 404), Held("20170617000000", 302), Held("20170618000000"), Held("20170619000000")]
    archive = FakeArchive(WAYBACK, captures, clock=time.time)
    (found,) = searched(archive)
    assert found.copy is not None
    assert found.copy.days == 2


def test_refusals() -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)], clock=time.time, faults=[ArchiveAnswer(429, {"Retry-After": "0"})])
    (found,) = searched(archive)
    assert found.copy is not None
    archive.faults = [ArchiveAnswer(429, {"Retry-After": "0"})] * 1000
    archive.log.clear()
    assert {search.why for search in searched(archive, 20)} == {"no-answer"}
    # The others were on their way when the second refusal came.
    assert len(archive.log) <= 40


def test_withheld_and_never_archived() -> None:
    header = {"X-Archive-Wayback-Runtime-Error": "AdministrativeAccessControlException: Blocked Site Error"}
    archive = FakeArchive(WAYBACK, [Held(THEN)], clock=time.time, withheld=ArchiveAnswer(403, header))
    assert searched(archive)[0].why == "withheld"
    assert searched(FakeArchive(WAYBACK, clock=time.time))[0].why == "never-archived"
