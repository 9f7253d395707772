"""One page's text → :class:`~newsarc.model.Event` or :class:`~newsarc.model.DayPage`: pure, no I/O, never raises on
content.

:mod:`newsarc.parser.canonical` reads canonical pages, :mod:`newsarc.parser.event` and :mod:`newsarc.parser.day` all
pages. What they return is the same.
"""

from __future__ import annotations

from collections.abc import Collection

from newsarc.config import DEFAULT_CONFIG, Config
from newsarc.model import DayPage, Event
from newsarc.parser import day, event
from newsarc.parser.canonical import read_day_page, read_event

__all__ = ["parse_day", "parse_event"]


def parse_event(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> Event:
    """Parse the page of one event.

    ``text`` is the whole file, decoded as UTF-8 with ``errors="surrogateescape"``; ``path`` is its path relative to the
    archive root (``news/2017/06/16/<slug>.md``), which gives the slug and, where the page has none, the date. ``names``
    are context names known to contain a comma. Pure, and never raises on content: what cannot be read becomes one of
    the event's ``problems``, and every line that is not blank belongs to some part of the event. Whether a related link
    is broken is not known here (``broken`` is None).
    """
    return read_event(text, path, config, names) or event.parse_event(text, path, config, names)


def parse_day(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> DayPage:
    """Parse the page of a day, or the front page.

    ``text`` is the whole file, decoded as UTF-8 with ``errors="surrogateescape"``; ``path`` is its path relative to the
    archive root; ``names`` are context names known to contain a comma. Pure, and never raises on content; every line
    that is not blank belongs to some part of the page.
    """
    return read_day_page(text, path, config, names) or day.parse_day(text, path, config, names)
