"""Limits of web archives: the intervals between requests, pauses, and the stop on the second refusal."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from newsarc.sources.archived.archive_limits import ArchiveLimit, ArchiveRestsError, Clock, retry_after
from newsarc.sources.archived.copies import CopyFinder
from newsarc.sources.archived.memento import ArchiveAnswer
from newsarc.sources.archived.web_archives import ARQUIVO, WAYBACK
from tests.cli.driver import REPOSITORY
from tests.sources.archived.test_copies import DATE, THEN
from tests.sources.fake_archive import SOURCE, FakeArchive, Held
from tests.sources.virtual_time import now, run

NEARLY = 1e-6  # seconds: what a float of this size cannot tell apart
TOO_MANY = ArchiveAnswer(429, {})
START = 1_800_000_000.0
CAPTURES = [Held("20170601000000"), Held("20170801000000", 404), Held("20170901000000")]  # needs the CDX server


def limit(folder: Path | None = None, *, clock: Clock = now, patience: float = 120.0) -> ArchiveLimit:
    return ArchiveLimit(WAYBACK, folder, clock, asyncio.sleep, patience)


def finder(archive: FakeArchive, folder: Path | None = None) -> CopyFinder:
    return CopyFinder(archive, folder, archives=(archive.archive,), clock=now, sleep=asyncio.sleep)


def times(archive: FakeArchive, service: str) -> list[float]:
    return [request.at for request in archive.log if request.service == service]


def most_in_a_minute(at: Sequence[float]) -> int:
    return max(sum(first <= other < first + 60 - NEARLY for other in at) for first in at)


# --- intervals ---


def test_all_searches_at_once_keep_the_limits_of_both_services() -> None:
    archive = FakeArchive(WAYBACK, CAPTURES)

    async def searches() -> float:
        one = finder(archive)
        found = await asyncio.gather(*(one.find(SOURCE, DATE) for _ in range(300)))
        assert {search.copy.days for search in found if search.copy is not None} == {77}
        return now() - START

    took = run(searches())
    assert (archive.count("timegate"), archive.count("cdx")) == (900, 300)
    assert most_in_a_minute(times(archive, "timegate")) <= 480
    assert most_in_a_minute(times(archive, "cdx")) == 24
    assert min(b - a for a, b in pairwise(times(archive, "cdx"))) >= 2.5 - NEARLY
    assert took < 300 * 2.5 + 40  # no slower than that, once the first 300 requests to the TimeGate are made


@pytest.mark.parametrize(("archive", "most"), [(WAYBACK, 480), (ARQUIVO, 320)])
def test_the_limit_is_used(archive: object, most: int) -> None:
    fake = FakeArchive(WAYBACK if archive is WAYBACK else ARQUIVO, [Held(THEN)])

    async def searches() -> None:
        one = finder(fake)
        await asyncio.gather(*(one.find(SOURCE, DATE) for _ in range(500)))

    run(searches())
    assert most_in_a_minute(times(fake, "timegate")) == most


def test_requests_are_made_in_the_order_of_the_questions() -> None:
    async def take() -> list[int]:
        order: list[int] = []
        one = limit()

        async def ask(number: int) -> None:
            await one.take("cdx")
            order.append(number)

        await asyncio.gather(*map(ask, range(20)))
        return order

    assert run(take()) == list(range(20))


# --- several processes and runs ---


def test_two_runs_at_once_share_one_limit(tmp_path: Path) -> None:
    archive = FakeArchive(WAYBACK, CAPTURES)

    async def searches() -> None:
        finders = [finder(archive, tmp_path) for _ in range(3)]
        await asyncio.gather(*(one.find(SOURCE, DATE) for one in finders for _ in range(30)))

    run(searches())
    assert most_in_a_minute(times(archive, "cdx")) == 24
    assert min(b - a for a, b in pairwise(times(archive, "timegate"))) >= 0.125 - NEARLY


def test_the_next_run_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    async def take() -> float:
        return await limit(tmp_path).take("cdx")

    first = run(take())
    assert run(take(), start=first + 1) == pytest.approx(first + 2.5)
    assert run(take(), start=first + 900) == first + 900


PROCESS = """
import asyncio, sys, time
from pathlib import Path
from newsarc.sources.archived.archive_limits import ArchiveLimit
from newsarc.sources.archived.web_archives import WAYBACK

async def main():
    limit = ArchiveLimit(WAYBACK._replace(timegate_limit=60_000), Path(sys.argv[1]), time.time, asyncio.sleep, 60)
    for _ in range(150):
        print(await limit.take("timegate"), flush=True)

