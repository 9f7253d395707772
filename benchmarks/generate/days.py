"""The days of an archive: their folders, and the first day of each generation of the format."""

from __future__ import annotations

import datetime as dt

# First day of each generation of the format: topics before headlines, Formats lines, topic lines.
_START = dt.date(1999, 1, 1)
PREFIXES = dt.date(2017, 8, 1)
FORMATS = dt.date(2017, 12, 1)
TOPICS = dt.date(2018, 2, 1)
_LAST = dt.date(2026, 5, 18)  # 10,000 days after the first


def folder(date: dt.date) -> str:
    """Return the folder of a day, relative to the root: the month padded, the day unpadded."""
    return f"news/{date.year:04d}/{date.month:02d}/{date.day}"


def dates(days: int) -> list[dt.date]:
    """Return ``days`` dates, some of each generation, consecutive within each."""
    spans = [(PREFIXES, FORMATS, 0.08), (FORMATS, TOPICS, 0.04), (TOPICS, _LAST + dt.timedelta(days=1), 0.31)]
    chosen: list[dt.date] = []
    for start, end, share in spans:
        count = min((end - start).days, round(days * share))
        chosen += [start + dt.timedelta(days=number) for number in range(count)]
    plain = days - len(chosen)
    start = min(_START, PREFIXES - dt.timedelta(days=plain))
    return [start + dt.timedelta(days=number) for number in range(plain)] + chosen
