"""Shell completion of dates: years, months or days with events."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsarc.storage.tree import Tree

_DATE_BEGINNING = re.compile(r"\d{0,4}|\d{4}-\d{0,2}|\d{4}-\d{2}-\d{0,2}", re.ASCII)


def days_beginning(tree: Tree, beginning: str) -> list[str]:
    """Return the dates with events, or the ranges between them, that start with ``beginning``."""
    before, dots, last = beginning.rpartition("..")
    if not _DATE_BEGINNING.fullmatch(last):
        return []
    return [f"{before}{dots}{date}" for date in _dates(tree, last)]


def _dates(tree: Tree, beginning: str) -> list[str]:
    """Return the years that start with ``beginning``; if there is only one, its months; then its days."""
    found: list[str] = []
    for length in (4, 7, 10):
        if len(beginning) <= length:
            found = [period for period in _periods(tree, beginning, length) if period.startswith(beginning)]
            if len(found) != 1:
                break
            beginning = found[0]
    return found


def _periods(tree: Tree, beginning: str, length: int) -> Iterator[str]:
    """Yield the years (``length`` 4), months (7) or days (10) that may start with ``beginning``.

    Skips to the first day of the next period, so that folders in between are not listed.
    """
    year, month = beginning[:4], beginning[5:7]
    since = dt.date(max(1, int(year.ljust(4, "0"))), 1, 1)
    until = dt.date(min(9998, int(year.ljust(4, "9"))), 12, 31)  # the year 9999 has no next one
    if len(month) == 2:
        since = since.replace(month=int(month))
        until = _next_month(since) - dt.timedelta(days=1)
    while (day := next(tree.days(since, until), None)) is not None and day.date is not None:
        yield day.date.isoformat()[:length]
        if length == 4:
            since = dt.date(day.year + 1, 1, 1)
        else:
            since = _next_month(day.date) if length == 7 else day.date + dt.timedelta(days=1)


def _next_month(date: dt.date) -> dt.date:
    return (date.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
