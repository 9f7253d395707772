"""The public API: Archive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import newsarc
from newsarc import Archive, Event, Finding, RelatedLink
from newsarc.config import Config
from newsarc.errors import AmbiguousRefError, ArchiveError, ConfigError, NewsarcError, NotFoundError, UsageError
from tests.naive import Page, write

HARBOUR = Path(__file__).parent / "archives" / "harbour"


@pytest.mark.parametrize("name", newsarc.__all__)
def test_everything_public_is_there(name: str) -> None:
    assert getattr(newsarc, name) is not None


def test_nothing_else_is() -> None:
    with pytest.raises(AttributeError):
        _ = newsarc.Archives


def test_open_takes_a_path_or_text() -> None:
    with Archive.open(HARBOUR) as one, Archive.open(str(HARBOUR)) as two:
        assert one.root == two.root == HARBOUR
        assert [event.path for event in one.events()] == [event.path for event in two.events()]


def test_events_are_in_the_order_of_time() -> None:
    with Archive.open(HARBOUR) as archive:
        days = [event.date for event in archive.events() if event.date]
        assert days == sorted(days)
        assert len(list(archive.events())) == 9
        assert all(isinstance(event, Event) for event in archive.events())


@pytest.mark.parametrize("day", ["2020-03-03", "2020-3-3", "2020/03/03", dt.date(2020, 3, 3)])
def test_dates_may_be_dates(day: str | dt.date) -> None:
    with Archive.open(HARBOUR) as archive:
        assert len(list(archive.events(on=day))) == 2
        assert len(list(archive.events(since=day, until=day))) == 2


def test_a_month_as_bound_is_all_of_it() -> None:
    with Archive.open(HARBOUR) as archive:
        assert len(list(archive.events(until="2020-03"))) == 7
        assert len(list(archive.events(since="2020-03"))) == 8
        assert len(list(archive.events(on="2020-03", since="2020-03-09"))) == 2
        assert len(list(archive.events(on="2020-03", until="2020-02"))) == 0


@pytest.mark.parametrize("day", ["2020-02-30", "2020-13", "", "soon", "captain-held", "storm"])
def test_what_is_no_date_is_a_usage_error(day: str) -> None:
    with Archive.open(HARBOUR) as archive:
        for name in ("on", "since", "until"):
            with pytest.raises(UsageError):
                list(archive.events(**{name: day}))


def test_event_related_and_linked_from() -> None:
    with Archive.open(HARBOUR) as archive:
        event = archive.event("captain-held")
        assert event.date == dt.date(2020, 3, 3)
        assert event.headline == "Captain held over the ferry fire"
        assert [other.slug for other in archive.related(event)] == ["ferry-burns-off-port-ansel", "storm-warning"]
        assert [other.slug for other in archive.linked_from(event)] == ["inquiry-opens", "quay-closed"]
        link = event.related[0]
        assert isinstance(link, RelatedLink)
        assert (link.label, link.target, link.path, link.contexts, link.broken, link.line, link.column) == (
            "Ferry burns off Port Ansel",
            "/news/2020/03/1/ferry-burns-off-port-ansel.md",
            "news/2020/03/1/ferry-burns-off-port-ansel.md",
            ("Ferry fire", "Port Ansel"),
            False,
            20,
            33,
        )
        with pytest.raises(AmbiguousRefError):
            archive.event("ferry")
        with pytest.raises(NotFoundError):
            archive.event("nothing-like-it")


def test_hits_have_what_the_design_names() -> None:
    """DESIGN: "Event, LINK and FINDING have attributes of the names above"."""
    with Archive.open(HARBOUR) as archive:
        (hit,) = archive.search("captain held")
        assert hit.score > 0
        assert hit.row.slug == "captain-held"
        assert len(archive.search("port", limit=2)) == 2


def test_lint() -> None:
    with Archive.open(HARBOUR) as archive:
        findings = list(archive.lint(select=["NA101"]))
        assert [(finding.line, finding.column) for finding in findings] == [(21, 55), (22, 43)]
        assert all(isinstance(finding, Finding) for finding in findings)
        assert list(archive.lint(select=["NA101"], ignore=["NA101"])) == []
        with pytest.raises(UsageError):
            archive.lint(select=["NA999"])


def test_what_a_day_needs_is_all_that_is_read(tmp_path: Path) -> None:
    """`show 2020-03-01` opens no other folder: an unreadable rest does not matter, and no index is made."""
    root = write(tmp_path, [Page(dt.date(2020, 3, day), f"event-{day}", "A") for day in (1, 2)])
    with Archive.open(root) as archive:
        read: list[str] = []
        original = archive.tree.read

        def reading(path: str) -> str:
            read.append(path)
            return original(path)

        archive.tree.read = reading  # type: ignore[method-assign]
        assert [event.slug for event in archive.events(on="2020-03-01")] == ["event-1"]
    assert {path.rpartition("/")[0] for path in read} == {"news/2020/03/1"}


def test_open_again_to_see_changes(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2020, 3, 1), "a", "Old")])
    with Archive.open(root) as archive:
        assert archive.search("old")
    write(tmp_path, [Page(dt.date(2020, 3, 1), "a", "New")])
    with Archive.open(root) as archive:
        assert archive.search("new")
        assert not archive.search("old")


def test_a_closed_archive_may_be_asked_again() -> None:
    archive = Archive.open(HARBOUR)
    assert archive.search("captain")
    archive.close()
    archive.close()
    assert archive.search("captain")
    archive.close()


def test_a_generator_of_events_may_be_left() -> None:
    with Archive.open(HARBOUR) as archive:
        assert next(archive.events(topic="Ferry fire")).topics == ("Ferry fire",)
        assert next(archive.events()).path


@pytest.mark.parametrize("name", ["missing", "file", "empty", "news-only"])
def test_no_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "news-only" / "newsletter").mkdir(parents=True)
    with pytest.raises(ArchiveError) as caught:
        Archive.open(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert isinstance(caught.value, NewsarcError)


def test_a_configuration_of_the_caller_goes_first(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2020, 3, 1), "a", "A")])
    (root / "newsarc.toml").write_text("site-prefix = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        Archive.open(root)
    with Archive.open(root, config=Config(site_prefix="/x")) as archive:
        assert archive.event("/x/news/2020/03/1/a.md").slug == "a"
