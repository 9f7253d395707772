"""Lengths of time on the command line."""

from __future__ import annotations

import math
import re

from newsarc.errors import UsageError

_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", re.ASCII)


def seconds_of(duration: str | None) -> float:
    """Return the seconds of ``--for``. Raises UsageError."""
    match = _DURATION.fullmatch(duration) if duration is not None else None
    if duration is None:
        return math.inf
    if match is None or not any(match.groups()):
        raise UsageError(f'--for: "{duration}" is not a time; use 30m, 2h or 1h30m')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(3600 * hours + 60 * minutes + seconds)
