"""What a user typed (a REF) → the days or events that it means.

A REF is a day (``2017-06-16``, ``2017-6-16``, ``2017/06/16``), a month (``2017-06``), a year (``2017``), ``latest``,
a slug,
a unique beginning of one, ``2017-06-16/slug`` (again a beginning will do), a file path, or a site path or web address
of a page.
"""

from __future__ import annotations

import calendar
import datetime as dt
import os
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from newsarc.errors import AmbiguousRefError, NotFoundError, UsageError
from newsarc.layout import DAY_PAGE_NAMES, is_event_path
from newsarc.parser.page import make_date
from newsarc.parser.targets import canonical_path, resolve
from newsarc.storage.paths import is_valid_path, relative_path, with_slashes
from newsarc.storage.tree import Day, Tree
from newsarc.text.suggest import shared_length
from newsarc.text.urls import is_external, without_site

LATEST = "latest"
_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?\Z", re.ASCII)
_DAY_FOLDER = re.compile(
    r"/?news/(\d{4})(?:/(\d{1,2})(?:/(\d{1,2}))?)?/?(?:index\.(?:md|html)|README\.md)?\Z", re.ASCII
)
_DAY_SLUG = re.compile(r"(?:/?news/)?(\d{4})[-/](\d{1,2})[-/](\d{1,2})/([^/]+)\Z", re.ASCII)
# What no reader would type to look for words: 2017-06-16/slug, a path in or of an archive, an address, a file.
_REF_BY_LOOKS = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}/|(?:.*/)?news/\d{4}(?:/|\Z)|(?i:https?)://|.*\.md\Z", re.ASCII | re.DOTALL
)
_DRIVE = re.compile(r"[A-Za-z]:/")
_MAX_CANDIDATES = 8
_MAX_SUGGESTIONS = 3
_SHORT_SLUG = 24  # characters that a shortened slug keeps at least: enough to recognise the event by


class DayRange(NamedTuple):
    """A REF that means days: ``first`` to ``last``, both included."""

    ref: str
    first: dt.date
    last: dt.date

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last


class EventRef(NamedTuple):
    """A REF that means one event, by its path. ``is_former`` is true where the REF is a slug that the event had
    before.
    """

    ref: str
    path: str
    is_former: bool = False


Ref = DayRange | EventRef


# The paths of the events whose files' names start with a text, in the order of time; None: it is not known.
Beginning = Callable[[str], "list[str] | None"]


def resolve_ref(
    ref: str, tree: Tree, site_prefix: str = "", cwd: Path | None = None, beginning: Beginning = lambda text: None
) -> Ref:
    """Return what ``ref`` means in ``tree``. ``cwd`` is the folder that file paths are relative to, besides the root.
    ``beginning`` may know events by their names, so that not all folders are listed for a slug.

    Raises UsageError for an empty REF or a date that does not exist, NotFoundError with up to three suggestions where
    nothing answers to it, AmbiguousRefError with candidates where more than one event does.
    """
    ref = with_slashes(ref.strip())
    if not ref:
        raise UsageError("an empty REF means nothing; give a day such as 2017-06-16, or a slug")
    if days := day_range(ref, tree):
        return days
    if match := _DAY_FOLDER.match(without_site(ref).removeprefix(site_prefix)):
        return _days(ref, match)
    if match := _DAY_SLUG.match(ref):
        found = _on_day(match, tree)
        if found:
            return _only(ref, found, tree)
    if "/" in ref:
        return _path(ref, tree, site_prefix, cwd)
    return _slug(slug_in(ref), tree, beginning)


def day_range(ref: str, tree: Tree) -> DayRange | None:
    """Return the days that ``ref`` means where it is a day, a month, a year or ``latest``; None where it is no date.

    Raises UsageError for a date that does not exist, NotFoundError for the latest day of an empty archive.
    """
    if days := date_range(ref):
        return days
    if ref.strip() != LATEST:
        return None
    day = tree.latest_day()
    if day is None or day.date is None:
        raise NotFoundError("the archive has no events")
    return DayRange(LATEST, day.date, day.date)


def date_range(text: str) -> DayRange | None:
    """Return the days of a day, month or year as typed; None where it is no date.

    Raises UsageError for a date that does not exist.
    """
    match = _DATE.match(text.strip().rstrip("/"))
    return _days(text.strip(), match) if match else None


