"""Dates of posts, as written in front matter, names and addresses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache

_DATE = re.compile(
    r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[Tt\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?[ \t]*(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_IN_ADDRESS = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})/(\d{1,2})(?:/|\Z)", re.ASCII)
_KEYS = ("date", "created", "pubDate", "publishDate", "pubdate")


def front_matter_date(values: Mapping[str, object], timezone: str = "") -> dt.date | None:
    """Return the date of a post according to its front matter; None if there is none, or if it is not possible."""
    for key in _KEYS:
        value = values.get(key)
        if isinstance(value, Mapping):
            value = value.get("created")
        date = parse_date(value, timezone)
        if date is not None:
            return date
    return None


def parse_date(value: object, timezone: str = "") -> dt.date | None:
    """Return the date of a value of front matter.

    A time with an offset is moved to ``timezone``, if the site has one. All other dates count as written.
    """
    if isinstance(value, dt.datetime):
        return _in_zone(value, timezone).date()
    if isinstance(value, dt.date):
        return value
    match = _DATE.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    date = as_date(match[1], match[2], match[3])
    if date is None or match[4] is None or not timezone:
        return date
    offset = _offset(match[7]) if match[7] else dt.timedelta()
    try:
        moment = dt.datetime(date.year, date.month, date.day, int(match[4]), int(match[5]), tzinfo=dt.timezone(offset))
        return _in_zone(moment, timezone).date()
    except (ValueError, OverflowError):
        return date


def address_date(address: str) -> dt.date | None:
    """Return the date in an address such as ``2022/04/07/slug``."""
    match = _IN_ADDRESS.search(address)
    return None if match is None else as_date(match[1], match[2], match[3])


def as_date(year: str, month: str, day: str) -> dt.date | None:
    """Return the date with these numbers; None if there is no such day."""
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _offset(written: str) -> dt.timedelta:
    if written in ("Z", "z"):
        return dt.timedelta()
    digits = written[1:].replace(":", "")
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if written[0] == "-" else offset


def _in_zone(moment: dt.datetime, timezone: str) -> dt.datetime:
    zone = _zone(timezone)
    return moment if zone is None or moment.tzinfo is None else moment.astimezone(zone)


@lru_cache(maxsize=8)
def _zone(name: str) -> dt.tzinfo | None:
    """Return a time zone; None for an unknown one, and where the system has no zones."""
    if not name:
        return None
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None
