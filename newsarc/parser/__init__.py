"""Parser for the text of one page: an :class:`~newsarc.model.Event` or a :class:`~newsarc.model.DayPage`.

It does no I/O and accepts any text. :mod:`newsarc.parser.canonical` is a fast path for canonical pages, with the same
results as :mod:`newsarc.parser.event` and :mod:`newsarc.parser.day`, which read all pages.
"""

from __future__ import annotations

from collections.abc import Collection

from newsarc.config import DEFAULT_CONFIG, Config
from newsarc.model import DayPage, Event
from newsarc.parser import day, event
from newsarc.parser.canonical import read_day_page, read_event

__all__ = ["parse_day", "parse_event"]


def parse_event(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> Event:
    """Parse an event page.

    ``text`` is the whole file, decoded as UTF-8 with ``errors="surrogateescape"``. ``path`` is its path relative to the
    archive root, ``news/2017/06/16/<slug>.md``; it gives the slug and the date. ``names`` are context names that
    contain a comma. Never raises on content: errors become ``problems`` of the event, and every line that is not blank
    belongs to some part of it. Related links are not checked (``broken`` is None).
    """
    return read_event(text, path, config, names) or event.parse_event(text, path, config, names)


def parse_day(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> DayPage:
    """Parse a day page or the front page.

    ``text`` is the whole file, decoded as UTF-8 with ``errors="surrogateescape"``. ``path`` is its path relative to the
    archive root. ``names`` are context names that contain a comma. Never raises on content; every line that is not
    blank belongs to some part of the page.
    """
    return read_day_page(text, path, config, names) or day.parse_day(text, path, config, names)