def looks_like_ref(text: str) -> bool:
    """Whether ``text`` is a REF and no words to look for, whatever the archive has: a date, ``latest``,
    ``2017-06-16/slug``, a path or an address.
    """
    text = with_slashes(text.strip())
    return text == LATEST or bool(_DATE.match(text.rstrip("/")) or _REF_BY_LOOKS.match(text))


def slug_in(ref: str) -> str:
    """Return the slug in a slug, file name, path or address: what stands last, without its ending."""
    return ref.strip().rstrip("/").rpartition("/")[2].removesuffix(".md").removesuffix(".html")


def events_in(days: DayRange, tree: Tree) -> list[tuple[Day, list[str]]]:
    """Return the days of a range that have events, with the paths of those. Raises NotFoundError where there are
    none.
    """
    found = [(day, paths) for day in tree.days(days.first, days.last) if (paths := tree.event_paths(day))]
    if not found:
        nearest = nearest_days(days, tree)
        hint = f"; the nearest days that have some: {', '.join(map(str, nearest))}" if nearest else ""
        raise NotFoundError(f"no events on {days.ref}{hint}" if days.is_day else f"no events in {days.ref}{hint}")
    return found


def nearest_days(days: DayRange, tree: Tree) -> list[dt.date]:
    """Return the last day before a range and the first day behind it that have events, as far as there are such."""
    near: list[dt.date] = []
    dated = [day for day in tree.days() if day.date is not None]
    before = (day for day in reversed(dated) if day.date is not None and day.date < days.first)
    after = (day for day in dated if day.date is not None and day.date > days.last)
    for side in (before, after):
        found = next((day for day in side if tree.event_paths(day)), None)
        if found is not None and found.date is not None:
            near.append(found.date)
    return near


def event_ref(path: str, siblings: Iterable[str]) -> str:
    """Return the shortest good REF for the event at ``path``: its day and a beginning of its slug.

    It is unique among ``siblings``, the paths of all events of that day, ends with a whole word where slugs have words,
    and is long enough to recognise the event by. What stands outside a day folder keeps its path.
    """
    return _ref_among(path, sorted(_split(other)[1] for other in siblings if other != path))


