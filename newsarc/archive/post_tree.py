"""The files of an archive of posts: dated pages in any folder, as another layout has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from newsarc.archive.sites import GENERATED
from newsarc.layout.bundles import other_pages, post_paths
from newsarc.layout.local_files import MARKDOWN_ENDINGS
from newsarc.layout.other_formats import HEAD, note_on, unread_posts
from newsarc.layout.presets import Layout
from newsarc.layout.translations import originals
from newsarc.storage.files import read_file
from newsarc.storage.paths import is_utf8
from newsarc.storage.tree import Day, Tree

_NAMES_OF_POSTS = ("a-post.md", "2020-01-31-a-post.md", "a-post/index.md")


class PostTree(Tree):
    """The files of an archive whose pages are posts.

    A folder with posts is a :class:`Day` without a date. Days and slugs are known when the posts have been read:
    ``events`` returns them.
    """

    tells_pages = True  # a folder can have thousands of posts
    page_endings = MARKDOWN_ENDINGS

    def __init__(
        self, root: Path, max_page_bytes: int, layout: Layout, overlay: Mapping[str, bytes] | None = None
    ) -> None:
        super().__init__(root, max_page_bytes, overlay)
        self.layout = layout
        self.events: Callable[[], Iterable[tuple[str | None, str, str]]] = tuple  # ISO day, path and slug
        self._walked: list[str] = []

    @cached_property
    def _found_files(self) -> list[str]:
        """The paths of the files in the folders that have posts, and below."""
        return sorted(path for folder in self.layout.folders() for path in self._walk(folder))

    @cached_property
    def _posts(self) -> dict[str, list[str]]:
        """The names of the posts in each folder."""
        found: dict[str, list[str]] = {}
        unread = unread_posts(self._found_files, self.layout, self._head)
        if unread:
            folder, note = note_on(unread)
            self.skipped[folder] = note
        for path in sorted(set(post_paths(self._found_files, self.layout)) - unread.keys()):
            folder, _, name = path.rpartition("/")
            found.setdefault(folder, []).append(name)
        return found

    @cached_property
    def _known(self) -> dict[str, tuple[dt.date | None, str]]:
        """The date and the slug of each post, by path."""
        return {path: (dt.date.fromisoformat(day) if day else None, slug) for day, path, slug in self.events()}

    @cached_property
    def _calendar(self) -> dict[dt.date, list[str]]:
        """The paths of the posts of each day."""
        found: dict[dt.date, list[str]] = {}
        for path, (date, _) in self._known.items():
            if date is not None:
                found.setdefault(date, []).append(path)
        return found

    def _walk(self, folder: str) -> Iterator[str]:
        if folder and not self.has_folder(folder):
            return
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            self._walked.append(here)
            lead = f"{here}/" if here else ""
            yield from (f"{lead}{name}" for name in self.files(here))
            for path in (f"{lead}{name}" for name in self.folders(here) if name[0] != "." and name not in GENERATED):
                if is_utf8(path):
                    waiting.append(path)
                else:
                    self.skipped[path] = f"{path}: not read: folder name is not UTF-8"

    def _may_have_pages(self, path: str) -> bool:
        """Whether ``path`` is that of a post, or of a folder that may have one. It may lead anywhere: nobody looks."""
        if self.layout.is_post(path):
            return True
        if path.rpartition("/")[2].startswith(".") or path.rpartition("/")[2] in GENERATED:
            return False
        return any(self.layout.is_post(f"{path}/{name}") for name in _NAMES_OF_POSTS)

    def _head(self, path: str) -> bytes:
        """Return the first bytes of a file; none if it cannot be read."""
        try:
            return read_file(self.root / path, HEAD)
        except OSError:
            return b""

    def other_pages(self) -> list[str]:
        """Return the Markdown files beside posts that are not posts, sorted."""
        return other_pages(self._found_files, self.layout)

    def page_folders(self) -> Iterator[Day]:
        """Yield the folders that contain posts, sorted."""
        return (Day(0, 0, 0, folder) for folder in sorted(self._posts))

    def page_folder(self, path: str) -> Day:
        """Return the folder with posts at ``path``."""
        return Day(0, 0, 0, path)

    def parents(self) -> list[str]:
        """Return all folders that were searched for posts; a new post changes one of them."""
        self._posts  # noqa: B018
        return sorted(self._walked)

    def day_at(self, folder: str) -> Day | None:
        """Return the folder with posts at ``folder``; None if it has none."""
        return Day(0, 0, 0, folder) if folder in self._posts else None

    def event_names(self, day: Day) -> list[str]:
        """Return the file names of the posts in a folder, sorted."""
        return self._posts.get(day.path, [])

    def event_paths(self, day: Day) -> list[str]:
        """Return the paths of the posts of a folder, or of a day."""
        if day.date is not None:
            return list(self._calendar.get(day.date, ()))
        lead = f"{day.path}/" if day.path else ""
        return [f"{lead}{name}" for name in self._posts.get(day.path, ())]

    def originals(self, folder: str) -> dict[str, str]:
        """Return the original of each post in ``folder`` that is a translation."""
        return originals(self.event_paths(Day(0, 0, 0, folder)), self.layout)

    def day_page_paths(self, day: Day) -> list[str]:
        """Return nothing: posts have no day pages."""
        return []

    def days(self, since: dt.date | None = None, until: dt.date | None = None) -> Iterator[Day]:
        """Yield the days with posts in chronological order, optionally only those from ``since`` to ``until``."""
        for date in sorted(self._calendar):
            if (since is None or date >= since) and (until is None or date <= until):
                yield Day(date.year, date.month, date.day, "")

    def latest_day(self, before: dt.date = dt.date.max) -> Day | None:
        """Return the last day before ``before`` that has a post."""
        date = max((date for date in self._calendar if date < before), default=None)
        return None if date is None else Day(date.year, date.month, date.day, "")

    def slug(self, path: str) -> str:
        """Return the slug of the post at ``path``."""
        return self._known[path][1] if path in self._known else super().slug(path)

    def date(self, path: str) -> dt.date | None:
        """Return the date of the post at ``path``."""
        return self._known[path][0] if path in self._known else None

    def siblings(self, path: str) -> list[str]:
        """Return the slugs of the posts of the day of the post at ``path``, sorted."""
        date = self.date(path)
        return sorted(self.slug(other) for other in self._calendar.get(date, ())) if date else []

    def is_event(self, path: str) -> bool:
        """Whether ``path`` is that of a post, whether or not it exists."""
        return self.layout.is_post(path)
