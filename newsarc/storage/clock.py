"""The current date."""

from __future__ import annotations

import datetime as dt

_EARLIEST_ZONE = dt.timezone(dt.timedelta(hours=14))  # where each day starts first


def today() -> dt.date:
    """Return the date here, in the time zone of this machine."""
    return dt.datetime.now().astimezone().date()


def latest_date() -> dt.date:
    """Return the latest date that has begun anywhere on Earth, so that no event of today counts as a future event."""
    return dt.datetime.now(_EARLIEST_ZONE).date()