def _ref_among(path: str, slugs: Sequence[str]) -> str:
    """Return :func:`event_ref` of ``path`` among others with these ``slugs``, which are in order; its own may be one
    of them.
    """
    folder, slug = _split(path)
    match = _DATE.match(folder.removeprefix("news/"))
    if match is None or match[3] is None or make_date(match) is None:
        return path
    day = f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"
    # Of slugs in order, the neighbours have the longest beginnings in common: to ask all of them takes quadratic time
    # for the events of one day.
    at = bisect_left(slugs, slug)
    behind = at + 1 if slugs[at : at + 1] == [slug] else at
    near = (*slugs[max(0, at - 1) : at], *slugs[behind : behind + 1])
    shared = max((shared_length(slug, other) for other in near), default=0)
    length = _word_end(slug, max(shared + 1, _SHORT_SLUG if slug.isascii() else _SHORT_SLUG // 3))
    return f"{day}/{slug[:length]}"


def _word_end(slug: str, at_least: int) -> int:
    """Return the end of the word of ``slug`` that reaches ``at_least`` characters; half a word where words are long."""
    if at_least >= len(slug):
        return len(slug)
    end = slug.find("-", at_least)
    if end < 0:
        end = len(slug)
    return end if end - at_least <= _SHORT_SLUG else at_least


def _days(ref: str, match: re.Match[str]) -> DayRange:
    year, month, day = (int(group) if group else None for group in match.groups())
    assert year is not None
    try:
        if month is None:
            return DayRange(ref, dt.date(year, 1, 1), dt.date(year, 12, 31))
        if day is None:
            return DayRange(ref, dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))
        return DayRange(ref, dt.date(year, month, day), dt.date(year, month, day))
    except (ValueError, calendar.IllegalMonthError):
        what = "day" if day else "month" if month else "year"
        raise UsageError(f"there is no {what} {ref}") from None


def _on_day(match: re.Match[str], tree: Tree) -> list[str]:
    try:
        date = dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return []
    wanted = match[4].removesuffix(".md").removesuffix(".html")
    paths = [path for day in tree.days(date, date) for path in tree.event_paths(day)]
    return _matching(wanted, paths)


def _path(ref: str, tree: Tree, site_prefix: str, cwd: Path | None) -> Ref:
    written = without_site(ref)
    target = written if written.startswith("/") else f"/{written}"
    path = resolve(target, "", tree.exists, site_prefix)
    if path is None and cwd is not None and (_DRIVE.match(ref) or not is_external(ref)):
        path = _file(cwd / ref, tree)
    if path is None:
        wanted = canonical_path(target, "", site_prefix) or ref
        raise NotFoundError(f"no event at {ref}", suggest(_split(wanted)[1], tree))
    folder, _, name = path.rpartition("/")
    if name in DAY_PAGE_NAMES and (match := _DATE.match(folder.removeprefix("news/"))):
        return _days(ref, match)
    day = tree.day_at(folder)
    if day is None or path not in tree.event_paths(day):
        raise NotFoundError(f"{path} is a page of the archive, but no event")
    return EventRef(ref, path)


def _file(file: Path, tree: Tree) -> str | None:
    """Return the path in the archive of a file named from the outside, or None."""
    if not is_valid_path(file):
        return None
    path = relative_path(Path(os.path.realpath(file)), Path(os.path.realpath(tree.root)))
    return path if path and tree.exists(path) else None


def _slug(ref: str, tree: Tree, beginning: Beginning) -> EventRef:
    for wanted in dict.fromkeys((ref, ref.casefold())):
        if known := beginning(wanted):
            return _only(ref, _matching(wanted, known), tree)
    paths = [path for day in tree.days() for path in tree.event_paths(day)]
    found = _matching(ref, paths)
    if not found:
        message = f"no event has a slug that is or begins with {ref}; newsarc search looks for words"
        raise NotFoundError(message, _closest(ref, paths))
    return _only(ref, found, tree)


def _matching(wanted: str, paths: Sequence[str]) -> list[str]:
    """Return the events whose slug is ``wanted``, or else those whose slug begins with it."""
    exact = [path for path in paths if _split(path)[1] == wanted]
    beginning = exact or [path for path in paths if _split(path)[1].startswith(wanted)]
    if beginning or wanted == wanted.casefold():
        return beginning
    return _matching(wanted.casefold(), paths)


def _only(ref: str, found: Sequence[str], tree: Tree) -> EventRef:
    if len(found) == 1:
        return EventRef(ref, found[0])
    candidates = tuple(event_refs(found[:_MAX_CANDIDATES], tree))
    raise AmbiguousRefError(f"{ref} means {len(found)} events", candidates, len(found))


def event_refs(paths: Iterable[str], tree: Tree) -> Iterator[str]:
    """Yield :func:`event_ref` of each path, its siblings taken from ``tree``."""
    slugs: dict[str, list[str]] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        if folder not in slugs:
            names = (name for name in tree.files(folder) if name.endswith(".md") and name not in DAY_PAGE_NAMES)
            slugs[folder] = sorted(name.removesuffix(".md") for name in names)
        yield _ref_among(path, slugs[folder])


def refs_by_path(paths: Iterable[str], tree: Tree) -> dict[str, str]:
    """Return the REF of each of ``paths`` that is an event's."""
    events = [path for path in dict.fromkeys(paths) if is_event_path(path)]
    return dict(zip(events, event_refs(events, tree), strict=True))


def suggest(wanted: str, tree: Tree) -> tuple[str, ...]:
    """Return REFs of up to three events whose slugs are close to ``wanted``."""
    return _closest(wanted, [path for day in tree.days() for path in tree.event_paths(day)])


def _closest(wanted: str, paths: Sequence[str]) -> tuple[str, ...]:
    from rapidfuzz import fuzz, process

    wanted = wanted.casefold()
    slugs = {path: _split(path)[1] for path in paths}
    # What was typed is most often the beginning of a slug with a slip in it; if not, words out of its middle.
    beginnings = {path: slug[: len(wanted)] for path, slug in slugs.items()}
    close = process.extract(wanted, beginnings, scorer=fuzz.ratio, limit=_MAX_SUGGESTIONS, score_cutoff=70)
    if not close:
        longer = {path: slug for path, slug in slugs.items() if len(slug) > len(wanted)}
        close = process.extract(wanted, longer, scorer=fuzz.partial_ratio, limit=_MAX_SUGGESTIONS, score_cutoff=80)
    by_folder: dict[str, list[str]] = {}
    for path in paths:
        by_folder.setdefault(path.rpartition("/")[0], []).append(path)
    return tuple(event_ref(path, by_folder[path.rpartition("/")[0]]) for _, _, path in close)


def _split(path: str) -> tuple[str, str]:
    """Return the folder and the slug of a path."""
    folder, _, name = path.rpartition("/")
    return folder, name.removesuffix(".md")
