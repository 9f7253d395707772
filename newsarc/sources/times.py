"""Times in the ledger: how they are written, and which of them a wrong clock wrote."""

from __future__ import annotations

import datetime as dt

_BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # newsarc checked no source before
_TOLERANCE = dt.timedelta(days=1)  # of clocks and time zones


def time_text(at: dt.datetime) -> str:
    """Return a time in UTC and whole seconds: ``2026-11-29T10:00:00Z``."""
    return at.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def is_ahead(at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a time is so far in the future that a wrong clock must have written it.

    If ``now`` is before newsarc existed, that is what is wrong, and no time is.
    """
    return at - now > _TOLERANCE and now >= _BEGINNING
