"""Records of searches for copies: written to JSON and read again."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.sources.archived.copy_search import WHYS, Copy, CopySearch, Miss, known_copy, read_copy_search
from newsarc.sources.archived.memento import timestamp

TIMES = st.datetimes(
    dt.datetime(1, 1, 2),
    dt.datetime(9999, 12, 30),
    timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=9))]),
).map(lambda time: time.astimezone(dt.UTC).replace(microsecond=0))
DETAILS = st.text("abc äé消(): /.-", max_size=50).map(lambda text: " ".join(text.split()))
URLS = st.sampled_from(["https://web.archive.org/web/{}/http://a.example/é?x=1&y=2", "http://b.example/"])
ARCHIVES = st.sampled_from(["wayback", "arquivo"])
MISSES = st.builds(Miss, st.sampled_from(["wayback", "arquivo"]), st.sampled_from(WHYS), DETAILS)


@st.composite
def _searches(draw: st.DrawFn) -> CopySearch:
    date, at, copy = draw(st.dates()), draw(TIMES), None
    if draw(st.booleans()):
        url = draw(URLS).format(timestamp(at))
        copy = Copy(url, at, (at.date() - date).days, 200, draw(ARCHIVES))
    return CopySearch(date, draw(TIMES), copy, tuple(draw(st.lists(MISSES, max_size=2))))


SEARCHES = _searches()
RECORD: dict[str, Any] = {
    "date": "2017-06-16",
    "asked": "2026-11-29T11:00:00Z",
    "copy": {
        "url": "https://web.archive.org/web/20170616101500/http://a.example/",
        "at": "2017-06-16T10:15:00Z",
        "days": 0,
        "status": 200,
        "archive": "wayback",
    },
    "misses": [{"archive": "arquivo", "why": "never-archived", "detail": ""}],
}


@given(SEARCHES)
def test_what_is_written_is_read(search: CopySearch) -> None:
    assert read_copy_search(json.loads(json.dumps(search.to_json()))) == search


def test_the_form_of_a_record() -> None:
    search = read_copy_search(RECORD)
    assert search.to_json() == RECORD
    assert read_copy_search({**RECORD, "more": 1, "misses": []}).to_json() == {
        name: RECORD[name] for name in ("date", "asked", "copy")
    }
    assert search.copy is not None
    assert search.copy.is_from_then


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("", [], "a search for a copy must be an object"),
        ("date", "yesterday", '"date" must be a date or time'),
        ("date", None, '"date" must be a date or time'),
        ("asked", 17, '"asked" must be a date or time'),
        ("misses", {}, '"misses" must be a list'),
        ("misses", [{"why": "lost"}], '"why" must be one of withheld'),
        ("misses", ["x"], '"why" must be one of withheld'),
        ("copy", [], '"url" of a copy must be an http or https URL'),
        ("copy", {"url": "javascript:x"}, '"url" of a copy must be'),
        ("copy", {"url": "https://a.example/\x1b[31m"}, '"url" of a copy must be'),
        ("copy", {"url": "https://a.example/ b"}, '"url" of a copy must be'),
        ("copy", {"url": "https://a.example/", "days": "3", "status": 200}, '"days" and "status"'),
        ("copy", {**RECORD["copy"], "at": "2017"}, '"at" must be a date or time'),
    ],
)
def test_a_wrong_value_is_named(place: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        read_copy_search({**RECORD, place: value} if place else value)


def test_what_an_archive_says_is_shortened_to_one_safe_line() -> None:
    hostile = f"Blocked\x1b[31m\n\u202e{'x' * 1000}"
    (miss,) = read_copy_search({**RECORD, "misses": [{"why": "withheld", "detail": hostile}]}).misses
    assert miss.detail == f"Blocked [31m {'x' * 200}"[:200]


@pytest.mark.parametrize(
    ("whys", "why", "is_final"),
    [
        ([], "never-archived", True),
        (["never-archived", "never-archived"], "never-archived", True),
        (["no-page", "never-archived"], "no-page", True),
        (["never-archived", "no-answer"], "no-answer", False),
        (["withheld", "no-answer"], "withheld", False),
    ],
)
def test_why_there_is_no_copy(whys: list[str], why: str, is_final: bool) -> None:
    misses = [{"archive": "wayback", "why": name} for name in whys]
    search = read_copy_search({**RECORD, "copy": None, "misses": misses})
    assert (search.why, search.is_final) == (why, is_final)


def test_the_time_of_a_copy_is_that_in_its_url() -> None:
    search = read_copy_search({**RECORD, "copy": {**RECORD["copy"], "at": "2017-06-10T00:00:00Z", "days": 17}})
    assert search == read_copy_search(RECORD)
    copy = {**RECORD["copy"], "url": "https://web.archive.org/web/20260101000000/http://a.example/"}
    late = known_copy([read_copy_search({**RECORD, "copy": copy})], "http://a.example/", search.date)
    assert late is not None
    assert (late.at, late.days, late.is_from_then) == (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), 3121, False)
    copy["url"] = "https://web.archive.org/web/20261301000000/http://a.example/"
    assert known_copy([read_copy_search({**RECORD, "copy": copy})], "http://a.example/", search.date) is None
