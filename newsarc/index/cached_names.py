"""Names for completion: topics, slugs and days of the cached index as it is, up to date or not."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from newsarc.index.index_file import IndexFile
from newsarc.storage.cache import find_cache, why_unsafe
from newsarc.text.labels import COVER_IMAGE
from newsarc.text.normalize import fold, without_surrogates

NameKind = Literal["topic", "context", "source"]
# Whether a name is of a kind. A topic at the beginning of headlines is a guess here: the rest of the archive may not
# confirm it.
_IS_OF_KIND = {
    "topic": """
        EXISTS (SELECT 1 FROM topic WHERE topic.name = name.id) OR EXISTS (
          SELECT 1 FROM prefix WHERE prefix.name = name.id AND (
            EXISTS (SELECT 1 FROM name AS other WHERE other.folded = name.folded AND (
              EXISTS (SELECT 1 FROM topic WHERE topic.name = other.id)
              OR EXISTS (SELECT 1 FROM list_name WHERE list_name.name = other.id)))
            OR (SELECT count(DISTINCT prefix.event) FROM name AS other JOIN prefix ON prefix.name = other.id
                WHERE other.folded = name.folded) > 1))""",
    "context": """
        EXISTS (SELECT 1 FROM list_name WHERE list_name.name = name.id AND (
          EXISTS (SELECT 1 FROM link WHERE link.contexts = list_name.list)
          OR EXISTS (SELECT 1 FROM day_entry WHERE day_entry.contexts = list_name.list)))""",
    "source": """
        EXISTS (SELECT 1 FROM source WHERE source.label = name.id) OR name.id IN (SELECT host FROM source)""",
}
# Needs only the index page_name, not the rows of pages and events.
_SLUGS_IN_NAMES = """
    SELECT substr(name, 1, length(name) - 3) FROM page WHERE name >= ? AND name < ? AND folder > 0 AND NOT is_day_page
    AND EXISTS (SELECT 1 FROM event WHERE event.id = page.id)
    AND id NOT IN (SELECT id FROM event WHERE slug IS NOT NULL)
    """
_OWN_SLUGS = "SELECT slug FROM event WHERE slug >= ? AND slug < ?"
_SLUGS_OF_DAY = """
    SELECT coalesce(event.slug, substr(page.name, 1, length(page.name) - 3)) FROM event JOIN page ON page.id = event.id
    WHERE event.day = ?"""
_MAX_CHARACTER = "\U0010ffff"  # sorts after every other character
MAX_NAMES = 5000  # nobody reads more, and to quote them for a shell takes longer than a key press should
_PATIENCE = 0.1  # seconds to wait for a process that is changing the index


class TooManyNamesError(Exception):
    """More than MAX_NAMES fit, so that nothing should be offered."""


class CachedNames:
    """The names in a cached index, which may be out of date, and may belong to another configuration.

    Its methods raise TooManyNamesError where more than MAX_NAMES start with what was typed.
    """

    is_complete = True  # has all slugs

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def names(self, kind: NameKind, beginning: str) -> list[str]:
        """Return the topics, contexts or sources (labels and hosts) that start with ``beginning``, folded: each in one
        spelling.
        """
        # Folding strips the space that tells "Iraq " from the beginning of "Iraqi".
        folded = fold(without_surrogates(beginning))
        folded += " " if beginning[:-1].strip() and beginning[-1].isspace() else ""
        query = f"""
            SELECT min(text) FROM name
            WHERE folded >= ? AND folded < ? AND folded NOT IN ('', ?) AND ({_IS_OF_KIND[kind]})
            GROUP BY folded"""
        return self._column(query, folded, folded + _MAX_CHARACTER, COVER_IMAGE)

    def slugs(self, beginning: str) -> list[str]:
        """Return the slugs that start with ``beginning``."""
        bounds = (beginning, beginning + _MAX_CHARACTER)
        return [slug for query in (_SLUGS_IN_NAMES, _OWN_SLUGS) for slug in self._column(query, *bounds)]

    def slugs_on(self, day: dt.date) -> list[str]:
        """Return the slugs of the events of a day."""
        return self._column(_SLUGS_OF_DAY, day.isoformat())

    def first_day(self, since: dt.date, until: dt.date) -> dt.date | None:
        """Return the first day with an event from ``since`` to ``until``; None if there is none."""
        query = "SELECT min(day) FROM event WHERE day BETWEEN ? AND ?"
        (day,) = self._column(query, since.isoformat(), until.isoformat())
        return dt.date.fromisoformat(day) if day else None

    def _column(self, query: str, *parameters: str) -> list[str]:
        found = [value for (value,) in self._db.execute(f"{query} LIMIT {MAX_NAMES + 1}", parameters)]
        if len(found) > MAX_NAMES:
            raise TooManyNamesError
        return found


@contextlib.contextmanager
def open_cached_names(root: Path) -> Iterator[CachedNames | None]:
    """Open the cached index of the archive at ``root``; give None if there is none that can be used.

    Creates, changes and builds nothing.
    """
    with contextlib.ExitStack() as stack:
        db: sqlite3.Connection | None = None
        with contextlib.suppress(OSError, sqlite3.Error):
            cache = find_cache(root, None)
            if cache is not None and why_unsafe(cache.folder) is None:
                file = stack.enter_context(IndexFile(cache, may_create=False))
                db = file.open(any_key=True) if file.lock(to_write=False, patience=_PATIENCE) else None
        yield CachedNames(stack.enter_context(contextlib.closing(db))) if db is not None else None
