"""Dates as people type them, in REFs, filters and queries.

================================  =====================================================================
``2017-06-16``                    a day; also ``2017-6-16``, ``2017/06/16`` and ``20170616``
``2017-06``, ``2017``             a month, a year
``2017-W24``                      an ISO week, Monday to Sunday
``06-16``                         16 June of every year
``2017-06-12..2017-06-18``        a range, both ends included; either end may be left out
``7d``, ``2w``, ``3m``, ``1y``    the last days, weeks, months or years, up to the newest event
``latest``                        the newest day with events
``today``, ``yesterday``          by the clock
================================  =====================================================================
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple

from newsarc.errors import NotFoundError, UsageError
from newsarc.storage import clock

LATEST = "latest"
DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?\Z", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?[Ww](\d{1,2})\Z", re.ASCII)
_YEARLY = re.compile(r"(\d{1,2})[-/](\d{1,2})\Z", re.ASCII)
_PERIOD = re.compile(r"(?:latest-)?(\d{1,6})([dwmyDWMY])\Z", re.ASCII)
_WRITTEN_OUT = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?[ -](?P<month>[A-Za-z]{3,9})\.?,?[ -]|"
    r"(?P<month_first>[A-Za-z]{3,9})\.? (?P<day_after>\d{1,2})(?:st|nd|rd|th)?,? |"
    r"(?P<day_number>\d{1,2})\. ?(?P<month_number>\d{1,2})\. ?)(?P<year>\d{4})\Z",
    re.ASCII,
)
_BY_SLASHES = re.compile(r"\d{1,2}/\d{1,2}/\d{4}\Z", re.ASCII)
RANGE = ".."
FORMS = "2017-06-16, 2017-06, 2017, 2017-W24, 06-16, 2017-06..2017-08, 7d, latest or today"


class DayRange(NamedTuple):
    """The days from ``first`` to ``last``, both included; ``ref`` is how they were typed."""

    ref: str
    first: dt.date
    last: dt.date

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last


class YearlyDay(NamedTuple):
    """One day of every year; ``ref`` is how it was typed."""

    ref: str
    month: int
    day: int

    def in_years(self, first: int, last: int) -> list[DayRange]:
        """Return the day in each year from ``first`` to ``last``; 29 February only in leap years."""
        years = [year for year in range(first, last + 1) if self.day <= calendar.monthrange(year, self.month)[1]]
        return [DayRange(self.ref, day, day) for day in (dt.date(year, self.month, self.day) for year in years)]


Days = DayRange | YearlyDay


def parse_days(text: str, newest: Callable[[], dt.date | None]) -> Days | None:
    """Return the days that ``text`` means; None for text that is not a date in one of the forms above.

    ``newest`` returns the newest day with events, or None for an empty archive; it is only called for the forms that
    need it. Raises UsageError for an impossible date, for a range that ends before it begins, and for a date in a form
    that is read differently in different countries or that is written out; NotFoundError for a form that needs the
    newest day of an empty archive.
    """
    text = text.strip()
    if RANGE in text:
        return _range(text, newest)
    days = fixed_days(text) or _yearly(text) or _relative_to_today(text) or _relative_to_newest(text, newest)
    if days is None:
        _refuse_other_forms(text)
    return days


def fixed_days(text: str) -> DayRange | None:
    """Return the days of a day, week, month or year that says its year; None for any other text.

    Raises UsageError for an impossible date.
    """
    text = text.strip()
    if match := DATE.match(text.rstrip("/")) or _COMPACT.match(text):
        return days_of(text, match)
    if match := _WEEK.match(text):
        try:
            monday = dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return DayRange(text, monday, monday + dt.timedelta(days=6))
        except (ValueError, OverflowError):
            raise UsageError(f"{text} is not a valid week") from None
    return None


def days_of(ref: str, match: re.Match[str]) -> DayRange:
    """Return the days of the year, month and day in the first three groups of ``match``; the last two may be None.

    Raises UsageError for an impossible date.
    """
    year, month, day = (int(group) if group else None for group in match.groups()[:3])
    assert year is not None
    try:
        if month is None:
            return DayRange(ref, dt.date(year, 1, 1), dt.date(year, 12, 31))
        if day is None:
            return DayRange(ref, dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))
        return DayRange(ref, dt.date(year, month, day), dt.date(year, month, day))
    except (ValueError, calendar.IllegalMonthError):
        what = "day" if day else "month" if month else "year"
        raise UsageError(f"{ref} is not a valid {what}") from None


def looks_like_days(text: str) -> bool:
    """Whether ``text`` has one of the forms of a date, valid or not."""
    text = text.strip().rstrip("/")
    if RANGE in text:
        first, _, last = text.partition(RANGE)
        return bool(first or last) and all(not part or looks_like_days(part) for part in (first, last))
    forms = (DATE, _COMPACT, _WEEK, _YEARLY, _PERIOD)
    return text in (LATEST, "today", "yesterday") or any(form.match(text) for form in forms)


def first_day(text: str, newest: Callable[[], dt.date | None]) -> dt.date:
    """Return the first day that ``--since`` lets through. Raises as :func:`parse_days`, and UsageError for no date."""
    return days_between(text, newest).first


def last_day(text: str, newest: Callable[[], dt.date | None]) -> dt.date:
    """Return the last day that ``--until`` lets through. Raises as :func:`first_day`.

    With a period such as ``7d``, that is the day before the period: what ``--since 7d`` lets through and what
    ``--until 7d`` lets through have no day in common.
    """
    days = days_between(text, newest)
    if _PERIOD.match(text.strip()):
        return days.first - dt.timedelta(days=1) if days.first > dt.date.min else dt.date.min
    return days.last


def days_between(text: str, newest: Callable[[], dt.date | None]) -> DayRange:
    """Return the range of days that ``text`` means.

    Raises as :func:`parse_days`, and UsageError for text that is not a date, or a day of every year.
    """
    days = parse_days(text, newest)
    if days is None:
        raise UsageError(f'"{text}" is not a date; use {FORMS}')
    if isinstance(days, YearlyDay):
        raise UsageError(f"{text} is a day of every year; add a year: 2017-{text}")
    return days


def _range(text: str, newest: Callable[[], dt.date | None]) -> DayRange | None:
    first, _, last = text.partition(RANGE)
    if not (first or last) or not all(not part or looks_like_days(part) for part in (first, last)):
        return None
    start = first_day(first, newest) if first else dt.date.min
    end = last_day(last, newest) if last else dt.date.max
    if start > end:
        raise UsageError(f"{text} ends before it begins")
    return DayRange(text, start, end)


def _yearly(text: str) -> YearlyDay | None:
    match = _YEARLY.match(text)
    if match is None:
        return None
    month, day = int(match[1]), int(match[2])
    try:
        dt.date(2000, month, day)  # a leap year
    except ValueError:
        raise UsageError(f"{text} is not a valid day; write month and day: 06-16") from None
    return YearlyDay(text, month, day)


def _relative_to_today(text: str) -> DayRange | None:
    ages = {"today": 0, "yesterday": 1}
    if text not in ages:
        return None
    day = clock.today() - dt.timedelta(days=ages[text])
    return DayRange(day.isoformat(), day, day)


def _relative_to_newest(text: str, newest: Callable[[], dt.date | None]) -> DayRange | None:
    match = _PERIOD.match(text)
    if match is None and text != LATEST:
        return None
    last = newest()
    if last is None:
        raise NotFoundError("the archive has no events")
    if match is None:
        return DayRange(text, last, last)
    number, unit = int(match[1]), match[2].lower()
    if not number:
        raise UsageError(f"{text} is not a period; use 1{unit} or more")
    return DayRange(text, _before(last, number, unit), last)


def _before(day: dt.date, number: int, unit: str) -> dt.date:
    """Return the first day of the period of ``number`` days, weeks, months or years that ends with ``day``."""
    try:
        if unit in "dw":
            return day - dt.timedelta(days=number * (7 if unit == "w" else 1) - 1)
        months = day.year * 12 + day.month - 1 - number * (12 if unit == "y" else 1)
        year, month = months // 12, months % 12 + 1
        return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1])) + dt.timedelta(days=1)
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return dt.date.min


def is_written_out(text: str) -> bool:
    """Whether ``text`` is a day in words, such as ``16 June 2017``, which is not read but recognised."""
    return _WRITTEN_OUT.match(text) is not None


def _refuse_other_forms(text: str) -> None:
    """Raise UsageError for a date in a form that is not read, with the form that is."""
    if _BY_SLASHES.match(text):
        raise UsageError(f"{text} could be two different days; write it as 2017-06-16")
    match = _WRITTEN_OUT.match(text)
    if match is None:
        return
    name = match["month"] or match["month_first"]
    months = [month[:3].lower() for month in calendar.month_name]
    if name is not None and name[:3].lower() not in months[1:]:
        return
    month = months.index(name[:3].lower()) if name else int(match["month_number"])
    day = int(match["day"] or match["day_after"] or match["day_number"])
    try:
        written = dt.date(int(match["year"]), month, day).isoformat()
    except ValueError:
        written = "2017-06-16"
    raise UsageError(f"{text} is not a date that newsarc reads; write it as {written}")
