"""The pages of an archive, read from its tree and parsed, with their related links checked against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

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
    from newsarc.storage.cache import Cache

_MIN_PREFIXED = 3  # fewer links with a strange beginning are mistyped ones
_SAMPLE_DAYS = 40  # how many days the judgement about a missing site prefix looks at


class Pages:
    """The pages under one archive root.

    They are as the files were when they were first listed. ``warnings`` collects, as lines for the user, what had to be
    passed over. ``names`` are context names that are known to contain a comma. ``may_cache`` allows what is worked out
    to be kept between runs. ``unsaved`` are texts that stand in for those of files (see
    :class:`~newsarc.storage.tree.Tree`).
    """

    def __init__(
        self, root: Path, config: Config, may_cache: bool = False, unsaved: Mapping[str, bytes] | None = None
    ) -> None:
        self.root = root
        self.config = config
        self.tree = Tree(root, config.max_page_bytes, unsaved)
        self._may_cache = may_cache
        self.names: frozenset[str] = frozenset()
        self._unread: dict[str, str] = {}
        self._last_day_page: tuple[tuple[str, str], tuple[DayPage, bool]] | None = None

    def with_unsaved(self, unsaved: Mapping[str, bytes]) -> Pages:
        """Return the pages of the same archive, nothing of it read yet, with ``unsaved`` in the place of what the files
        say: the bytes of pages by path. With an empty mapping, the pages as they are on the disk.
        """
        return Pages(self.root, self.config, self._may_cache, unsaved)

    def close(self) -> None:
        """Let go of what is open."""

    @cached_property
    def cache(self) -> Cache | None:
        """Where what is worked out is kept between runs; None for nowhere."""
        from newsarc.storage.cache import open_cache

        return open_cache(self.root, self.config) if self._may_cache else None

    @property
    def warnings(self) -> list[str]:
        """What could not be read or had to be guessed so far, one line each, in a stable order."""
        notes = [self.prefix_note] if self.known_prefix else []
        return notes + [line for _, line in sorted(self.notes().items())]

    def notes(self) -> dict[str, str]:
        """Return what had to be passed over so far, by path: the lines about it."""
        return self.tree.skipped | self._unread

    def is_unread(self, path: str) -> bool:
        """Whether ``path`` was passed over because it could not be read."""
        return path in self._unread or path in self.tree.unlistable

    def take_notes(self, notes: Mapping[str, str]) -> None:
        """Add to what had to be passed over."""
        self._unread.update(notes)

    def notes_about(self, folder: str) -> list[tuple[str, str]]:
        """Return what had to be passed over in ``folder`` so far: its path, and the line about it."""
        return [
            (path, line)
            for notes in (self.tree.skipped, self._unread)
            for path, line in notes.items()
            if path == folder or path.startswith(f"{folder}/")
        ]

    def load(self, path: str) -> Event:
        """Read and parse the event page at ``path``, its related links checked. Raises PageError."""
        return self.parse_event(path, self.tree.read(path))

    def parse_event(self, path: str, text: str) -> Event:
        """Parse ``text`` as the event page at ``path``, its related links checked against the archive."""
        return self.checked(self.parse_unchecked(path, text))

    def parse_unchecked(self, path: str, text: str) -> Event:
        """Parse ``text`` as the event page at ``path``; nothing is asked about other pages."""
        return parse_event(text, path, self.config, self.names)

    def read_canonical(self, path: str, text: str) -> Event | None:
        """Read ``text`` as :meth:`parse_unchecked` does if it is a canonical page; return None for any other."""
        return read_event(text, path, self.config, self.names)

    def parse_tolerantly(self, path: str, text: str) -> Event:
        """Parse ``text`` as :meth:`parse_unchecked` does, after :meth:`read_canonical` returned None for it."""
        return tolerant.parse_event(text, path, self.config, self.names)

    def parse_day_page(self, path: str, text: str) -> DayPage:
        """Parse ``text`` as the day page at ``path``."""
        return self._day_page(path, text)[0]._replace(path=path)

    def is_canonical_day_page(self, path: str, text: str) -> bool:
        """Whether ``text`` is a canonical page of a day."""
        return self._day_page(path, text)[1]

    def _day_page(self, path: str, text: str) -> tuple[DayPage, bool]:
        """Return what a day page says, and whether it is canonical."""
        # index.md and README.md are the same page nearly always: parse it once.
        key = (path.rpartition("/")[0], text)
        if self._last_day_page is None or self._last_day_page[0] != key:
            canonical = read_day_page(text, path, self.config, self.names)
            page = canonical or tolerant_day.parse_day(text, path, self.config, self.names)
            self._last_day_page = key, (page, canonical is not None)
        return self._last_day_page[1]

    def try_load(self, path: str) -> Event | None:
        """Return what :meth:`load` does, or None, with a line among the warnings, where the page cannot be read."""
        try:
            return self.load(path)
        except PageError as error:
            self._unread[path] = str(error)
            return None

    def events_of(self, day: Day) -> list[Event]:
        """Return the events of one day folder, in the order of its day page, then by path."""
        events = [event for path in self.tree.event_paths(day) if (event := self.try_load(path)) is not None]
        places: dict[str, int] = {}
        page = next(self.day_pages(day), None)
        for entry in page.entries if page else ():
            if entry.link.path:
                places.setdefault(entry.link.path, len(places))
        events.sort(key=lambda event: places.get(event.path, len(places)))
        return events

    def day_pages(self, day: Day) -> Iterator[DayPage]:
        """Yield the pages of one day folder itself: ``index.md`` and ``README.md``, as far as they exist."""
        for path in self.tree.day_page_paths(day):
            try:
                yield self.parse_day_page(path, self.tree.read(path))
            except PageError as error:
                self._unread[path] = str(error)

    # --- links ---

    @property
    def prefix_note(self) -> str:
        """What to tell a user whose configuration lacks the site prefix."""
        prefix = self.missing_prefix
        return (
            f"most related links begin with {prefix}, and the archive has no such folder: "
            f'put site-prefix = "{prefix}" in newsarc.toml'
        )

    def find_missing_prefix(self) -> None:
        """Find out :attr:`missing_prefix` now, so that processes forked from this one know it."""
        self.missing_prefix  # noqa: B018

    @property
    def known_prefix(self) -> str | None:
        """What :attr:`missing_prefix` is, where that mattered so far; else None."""
        known: str | None = self.__dict__.get("missing_prefix")
        return known

    @cached_property
    def missing_prefix(self) -> str | None:
        """The site prefix that most related links carry although the configuration names none, or None.

        Judged by events from all over the archive, a few dozen of them: one link with a strange beginning is broken,
        but where most have it, the configuration lacks ``site-prefix``.
        """
        if self.config.site_prefix:
            return None
        days = list(self.tree.days())
        paths = [path for day in days[:: len(days) // _SAMPLE_DAYS + 1] for path in self.tree.event_paths(day)[:2]]
        seen: Counter[str | None] = Counter()
        for path in paths:
            try:
                event = parse_event(self.tree.read(path), path, self.config)
            except PageError:
                continue  # told when the page itself is asked for
            seen.update(foreign_prefix(link.target, self.tree.has_folder) for link in event.related)
        prefix, number = max(seen.items(), key=itemgetter(1), default=(None, 0))
        return prefix if number >= _MIN_PREFIXED and 2 * number > seen.total() else None

    def checked(self, event: Event) -> Event:
        """Return ``event`` with its related links checked against the archive."""
        if all(link.broken is not None for link in event.related):
            return event
        return replace(event, related=tuple(self.check(link, event.path) for link in event.related))

    def reach(self, target: str, page: str) -> str | None:
        """Return the path of the page that ``target``, written in ``page``, reaches; None where there is none."""
        path = resolve(target, page, self._is_page, self.config.site_prefix)
        if path is None:
            prefix = foreign_prefix(target, self.tree.has_folder)
            if prefix is not None and prefix == self.missing_prefix:
                path = resolve(target, page, self._is_page, prefix)
        return path

    def _is_page(self, path: str) -> bool:
        return is_page_path(path) and self.tree.exists(path)

    def check(self, link: RelatedLink, page: str) -> RelatedLink:
        """Return ``link``, which stands in ``page``, checked against the archive."""
        path = link.path
        if path is not None and link.target == f"{self.config.site_prefix}/{path}":
            if self._is_page(path):
                return link.checked(path, False)  # written as the archive writes links, as nearly all are
            if is_written_plainly(link.target, path, self.config.site_prefix):  # cheaper than to try all spellings
                path = next(filter(self._is_page, plain_spellings(path)), None)
                return link.checked(path, path is None)
        path = self.reach(link.target, page)
        return link.checked(path, path is None and not is_web_address(link.target))
