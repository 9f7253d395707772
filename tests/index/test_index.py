"""The index against the naive model: filters, sorting, counting, backlinks, search, on small random archives."""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.archive.reader import PageReader
from newsarc.config import DEFAULT_CONFIG
from newsarc.index import Filter, Index, full_text
from newsarc.index.schema import LINK_BITS
from newsarc.search.engine import search
from newsarc.storage.cache import FOLDER_VARIABLE
from tests.generated import generate
from tests.naive import Model, Named, Page, folder_of, write

WORDS = (
    "storm", "Bridge", "river", "court", "Élan", "vote", "2019", "naïve", "北京", "地震", "中國", "選舉", "A股", "café", "震中",  # noqa: E501
    "storms",
)  # fmt: skip
TOPICS = ("Boycott, Divestment and Sanctions", "Syrian Civil War", "地震", "Élections", "elections", "中國")
CONTEXTS = (*TOPICS, "Washington, D.C.", "Paris", "London, Ontario", "阿富汗")
LABELS = ("Wire Example", "The Example Times", "例報", "wire example")
HOSTS = ("wire.example", "news.wire.example", "times.example", "otherwire.example")
DAYS = tuple(dt.date(2018, 12, 30) + dt.timedelta(days) for days in (0, 1, 2, 11, 40))
SORT_KEYS = ("date", "headline", "related", "backlinks")
COUNT_KEYS = ("day", "month", "year", "topic", "context", "source")

NO_HURRY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def some(values: tuple[str, ...], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
joined = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("，".join)


@st.composite
def archives(draw: st.DrawFn) -> list[Page]:
    """A few events on a few days, linked to each other and to nothing."""
    names = draw(
        st.lists(
            st.tuples(st.sampled_from(DAYS), st.sampled_from(("storm", "storm-hits", "vote", "北京地震", "a"))),
            max_size=7,
            unique=True,
        )
    )
    paths = [f"{folder_of(date)}/{slug}.md" for date, slug in names]
    nowhere = f"{folder_of(DAYS[0])}/gone.md"
    pages = []
    for date, slug in names:
        targets = draw(st.lists(st.sampled_from((*paths, nowhere)), max_size=3, unique=True))
        summary = draw(st.none() | sentences | joined)
        pages.append(
            Page(
                date=date,
                slug=slug,
                headline=draw(sentences),
                topics=draw(some(TOPICS, 2)),
                summary=summary,
                sources=tuple(
                    (label, f"https://{host}/1")
                    for label, host in draw(
                        st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(HOSTS)), max_size=2, unique=True)
                    )
                ),
                related=tuple(Named(path, draw(some(CONTEXTS, 3)), dead=path == nowhere) for path in targets),
                day_contexts=() if summary else draw(some(CONTEXTS, 2)),
            )
        )
    return pages


class World:
    """A random archive on disk, opened, with its model."""

    def __init__(self, pages: list[Page]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.root = write(Path(self._folder.name), pages)
        self.model = Model(pages)

    def __enter__(self) -> World:
        self.archive = Archive.open(self.root)
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.close()
        self._folder.cleanup()


days = st.none() | st.sampled_from(DAYS)
filters = st.fixed_dictionaries(
    {
        "since": days,
        "until": days,
        "topic": st.none() | st.sampled_from((*TOPICS, "ÉLECTIONS", "nothing")),
        "context": st.none() | st.sampled_from((*CONTEXTS, "paris", "Boycott", "Ontario")),
        "source": st.none() | st.sampled_from((*LABELS, *HOSTS, "example")),
    }
)


def as_filter(wanted: dict[str, Any]) -> Filter:
    texts: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, dt.date) else value for name, value in wanted.items()
    }
    for kind in ("topic", "context", "source"):
        text = texts.pop(kind, None)
        texts[f"{kind}s"] = () if text is None else (text,)
    return Filter(**texts)


@NO_HURRY
@given(archives(), filters)
def test_filters_match_what_the_model_matches(pages: list[Page], wanted: dict[str, Any]) -> None:
    with World(pages) as world:
        expected = [page.path for page in world.model.select(**wanted)]
        assert sorted(event.path for event in world.archive.events(**wanted)) == sorted(expected)
        index = world.archive.index()
        assert [row.path for row in index.events(as_filter(wanted))] == expected
        assert index.count(as_filter(wanted)) == len(expected)


