"""What day it is."""

from __future__ import annotations

import datetime as dt

_FIRST_ZONE = dt.timezone(dt.timedelta(hours=14))  # where a day begins first


def today() -> dt.date:
    """Return the latest day that it is anywhere on Earth: an event of that day is no event of the future."""
    return dt.datetime.now(_FIRST_ZONE).date()
