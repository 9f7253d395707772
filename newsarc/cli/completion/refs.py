"""Completion of REFs and dates."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from newsarc.archive.sites import may_be_site

DATE_WORDS = ("latest", "today", "yesterday")
_DATE_BEGINNING = re.compile(r"\d{0,4}|\d{4}-\d{0,2}|\d{4}-\d{2}-\d{0,2}", re.ASCII)
_DAY_SLUG = re.compile(r"(\d{4}-\d{2}-\d{2})/([^/]*)", re.ASCII)
_SPECIAL = re.compile(r"[^\w.,+/-]", re.ASCII)  # of ASCII characters, those that some shell may interpret


class Names(Protocol):
    """The days and slugs of an archive."""

    is_complete: bool  # has all slugs; known after the first call of slugs()

    def first_day(self, since: dt.date, until: dt.date) -> dt.date | None:
        """Return the first day with an event from ``since`` to ``until``; None if there is none."""

    def slugs_on(self, day: dt.date) -> list[str]:
        """Return the slugs of the events of a day."""

    def slugs(self, beginning: str) -> list[str]:
        """Return the slugs that start with ``beginning``."""


@contextlib.contextmanager
def open_names(root: Path) -> Iterator[Names]:
    """Open what is known of the archive at ``root`` without reading pages.

    These are day folders, for slugs the cached index. For a site of posts, it is the cached index, or else the names of
    files.
    """
    if not may_be_site(root):
        from newsarc.cli.completion.day_folders import DayFolders

        yield DayFolders(root)
        return
    from newsarc.index.cached_names import open_cached_names

    with open_cached_names(root) as cached:
        if cached is None:
            from newsarc.archive.post_names import PostNames
        yield PostNames(root) if cached is None else cached


def complete_refs(root: Path, beginning: str) -> list[str]:
    """Return the REFs of the archive at ``root`` that start with ``beginning``, sorted.

    A partial date, also at the end of a range, completes to years, months or days: the coarsest level that leaves a
    choice. ``2017-06-16/`` and a prefix complete to the short REFs of that day, and any other prefix to slugs, as short
    as they are unique. Names that a shell could interpret are skipped. Raises TooManyNamesError if too many slugs fit.
    """
    found: list[str] = []
    with open_names(root) as names:
        if match := _DAY_SLUG.fullmatch(beginning):
            with contextlib.suppress(ValueError):  # no such day
                found = _refs_on(dt.date.fromisoformat(match[1]), match[2], names)
        else:
            with contextlib.suppress(ValueError):
                found = _dates(names, beginning)
        if not found and "/" not in beginning:
            found = _slugs(names, beginning)
    found.extend(word for word in (*DATE_WORDS, "random") if word.startswith(beginning))
    return sorted({ref for ref in found if ref.startswith(beginning) and _is_plain(ref)})


def complete_dates(root: Path, beginning: str) -> list[str]:
    """Return the dates, or the ranges, that start with ``beginning``, sorted."""
    with open_names(root) as names:
        found = _dates(names, beginning)
    return sorted({*found, *(word for word in DATE_WORDS if word.startswith(beginning))})


def _refs_on(day: dt.date, beginning: str, names: Names) -> list[str]:
    from newsarc.archive.short_slugs import short_slug

    slugs = sorted(names.slugs_on(day))
    return [f"{day}/{short_slug(slug, slugs, len(beginning))}" for slug in slugs if slug.startswith(beginning)]


def _slugs(names: Names, beginning: str) -> list[str]:
    slugs = names.slugs(beginning)
    if not names.is_complete:  # what looks unique here may be ambiguous
        return slugs
    from newsarc.archive.short_slugs import short_slugs

    return short_slugs(slugs, len(beginning))


def _dates(names: Names, beginning: str) -> list[str]:
    """Return the dates, or the ranges, that start with ``beginning``. Raises ValueError for an impossible date."""
    before, dots, last = beginning.rpartition("..")
    if not _DATE_BEGINNING.fullmatch(last):
        return []
    return [f"{before}{dots}{date}" for date in _coarsest_dates(names, last)]


def _coarsest_dates(names: Names, beginning: str) -> list[str]:
    """Return the years that start with ``beginning``; if there is only one, its months; then its days."""
    found: list[str] = []
    for length in (4, 7, 10):
        if len(beginning) <= length:
            found = [period for period in _periods(names, beginning, length) if period.startswith(beginning)]
            if len(found) != 1:
                break
            beginning = found[0]
    return found


def _periods(names: Names, beginning: str, length: int) -> Iterator[str]:
    """Yield the years (``length`` 4), months (7) or days (10) that may start with ``beginning``.

    Skips to the first day of the next period, so that folders in between are not listed.
    """
    year, month = beginning[:4], beginning[5:7]
    since = dt.date(max(1, int(year.ljust(4, "0"))), 1, 1)
    until = dt.date(min(9998, int(year.ljust(4, "9"))), 12, 31)  # the year 9999 has no next one
    if len(month) == 2:
        since = since.replace(month=int(month))
        until = _next_month(since) - dt.timedelta(days=1)
    while (day := names.first_day(since, until)) is not None:
        yield day.isoformat()[:length]
        if length == 4:
            since = dt.date(day.year + 1, 1, 1)
        else:
            since = _next_month(day) if length == 7 else day + dt.timedelta(days=1)


def _next_month(date: dt.date) -> dt.date:
    return (date.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _is_plain(ref: str) -> bool:
    """Whether no shell interprets ``ref``; zsh evaluates completions."""
    in_ascii = ref if ref.isascii() else ref.encode("ascii", "ignore").decode()
    return ref[:1] != "-" and not _SPECIAL.search(in_ascii) and ref.isprintable()
