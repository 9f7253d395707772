from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.archive.dates import DayRange, YearlyDay, first_day, last_day, looks_like_days, parse_days
from newsarc.errors import NotFoundError, UsageError

NEWEST = dt.date(2018, 3, 31)


def parse(text: str) -> tuple[str, str] | tuple[int, int] | None:
    """Return the first and last day that ``text`` means, or the month and the day of every year."""
    days = parse_days(text, lambda: NEWEST)
    if isinstance(days, YearlyDay):
        return days.month, days.day
    return None if days is None else (days.first.isoformat(), days.last.isoformat())


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.storage.clock.today", lambda: dt.date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017-06-16", "2017-06-16", "2017-06-16"),
        (" 2017/6/16/ ", "2017-06-16", "2017-06-16"),
        ("20170616", "2017-06-16", "2017-06-16"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2017", "2017-01-01", "2017-12-31"),
        ("2017-W24", "2017-06-12", "2017-06-18"),
        ("2017w1", "2017-01-02", "2017-01-08"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2017-06-12..2017-06-18", "2017-06-12", "2017-06-18"),
        ("2016..2017-06", "2016-01-01", "2017-06-30"),
        ("2017-W24..latest", "2017-06-12", "2018-03-31"),
        ("2017..", "2017-01-01", "9999-12-31"),
        ("..2017", "0001-01-01", "2017-12-31"),
        ("7d", "2018-03-25", "2018-03-31"),
        ("latest-7d", "2018-03-25", "2018-03-31"),
        ("1w", "2018-03-25", "2018-03-31"),
        ("1m", "2018-03-01", "2018-03-31"),
        ("13M", "2017-03-01", "2018-03-31"),
        ("1y", "2017-04-01", "2018-03-31"),
        ("9999y", "0001-01-01", "2018-03-31"),
        ("999999d", "0001-01-01", "2018-03-31"),
        ("2017..7d", "2017-01-01", "2018-03-24"),
        ("latest", "2018-03-31", "2018-03-31"),
        ("today", "2026-03-01", "2026-03-01"),
        ("yesterday", "2026-02-28", "2026-02-28"),
    ],
)
def test_days(text: str, first: str, last: str) -> None:
    assert parse(text) == (first, last)
    assert looks_like_days(text)


def test_a_day_of_every_year() -> None:
    assert parse("06-16") == parse("6/16") == (6, 16)
    leap = parse_days("02-29", lambda: NEWEST)
    assert isinstance(leap, YearlyDay)
    assert [str(days.first) for days in leap.in_years(2015, 2020)] == ["2016-02-29", "2020-02-29"]


@pytest.mark.parametrize(
    "text", ["", "raqqa", "..", "...", "raqqa..2017", "7", "7x", "a-W24", "2017-06-16/raqqa", "d", "16.6"]
)
def test_other_text_is_not_a_date(text: str) -> None:
    assert parse(text) is None
    assert not looks_like_days(text) or text == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2017-02-30", "2017-02-30 is not a valid day"),
        ("20170230", "20170230 is not a valid day"),
        ("2017-13", "2017-13 is not a valid month"),
        ("0000", "0000 is not a valid year"),
        ("2017-W54", "2017-W54 is not a valid week"),
        ("13-16", "13-16 is not a valid day; write month and day: 06-16"),
        ("2018..2017", "2018..2017 ends before it begins"),
        ("0d", "0d is not a period; use 1d or more"),
        ("16 June 2017", "16 June 2017 is not a date that newsarc reads; write it as 2017-06-16"),
        ("June 16th, 2017", "June 16th, 2017 is not a date that newsarc reads; write it as 2017-06-16"),
        ("16.6.2017", "16.6.2017 is not a date that newsarc reads; write it as 2017-06-16"),
        ("06/16/2017", "06/16/2017 could be two different days; write it as 2017-06-16"),
        ("06-16..2018", "06-16 is a day of every year; add a year: 2017-06-16"),
    ],
)
def test_dates_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert str(refused.value) == message


def test_an_empty_archive_has_no_newest_day() -> None:
    for text in ("latest", "7d"):
        with pytest.raises(NotFoundError):
            parse_days(text, lambda: None)
    assert parse_days("2017", lambda: None) is not None


def test_since_and_until_a_period_share_no_day() -> None:
    since, until = first_day("7d", lambda: NEWEST), last_day("7d", lambda: NEWEST)
    assert until + dt.timedelta(days=1) == since
    assert last_day("2017", lambda: NEWEST) == dt.date(2017, 12, 31)
    with pytest.raises(UsageError, match='"raqqa" is not a date; use 2017-06-16,'):
        first_day("raqqa", lambda: NEWEST)


@given(st.text(alphabet="0123456789-/.WwdmyT ") | st.text(max_size=20))
def test_any_text_gives_days_or_an_error(text: str) -> None:
    try:
        days = parse_days(text, lambda: NEWEST)
    except UsageError:
        return
    if isinstance(days, DayRange):
        assert days.first <= days.last
    if days is not None:
        assert looks_like_days(text)
