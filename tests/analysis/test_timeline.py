"""Stories and how they are spread over time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.analysis.timeline import Density, density, timeline_about, timeline_around, timeline_of
from newsarc.index import Filter
from tests.cli.driver import CASES
from tests.index.test_index import NO_HURRY, WORDS, World, archives, as_filter, filters
from tests.naive import Page

HARBOUR = CASES / "harbour"


def spread(*days: str, most: int = 10) -> tuple[str, int, list[tuple[str, str, int]]]:
    found = density(days, most)
    return (
        found.unit,
        found.length,
        [(period.first.isoformat(), period.last.isoformat(), period.count) for period in found.periods],
    )


# --- density ---


def test_no_day() -> None:
    assert density([], 10) == Density("day", 1, ())
    assert density([], 10).most == 0


def test_one_day() -> None:
    assert spread("2017-06-16", "2017-06-16") == ("day", 1, [("2017-06-16", "2017-06-16", 2)])


def test_days_as_long_as_they_are_few_enough() -> None:
    assert spread("2017-06-16", "2017-06-18", "2017-06-18", most=3) == (
        "day",
        1,
        [("2017-06-16", "2017-06-16", 1), ("2017-06-17", "2017-06-17", 0), ("2017-06-18", "2017-06-18", 2)],
    )


def test_weeks_begin_on_mondays() -> None:
    assert spread("2017-06-16", "2017-06-18", "2017-06-19", most=2) == (
        "day",
        7,
        [("2017-06-12", "2017-06-18", 2), ("2017-06-19", "2017-06-25", 1)],
    )


@pytest.mark.parametrize(
    ("days", "most", "unit", "length", "first", "last"),
    [
        (("2016-01-31", "2016-02-29"), 2, "month", 1, "2016-01-01", "2016-02-29"),
        (("2016-05-01", "2016-12-01"), 4, "month", 2, "2016-05-01", "2016-12-31"),
        (("2016-05-01", "2016-12-01"), 3, "month", 3, "2016-04-01", "2016-12-31"),
        (("2016-07-01", "2016-12-01"), 1, "month", 6, "2016-07-01", "2016-12-31"),
        (("1998-05-01", "2018-12-01"), 21, "month", 12, "1998-01-01", "2018-12-31"),
        (("1998-05-01", "2018-12-01"), 20, "month", 24, "1998-01-01", "2019-12-31"),
        (("0001-01-01", "9999-12-31"), 10, "month", 12000, "0001-01-01", "9999-12-31"),
    ],
)
def test_the_shortest_periods_that_are_few_enough(
    days: tuple[str, ...], most: int, unit: str, length: int, first: str, last: str
) -> None:
    found = spread(*days, most=most)
    assert (found[:2], found[2][0][0], found[2][-1][1]) == ((unit, length), first, last)
    assert sum(count for _, _, count in found[2]) == 2


@given(st.lists(st.dates().map(dt.date.isoformat), min_size=1, max_size=8), st.integers(10, 200))
def test_periods_hold_each_day_once(days: list[str], most: int) -> None:
    found = density(days, most)
    assert 1 <= len(found.periods) <= most
    for before, after in zip(found.periods, found.periods[1:], strict=False):
        assert before.last + dt.timedelta(days=1) == after.first
    plainly = Counter(
        at
        for day in days
        for at, period in enumerate(found.periods)
        if period.first <= dt.date.fromisoformat(day) <= period.last
    )
    assert [period.count for period in found.periods] == [plainly[at] for at in range(len(found.periods))]
    assert found.periods[0].count > 0
    assert found.periods[-1].count > 0
    assert found.most == max(plainly.values())


# --- stories ---


def test_the_story_around_an_event() -> None:
    """By hand: what captain-held names and is not dead (ferry, storm-warning of the 3rd), and what names it."""
    with Archive.open(HARBOUR, cache=False) as archive:
        start = archive.event("captain-held")
        story = timeline_around(archive, archive.index(), start, 1, Filter())
        assert [(row.day, row.slug) for row in story.rows] == [
            ("2020-03-01", "ferry-burns-off-port-ansel"),
            ("2020-03-03", "captain-held"),
            ("2020-03-03", "storm-warning"),
            ("2020-03-09", "inquiry-opens"),
            ("2020-03-09", "quay-closed"),
        ]
        assert {(step.direction, step.depth) for step in story.steps.values()} == {("related", 1), ("backlink", 1)}
        assert story.start == start
        assert start.path not in story.steps
        # Two links far: the first storm warning, the sunk ferry, the new one.
        assert len(timeline_around(archive, archive.index(), start, 2, Filter()).rows) == 8
        assert [row.slug for row in timeline_around(archive, archive.index(), start, 0, Filter()).rows] == [
            "captain-held"
        ]
        later = timeline_around(archive, archive.index(), start, 1, Filter(since="2020-03-04"))
        assert [row.slug for row in later.rows] == ["inquiry-opens", "quay-closed"]


def test_a_long_walk_says_that_it_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    from newsarc.analysis import timeline

    monkeypatch.setattr(timeline, "MAX_WALKED", 2)
    with Archive.open(HARBOUR, cache=False) as archive:
        story = timeline_around(archive, archive.index(), archive.event("captain-held"), 1, Filter())
    assert (len(story.rows), story.is_truncated) == (3, True)


def test_events_without_a_day_are_last() -> None:
    with Archive.open(HARBOUR, cache=False) as archive:
        story = timeline_of(archive.index(), Filter())
    assert story.rows[-1].slug == "lost-day"
    assert len(story.days) == len(story.rows) - 1


@NO_HURRY
@given(archives(), filters, st.sampled_from(WORDS))
def test_stories_of_random_archives(pages: list[Page], wanted: dict[str, Any], word: str) -> None:
    with World(pages) as world:
        index = world.archive.index()
        expected = [page.path for page in world.model.select(**wanted)]
        assert sorted(row.path for row in timeline_of(index, as_filter(wanted)).rows) == sorted(expected)
        found = timeline_about(index, f'"{word}"', as_filter(wanted)).rows  # as it stands, as the model takes it
        assert {row.path for row in found} == world.model.search([word]) & set(expected)
        assert [row.day for row in found] == sorted(row.day or "" for row in found)
        assert [row.path for row in found] == [row.path for row in index.events(as_filter(wanted)) if row in found]
