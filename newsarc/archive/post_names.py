"""The dates and slugs of posts, as far as the names of their files tell: for completion, which reads no posts."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from newsarc.archive.sites import GENERATED
from newsarc.layout.post_dates import as_date

_MAX_ENTRIES = 4000  # files and folders that are looked at; more would make a key press slow
_POST_FOLDERS = frozenset(("_posts", "content", "blog", "posts", "post", "news", "docs", "src"))  # searched first
_POST = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})-([^/]+?)(?:/index)?(?:\.[a-z]{2}(?:-[A-Za-z]+)?)?\.(?:md|markdown|mdx)", re.ASCII
)


class PostNames:
    """The days and slugs in the file names of a site: ``2018-02-25-slug.md``, ``2018-02-25-slug/index.md``.

    Front matter may say otherwise, but it is not read. Looks at no more than some thousand files.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.is_complete = True  # has all slugs that are in names

    def slugs(self, beginning: str) -> list[str]:
        """Return the slugs that start with ``beginning``."""
        return [slug for _, slug in self._posts if slug.startswith(beginning)]

    def slugs_on(self, day: dt.date) -> list[str]:
        """Return the slugs of the posts of a day."""
        return [slug for date, slug in self._posts if date == day]

    def first_day(self, since: dt.date, until: dt.date) -> dt.date | None:
        """Return the first day with a post from ``since`` to ``until``; None if there is none."""
        at = bisect_left(self._posts, (since, ""))
        date = self._posts[at][0] if at < len(self._posts) else dt.date.max
        return date if date <= until else None

    def has_posts(self) -> bool:
        """Whether there is a post. Looks no further than the first one."""
        return next(self._dated_names(), None) is not None

    @cached_property
    def _posts(self) -> list[tuple[dt.date, str]]:
        """The date and slug of each post, in chronological order."""
        return sorted(set(self._dated_names()))

    def _dated_names(self) -> Iterator[tuple[dt.date, str]]:
        for path in self._paths():
            folder, _, name = path.rpartition("/")
            match = _POST.fullmatch(f"{folder.rpartition('/')[2]}/{name}" if name.startswith("index.") else name)
            if match is not None and (date := as_date(match[1], match[2], match[3])) is not None:
                yield date, match[4]

    def _paths(self) -> Iterator[str]:
        """Yield the paths of files, those in likely folders first, and note whether there were too many."""
        left = _MAX_ENTRIES
        waiting = deque([(str(self._root), False)])
        while waiting:
            folder, is_likely = waiting.pop()
            for entry in _entries(folder):
                if not left:
                    self.is_complete = False
                    return
                left -= 1
                if not entry.is_dir(follow_symlinks=False):
                    yield f"{folder}/{entry.name}"
                elif entry.name[0] != "." and entry.name not in GENERATED:
                    if is_likely or entry.name in _POST_FOLDERS:
                        waiting.append((entry.path, True))
                    else:
                        waiting.appendleft((entry.path, False))


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """Yield the entries of a folder; none if it cannot be listed."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        yield from entries
