"""The current date."""

from __future__ import annotations

import datetime as dt

_EARLIEST_ZONE = dt.timezone(dt.timedelta(hours=14))  # where each day starts first


def today() -> dt.date:
    """Return the latest date that has begun anywhere on Earth, so that no event of today counts as a future event."""
    return dt.datetime.now(_EARLIEST_ZONE).date()


def local_today() -> dt.date:
    """Return today's date where the user is."""
    return dt.datetime.now().astimezone().date()
