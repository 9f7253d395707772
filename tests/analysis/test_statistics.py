"""Statistics: of the harbour, worked out by hand; of random archives, counted plainly event by event."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.analysis.statistics import Stats, stats
from newsarc.analysis.statistics import TopNames as Names
from newsarc.index import Filter
from tests.cli.driver import CASES
from tests.index.test_index import NO_HURRY, World, archives, as_filter, filters
from tests.naive import Named, Page, folder_of, plain, write

HARBOUR = CASES / "harbour"
DAY = dt.date(2020, 3, 1)


def of_harbour(wanted: Filter | None = None, **options: Any) -> Stats:
    with Archive.open(HARBOUR, cache=False) as archive:
        return stats(archive.index(), wanted or Filter(), **options)


def of_pages(folder: Path, pages: list[Page], **options: Any) -> Stats:
    with Archive.open(write(folder, pages), cache=False) as archive:
        return stats(archive.index(), Filter(), **options)


def test_harbour_as_counted_by_hand() -> None:
    found = of_harbour()
    assert (found.events, found.undated, found.first, found.last, found.days) == (9, 1, "2020-03-01", "2020-04-12", 5)
    assert (found.with_sources, found.with_related, found.with_summary) == (5, 7, 5)
    assert (found.links, found.broken) == (12, 2)  # the one to another site is not broken
    assert found.years == (("2020", 8),)
    assert found.months == (("2020-03", 7), ("2020-04", 1))
    assert found.busiest[:4] == (("2020-03-01", 2), ("2020-03-03", 2), ("2020-03-09", 2), ("2020-03-02", 1))
    assert (found.topics.counts[0], found.topics.total) == (("Ferry fire", 4), 3)
    assert found.contexts.counts[:3] == (("Port Ansel", 5), ("Ferry fire", 4), ("Weather", 3))
    assert found.contexts.total == 8  # "Harbours, Docks and Quays" and "Washington, D.C." are one each
    assert found.sources.counts == (("Radio Nine", 3), ("Ansel Courier", 2), ("港灣日報", 1))  # and no Cover Image
    assert found.sources.total == 3
    assert [(row.path.rpartition("/")[2], number) for row, number in found.most_linked] == [
        ("ferry-burns-off-port-ansel.md", 3),
        ("storm-warning.md", 2),
        ("captain-held.md", 2),
        ("ferry-burns-off-port-ansel-and-sinks.md", 1),
        ("storm-warning.md", 1),
    ]


def test_filters_leave_the_links_of_others_to_the_events() -> None:
    found = of_harbour(Filter(since="2020-03-03", topics=("ferry fire",)))
    assert (found.events, found.links, found.broken) == (2, 6, 2)
    assert found.contexts.counts == (("Ferry fire", 2), ("Port Ansel", 2), ("Inquiry", 1), ("Weather", 1))
    assert [(row.slug, number) for row, number in found.most_linked] == [("captain-held", 2)]


def test_top_cuts_and_counts_what_it_cuts() -> None:
    found = of_harbour(top=1)
    assert (found.contexts.counts, found.contexts.total) == ((("Port Ansel", 5),), 8)
    assert (found.sources.counts, found.sources.total) == ((("Radio Nine", 3),), 3)
    assert (len(found.busiest), len(found.most_linked)) == (1, 1)


def test_nothing() -> None:
    found = of_harbour(Filter(topics=("no such topic",)))
    assert (found.events, found.first, found.last, found.years, found.months) == (0, None, None, (), ())
    assert (found.topics.counts, found.most_linked) == ((), ())


def test_years_and_months_without_events_are_counted_too(tmp_path: Path) -> None:
    pages = [Page(date, "a", "A") for date in (dt.date(1999, 11, 2), dt.date(2018, 6, 1), dt.date(2018, 9, 30))]
    found = of_pages(tmp_path, pages)
    assert [year for year, _ in found.years] == [str(year) for year in range(1999, 2019)]
    assert dict(found.years)["1999"] == 1
    assert dict(found.years)["2000"] == 0
    assert found.months == (("2018-06", 1), ("2018-07", 0), ("2018-08", 0), ("2018-09", 1))


def test_by_month_counts_all_months(tmp_path: Path) -> None:
    pages = [Page(date, "a", "A") for date in (dt.date(1999, 11, 2), dt.date(2018, 6, 1))]
    found = of_pages(tmp_path, pages, by="month")
    assert found.years == ()
    assert (len(found.months), found.months[1]) == (2 + 18 * 12 + 6, ("1999-12", 0))


def test_ten_thousand_years_are_not_all_told(tmp_path: Path) -> None:
    pages = [Page(dt.date.min, "a", "A"), Page(dt.date.max, "a", "A")]
    found = of_pages(tmp_path, pages, by="month")
    assert found.months == (("0001-01", 1), ("9999-12", 1))


def test_an_event_counts_once_however_often_it_says_a_name(tmp_path: Path) -> None:
    """Links to several events with one context, and names that differ in case, on more events than fit the best."""
    paths = [f"{folder_of(DAY)}/{slug}.md" for slug in "abcdef"]
    many = tuple(Named(path, ("Port",)) for path in paths)
    pages = [
        Page(DAY, "a", "A", related=(*many, *many)),
        Page(DAY, "b", "B", related=(Named(paths[0], ("port", "Quay")),), topics=("X", "x")),
        *(Page(DAY, slug, "C", related=(Named(paths[0], ("Quay",)),)) for slug in "cdef"),
    ]
    found = of_pages(tmp_path, pages, top=1)
    assert found.contexts.counts == (("Quay", 5),)  # twelve links say Port, but of two events
    assert found.topics.counts == (("X", 1),)
    assert [(row.slug, number) for row, number in found.most_linked] == [("a", 6)]  # a names itself, twice


def test_what_cannot_be_read_is_no_event(tmp_path: Path) -> None:
    big = Page(DAY, "big", "Big", summary="word " * 300, day_contexts=("Port",))
    small = Page(DAY, "small", "Small", related=(Named(big.path, ("Quay",)),))
    other = Page(DAY, "other", "Other", related=(Named(big.path), Named(small.path)))
    (tmp_path / "newsarc.toml").write_text("max-page-bytes = 1000\n")
    found = of_pages(tmp_path, [big, small, other], top=1)
    assert (found.events, found.links, found.broken) == (2, 3, 0)
    assert found.contexts == Names((("Quay", 1),), 1)
    assert [(row.slug, number) for row, number in found.most_linked] == [("small", 1)]


def test_of_names_on_equally_many_events_the_first_of_the_alphabet_is_best(tmp_path: Path) -> None:
    """Whichever of them more links say."""
    paths = [f"{folder_of(DAY)}/{slug}.md" for slug in "abc"]
    zoo = tuple(Named(path, ("Zoo",)) for path in paths)
    pages = [
        Page(DAY, "a", "A", related=(*zoo, Named(paths[1], ("Ark",)))),
        Page(DAY, "b", "B", related=(Named(paths[0], ("Ark", "Zoo")),)),
        Page(DAY, "c", "C"),
    ]
    assert of_pages(tmp_path, pages, top=1).contexts.counts == (("Ark", 2),)


@NO_HURRY
@given(archives(), filters, st.integers(1, 4))
def test_random_archives_as_counted_plainly(pages: list[Page], wanted: dict[str, Any], top: int) -> None:
    with World(pages) as world:
        found = stats(world.archive.index(), as_filter(wanted), top=top)
        events = list(world.archive.events(**wanted))
        by_path = {page.path: page for page in pages}
    days = Counter(event.date.isoformat() for event in events if event.date)
    assert (found.events, found.days) == (len(events), len(days))
    assert (found.first, found.last) == (min(days, default=None), max(days, default=None))
    assert found.with_sources == sum(bool(event.sources) for event in events)
    assert found.with_related == sum(bool(event.related) for event in events)
    assert found.with_summary == sum(bool(event.summary) for event in events)
    assert found.links == sum(len(event.related) for event in events)
    assert found.broken == sum(link.broken is True for event in events for link in event.related)
    assert sum(number for _, number in found.years) == sum(days.values())
    assert dict(found.busiest) == dict(sorted(days.items(), key=lambda pair: (-pair[1], pair[0]))[:top])
    chosen = [by_path[event.path] for event in events]
    for key, named in (("topic", found.topics), ("context", found.contexts), ("source", found.sources)):
        expected = _folded(world, chosen, key)
        assert [(number, name.casefold()) for name, number in named.counts] == [
            (number, name) for name, number in expected[:top]
        ], key
        assert named.total == len(expected)
    linked = Counter(path for page in pages for path in {link.path for link in page.related if not link.dead})
    ours = sorted((linked[page.path] for page in chosen if linked[page.path]), reverse=True)
    assert [number for _, number in found.most_linked] == ours[:top]
    assert all(linked[row.path] == number for row, number in found.most_linked)


def _folded(world: World, pages: list[Page], key: str) -> list[tuple[str, int]]:
    """The names with the number of pages, whatever their case and accents; the spelling that sorts first."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for page in pages:
        names = {
            "topic": set(page.topics),
            "context": world.model.contexts(page),
            "source": {label for label, _ in page.sources},
        }[key]
        for name in names:
            spelled[plain(name)] = min(name, spelled.get(plain(name), name))
        counts.update({plain(name) for name in names})
    pairs = sorted(((spelled[name], number) for name, number in counts.items()), key=lambda pair: (-pair[1], pair[0]))
    return [(name.casefold(), number) for name, number in pairs]


@pytest.mark.parametrize("size", [0, 10**9])
def test_few_and_many_wanted_events_are_counted_alike(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsarc.index import aggregates

    monkeypatch.setattr(aggregates, "_FEW_EVENTS", size)
    assert of_harbour(Filter(since="2020-03-02")).contexts.counts[:2] == (("Port Ansel", 3), ("Ferry fire", 2))
