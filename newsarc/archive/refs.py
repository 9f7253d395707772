"""REFs: how users refer to days and events, and how these are resolved.

A REF is a date in any form of :mod:`newsarc.archive.dates`, ``random``, a slug or a unique prefix of one,
``2017-06-16/slug`` (where a prefix is enough, too), a file path, or a site path or URL of a page.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from newsarc.archive.dates import DATE, DayRange, Days, YearlyDay, days_of, looks_like_days, parse_days
from newsarc.archive.short_slugs import short_slug
from newsarc.errors import AmbiguousRefError, NotFoundError, UsageError
from newsarc.layout import DAY_PAGE_NAMES, NEWS, slug_of
from newsarc.parser.targets import canonical_path, resolve
from newsarc.storage.paths import is_valid_path, relative_path, with_slashes
from newsarc.storage.tree import Day, Tree
from newsarc.text.suggest import closest
from newsarc.text.urls import is_external, without_site

RANDOM = "random"
_DAY_FOLDER = re.compile(
    r"/?news/(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?/?(?:index\.(?:md|html)|README\.md)?\Z", re.ASCII
)
_DAY_SLUG = re.compile(r"(?:/?news/)?(\d{4})[-/](\d{1,2})[-/](\d{1,2})/([^/]+)\Z", re.ASCII)
# Text that nobody would type to search for words: 2017-06-16/slug, a path of an archive, a URL, a file.
_REF_BY_LOOKS = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}/|(?:.*/)?news/\d{4}(?:/|\Z)|(?i:https?)://|.*\.md\Z", re.ASCII | re.DOTALL
)
_DRIVE = re.compile(r"[A-Za-z]:/")
_MAX_CANDIDATES = 8
_MAX_SUGGESTIONS = 3


class EventRef(NamedTuple):
    """A REF of one event, by its path. ``is_former`` is true if the REF is a former slug of the event."""

    ref: str
    path: str
    is_former: bool = False


Ref = DayRange | YearlyDay | EventRef


# Returns the paths of the events whose file names start with a prefix, in chronological order; None if unknown.
PrefixLookup = Callable[[str], "list[str] | None"]


def resolve_ref(
    ref: str,
    tree: Tree,
    site_prefix: str = "",
    cwd: Path | None = None,
    lookup_prefix: PrefixLookup = lambda text: None,
) -> Ref:
    """Return the days or the event of ``ref`` in ``tree``.

    File paths may be relative to the archive root or to ``cwd``. ``lookup_prefix`` can save listing all folders for a
    slug.

    Raises UsageError for an empty REF or a date that :func:`parse_days` refuses, NotFoundError, with up to three
    suggestions, if nothing matches, and AmbiguousRefError, with candidates, if several events do.
    """
    ref = with_slashes(ref.strip())
    if not ref:
        raise UsageError("the REF is empty; use a day such as 2017-06-16, or a slug")
    if days := parse_days(ref, partial(newest_day, tree)):
        return days
    if ref == RANDOM:
        return _random_event(tree)
    if match := _DAY_FOLDER.match(without_site(ref).removeprefix(site_prefix)):
        return days_of(ref, match)
    if match := _DAY_SLUG.match(ref):
        found = _on_day(match, tree)
        if found:
            return _require_one(ref, found, tree)
    if "/" in ref:
        return _path(ref, tree, site_prefix, cwd)
    return _slug(slug_of(ref), tree, lookup_prefix)


def newest_day(tree: Tree) -> dt.date | None:
    """Return the newest day that has events; None for an empty archive."""
    day = tree.latest_day()
    return day.date if day is not None else None


def looks_like_ref(text: str) -> bool:
    """Whether ``text`` is a REF in any archive, and not a word to search for: a date, ``2017-06-16/slug``, a path or a
    URL.
    """
    text = with_slashes(text.strip())
    return looks_like_days(text) or bool(_REF_BY_LOOKS.match(text))


def events_in(days: Days, tree: Tree) -> list[tuple[Day, list[str]]]:
    """Return the days with events among ``days``, with the paths of these. Raises NotFoundError if there are none."""
    found = [(day, paths) for day in _folders_of(days, tree) if (paths := tree.event_paths(day))]
    if not found:
        if isinstance(days, YearlyDay):
            raise NotFoundError(f"no events on {days.ref} of any year")
        nearest = nearest_days(days, tree)
        hint = f"; nearest days with events: {', '.join(map(str, nearest))}" if nearest else ""
        raise NotFoundError(f"no events on {days.ref}{hint}" if days.is_day else f"no events in {days.ref}{hint}")
    return found


def ranges_in(days: Days, tree: Tree) -> list[DayRange]:
    """Return ``days`` as ranges: a day of every year as that day of each year of the archive."""
    if isinstance(days, DayRange):
        return [days]
    return [DayRange(days.ref, day.date, day.date) for day in _folders_of(days, tree) if day.date is not None]


def _folders_of(days: Days, tree: Tree) -> Iterator[Day]:
    if isinstance(days, DayRange):
        yield from tree.days(days.first, days.last)
    else:
        yield from (day for day in tree.days() if day.date is not None and (day.month, day.day) == days[1:])


def nearest_days(days: DayRange, tree: Tree) -> list[dt.date]:
    """Return the last day with events before a range, and the first one after it, if any."""
    return [day for day in neighbouring_days(days.first, days.last, tree) if day is not None]


def neighbouring_days(first: dt.date, last: dt.date, tree: Tree) -> tuple[dt.date | None, dt.date | None]:
    """Return the last day with events before ``first`` and the first one after ``last``; None if there is none.

    Lists no more of the archive than needed.
    """
    before = tree.latest_day(first)
    later = tree.days(last + dt.timedelta(days=1)) if last < dt.date.max else ()
    after = next((day for day in later if day.date is not None and tree.event_paths(day)), None)
    return before and before.date, after and after.date


def _ref_among(path: str, slugs: Sequence[str], tree: Tree, at_least: int = 0) -> str:
    """Return a short REF of the event at ``path`` among sorted ``slugs``, those of its day, which may include its own.

    It is the day and a prefix of the slug: unique, at the end of a word if possible, long enough for people to
    recognise the event, and at least ``at_least`` characters. A page without a day keeps its path, and so does one that
    shares day and slug with another, in a folder of another language.
    """
    date, slug = tree.date(path), tree.slug(path)
    return path if date is None or slugs.count(slug) > 1 else f"{date}/{short_slug(slug, slugs, at_least)}"


def _on_day(match: re.Match[str], tree: Tree) -> list[str]:
    try:
        date = dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return []
    paths = [path for day in tree.days(date, date) for path in tree.event_paths(day)]
    return _matching(slug_of(match[4]), paths, tree)


def _path(ref: str, tree: Tree, site_prefix: str, cwd: Path | None) -> Ref:
    written = without_site(ref)
    target = written if written.startswith("/") else f"/{written}"
    path = resolve(target, "", tree.exists, site_prefix)
    if path is None and cwd is not None and (_DRIVE.match(ref) or not is_external(ref)):
        path = _file(cwd / ref, tree)
    if path is None:
        if match := _DAY_FOLDER.match(target[max(target.rfind(f"/{NEWS}/"), 0) :]):  # below another site prefix
            raise NotFoundError(f"no page at {ref}", _days_as_refs(match, tree))
        wanted = canonical_path(target, "", site_prefix) or ref
        raise NotFoundError(f"no event at {ref}", suggest(_split(wanted)[1], tree))
    folder, _, name = path.rpartition("/")
    if name in DAY_PAGE_NAMES and (match := DATE.match(folder.removeprefix("news/"))):
        return days_of(ref, match)
    day = tree.day_at(folder)
    if day is None or path not in tree.event_paths(day):
        raise NotFoundError(f"{path} is a page of the archive, but not an event")
    return EventRef(ref, path)


def _days_as_refs(match: re.Match[str], tree: Tree) -> tuple[str, ...]:
    """Return the REF of the days in the groups of ``match``, if they have events."""
    try:
        days = days_of("-".join(f"{int(part):02d}" for part in match.groups() if part), match)
        events_in(days, tree)
    except (NotFoundError, UsageError):
        return ()
    return (days.ref,)


def _file(file: Path, tree: Tree) -> str | None:
    """Return the archive path of a file, or None if it is not in the archive."""
    if not is_valid_path(file):
        return None
    path = relative_path(Path(os.path.realpath(file)), Path(os.path.realpath(tree.root)))
    return path if path and tree.exists(path) else None


def _random_event(tree: Tree) -> EventRef:
    import random  # only this REF needs it

    paths = [path for day in tree.days() for path in tree.event_paths(day)]
    if not paths:
        raise NotFoundError("the archive has no events")
    return EventRef(RANDOM, random.choice(paths))


def _slug(ref: str, tree: Tree, lookup_prefix: PrefixLookup) -> EventRef:
    for wanted in dict.fromkeys((ref, ref.casefold())):
        if known := lookup_prefix(wanted):
            return _require_one(ref, _matching(wanted, known, tree), tree)
    paths = [path for day in tree.days() for path in tree.event_paths(day)]
    found = _matching(ref, paths, tree)
    if not found:
        message = f'no event matches "{ref}"; to search for words, use newsarc search'
        raise NotFoundError(message, _closest(ref, paths, tree))
    return _require_one(ref, found, tree)


def _matching(wanted: str, paths: Sequence[str], tree: Tree) -> list[str]:
    """Return the events whose slug is ``wanted`` or, if there are none, begins with it; else the same without case."""
    slugs = list(map(tree.slug, paths))
    for words, names in ((wanted, slugs), (wanted.casefold(), [slug.casefold() for slug in slugs])):
        found = [path for path, name in zip(paths, names, strict=True) if name == words]
        found = found or [path for path, name in zip(paths, names, strict=True) if name.startswith(words)]
        if found:
            return found
    return []


def _require_one(ref: str, found: Sequence[str], tree: Tree) -> EventRef:
    if len(found) == 1:
        return EventRef(ref, found[0])
    candidates = tuple(short_refs(found[:_MAX_CANDIDATES], tree))
    raise AmbiguousRefError(f'"{ref}" matches {len(found)} events', candidates, len(found))


def short_refs(paths: Iterable[str], tree: Tree, at_least: int = 0) -> Iterator[str]:
    """Yield a short REF of each path: its day and a prefix of its slug, unique among the events of the day."""
    slugs: dict[object, list[str]] = {}
    for path in paths:
        day = (tree.date(path), path.rpartition("/")[0])  # 2019/03/1 and 2019/03/01 may both exist
        if day not in slugs:
            slugs[day] = tree.siblings(path)
        yield _ref_among(path, slugs[day], tree, at_least)


def former_slug_note(ref: EventRef, tree: Tree) -> str:
    """Return the note about a REF that is a former slug."""
    return f"{ref.ref} is a former slug of {next(short_refs((ref.path,), tree))}"


def refs_by_path(paths: Iterable[str], tree: Tree) -> dict[str, str]:
    """Return the short REFs of the event pages among ``paths``, by path."""
    events = [path for path in dict.fromkeys(paths) if tree.is_event(path)]
    return dict(zip(events, short_refs(events, tree), strict=True))


def suggest(wanted: str, tree: Tree) -> tuple[str, ...]:
    """Return short REFs of up to three events whose slugs are similar to ``wanted``."""
    return _closest(wanted, [path for day in tree.days() for path in tree.event_paths(day)], tree)


def _closest(wanted: str, paths: Sequence[str], tree: Tree) -> tuple[str, ...]:
    wanted = wanted.casefold()
    slugs = list(map(tree.slug, paths))
    # People mostly type the beginning of a slug, with a typo; otherwise, words from its middle.
    prefixes = [slug[: len(wanted)] for slug in slugs]
    places = closest(wanted, prefixes, limit=_MAX_SUGGESTIONS, cutoff=70)
    if not places:
        longer = [slug if len(slug) > len(wanted) else "" for slug in slugs]
        places = closest(wanted, longer, limit=_MAX_SUGGESTIONS, cutoff=80, measure="partial_ratio")
    return tuple(short_refs((paths[at] for at in places), tree))


def _split(path: str) -> tuple[str, str]:
    """Return the folder and the slug of a path."""
    folder, _, name = path.rpartition("/")
    return folder, name.removesuffix(".md")
