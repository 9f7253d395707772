"""Dates and numbers in English words, whatever the locale."""

from __future__ import annotations

import datetime as dt

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def long_date(date: dt.date | None) -> str:
    """Return ``Friday 16 June 2017``; ``No date`` for None."""
    if date is None:
        return "No date"
    return f"{weekday(date)} {day_month_year(date)}"


def weekday(date: dt.date) -> str:
    """Return ``Friday``."""
    return _WEEKDAYS[date.weekday()]


def day_month_year(date: dt.date) -> str:
    """Return ``16 June 2017``."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def short_month(month: int) -> str:
    """Return ``Jun``."""
    return _MONTHS[month - 1][:3]


def plural(number: int, noun: str) -> str:
    """Return ``1 event`` or ``2 events``, ``2 entries``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"


def addresses(number: int) -> str:
    """Return ``1 address`` or ``2 addresses``."""
    return "1 address" if number == 1 else f"{number:,} addresses"


def about(seconds: float) -> str:
    """Return a length of time in words, rounded: ``5 minutes``."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return plural(round(seconds / length), unit)
    return plural(max(1, round(seconds)), "second")


def span(first: str | None, last: str | None) -> str:
    """Return two ISO days as ``30 September 2015 to 2 May 2019``, or as one date if they are equal."""
    if first is None or last is None:
        return ""
    days = [day_month_year(dt.date.fromisoformat(day)) for day in dict.fromkeys((first, last))]
    return " to ".join(days)
