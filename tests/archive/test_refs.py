"""REF: what a user types and what it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.archive.dates import DayRange
from newsarc.archive.refs import EventRef, looks_like_ref, short_refs
from newsarc.config import Config
from newsarc.errors import AmbiguousRefError, NewsarcError, NotFoundError, UsageError
from tests.naive import Page, write

HARBOUR = Path(__file__).parents[1] / "archives" / "harbour"
FERRY = "news/2020/03/1/ferry-burns-off-port-ansel.md"
SINKS = "news/2020/03/1/ferry-burns-off-port-ansel-and-sinks.md"
CAPTAIN = "news/2020/03/3/captain-held.md"
STORM = "news/2020/03/2/storm-warning.md"
BOAT = "news/2020/04/12/新渡輪啟航.md"


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.open(HARBOUR) as archive:
        yield archive


DATES = [
    ("2020-03-01", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    ("2020-3-1", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    ("2020-03-1", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    ("2020/03/1", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    ("2020/03/01", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    (" 2020-03-01\n", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    ("2020-03", dt.date(2020, 3, 1), dt.date(2020, 3, 31)),
    ("2020-3", dt.date(2020, 3, 1), dt.date(2020, 3, 31)),
    ("2020/02", dt.date(2020, 2, 1), dt.date(2020, 2, 29)),
    ("2020", dt.date(2020, 1, 1), dt.date(2020, 12, 31)),
    ("latest", dt.date(2020, 4, 12), dt.date(2020, 4, 12)),
    # the page of a day
    ("news/2020/03/1/index.md", dt.date(2020, 3, 1), dt.date(2020, 3, 1)),
    ("/news/2020/03/9/README.md", dt.date(2020, 3, 9), dt.date(2020, 3, 9)),
    ("/news/2020/03/9/index.html", dt.date(2020, 3, 9), dt.date(2020, 3, 9)),
    ("https://archive.example/news/2020/03/9/index.html", dt.date(2020, 3, 9), dt.date(2020, 3, 9)),
    ("https://archive.example/news/2020/03/09/", dt.date(2020, 3, 9), dt.date(2020, 3, 9)),
    # a day folder without a day page
    ("news/2020/03/2", dt.date(2020, 3, 2), dt.date(2020, 3, 2)),
    ("/news/2020/03/2/", dt.date(2020, 3, 2), dt.date(2020, 3, 2)),
    ("/news/2020/03/2/index.html", dt.date(2020, 3, 2), dt.date(2020, 3, 2)),
]


@pytest.mark.parametrize(("ref", "first", "last"), DATES)
def test_days(archive: Archive, ref: str, first: dt.date, last: dt.date) -> None:
    found = archive.ref(ref)
    assert isinstance(found, DayRange)
    assert (found.first, found.last) == (first, last)


EVENTS = [
    ("captain-held", CAPTAIN),
    ("captain-h", CAPTAIN),
    ("c", CAPTAIN),
    (" captain-held ", CAPTAIN),
    ("2020-03-03/captain-held", CAPTAIN),
    ("2020-3-3/captain-held", CAPTAIN),
    ("2020/03/3/captain-held", CAPTAIN),
    ("2020/03/03/captain-held.md", CAPTAIN),
    ("2020-03-03/capt", CAPTAIN),
    ("2020-03-02/storm-warning", STORM),
    ("2020-03-01/ferry-burns-off-port-ansel", FERRY),
    ("2020-03-01/ferry-burns-off-port-ansel-a", SINKS),
    # a slug that begins another
    ("ferry-burns-off-port-ansel", FERRY),
    ("ferry-burns-off-port-ansel-", SINKS),
    ("新渡輪啟航", BOAT),
    ("新渡", BOAT),
    ("2020-04-12/新", BOAT),
    # paths and addresses
    (CAPTAIN, CAPTAIN),
    (f"/{CAPTAIN}", CAPTAIN),
    (f"./{CAPTAIN}", CAPTAIN),
    ("captain-held.md", CAPTAIN),
    ("/news/2020/03/3/captain-held.html", CAPTAIN),
    ("/news/2020/03/03/captain-held.md", CAPTAIN),
    ("/news/2020/03/3/captain-held", CAPTAIN),
    (f"/{CAPTAIN}#related", CAPTAIN),
    (f"https://archive.example/{CAPTAIN}", CAPTAIN),
    ("https://archive.example/news/2020/03/3/captain-held.html", CAPTAIN),
    ("HTTPS://archive.example:8080/news/2020/03/3/captain-held.html?lang=en#top", CAPTAIN),
    ("//archive.example/news/2020/03/3/captain-held.html", CAPTAIN),
    ("/news/2020/04/12/%E6%96%B0%E6%B8%A1%E8%BC%AA%E5%95%9F%E8%88%AA.md", BOAT),
    ("https://archive.example/news/2020/04/12/%E6%96%B0%E6%B8%A1%E8%BC%AA%E5%95%9F%E8%88%AA.html", BOAT),
    # former slugs
    ("captain-arrested", CAPTAIN),
    ("captain-arrested.md", CAPTAIN),
    ("2020-03-03/captain-arrested", CAPTAIN),
    ("/news/2020/03/3/captain-arrested.md", CAPTAIN),
    ("/news/2020/03/3/captain-arrested.html", CAPTAIN),
    ("https://archive.example/news/2020/03/3/captain-arrested.md", CAPTAIN),
    ("inquiry-announced", "news/2020/03/9/inquiry-opens.md"),
    # a day with a single event
    ("2020-03-02", STORM),
    ("2020-04", BOAT),
    ("latest", BOAT),
]


@pytest.mark.parametrize(("ref", "path"), EVENTS)
def test_events(archive: Archive, ref: str, path: str) -> None:
    assert archive.event_path(ref) == path
    assert archive.event(ref).path == path


def test_a_former_slug_says_that_it_is_one(archive: Archive) -> None:
    assert archive.ref("captain-arrested") == EventRef("captain-arrested", CAPTAIN, is_former=True)
    assert archive.ref("captain-held") == EventRef("captain-held", CAPTAIN)


AMBIGUOUS = [
    ("storm-warning", {"2020-03-02/storm-warning", "2020-03-03/storm-warning"}),
    ("storm", {"2020-03-02/storm-warning", "2020-03-03/storm-warning"}),
    ("ferry", {FERRY, SINKS}),
    ("2020-03-01/ferry", {FERRY, SINKS}),
    ("2020-03-01", {FERRY, SINKS}),
    ("old-name-of-two", {"news/2020/03/9/inquiry-opens.md", BOAT}),
]


@pytest.mark.parametrize(("ref", "meant"), AMBIGUOUS)
def test_ambiguous(archive: Archive, ref: str, meant: set[str]) -> None:
    with pytest.raises(AmbiguousRefError) as caught:
        archive.event(ref)
    assert caught.value.total == len(meant) == len(caught.value.candidates)
    # Each candidate can be typed back and means one event.
    paths = {archive.event_path(candidate) for candidate in caught.value.candidates}
    assert paths == {archive.event_path(one) for one in meant}
    assert ref in str(caught.value)


def test_many_candidates_are_counted_and_some_shown(tmp_path: Path) -> None:
    pages = [Page(dt.date(2020, 3, 1), f"storm-{number:02}", "Storm") for number in range(30)]
    with Archive.open(write(tmp_path, pages)) as archive, pytest.raises(AmbiguousRefError) as caught:
        archive.event("storm")
    assert caught.value.total == 30
    assert 3 <= len(caught.value.candidates) <= 10


@pytest.mark.parametrize("root", ["harbour", "example"])
def test_the_ref_of_each_event_means_that_event(root: str) -> None:
    folder = HARBOUR if root == "harbour" else HARBOUR.parents[2] / "examples" / "archive"
    with Archive.open(folder) as archive:
        paths = [event.path for event in archive.events()]
        for path, ref in zip(paths, short_refs(paths, archive.tree), strict=True):
            assert archive.event_path(ref) == path
            assert len(ref) < 60 or ref == path


def test_a_ref_in_a_day_of_slugs_that_begin_each_other(tmp_path: Path) -> None:
    slugs = ["a", "a-storm", "a-storm-over-the-bay-of-ansel", "a-storm-over-the-bay-of-ansel-again", "ab"]
    pages = [Page(dt.date(2020, 3, 1), slug, "Storm") for slug in slugs]
    with Archive.open(write(tmp_path, pages)) as archive:
        for page, ref in zip(pages, short_refs([page.path for page in pages], archive.tree), strict=True):
            assert archive.event_path(ref) == page.path


NEAREST = [
    ("2020-03-05", ["2020-03-03", "2020-03-09"]),
    ("2019-12-31", ["2020-03-01"]),
    ("2022-01-01", ["2020-04-12"]),
    ("2020-02", ["2020-03-01"]),
    ("2020-05", ["2020-04-12"]),
    ("2021", ["2020-04-12"]),
    ("1999", ["2020-03-01"]),
    ("0001-01-01", ["2020-03-01"]),
    ("9999-12-31", ["2020-04-12"]),
]


@pytest.mark.parametrize(("ref", "days"), NEAREST)
def test_a_date_without_events_names_the_nearest_days(archive: Archive, ref: str, days: list[str]) -> None:
    with pytest.raises(NotFoundError) as caught:
        archive.event(ref)
    assert ref in str(caught.value)
    assert all(day in str(caught.value) for day in days)
    assert str(caught.value).count("2020-") == len(days) + ref.startswith("2020-")


SUGGESTIONS = [
    ("captain-hold", "2020-03-03/captain-held"),
    ("captain-hold", "2020-03-03/captain-held"),
    ("inqury-opens", "2020-03-09/inquiry-opens"),
    ("ferry-burns-of-port", "2020-03-01/ferry-burns-off-port-ansel"),
    ("2020-03-03/captain-heldd", "2020-03-03/captain-held"),
    ("2020-03-04/captain-held", "2020-03-03/captain-held"),
    ("/news/2020/03/3/captian-held.md", "2020-03-03/captain-held"),
    ("https://archive.example/news/2020/03/3/captian-held.html", "2020-03-03/captain-held"),
    ("新渡輪启航", "2020-04-12/新渡輪啟航"),
    ("port-ansel-and-sinks", "2020-03-01/ferry-burns-off-port-ansel-and-sinks"),
]


@pytest.mark.parametrize(("ref", "meant"), SUGGESTIONS)
def test_an_unknown_slug_gets_suggestions(archive: Archive, ref: str, meant: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        archive.event(ref)
    suggestions = caught.value.suggestions
    assert 1 <= len(suggestions) <= 3
    assert archive.event_path(meant) in [archive.event_path(suggestion) for suggestion in suggestions]


def test_nothing_like_it_gets_no_suggestion(archive: Archive) -> None:
    with pytest.raises(NotFoundError) as caught:
        archive.event("zzzzqqqq")
    assert caught.value.suggestions == ()


IMPOSSIBLE = [
    "",
    "  ",
    "2020-02-30",
    "2020-13",
    "2020-00",
    "2020-01-00",
    "2020/13/01",
    "0000",
    "0000-01-01",
    "2021-02-29",
]


@pytest.mark.parametrize("ref", IMPOSSIBLE)
def test_a_date_that_does_not_exist_is_a_usage_error(archive: Archive, ref: str) -> None:
    with pytest.raises(UsageError):
        archive.event(ref)


ODD = [
    "\0",
    "a\0b",
    "a/\0",
    "news/2020/03/3/\0.md",
    "..",
    "../..",
    "../../../etc/passwd",
    "/etc/passwd",
    "news/2020/03/3/../../../../../../etc/passwd",
    "2020-03-03/..",
    "2020-03-03/../3/captain",
    "/",
    "//",
    "///",
    ".",
    "./",
    "-",
    "--",
    "https://",
    "https://archive.example",
    "https://archive.example/",
    "news",
    "news/",
    "news/2020",
    "x" * 10_000,
    "x/" * 5_000,
    "2020-03-03/" + "x" * 10_000,
    "https://archive.example/" + "x" * 10_000,
    "😀",
    "2020-03-03/😀",
    "\ud800",
    "2020-03-03/\udcff",
    "\u202egnp.exe",
    "\x1b[31m",
    "[/x]",
    "%",
    "%00",
    "/news/2020/03/3/%00.md",
    "%2e%2e/%2e%2e/etc/passwd",
    "２０２０-03-01",
    "2020-03-01 2020-03-02",
    "2020-03-01T10:00",
    "20200301",
    "12020",
    "index",
    "index.md",
    "README.md",
    "news/2020/03/1/index.md/",
    "*",
    "C:\\news",
    "file:///etc/passwd",
    "\\\\host\\share",
]


@pytest.mark.parametrize("ref", ODD, ids=range(len(ODD)))
def test_odd_refs_end_in_one_line(archive: Archive, ref: str) -> None:
    try:
        found = archive.event(ref)
    except NewsarcError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 11_000
    else:
        assert found.path in {event.path for event in archive.events()}


@pytest.mark.parametrize("before", ["//", "///", "http://", "http:///", "https:/", "file:///", "/%2F", "C:/"])
def test_a_path_behind_what_is_no_site_is_no_event(archive: Archive, before: str) -> None:
    with pytest.raises(NotFoundError) as raised:
        archive.event(before + CAPTAIN)
    assert "captain-held" in "".join(raised.value.suggestions)
    with pytest.raises(NotFoundError):
        archive.event(CAPTAIN.replace("2020", "２０２０"))


def test_the_address_of_a_site_is_an_event_in_any_case(archive: Archive) -> None:
    for site in ("https://a.example/", "HTTPS://A.EXAMPLE/", "//a.example/"):
        assert archive.event_path(site + CAPTAIN) == CAPTAIN
    assert looks_like_ref(f"HTTPS://a.example/{CAPTAIN}")


def test_a_file_path_from_where_the_user_is(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HARBOUR / "news" / "2020" / "03")
    assert archive.event_path("3/captain-held.md") == CAPTAIN
    assert archive.event_path("./3/captain-held.md") == CAPTAIN
    assert archive.event_path("../03/3/captain-held.md") == CAPTAIN
    assert archive.event_path(str(HARBOUR / CAPTAIN)) == CAPTAIN
    monkeypatch.chdir(HARBOUR.parent)
    assert archive.event_path(f"harbour/{CAPTAIN}") == CAPTAIN


def test_a_file_outside_the_archive_is_none_of_its_events(archive: Archive, tmp_path: Path) -> None:
    outside = tmp_path / "captain-held.md"
    outside.write_text("# Outside\n", encoding="utf-8")
    with pytest.raises(NotFoundError):
        archive.event(str(outside))


@pytest.mark.parametrize("ref", ["/bay/news/2020/05/1/page-1.md", "https://a.example/bay/news/2020/05/01/page-1.html"])
def test_the_site_prefix(ref: str) -> None:
    with Archive.open(HARBOUR.parent / "prefixed", config=Config(site_prefix="/bay")) as archive:
        assert archive.event_path(ref) == "news/2020/05/1/page-1.md"
        assert archive.event_path("/news/2020/05/1/page-1.md") == "news/2020/05/1/page-1.md"


def test_latest_passes_over_days_without_events(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2020, 3, 9), "a", "A"), Page(dt.date(2020, 3, 10), "b", "B")])
    (root / "news/2020/12/31").mkdir(parents=True)
    (root / "news/2021/01/1").mkdir(parents=True)
    (root / "news/2021/01/1/index.md").write_text("## Nothing\n", encoding="utf-8")
    with Archive.open(root) as archive:
        assert archive.event("latest").slug == "b"


def test_an_archive_without_events(tmp_path: Path) -> None:
    with Archive.open(write(tmp_path, [])) as archive:
        for ref in ("latest", "2020", "2020-03-01", "a-slug", "news/2020/03/1/a.md"):
            with pytest.raises(NotFoundError):
                archive.event(ref)


@pytest.mark.parametrize(
    ("ref", "suggestions"),
    [
        ("/zh/news/2020/03/1/", ("2020-03-01",)),
        ("https://site.example/zh/news/2020/3/1/index.html", ("2020-03-01",)),
        ("/zh/news/2020/03", ("2020-03",)),
        ("/zh/news/2019/03/1/", ()),
        ("/zh/news/2020/13/1/", ()),
        ("/zh/news/2020/03/3/captain-hold", ("2020-03-03/captain-held",)),
    ],
)
def test_the_page_of_a_day_below_another_prefix(archive: Archive, ref: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(NotFoundError) as error:
        archive.ref(ref)
    assert error.value.suggestions == suggestions