@NO_HURRY
@given(archives(), st.sampled_from(DAYS))
def test_on_a_day_a_month_a_year(pages: list[Page], day: dt.date) -> None:
    with World(pages) as world:
        for length in (4, 7, 10):
            on = day.isoformat()[:length]
            expected = {page.path for page in pages if page.date.isoformat().startswith(on)}
            assert {event.path for event in world.archive.events(on=on)} == expected
        assert {event.path for event in world.archive.events(on=day)} == {
            page.path for page in pages if page.date == day
        }


@NO_HURRY
@given(archives(), filters, st.sampled_from(SORT_KEYS), st.booleans(), st.integers(1, 8))
def test_sorting(pages: list[Page], wanted: dict[str, Any], key: str, reverse: bool, limit: int) -> None:
    with World(pages) as world:
        expected = [page.path for page in world.model.sort(world.model.select(**wanted), key)]
        expected = expected[::-1] if reverse else expected
        index = world.archive.index()
        assert [row.path for row in index.events(as_filter(wanted), key, reverse)] == expected
        assert [row.path for row in index.events(as_filter(wanted), key, reverse, limit)] == expected[:limit]


@NO_HURRY
@given(archives(), filters, st.sampled_from(COUNT_KEYS))
def test_counting(pages: list[Page], wanted: dict[str, Any], key: str) -> None:
    with World(pages) as world:
        expected = world.model.count_by(world.model.select(**wanted), key)
        counted = world.archive.index().count_by(key, as_filter(wanted))
        if key in ("day", "month", "year"):
            assert counted == expected
            return
        # Names that differ only in case or accents are one name, under one of its spellings.
        assert sum(number for _, number in counted) <= sum(number for _, number in expected)
        assert [number for _, number in counted] == sorted((number for _, number in counted), reverse=True)
        names = {name for name, _ in counted}
        for name, number in expected:
            twins = [other for other, _ in expected if _plain(other) == _plain(name)]
            if len(twins) == 1:
                assert (name, number) in counted
            else:
                assert len(names & set(twins)) == 1


def _plain(name: str) -> str:
    from tests.naive import plain

    return plain(name)


@NO_HURRY
@given(archives())
def test_backlinks_and_links(pages: list[Page]) -> None:
    with World(pages) as world:
        there = {page.path for page in pages}
        index = world.archive.index()
        assert len(index) == len(pages)
        for page in pages:
            naming = [other.path for other in world.model.backlinks(page.path)]
            assert [row.path for row, _ in index.backlinks(page.path)] == naming
            event = world.archive.event(page.path)
            assert [other.path for other in world.archive.linked_from(event)] == naming
            assert [link.path for link in event.related] == [
                link.path if link.path in there else None for link in page.related
            ]
            assert [link.broken for link in event.related] == [link.path not in there for link in page.related]
            assert [other.path for other in world.archive.related(event)] == [
                link.path for link in page.related if link.path in there
            ]
            row = index.row(page.path)
            assert row is not None
            assert (row.related, row.broken, row.sources) == (
                len(page.related),
                sum(link.dead for link in page.related),
                len(page.sources),
            )
            assert set(index.contexts(row.id)) == world.model.contexts(page)


@NO_HURRY
@given(archives())
def test_backlinks_name_the_contexts_of_the_links(pages: list[Page]) -> None:
    with World(pages) as world:
        index = world.archive.index()
        for page in pages:
            for row, contexts in index.backlinks(page.path):
                naming = next(other for other in pages if other.path == row.path)
                links = [link for link in naming.related if link.path == page.path]
                alone = Page(naming.date, "alone", "x", topics=(), related=tuple(links))
                whole = Model([*pages, alone]).contexts(alone)
                assert set(contexts) == whole


MORE_WORDS = ("storm Bridge", "京", "地", "北京，地震", "股", "Wire", "阿富", "Divestment")
queries = st.lists(st.sampled_from((*WORDS, *MORE_WORDS)), min_size=1, max_size=2, unique=True)


