"""The public API: one archive, opened once, asked many times."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from newsarc.archive.reader import Pages
from newsarc.archive.refs import DayRange, EventRef, Ref, day_range, event_refs, events_in, resolve_ref, slug_in
from newsarc.config import DEFAULT_CONFIG, Config, find_config, load_config
from newsarc.errors import AmbiguousRefError, ArchiveError, NotFoundError, UsageError
from newsarc.layout import NEWS, is_event_path
from newsarc.model import Event
from newsarc.storage import clock
from newsarc.storage.paths import leads_inside, shown

if TYPE_CHECKING:
    from newsarc.analysis.recommendations import Discovery
    from newsarc.index.findings import PageFindings
    from newsarc.index.index import Index
    from newsarc.lint.finding import Finding
    from newsarc.lint.page_pass import PageChecker
    from newsarc.model import DayPage
    from newsarc.search.engine import Hit
    from newsarc.storage.tree import Day


_FEW_DAYS = 62  # are sooner read than the whole archive is looked at for what changed


def _root_in(folder: Path, named: str, config: Path | None) -> Path:
    """Return the archive root that a configuration in ``folder`` names: a folder in there, not elsewhere by a link."""
    if named == ".":
        return folder
    root = folder / named
    if leads_inside(root, folder) and root.is_dir():
        return root
    raise ArchiveError(f'{config}: root = "{shown(named)}" is no folder in the folder of this file')


class Archive(Pages):
    """An archive of Markdown news pages.

    ::

        from newsarc.api import Archive

        with Archive.open("examples/archive") as archive:
            for event in archive.events(on="2017-06-16"):
                print(event.date, event.headline)

    What is asked about a day, or about one event given by its path, reads only the folders that hold it; the first
    question that needs more reads the whole archive once into an index in memory. Folders and the index are read once:
    open the archive anew to see changes. Which context names contain a comma of their own is known of the page's own
    topics at first, and of all topics once the index is there. ``warnings`` collects, as lines for the user, what had
    to be passed over.
    """

    def __init__(self, root: Path, config: Config, may_cache: bool = False) -> None:
        super().__init__(root, config, may_cache)
        self._index: Index | None = None
        self.progress: Callable[[int, int], None] = lambda done, of: None

    @classmethod
    def open(cls, path: str | Path, *, config: Config | None = None, cache: bool = True) -> Archive:
        """Open the archive at ``path``, its root folder or the folder of a configuration that names the root.

        ``config`` stands in for the archive's own ``newsarc.toml`` (or ``[tool.newsarc]`` in its ``pyproject.toml``).
        With ``cache``, the index and what lint knows of each page are kept in the user's cache folder for the next
        time; answers are the same with it and without. Raises ArchiveError where there is no such folder, or where
        Python does not take file names for UTF-8, ConfigError for a configuration that cannot be used.
        """
        if sys.getfilesystemencoding() != "utf-8":
            raise ArchiveError(
                f"the names in an archive are UTF-8, and this Python decodes them as {sys.getfilesystemencoding()}: "
                "run it with PYTHONUTF8=1, with -X utf8, or in a UTF-8 locale"
            )
        root = Path(path)
        if not root.is_dir():
            raise ArchiveError(f"{root}: {'not a folder' if root.exists() else 'there is no such folder'}")
        if config is None:
            found = find_config(root)
            config = load_config(found) if found else DEFAULT_CONFIG
            root = _root_in(root, config.root, found)
            if found is None and not (root / NEWS).is_dir():
                raise ArchiveError(f"{root}: no archive: it has no news/YYYY folder and no newsarc.toml")
        return cls(root, config, cache)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index.close()
            self._index = None

    # --- events ---

    def events(
        self,
        on: str | dt.date | None = None,
        since: str | dt.date | None = None,
        until: str | dt.date | None = None,
        topic: str | None = None,
        context: str | None = None,
        source: str | None = None,
    ) -> Iterator[Event]:
        """Return an iterator over the events that all the given filters let through, in the order of time.

        ``on`` is a day, month or year; ``since`` and ``until`` are included, and a month or a year there means all of
        it. Days are the ones that events are filed under. ``topic`` and ``context`` are compared without case and
        accents; ``source`` is a label or a host (``bbc.com`` also finds ``news.bbc.com``). Raises UsageError for a date
        that does not exist.
        """
        first, last = self.day_bounds(on, since, until)
        if topic is None and context is None and source is None:
            return self._loaded(path for day in self.tree.days(first, last) for path in self.tree.event_paths(day))
        from newsarc.index.filters import Filter

        wanted = Filter(
            since=first.isoformat() if first else None,
            until=last.isoformat() if last else None,
            topic=topic,
            context=context,
            source=source,
        )
        return self._loaded(row.path for row in self.index().events(wanted))

    def _loaded(self, paths: Iterable[str]) -> Iterator[Event]:
        for path in paths:
            if (event := self.try_load(path)) is not None:
                yield event

    def event(self, ref: str) -> Event:
        """Return the one event that ``ref`` means: a slug, a unique beginning of one, ``2017-06-16/slug``, a path, a
        URL.

        Raises NotFoundError, AmbiguousRefError (also for a day with more than one event), UsageError, PageError.
        """
        return self.load(self.event_path(ref))

    def related(self, event: Event) -> list[Event]:
        """Return the events that ``event`` names as related, in its order, each once; broken links are left out."""
        paths = dict.fromkeys(link.path for link in self.checked(event).related if link.path)
        return [other for path in paths if is_event_path(path) and (other := self.try_load(path)) is not None]

    def linked_from(self, event: Event) -> list[Event]:
        """Return the events that name ``event`` as related, in the order of time."""
        return [
            other for row, _ in self.index().backlinks(event.path) if (other := self.try_load(row.path)) is not None
        ]

    def chain(self, start: Event, end: Event) -> list[Event]:
        """Return the events of the shortest chain of related links from ``start`` to ``end``, both included, in
        whichever direction the links are written; none where no chain connects them.

        :func:`newsarc.analysis.shortest_path.find_chain` also tells which contexts carry each step.
        """
        from newsarc.analysis.shortest_path import find_chain

        return list(self._loaded(event.path for event in find_chain(self.index(), start, end).events))

    def search(self, query: str, limit: int | None = 20) -> list[Hit]:
        """Return the events that ``query`` describes, best first; :mod:`newsarc.query.language` says what it can say.

        Raises UsageError for a query without a word to look for, an unknown field, or a date that does not exist.
        """
        from newsarc.index.filters import Filter
        from newsarc.search.engine import search

        return search(self.index(), query, Filter(), limit).hits

    def discover(self, event: Event, limit: int = 10) -> list[Discovery]:
        """Return the events that belong to the story of ``event`` and are not linked with it yet, best first: see
        :func:`newsarc.analysis.recommendations.discover`.
        """
        from newsarc.analysis.recommendations import discover

        return discover(self.index(), event.path, limit)

    def lint(self, select: Sequence[str] | None = None, ignore: Sequence[str] | None = None) -> Iterator[Finding]:
        """Return an iterator over the findings of the selected rules, in the order of path, line and column.

        Raises UsageError for an unknown rule, and ConfigError as :func:`newsarc.lint.lint` does.
        """
        from newsarc.lint import lint

        return iter(lint(self, select=select, ignore=ignore).findings)

    # --- REFs ---

    def ref(self, ref: str) -> Ref:
        """Return what ``ref`` means: a range of days or one event.

        Raises as :func:`newsarc.archive.refs.resolve_ref`.
        """
        try:
            return resolve_ref(ref, self.tree, self.config.site_prefix, Path.cwd(), self._beginning)
        except NotFoundError:
            former = self.index().with_former_slug(slug_in(ref))
            if not former:
                raise
        if len(former) > 1:
            candidates = tuple(event_refs(former, self.tree))
            raise AmbiguousRefError(f"{ref} is a former slug of {len(former)} events", candidates, len(former))
        return EventRef(ref, former[0], is_former=self.load(former[0]).slug != slug_in(ref))

    def _beginning(self, text: str) -> list[str] | None:
        """Return the paths of the events whose files' names start with ``text``, where the kept index tells."""
        if self.cache is None:
            return None
        from newsarc.index.slug_lookup import paths_with_prefix

        return paths_with_prefix(self.cache, self.root, self.tree, text)

    def event_path(self, ref: str) -> str:
        """Return the path of the one event that ``ref`` means; a day will do where it has a single event."""
        found = self.ref(ref)
        if isinstance(found, EventRef):
            return found.path
        paths = [path for _, paths in events_in(found, self.tree) for path in paths]
        if len(paths) > 1:
            candidates = tuple(event_refs(paths[:8], self.tree))
            raise AmbiguousRefError(f"{ref} has {len(paths)} events", candidates, len(paths))
        return paths[0]

    def day_bounds(
        self, on: str | dt.date | None = None, since: str | dt.date | None = None, until: str | dt.date | None = None
    ) -> tuple[dt.date | None, dt.date | None]:
        """Return the first and the last day that ``on``, ``since`` and ``until`` leave; None where there is no
        bound.
        """
        first = self._days(since).first if since is not None else None
        last = self._days(until).last if until is not None else None
        if on is not None:
            days = self._days(on)
            first = max(first or days.first, days.first)
            last = min(last or days.last, days.last)
        return first, last

    def _days(self, day: str | dt.date) -> DayRange:
        if isinstance(day, dt.datetime):
            day = day.date()
        if isinstance(day, dt.date):
            return DayRange(day.isoformat(), day, day)
        found = day_range(day, self.tree)
        if found is None:
            raise UsageError(f"{day} is no date; write 2017-06-16, 2017-06 or 2017")
        return found

    # --- index ---

    def index(self, days: Sequence[DayRange] | None = None) -> Index:
        """Return the index of the whole archive, or of the given days alone where these are few and nothing more is
        known so far.
        """
        from newsarc.index.index import Index

        if self._index is None and days is not None:
            wanted = sorted({day for part in days for day in self.tree.days(part.first, part.last)})
            if len(wanted) <= _FEW_DAYS:
                return self._noted(Index.of_days(Pages(self.root, self.config), wanted))
        if self._index is None:
            checks = _PageChecks() if self.cache is not None else None  # who caches an index needs its findings
            self._index = self._noted(Index.open(Pages(self.root, self.config), self.cache, self.progress, checks))
            self.names = self._index.comma_names
        return self._index

    def _noted(self, index: Index) -> Index:
        self.take_notes(index.warnings())
        if index.missing_prefix is not None:
            self.missing_prefix = index.missing_prefix
        return index


class _PageChecks:
    """The checks for an index that is opened to be asked: rules are only imported where a page has to be read."""

    def __init__(self) -> None:
        self.today = clock.today()

    @cached_property
    def _checker(self) -> PageChecker:
        from newsarc.lint.page_pass import PageChecker

        return PageChecker()

    def check_event(
        self, pages: Pages, text: str, day: Day, event: Event, *, is_canonical: bool
    ) -> PageFindings | None:
        """Check the page of an event."""
        return self._checker.check_event(pages, text, day, event, is_canonical=is_canonical)

    def check_day_page(self, pages: Pages, text: str, day: Day, page: DayPage) -> PageFindings | None:
        """Check the page of a day."""
        return self._checker.check_day_page(pages, text, day, page)