asyncio.run(main())
"""


def test_three_processes_share_one_limit(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROCESS, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) for _ in range(3)]
    logs = [[float(line) for line in process.communicate(timeout=60)[0].split()] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    taken = sorted(at for log in logs for at in log)
    assert len(taken) == 450
    assert min(b - a for a, b in pairwise(taken)) >= 0.001 - NEARLY


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b'{"last": {"cdx": "x"}}', b"[1]\n", b'{"last":{},"refused":[],"resume":1e999}', b"\xff" * 9000],
)
def test_a_damaged_file_is_replaced(damage: bytes, tmp_path: Path) -> None:
    (tmp_path / "archive-wayback.limit").write_bytes(damage)

    async def take() -> list[float]:
        one = limit(tmp_path)
        return [await one.take("cdx"), await one.take("cdx")]

    first, second = run(take())
    assert second - first == pytest.approx(2.5)
    assert json.loads((tmp_path / "archive-wayback.limit").read_bytes().split(b"\n")[0])["last"] == {"cdx": second}


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
@pytest.mark.parametrize("name", ["archive-wayback.limit", "archive-wayback.limit-lock"])
def test_a_planted_link_is_not_followed(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine", encoding="utf-8")
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / name).symlink_to(secret)

    async def take() -> float:
        one = limit(folder)
        return -await one.take("cdx") + await one.take("cdx")

    assert run(take()) == pytest.approx(2.5)
    assert secret.read_text(encoding="utf-8") == "mine"


def test_without_a_folder_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    async def take() -> float:
        one = limit(tmp_path / "file")
        return -await one.take("cdx") + await one.take("cdx")

    assert run(take()) == pytest.approx(2.5)


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes")
def test_the_file_is_for_the_user_alone(tmp_path: Path) -> None:
    run(limit(tmp_path / "new").take("cdx"))
    assert {file.stat().st_mode & 0o77 for file in (tmp_path / "new").iterdir()} == {0}


def test_a_clock_that_is_set_back(tmp_path: Path) -> None:
    run(limit(tmp_path).take("cdx"))

    async def take() -> list[float]:
        one = limit(tmp_path)
        return [await one.take("cdx") for _ in range(3)]

    earlier = START - 86400
    assert run(take(), start=earlier) == pytest.approx([earlier + 2.5, earlier + 5, earlier + 7.5])


# --- refusals and pauses ---


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, 60),
        ({"retry-after": "90"}, 90),
        ({"retry-after": "Fri, 15 Jan 2027 08:01:40 GMT"}, 100),
        ({"retry-after": "Fri, 15 Jan 2020 08:01:40 GMT"}, 0.125),
        ({"retry-after": "soon"}, 60),
    ],
)
def test_nothing_is_asked_before_the_time_that_a_refusal_names(headers: dict[str, str], pause: float) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)], faults=[ArchiveAnswer(429, headers)])

    async def searches() -> None:
        one = finder(archive)
        found = await asyncio.gather(*(one.find(SOURCE, DATE) for _ in range(50)))
        assert all(search.copy is not None for search in found)

    run(searches())
    first, second = times(archive, "timegate")[:2]
    assert second - first == pytest.approx(pause)


@pytest.mark.parametrize("refused", ["timegate", "cdx"])
def test_full_stop_on_the_second_refusal(refused: str, tmp_path: Path) -> None:
    archive = FakeArchive(WAYBACK, CAPTURES)
    place = 0 if refused == "timegate" else 2
    archive.faults = [*[None] * place, TOO_MANY, *[TOO_MANY] * 1000]

    async def searches() -> list[str | None]:
        one = finder(archive, tmp_path)
        first = [await one.find(SOURCE, DATE)]
        found = first + await asyncio.gather(*(one.find(SOURCE, DATE) for _ in range(50)))
        return [search.why or search.misses[0].why for search in found]

    assert run(searches()) == ["no-answer"] * 51
    assert len(archive.log) == place + 2
    assert archive.log[-1].at - archive.log[-2].at == pytest.approx(60)


def test_the_stop_holds_for_other_processes_and_later_runs_and_grows(tmp_path: Path) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)])

    async def search() -> tuple[int, str]:
        archive.log.clear()
        found = await finder(archive, tmp_path).find(SOURCE, DATE)
        return len(archive.log), found.misses[0].detail if found.misses else ""

    archive.faults = [TOO_MANY, TOO_MANY]
    assert run(search()) == (2, "HTTP 429")
    stopped = "not asked until 2027-01-15 09:01 UTC, because it refused requests"
    assert run(search(), start=START + 61) == (0, stopped)
    assert run(search(), start=START + 3400) == (0, stopped)
    archive.faults = [TOO_MANY]
    assert run(search(), start=START + 3700)[0] == 1  # the third one of a day: at once, and for two hours
    assert run(search(), start=START + 3700 + 7000)[0] == 0
    assert run(search(), start=START + 3700 + 7300) == (2, "")
    archive.faults = [TOO_MANY]
    assert run(search(), start=START + 2 * 86400) == (3, "")  # forgotten: the first one again


def test_refusals_of_requests_that_were_on_their_way_count_once() -> None:
    async def refuse() -> None:
        one = limit()
        taken = [await one.take("timegate") for _ in range(5)]
        for at in taken:
            await one.refuse(at, None)
        resumed = await one.take("timegate")
        assert resumed - taken[-1] == pytest.approx(60)
        await one.refuse(resumed, None)
        with pytest.raises(ArchiveRestsError) as caught:
            await one.take("cdx")
        assert caught.value.until - now() == pytest.approx(3600)

    run(refuse())


def test_a_captured_429_is_no_refusal() -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN, 429)] * 2)

    async def searches() -> list[str | None]:
        one = finder(archive)
        return [(await one.find(SOURCE, DATE)).why for _ in range(4)]

    assert run(searches()) == ["no-page"] * 4
    assert archive.count("timegate") == 8


def test_a_pause_that_is_too_long_is_not_waited_for() -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)], faults=[ArchiveAnswer(503, {"retry-after": "999999999"})])
    found = run(finder(archive).find(SOURCE, DATE))
    assert (
        found.misses[0].detail
        == "not asked until 2027-01-22 08:00 UTC, because it did not answer, or asked for a pause"
    )
    assert len(archive.log) == 1


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_pause_that_a_wrong_clock_wrote_does_not_last(tmp_path: Path, is_refused: bool) -> None:
    later = START + 10 * 365 * 86400

    async def stop() -> None:
        one = limit(tmp_path)
        await (one.refuse(await one.take("timegate"), 60) if is_refused else one.pause(60))

    async def take() -> float:
        return await limit(tmp_path).take("timegate")

    async def take_after_another_pause() -> float:
        await limit(tmp_path).pause(100)
        return await take()

    run(stop(), start=later)
    assert run(take(), start=later) == pytest.approx(later + 60)
    assert run(take(), start=START) == pytest.approx(START, abs=1)
    run(stop(), start=later)
    assert run(take_after_another_pause(), start=START) == pytest.approx(START + 100, abs=1)


def test_an_archive_that_is_down_is_left_alone() -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)], faults=[TimeoutError()] * 1000)

    async def searches() -> None:
        one = finder(archive)
        for _ in range(50):
            await one.find(SOURCE, DATE)
        assert len(archive.log) == 10  # two for each of five searches
        await asyncio.sleep(601)
        archive.faults = []
        assert (await one.find(SOURCE, DATE)).copy is not None

    run(searches())


def test_retry_after_in_both_forms() -> None:
    for text, seconds in (("0", 0.0), (" 12 ", 12.0), ("1" * 30, 111111111.0), ("-1", None), ("١", None), ("", None)):
        assert retry_after(ArchiveAnswer(429, {"retry-after": text}), START) == seconds
    date = "Friday, 15-Jan-27 08:00:30 GMT"
    assert retry_after(ArchiveAnswer(429, {"retry-after": date}), START) == 30.0


# --- no answer ---


def test_an_archive_that_does_not_answer_is_asked_again_after_some_minutes(tmp_path: Path) -> None:
    asked: list[float] = []

    async def silent(url: str, headers: object) -> ArchiveAnswer:
        asked.append(now())
        raise OSError("no connection")

    async def searches() -> None:
        one = CopyFinder(silent, tmp_path, archives=(WAYBACK,), clock=now, sleep=asyncio.sleep)
        for _ in range(5):
            assert (await one.find(SOURCE, DATE)).why == "no-answer"
        assert one.rest is not None
        assert one.rest.until is None
        before = len(asked)
        await one.find(SOURCE, DATE)
        assert len(asked) == before
        await asyncio.sleep(600)
        await one.find(SOURCE, DATE)
        assert len(asked) == before + 2
        assert one.rest is None

    run(searches())
    assert json.loads((tmp_path / "archive-wayback.limit").read_text("utf-8").splitlines()[0])["resume"] == 0
