"""The reader of an archive: reads and parses its pages, and checks their related links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from newsarc.archive.sites import cache_of
from newsarc.config import Config
from newsarc.errors import PageError
from newsarc.model import DayPage, Event, RelatedLink
from newsarc.parser import day as tolerant_day
from newsarc.parser import event as tolerant
from newsarc.parser import parse_event
from newsarc.parser.canonical import read_day_page, read_event
from newsarc.parser.targets import foreign_prefix, is_page_path, is_written_plainly, plain_spellings, resolve
from newsarc.storage.tree import Day, Tree
from newsarc.text.urls import is_web_address

if TYPE_CHECKING:
    from newsarc.archive.post_tree import PostTree
    from newsarc.layout.presets import Layout
    from newsarc.parser.post import ParsedPost
    from newsarc.storage.cache import Cache

_MIN_PREFIXED = 3  # fewer links with an unknown prefix are typos
_SAMPLE_DAYS = 40  # days that are sampled to detect a missing site prefix


class PageReader:
    """The pages of the archive at ``root``.

    Folders are listed once, when they are first needed. ``warnings`` lists the pages that could not be read, one line
    each. ``names`` are context names that contain a comma. ``may_cache`` allows a cache on disk. ``overlay`` has the
    unsaved texts of pages, by path, which replace those on disk (see :class:`~newsarc.storage.tree.Tree`).
    """

    def __init__(
        self,
        root: Path,
        config: Config,
        may_cache: bool = False,
        overlay: Mapping[str, bytes] | None = None,
        layout: Layout | None = None,
    ) -> None:
        self.root = root
        self.config = config
        self.layout = layout
        self.tree = _make_tree(root, config, layout, overlay)
        self._may_cache = may_cache
        self.names: frozenset[str] = frozenset()
        self._unread: dict[str, str] = {}
        self._last_day_page: tuple[tuple[str, str], tuple[DayPage, bool]] | None = None

    def with_overlay(self, overlay: Mapping[str, bytes]) -> PageReader:
        """Return a reader of the same archive that has read nothing yet, with the bytes of unsaved pages by path.

        With an empty mapping, it reads the pages as they are on disk.
        """
        return PageReader(self.root, self.config, self._may_cache, overlay, self.layout)

    def for_workers(self) -> PageReader:
        """Return a reader of the same archive for forked processes: it has read nothing yet, and knows the comma names
        and the missing site prefix.
        """
        reader = PageReader(self.root, self.config, layout=self.layout)
        reader.names = self.names
        reader.missing_prefix = self.missing_prefix
        return reader

    def originals(self, folder: str) -> dict[str, str]:
        """Return the original of each translation in ``folder``: the post beside it that is the event of both."""
        return cast("PostTree", self.tree).originals(folder) if self.layout is not None else {}

    def close(self) -> None:
        """Close open files."""

    @cached_property
    def cache(self) -> Cache | None:
        """The cache of the archive; None if there is none."""
        return cache_of(self.root, self.config, self.layout) if self._may_cache else None

    @property
    def warnings(self) -> list[str]:
        """The warnings so far, one line each, in a stable order: unreadable pages, and a missing site prefix."""
        about_prefix = [self.missing_prefix_warning] if self.known_prefix else []
        return about_prefix + [line for _, line in sorted(self.warnings_by_path().items())]

    def warnings_by_path(self) -> dict[str, str]:
        """Return the warnings about skipped pages and folders so far, by path."""
        return self.tree.skipped | self._unread

    def is_unread(self, path: str) -> bool:
        """Whether ``path`` was skipped because it could not be read."""
        return path in self._unread or path in self.tree.unlistable

    def add_warnings(self, warnings: Mapping[str, str]) -> None:
        """Add warnings about skipped pages, by path."""
        self._unread.update(warnings)

    def warnings_in(self, folder: str) -> list[tuple[str, str]]:
        """Return the warnings about ``folder`` and everything in it so far: pairs of path and line."""
        return [
            (path, line)
            for warnings in (self.tree.skipped, self._unread)
            for path, line in warnings.items()
            if path == folder or path.startswith(f"{folder}/")
        ]

    def load(self, path: str) -> Event:
        """Read and parse the event page at ``path``, and check its related links. Raises PageError."""
        return self.parse_event(path, self.tree.read(path))

    def parse_event(self, path: str, text: str) -> Event:
        """Parse ``text`` as the event page at ``path``, and check its related links against the archive."""
        event = self.checked(self.parse_unchecked(path, text))
        if event.address is None and self.config.page_url:
            return replace(event, address=urlsplit(self.config.url_of(path)).path)
        return event

    def parse_unchecked(self, path: str, text: str) -> Event:
        """Parse ``text`` as the event page at ``path`` without checking its links."""
        if self.layout is not None:
            return self.parse_post(path, text).event
        return parse_event(text, path, self.config, self.names)

    def parse_post(self, path: str, text: str) -> ParsedPost:
        """Parse ``text`` as the post at ``path``, with the meanings of its links."""
        from newsarc.parser.post import read_post_page

        assert self.layout is not None
        parsed = read_post_page(text, path, self.layout)
        assert parsed is not None, f"{path} is not a post"
        return parsed

    def read_canonical(self, path: str, text: str) -> Event | None:
        """Parse ``text`` as :meth:`parse_unchecked` does if it is a canonical page; return None for any other."""
        return read_event(text, path, self.config, self.names)

    def parse_tolerantly(self, path: str, text: str) -> Event:
        """Parse ``text`` as :meth:`parse_unchecked` does, after :meth:`read_canonical` returned None for it."""
        return tolerant.parse_event(text, path, self.config, self.names)

    def parse_day_page(self, path: str, text: str) -> DayPage:
        """Parse ``text`` as the day page at ``path``."""
        return self._day_page(path, text)[0]._replace(path=path)

    def is_canonical_day_page(self, path: str, text: str) -> bool:
        """Whether ``text`` is a canonical day page."""
        return self._day_page(path, text)[1]

    def _day_page(self, path: str, text: str) -> tuple[DayPage, bool]:
        """Return a parsed day page, and whether it is canonical."""
        # index.md and README.md are nearly always the same: parse them once.
        key = (path.rpartition("/")[0], text)
        if self._last_day_page is None or self._last_day_page[0] != key:
            canonical = read_day_page(text, path, self.config, self.names)
            page = canonical or tolerant_day.parse_day(text, path, self.config, self.names)
            self._last_day_page = key, (page, canonical is not None)
        return self._last_day_page[1]

    def try_load(self, path: str) -> Event | None:
        """Return the same as :meth:`load`, or None, with a warning, if the page cannot be read."""
        try:
            return self.load(path)
        except PageError as error:
            self._unread[path] = str(error)
            return None

    def events_of(self, day: Day) -> list[Event]:
        """Return the events of a day folder in the order of its day page, then by path."""
        events = [event for path in self.tree.event_paths(day) if (event := self.try_load(path)) is not None]
        places: dict[str, int] = {}
        page = next(self.day_pages(day), None)
        for entry in page.entries if page else ():
            if entry.link.path:
                places.setdefault(entry.link.path, len(places))
        events.sort(key=lambda event: places.get(event.path, len(places)))
        return events

    def day_pages(self, day: Day) -> Iterator[DayPage]:
        """Yield the existing day pages of a day folder: ``index.md`` and ``README.md``."""
        for path in self.tree.day_page_paths(day):
            try:
                yield self.parse_day_page(path, self.tree.read(path))
            except PageError as error:
                self._unread[path] = str(error)

    # --- links ---

    @property
    def missing_prefix_warning(self) -> str:
        """The warning that the configuration lacks a site prefix."""
        prefix = self.missing_prefix
        return (
            f"most related links begin with {prefix}, which is not a folder of the archive; "
            f'put site-prefix = "{prefix}" in newsarc.toml'
        )

    def find_missing_prefix(self) -> None:
        """Compute :attr:`missing_prefix` now, so that forked processes share it."""
        self.missing_prefix  # noqa: B018

    @property
    def known_prefix(self) -> str | None:
        """The :attr:`missing_prefix` if it has been computed, else None."""
        known: str | None = self.__dict__.get("missing_prefix")
        return known

    @cached_property
    def missing_prefix(self) -> str | None:
        """The site prefix of most related links, if the configuration has none; else None.

        A sample of a few dozen events from the whole archive decides: a few links with an unknown prefix are broken,
        but if most links have it, the configuration lacks ``site-prefix``.
        """
        if self.config.site_prefix or self.layout is not None:
            return None
        days = list(self.tree.page_folders())
        paths = [path for day in days[:: len(days) // _SAMPLE_DAYS + 1] for path in self.tree.event_paths(day)[:2]]
        seen: Counter[str | None] = Counter()
        for path in paths:
            try:
                event = parse_event(self.tree.read(path), path, self.config)
            except PageError:
                continue  # there will be a warning when the page itself is read
            seen.update(foreign_prefix(link.target, self.tree.has_folder) for link in event.related)
        prefix, number = max(seen.items(), key=itemgetter(1), default=(None, 0))
        return prefix if number >= _MIN_PREFIXED and 2 * number > seen.total() else None

    def checked(self, event: Event) -> Event:
        """Return ``event`` with all related links checked against the archive."""
        if all(link.broken is not None for link in event.related):
            return event
        return replace(event, related=tuple(self.check(link, event.path) for link in event.related))

    def reach(self, target: str, page: str) -> str | None:
        """Return the path of the page that ``target``, a link in ``page``, links to; None if there is no such page."""
        path = resolve(target, page, self._is_page, self.config.site_prefix)
        if path is None:
            prefix = foreign_prefix(target, self.tree.has_folder)
            if prefix is not None and prefix == self.missing_prefix:
                path = resolve(target, page, self._is_page, prefix)
        return path

    def _is_page(self, path: str) -> bool:
        return is_page_path(path) and self.tree.exists(path)

    def check(self, link: RelatedLink, page: str) -> RelatedLink:
        """Return ``link``, a link in ``page``, checked against the archive."""
        path = link.path
        if path is not None and link.target == f"{self.config.site_prefix}/{path}":
            if self._is_page(path):
                return link.checked(path, False)  # the fast path for nearly all links
            if is_written_plainly(link.target, path, self.config.site_prefix):  # cheaper than trying all spellings
                path = next(filter(self._is_page, plain_spellings(path)), None)
                return link.checked(path, path is None)
        path = self.reach(link.target, page)
        return link.checked(path, path is None and not is_web_address(link.target))


def _make_tree(root: Path, config: Config, layout: Layout | None, overlay: Mapping[str, bytes] | None) -> Tree:
    if layout is None:
        return Tree(root, config.max_page_bytes, overlay)
    from newsarc.archive.post_tree import PostTree

    return PostTree(root, config.max_page_bytes, layout, overlay)
