"""Spans of time in English words, whatever the locale."""

from __future__ import annotations

# Each unit: the number of days from which it is used, its length in days, its name.
_UNITS = ((700, 365.25, "year"), (56, 30.44, "month"), (21, 7.0, "week"), (0, 1.0, "day"))


def duration(days: int) -> str:
    """Return ``days``, 0 or more, in the unit that a person would use: ``9 days``, ``5 weeks``, ``3 months``."""
    number, unit = next((round(days / length), unit) for least, length, unit in _UNITS if days >= least)
    return f"{number} {unit}" if number == 1 else f"{number:,} {unit}s"
