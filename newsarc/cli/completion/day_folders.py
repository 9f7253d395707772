"""The days and slugs of an archive with day folders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from newsarc.storage.tree import Tree

_MAX_ENTRIES = 4000  # files in the newest day folders that are listed for slugs; more would make a key press slow


class DayFolders:
    """The names in day folders. Those of slugs come from the cached index, which may be out of date, if there is one;
    otherwise they are those of the newest days, some thousand.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tree = Tree(root, max_page_bytes=0)  # reads no pages
        self.is_complete = True  # has all slugs

    def first_day(self, since: dt.date, until: dt.date) -> dt.date | None:
        """Return the first day with a folder from ``since`` to ``until``; None if there is none."""
        day = next(self._tree.days(since, until), None)
        return day.date if day is not None else None

    def slugs_on(self, day: dt.date) -> list[str]:
        """Return the slugs of the events of a day."""
        tree = self._tree
        return [tree.slug(path) for folder in tree.days(day, day) for path in tree.event_paths(folder)]

    def slugs(self, beginning: str) -> list[str]:
        """Return the slugs that start with ``beginning``."""
        from newsarc.index.cached_names import open_cached_names

        with open_cached_names(self._root) as cached:
            if cached is not None:
                return cached.slugs(beginning)
        return [slug for slug in self._newest_slugs() if slug.startswith(beginning)]

    def _newest_slugs(self) -> Iterator[str]:
        """Yield the slugs of whole days, the newest first, until there are enough."""
        tree, entries, before = self._tree, 0, dt.date.max
        while (newest := tree.latest_day(before)) is not None and newest.date is not None:
            before = newest.date.replace(day=1)
            for day in reversed(list(tree.days(before, newest.date))):
                if entries >= _MAX_ENTRIES:
                    self.is_complete = False
                    return
                entries += len(tree.files(day.path))
                yield from map(tree.slug, tree.event_paths(day))
