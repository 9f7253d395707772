"""The copy of a source from the time of its event, found in archives in memory and compared with brute force."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.sources.archived.copies import CopyFinder
from newsarc.sources.archived.copy_search import Copy, CopySearch
from newsarc.sources.archived.memento import ArchiveAnswer, HttpGet
from newsarc.sources.archived.web_archives import ARQUIVO, WAYBACK, WebArchive
from tests.sources.fake_archive import SOURCE, FakeArchive, Held, Playback
from tests.sources.virtual_time import now, run

DATE = dt.date(2017, 6, 16)
NOON = dt.datetime(2017, 6, 16, 12, tzinfo=dt.UTC)
THEN, WHEN = "20170616101500", "Fri, 16 Jun 2017 10:15:00 GMT"
Style = Literal["memento", "page", "played-page", "plain"]
STYLES: tuple[Style, ...] = get_args(Style)


def search(get: HttpGet, *archives: WebArchive, date: dt.date = DATE) -> CopySearch:
    finder = CopyFinder(get, None, archives=archives or (WAYBACK,), clock=now, sleep=asyncio.sleep)
    return run(finder.find(SOURCE, date))


def copy_of(get: HttpGet) -> Copy:
    found = search(get).copy
    assert found is not None
    return found


def why(get: HttpGet) -> tuple[str, str]:
    found = search(get)
    assert found.copy is None
    return found.misses[0].why, found.misses[0].detail


# --- one archive ---


@pytest.mark.parametrize("is_relative", [True, False])
def test_the_nearest_capture_in_two_requests(is_relative: bool) -> None:
    archive = FakeArchive(
        WAYBACK, [Held("20160101000000"), Held(THEN), Held("20170620000000")], is_relative=is_relative
    )
    found = search(archive)
    url = f"https://web.archive.org/web/{THEN}/{SOURCE}"
    assert found.copy == Copy(url, dt.datetime(2017, 6, 16, 10, 15, tzinfo=dt.UTC), 0, 200, "wayback")
    assert (found.why, found.is_final, found.misses) == (None, True, ())
    assert [request.url for request in archive.log] == [url.replace(THEN, "20170616120000"), url]
    assert archive.log[0].headers == {"accept-datetime": "Fri, 16 Jun 2017 12:00:00 GMT"}


def test_never_archived() -> None:
    archive = FakeArchive(WAYBACK)
    found = search(archive)
    assert (found.copy, found.why, found.is_final, len(archive.log)) == (None, "never-archived", True, 1)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("status", [301, 404, 429, 503])
def test_the_nearest_capture_is_a_redirect_or_an_error(status: int, style: Style) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN, status), Held("20170620000000")])
    archive.redirect_style = style
    assert copy_of(archive).days == 4
    assert (archive.count("timegate"), archive.count("cdx")) == (3, 1)


@pytest.mark.parametrize("style", STYLES)
def test_only_redirects(style: Style) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN, 302)])
    archive.redirect_style = style
    assert why(archive) == ("no-page", "the nearest capture (2017-06-16) has status 302")
    archive.archive, archive.log = ARQUIVO, []
    assert search(archive, ARQUIVO).why == "no-page"
    assert archive.count("cdx") == 0


@pytest.mark.parametrize("style", STYLES)
def test_a_redirect_at_the_very_time_that_is_asked_for(style: Style) -> None:
    archive = FakeArchive(WAYBACK, [Held("20170616120000", 302), Held("20170618000000")], redirect_style=style)
    assert copy_of(archive).days == 2


@pytest.mark.parametrize(("playback", "expected"), [("missing", "no-page"), ("silent", "no-answer")])
def test_the_only_capture_does_not_play(playback: Playback, expected: str) -> None:
    assert why(FakeArchive(WAYBACK, [Held(THEN, 200, playback)]))[0] == expected


@pytest.mark.parametrize("playback", ["missing", "silent", "elsewhere"])
def test_a_capture_that_plays_instead(playback: Playback) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN, 200, playback), Held("20170618000000"), Held("20170615100000")])
    assert copy_of(archive).days == -1


def test_a_capture_of_the_year_after_is_better_than_a_nearer_one_before() -> None:
    archive = FakeArchive(WAYBACK, [Held("20170601000000"), Held("20180616000000")])
    assert copy_of(archive).days == 365
    archive = FakeArchive(WAYBACK, [Held("20170601000000"), Held("20180617000000")])
    assert copy_of(archive).days == -15
    assert archive.count("cdx") == 1


def test_no_list_of_captures_where_none_can_be_in_the_window() -> None:
    archive = FakeArchive(WAYBACK, [Held("20200101000000"), Held("20100101000000")])
    assert copy_of(archive).days == 929
    assert archive.count("cdx") == 0


def test_day_00() -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN, 404), Held("20170700101500")])
    found = copy_of(archive)
    assert (found.days, found.url) == (15, f"https://web.archive.org/web/20170700101500/{SOURCE}")


@pytest.mark.parametrize("empty", [b"", b"{}", b"[]", b"\n", b"org.archive.util.io.RuntimeIOException", b"2017061610"])
def test_a_list_of_nothing(empty: bytes) -> None:
    assert why(FakeArchive(WAYBACK, [Held(THEN, 404)], empty=empty))[0] == "no-page"


def test_a_list_with_errors() -> None:
    rows = [Held(THEN, 404), Held("20170617000000", 302), Held("20170619000000"), Held("20170618000000", 503)]
    assert copy_of(FakeArchive(WAYBACK, rows, is_filtering=False)).days == 3


def test_a_list_that_is_longer_than_an_answer() -> None:
    days = [DATE - dt.timedelta(days=days) for days in range(2, 80)]
    rows = [Held(THEN, 404), *(Held(f"{day:%Y%m%d}101500") for day in reversed(days))]
    assert copy_of(FakeArchive(WAYBACK, rows)).days == -2


WITHHELD: tuple[tuple[int, dict[str, str], bytes], ...] = (
    (403, {"x-archive-wayback-runtime-error": "AdministrativeAccessControlException: Blocked Site Error"}, b""),
    (403, {"x-archive-wayback-runtime-error": "RobotAccessControlException: Blocked By Robots"}, b""),
    (403, {}, b"<p>This URL has been excluded from the Wayback Machine.</p>"),
    (404, {}, b"<p>Sorry. This URL has been excluded from the Wayback Machine.</p>"),
    (451, {}, b""),
)


@pytest.mark.parametrize("answer", [ArchiveAnswer(*answer) for answer in WITHHELD])
def test_withheld(answer: ArchiveAnswer) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)], withheld=answer)
    assert why(archive)[0] == "withheld"
    assert why(archive)[1]
    assert len(archive.log) == 2  # one each
    archive = FakeArchive(WAYBACK, [Held(THEN, 404)], faults=[None, None, answer])  # the CDX server says it
    assert why(archive)[0] == "withheld"


@pytest.mark.parametrize("status", [403, 451])
def test_a_captured_refusal_is_not_one_of_the_archive(status: int) -> None:
    assert why(FakeArchive(WAYBACK, [Held(THEN, status)])) == (
        "no-page",
        f"the nearest capture (2017-06-16) has status {status}",
    )


@pytest.mark.parametrize(
    "fault",
    [
        ArchiveAnswer(403, {}, b"<h1>Forbidden</h1>"),
        ArchiveAnswer(200, {}, b"{}"),
        ArchiveAnswer(302, {"location": "https://elsewhere.example/web/20170616101500/http://paper.example/"}),
        ArchiveAnswer(302, {"location": "http://[half"}),
        ArchiveAnswer(302, {"location": "/account/login"}),
        ArchiveAnswer(302, {"location": f"/web/20170616120000/{SOURCE}"}),
        ArchiveAnswer(302, {}),
        ArchiveAnswer(500, {}),
        TimeoutError(),
        ConnectionResetError("Connection reset by peer\x1b[31m\nmore"),
    ],
)
def test_no_answer(fault: ArchiveAnswer | OSError) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)], faults=[fault] * 10)
    found = search(archive)
    assert (found.copy, found.why, found.is_final) == (None, "no-answer", False)
    assert found.misses[0].detail.isprintable()
    assert found.misses[0].detail
    assert 1 <= len(archive.log) <= 5


@pytest.mark.parametrize("fault", [ArchiveAnswer(503, {}), ArchiveAnswer(503, {"retry-after": "7"}), TimeoutError()])
def test_a_request_is_repeated_once(fault: ArchiveAnswer | OSError) -> None:
    archive = FakeArchive(WAYBACK, [Held(THEN)], faults=[fault])
    assert copy_of(archive).days == 0
    assert archive.log[1].at - archive.log[0].at >= (7 if isinstance(fault, ArchiveAnswer) and fault.headers else 5)


def test_a_copy_is_kept_if_the_list_of_better_ones_does_not_come() -> None:
    archive = FakeArchive(
        WAYBACK, [Held("20170601000000"), Held("20180101000000")], faults=[None, None, *[OSError()] * 2]
    )
    found = search(archive)
    assert found.copy is not None
    assert (found.copy.days, found.is_final, found.misses[0].why) == (-15, False, "no-answer")


@pytest.mark.parametrize(
    ("header", "value", "original"),
    [
        (
            "link",
            '<x>; rel=timegate, <{}>; rel="first memento"; datetime="Fri, 16 Jun 2017 10:15:00 GMT"',
            f"{SOURCE}/",
        ),
        ("content-location", "{}", f"{SOURCE}/"),
        ("content-location", "https://elsewhere.example/", SOURCE),
        ("x-other", "", SOURCE),
    ],
)
def test_an_archive_that_plays_captures_at_its_timegate(header: str, value: str, original: str) -> None:
    address = f"https://arquivo.pt/wayback/{THEN}/{original}"

    async def get(url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        assert url == f"https://arquivo.pt/wayback/20170616120000/{SOURCE}"
        return ArchiveAnswer(200, {"memento-datetime": WHEN, header: value.format(address)}, b"")

    found = search(get, ARQUIVO).copy
    assert found is not None
    assert found.url == address


# --- several archives ---


def both(wayback: Sequence[Held], arquivo: Sequence[Held]) -> tuple[HttpGet, FakeArchive, FakeArchive]:
    one, other = FakeArchive(WAYBACK, wayback), FakeArchive(ARQUIVO, arquivo)

    async def get(url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
        return await (other if url.startswith("https://arquivo.pt/") else one)(url, headers)

    return get, one, other


def test_the_second_archive_is_asked_if_the_first_has_no_copy_from_then() -> None:
    get, _, other = both([Held(THEN)], [Held("20170616115900")])
    assert search(get, WAYBACK, ARQUIVO).copy is not None
    assert other.log == []
    get, _, other = both([Held("20200101000000")], [Held("20170617000000")])
    found = search(get, WAYBACK, ARQUIVO).copy
    assert found is not None
    assert (found.archive, found.days) == ("arquivo", 1)
    get, _, other = both([Held("20200101000000")], [Held("20210101000000")])
    found = search(get, WAYBACK, ARQUIVO).copy
    assert found is not None
    assert found.archive == "wayback"
    get, _, other = both([Held("20170601000000")], [Held("20180101000000")])
    found = search(get, WAYBACK, ARQUIVO).copy
    assert found is not None
    assert (found.archive, found.days) == ("arquivo", 199)


def test_the_reason_of_several_archives_is_the_one_that_says_most() -> None:
    get, one, _ = both([], [Held(THEN, 404)])
    assert search(get, WAYBACK, ARQUIVO).why == "no-page"
    one.withheld = ArchiveAnswer(451, {})
    found = search(get, WAYBACK, ARQUIVO)
    assert (found.why, [miss.why for miss in found.misses]) == ("withheld", ["withheld", "no-page"])


# --- brute force ---


def best_by_brute_force(captures: Sequence[Held]) -> Held | None:
    good = sorted(
        (held for held in captures if held.status == 200 and held.playback == "plays"),
        key=lambda held: (abs(held.at - NOON), held.at),
    )
    window = [held for held in good if -1 <= (held.at.date() - DATE).days <= 365]
    return next(iter(window or good), None)


PLAYBACKS: tuple[Playback, ...] = ("plays", "missing", "silent", "elsewhere")


def random_captures(rng: random.Random) -> list[Held]:
    spread = rng.choice((3, 40, 500, 3000))
    found: dict[dt.datetime, Held] = {}
    for number in range(rng.randrange(12)):
        at = NOON + dt.timedelta(days=rng.randint(-spread, spread), seconds=rng.randint(-43200, 43199))
        digits = f"{at:%Y%m%d%H%M%S}"
        if rng.random() < 0.1:
            digits = f"{digits[:6]}00{digits[8:]}"
        playback: Playback = rng.choice(PLAYBACKS) if number < 4 else "plays"
        held = Held(digits, rng.choice((200, 200, 301, 302, 404, 429, 503)), playback)
        found.setdefault(held.at, held)
    return list(found.values())


@given(seed=st.integers(0, 2**32))
def test_the_chosen_capture_is_that_of_brute_force(seed: int) -> None:
    rng = random.Random(seed)

    async def searches() -> None:
        for number in range(100):
            archive = FakeArchive(
                WAYBACK,
                random_captures(rng),
                is_relative=rng.random() < 0.5,
                redirect_style=rng.choice(STYLES),
                is_filtering=rng.random() < 0.5,
                empty=rng.choice((b"", b"{}", b"[]\n")),
            )
            finder = CopyFinder(archive, None, archives=(WAYBACK,), clock=now, sleep=asyncio.sleep)
            found = await finder.find(SOURCE, DATE)
            best = best_by_brute_force(archive.captures)
            chosen = found.copy and (found.copy.at, found.copy.status, found.copy.days)
            assert chosen == (best and (best.at, 200, (best.at.date() - DATE).days)), (number, archive, found)
            assert found.copy is not None or (found.why == "never-archived") == (not archive.captures)
            assert archive.count("cdx") <= 2

    run(searches())