@NO_HURRY
@given(archives(), queries, st.lists(st.sampled_from(WORDS), max_size=1), filters)
def test_search_finds_what_the_model_finds(
    pages: list[Page], required: list[str], excluded: list[str], wanted: dict[str, Any]
) -> None:
    with World(pages) as world:
        query = " ".join([*(f'"{word}"' for word in required), *(f'-"{word}"' for word in excluded)])
        expected = world.model.search(required, excluded) & {page.path for page in world.model.select(**wanted)}
        result = search(world.archive.index(), query, as_filter(wanted), None)
        assert {hit.row.path for hit in result.hits} == expected
        assert result.total == len(result.hits)
        scores = [hit.score for hit in result.hits]
        assert scores == sorted(scores, reverse=True)
        for hit in result.hits:
            for marked in (hit.headline, hit.snippet):
                assert all(0 <= start < end <= len(marked.text) for start, end in marked.marks)
            assert hit.headline.marks or hit.snippet.marks, "nothing shows why this was found"


@NO_HURRY
@given(archives(), filters)
def test_a_part_of_the_archive_answers_as_the_whole(pages: list[Page], wanted: dict[str, Any]) -> None:
    """`list 2018-12` reads one month; what it says of it is what `list` says."""
    from newsarc.archive.dates import DayRange

    with World(pages) as world:
        first, last = dt.date(2018, 12, 1), dt.date(2018, 12, 31)
        sources = (wanted["source"],) if wanted["source"] is not None else ()
        december = Filter(ranges=((first.isoformat(), last.isoformat()),), sources=sources)
        part = world.archive.index([DayRange("2018-12", first, last)])
        of_part = [(row.path, row.related, row.broken, part.topics(row.id)) for row in part.events(december)]
        whole = world.archive.index()
        assert of_part == [(row.path, row.related, row.broken, whole.topics(row.id)) for row in whole.events(december)]


# --- single cases ---


def day(number: int) -> dt.date:
    return dt.date(2020, 3, number)


def rows_of(root: Path, **arguments: Any) -> list[str]:
    with Archive.open(root) as archive:
        return [row.slug for row in archive.index().events(Filter(), **arguments)]


def test_backlinks_sort_counts_events_not_links(tmp_path: Path) -> None:
    twice = (Named("news/2020/03/1/often.md"), Named("news/2020/03/1/often.md"), Named("news/2020/03/1/often.md"))
    pages = [
        Page(day(1), "often", "Named thrice by one"),
        Page(day(1), "popular", "Named by two"),
        Page(day(2), "one", "One", related=(*twice, Named("news/2020/03/1/popular.md"))),
        Page(day(3), "two", "Two", related=(Named("news/2020/03/1/popular.md"),)),
    ]
    assert rows_of(write(tmp_path, pages), sort="backlinks")[:2] == ["popular", "often"]


def test_a_source_filter_has_no_wildcards(tmp_path: Path) -> None:
    pages = [Page(day(1), "a", "A", sources=(("Wire", "https://news.wire.example/1"),))]
    with Archive.open(write(tmp_path, pages)) as archive:
        assert [event.slug for event in archive.events(source="wire.example")] == ["a"]
        for wanted in ("%", "wire_example", "%example", "", "ire.example"):
            assert list(archive.events(source=wanted)) == [], wanted


def test_a_source_filter_takes_the_host_as_the_page_writes_it(tmp_path: Path) -> None:
    pages = [Page(day(1), "a", "A", sources=(("Wire", "https://www.wire.example/1"),))]
    with Archive.open(write(tmp_path, pages)) as archive:
        for wanted in ("wire.example", "www.wire.example", "WWW.Wire.example"):
            assert [event.slug for event in archive.events(source=wanted)] == ["a"], wanted


def test_an_invalid_day_has_events_without_date(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(day(1), "a", "A")])
    file = root / "news/2020/02/30/b.md"
    file.parent.mkdir(parents=True)
    file.write_text("# B\n", encoding="utf-8")
    with Archive.open(root) as archive:
        rows = list(archive.index().events(Filter()))
        assert [(row.slug, row.day) for row in rows] == [("a", "2020-03-01"), ("b", None)]
        assert [row.slug for row in archive.index().events(Filter(), reverse=True)] == ["a", "b"]
        assert archive.index().count_by("day", Filter()) == [("", 1), ("2020-03-01", 1)]
        assert any("2020/02/30" in line for line in archive.warnings)


