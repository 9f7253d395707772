"""What a search that found nothing says instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.index import Filter
from newsarc.search.diagnosis import EmptyResultReport, explain_empty
from tests.naive import Page, write


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[Archive]:
    pages = [
        Page(dt.date(2019, 3, 1), "a", "Ferries collide off Fitzgerald Point", topics=("Ferry fire",)),
        Page(dt.date(2020, 3, 1), "b", "Ferries run again", sources=(("Wire", "https://wire.example/"),)),
        Page(dt.date(2021, 3, 1), "c", "The quay of Bogotá is closed", topics=("Strike",)),
    ]
    with Archive.open(write(tmp_path, pages)) as archive:
        yield archive


def why(archive: Archive, query: str, wanted: Filter | None = None, **options: str) -> EmptyResultReport:
    return explain_empty(archive.index(), query, wanted or Filter(), options)


def test_a_word_that_no_event_has_gets_the_closest_that_there_are(harbour: Archive) -> None:
    assert why(harbour, "fitzgerlad point") == EmptyResultReport(("fitzgerlad",), (), (), ("fitzgerald point",))
    assert why(harbour, "colide").suggestions == ("collide",)
    assert why(harbour, "zzzzzz") == EmptyResultReport(("zzzzzz",), (), (), ())
    assert why(harbour, "fitzgerlad bogatá").missing_words == ("fitzgerlad", "bogatá")
    # What would not find anything either is not offered.
    assert why(harbour, "fitzgerlad bogota").suggestions == ()
    assert why(harbour, "headline:feries").suggestions == ("headline:ferries",)


def test_words_that_never_meet(harbour: Archive) -> None:
    assert why(harbour, "ferries quay") == EmptyResultReport((), (("ferries", 2), ("quay", 1)), (), ())


def test_filters_that_exclude_what_there_would_be(harbour: Archive) -> None:
    wanted = Filter(until="2018-12-31")
    assert why(harbour, "ferries", wanted, until="--until 2018").blocking_filters == (("--until 2018", 2),)
    wanted = Filter(since="2020-01-01", topics=("Ferry fire",))
    miss = why(harbour, "ferries", wanted, since="--since 2020", topics="--topic 'Ferry fire'")
    assert miss.blocking_filters == (("--since 2020", 1), ("--topic 'Ferry fire'", 1))
    wanted = Filter(since="2021-01-01", topics=("nothing",))
    miss = why(harbour, "ferries", wanted, since="--since 2021", topics="--topic nothing")
    assert miss.blocking_filters == (("the filters", 2),)


def test_parts_of_the_query_that_exclude_what_there_would_be(harbour: Archive) -> None:
    assert why(harbour, "ferries date:..2018-12-31").blocking_filters == (("date:..2018-12-31", 2),)
    assert why(harbour, "bogota -quay").blocking_filters == (("-quay", 1),)
    assert why(harbour, "collide topic:strike").blocking_filters == (("topic:strike", 1),)


def test_alternatives_that_are_all_unknown(harbour: Archive) -> None:
    assert why(harbour, "colide OR zeppelin").missing_words == ("colide", "zeppelin")
