"""The plan of a search for copies: what is sent to archives, and what is not asked again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from newsarc.parser.event import parse_event
from newsarc.sources.archived.copy_plan import cited_dates, make_copy_plan
from newsarc.sources.archived.copy_search import Copy, CopySearch, Miss, Why

NOW = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
DAY = dt.date(2019, 3, 1)
ADDRESS = "http://paper.example/a"


def known(days: float, why: Why | None = None, distance: int | None = None) -> CopySearch:
    copy = Copy("https://web.archive.org/x", NOW, distance, 200, "wayback") if distance is not None else None
    misses = (Miss("wayback", why, ""),) if why is not None else ()
    return CopySearch(DAY, NOW - dt.timedelta(days=days), copy, misses)


@pytest.mark.parametrize(
    ("search", "is_wanted"),
    [
        (known(4000, distance=3), False),
        (known(4000, "never-archived", distance=800), False),
        (known(29, "never-archived"), False),
        (known(31, "never-archived"), True),
        (known(31, "withheld"), True),
        (known(29, "no-page"), False),
        (known(0.5, "no-answer"), False),
        (known(1, "no-answer"), True),
        (known(1, "no-answer", distance=800), True),
        (known(1, "no-answer", distance=8), False),
        (known(-3600, "never-archived"), True),  # which a wrong clock wrote
        (known(-3600, distance=3), False),
        (known(-0.5, "never-archived"), False),
    ],
)
def test_what_is_searched_for_again(search: CopySearch, is_wanted: bool) -> None:
    plan = make_copy_plan({ADDRESS: [DAY]}, {ADDRESS: (search,)}, NOW)
    assert (plan.wanted, plan.known) == (((ADDRESS, DAY),) if is_wanted else (), 0 if is_wanted else 1)


def test_each_date_is_searched_for_and_new_ones_come_first() -> None:
    other = dt.date(2020, 1, 1)
    plan = make_copy_plan({ADDRESS: [DAY, other]}, {ADDRESS: (known(90, "no-page"),)}, NOW)
    assert plan.wanted == ((ADDRESS, other), (ADDRESS, DAY))
    assert plan.addresses == [ADDRESS]
    assert make_copy_plan({ADDRESS: [DAY]}, {}, NOW, among=set()).wanted == ()


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("http://paper.example/b", True),
        ("http://93.184.216.34/b", True),
        ("https://user:secret@paper.example/b#part", True),
        ("http://10.0.0.5/secret", False),
        ("http://newsroom/secret", False),
        ("http://wiki.corp/secret", False),
        ("http://[fd00::1]/secret", False),
        ("http://paper.example:8080/secret", False),
        ("mailto:editor@paper.example", False),
        ("https://web.archive.org/web/20190301000000/http://paper.example/b", False),
    ],
)
def test_what_is_sent(url: str, is_sent: bool) -> None:
    page = f"### [2019-03-01](/news/2019/03/1/index.md)\n\n# Bridges\n\n### Sources:\n\n1. [A]({url})\n"
    found = cited_dates([parse_event(page, "news/2019/03/1/bridges.md")])
    assert list(found.values()) == ([{DAY: None}] if is_sent else [])
    assert not any("secret" in address or "#" in address for address in found)


def test_a_source_with_a_copy_a_cover_image_and_an_event_without_a_date_are_left_out(tmp_path: Path) -> None:
    copy = "([archived 2019-03-01](https://web.archive.org/web/20190301000000/http://paper.example/b))"
    items = f"1. [A](http://paper.example/b) {copy}\n2. [Cover Image](http://paper.example/c)\n"
    page = f"# Bridges\n\n### Sources:\n\n{items}"
    assert cited_dates([parse_event(page, "news/2019/03/1/bridges.md")]) == {}
    page = "# Bridges\n\n### Sources:\n\n1. [A](http://paper.example/b)\n"
    assert cited_dates([parse_event(page, "bridges.md")]) == {}


def test_how_long_it_takes() -> None:
    plan = make_copy_plan({f"http://paper.example/{number}": [DAY] for number in range(1000)}, {}, NOW)
    assert plan.seconds() == (250, 2500)  # as measured with archives in memory, without any list and with one for each
    assert make_copy_plan({}, {}, NOW).seconds() == (0, 0)