def test_topics_of_headline_prefixes(tmp_path: Path) -> None:
    """A prefix is a topic where something else in the archive knows it as one, and not otherwise."""
    pages = [
        Page(day(1), "a", "Bridge collapse: Divers search the river"),
        Page(day(2), "b", "Bridge collapse: The mayor resigns"),
        Page(day(3), "c", "Cairo: At least 34 are hurt"),
        Page(day(4), "d", "Harbour strike: Ships wait"),
        Page(day(5), "e", "Ships sail again", topics=("Harbour strike",)),
        Page(day(6), "f", "Ferry fire: Captain held", related=(Named("news/2020/03/1/a.md", ("Ferry fire",)),)),
    ]
    with Archive.open(write(tmp_path, pages)) as archive:
        index = archive.index()
        topics = {
            row.slug: tuple(
                name
                for name in ("Bridge collapse", "Cairo", "Harbour strike", "Ferry fire")
                if row in list(index.events(Filter(topics=(name,))))
            )
            for row in index.events(Filter())
        }
    assert topics == {
        "a": ("Bridge collapse",),
        "b": ("Bridge collapse",),
        "c": (),
        "d": ("Harbour strike",),
        "e": ("Harbour strike",),
        "f": ("Ferry fire",),
    }


def test_topics_of_a_part_are_those_of_the_whole(tmp_path: Path) -> None:
    """`list 2020-03` and `list` give one event the same topics."""
    from newsarc.archive.dates import DayRange

    pages = [
        Page(day(1), "a", "Bridge collapse: Divers search the river"),
        Page(dt.date(2020, 4, 1), "b", "Bridge collapse: The mayor resigns"),
    ]
    with Archive.open(write(tmp_path, pages)) as archive:
        part = archive.index([DayRange("2020-03", day(1), day(31))])
        of_part = [part.topics(row.id) for row in part.events(Filter())]
        whole = archive.index()
        assert of_part == [whole.topics(row.id) for row in whole.events(Filter(until="2020-03-31"))]


@pytest.mark.parametrize("value", ["\ud800", "a\0b", "'; DROP TABLE event; --", "%", "x" * 10_000, "😀"])
def test_odd_values_find_nothing_and_raise_nothing(tmp_path: Path, value: str) -> None:
    with Archive.open(write(tmp_path, [Page(day(1), "a", "A")])) as archive:
        for name in ("topic", "context", "source"):
            wanted = cast("dict[str, Any]", {name: value})
            assert list(archive.events(**wanted)) == []


@pytest.mark.parametrize("is_rolled_back", [False, True])
def test_a_full_text_table_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_rolled_back: bool
) -> None:
    """SQLite itself takes back what was begun where there is no room left, and not where it is interrupted."""
    generate(tmp_path, 5, days=3)
    real = full_text.insert_text

    def full(db: sqlite3.Connection, events: None) -> None:
        real(db, events)
        if is_rolled_back:
            db.execute("ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")

    with Archive.open(tmp_path, cache=False) as archive:
        index = archive.index()
        with monkeypatch.context() as patch:
            patch.setattr(full_text, "insert_text", full)
            with pytest.raises(sqlite3.OperationalError, match="disk is full"):
                index.vocabulary()
        with Archive.open(tmp_path, cache=False) as another:
            assert index.vocabulary() == another.index().vocabulary() != []


def test_as_many_links_as_a_page_can_hold_have_numbers_of_their_own() -> None:
    assert DEFAULT_CONFIG.max_page_bytes // len("1. [](a)\n") < 1 << LINK_BITS


def test_links_beyond_what_can_be_numbered_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.index.extractor.LINK_BITS", 2)
    folder = tmp_path / "news/2020/01/1"
    folder.mkdir(parents=True)
    items = "".join(f"{n}. [B](/news/2020/01/1/b.md) _Context: C{n}_\n" for n in range(1, 7))
    (folder / "a.md").write_text(f"# A\n\n### Related:\n\n{items}", encoding="utf-8")
    (folder / "b.md").write_text("# B\n", encoding="utf-8")
    with Archive.open(tmp_path, cache=False) as archive:
        ((row, contexts),) = archive.index().backlinks("news/2020/01/1/b.md")
    assert (row.path, contexts) == ("news/2020/01/1/a.md", ("C1", "C2", "C3", "C4"))


def test_an_index_of_some_days_is_not_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    generate(tmp_path / "archive", 11, days=3)
    with Archive.open(tmp_path / "archive") as opened:
        Index.of_days(PageReader(tmp_path / "archive", opened.config), list(opened.tree.days())[:2])
    assert not (tmp_path / "cache").exists()
