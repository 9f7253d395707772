"""The public API: :class:`Archive`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

from newsarc.archive.dates import DayRange, days_between, first_day, last_day
from newsarc.archive.reader import PageReader
from newsarc.archive.refs import EventRef, Ref, events_in, newest_day, resolve_ref, short_refs
from newsarc.archive.sites import layout_at, site_without_posts
from newsarc.config import DEFAULT_CONFIG, Config, key_prefix, load_config, located
from newsarc.errors import AmbiguousRefError, ArchiveError, ConfigError, NotFoundError
from newsarc.layout import NEWS, slug_of
from newsarc.model import Event
from newsarc.parser.page import folder_date
from newsarc.storage import clock
from newsarc.storage.config_file import find_config
from newsarc.storage.paths import is_within, shorten

if TYPE_CHECKING:
    from newsarc.analysis.recommendations import Recommendation
    from newsarc.archive.post_tree import PostTree
    from newsarc.index.findings import PageFindings
    from newsarc.index.index import Index
    from newsarc.layout.presets import Layout
    from newsarc.lint.finding import Finding, Renames
    from newsarc.lint.page_pass import PageChecker
    from newsarc.model import DayPage
    from newsarc.search.engine import Hit
    from newsarc.storage.tree import Day


FEW_DAYS = 62  # reading so many days is faster than checking the whole archive for changes


def _root_in(folder: Path, named: str, config: Path | None) -> Path:
    """Return the archive root ``named`` by a configuration in ``folder``. Raises ArchiveError if it is not below it."""
    if named == ".":
        return folder
    root = folder / named
    if is_within(root, folder) and root.is_dir():
        return root
    raise ArchiveError(f'{config}: root = "{shorten(named)}" is not a folder inside the folder of this file')


def _layout(root: Path, config: Config, file: Path | None) -> Layout | None:
    """Return the layout of the archive at ``root`` with the configuration ``file``. Raises ConfigError."""
    if file is None:
        return layout_at(root)
    try:
        return layout_at(root, config, key_prefix(file))
    except ConfigError as error:
        raise located(error, file) from None


class Archive(PageReader):
    """An archive of Markdown news pages.

    ::

        from newsarc.api import Archive

        with Archive.open("examples/archive") as archive:
            for event in archive.events(on="2017-06-16"):
                print(event.date, event.headline)

    Questions about a day, or about an event given by its path, read only the folders of these. The first question that
    needs more reads the whole archive into an index. Folders and the index are read only once: open the archive again
    to see changes. ``warnings`` lists the pages that could not be read, one line each.

    Context names that contain a comma are recognised by the topics of the page and, once there is an index, by the
    topics of all pages.
    """

    def __init__(self, root: Path, config: Config, may_cache: bool = False, layout: Layout | None = None) -> None:
        super().__init__(root, config, may_cache, layout=layout)
        if layout is not None:
            cast("PostTree", self.tree).events = lambda: self.index().days_and_slugs()
        self._index: Index | None = None
        self.progress: Callable[[int, int], None] = lambda done, of: None

    @classmethod
    def open(
        cls, path: str | Path, *, config: Config | None = None, cache: bool = True, drafts: bool = False
    ) -> Archive:
        """Open the archive at ``path``: its root, or a folder with a configuration that names the root.

        ``config`` replaces the archive's own ``newsarc.toml`` (or ``[tool.newsarc]`` in ``pyproject.toml``). With
        ``cache``, the index and the findings of lint are cached in the user's cache folder; results are the same
        without it. With ``drafts``, the drafts of a site of posts are events, too.

        Raises ArchiveError if ``path`` is not an archive or Python does not decode file names as UTF-8, ConfigError for
        an invalid configuration.
        """
        if sys.getfilesystemencoding() != "utf-8":
            raise ArchiveError(
                f"Python decodes file names as {sys.getfilesystemencoding()}, and archives need UTF-8: "
                "use PYTHONUTF8=1, -X utf8 or a UTF-8 locale"
            )
        root = Path(path)
        if not root.is_dir():
            raise ArchiveError(f"{root}: {'not a folder' if root.exists() else 'folder does not exist'}")
        if config is None:
            found = find_config(root)
            config = load_config(found) if found else DEFAULT_CONFIG
            root = _root_in(root, config.root, found)
            layout = _layout(root, config, found)
            if found is None and layout is None and not (root / NEWS).is_dir():
                raise ArchiveError(
                    f"{root}: not an archive (no newsarc.toml, news/YYYY folder or site with posts)"
                    + site_without_posts(root)
                )
        else:
            layout = layout_at(root, config)
        return cls(root, config, cache, replace(layout, drafts=drafts) if layout is not None else None)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
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
        """Return an iterator over the events that match all given filters, in chronological order.

        ``on``, ``since`` and ``until`` are days, months or years, all inclusive; they refer to the day that an event is
        filed under. ``topic`` and ``context`` are compared without case and accents. ``source`` is a label or a host
        (``bbc.com`` also matches ``news.bbc.com``). Raises UsageError for an impossible date.
        """
        first, last = self.day_bounds(on, since, until)
        if topic is None and context is None and source is None:
            return self._loaded(path for day in self.tree.days(first, last) for path in self.tree.event_paths(day))
        from newsarc.index.filters import Filter

        wanted = Filter(
            since=first.isoformat() if first else None,
            until=last.isoformat() if last else None,
            topics=(topic,) if topic is not None else (),
            contexts=(context,) if context is not None else (),
            sources=(source,) if source is not None else (),
        )
        return self._loaded(row.path for row in self.index().events(wanted))

    def _loaded(self, paths: Iterable[str]) -> Iterator[Event]:
        for path in paths:
            if (event := self.try_load(path)) is not None:
                yield event

    def event(self, ref: str) -> Event:
        """Return the event of ``ref``: a slug, a unique prefix of one, ``2017-06-16/slug``, a path or a URL.

        Raises NotFoundError, AmbiguousRefError (also for a day with several events), UsageError or PageError.
        """
        return self.load(self.event_path(ref))

    def checked(self, event: Event) -> Event:
        """Return ``event`` with all related links checked: for a post, those that lead to a post or should.

        A topic that all posts have is left out.
        """
        if self.layout is None:
            return super().checked(event)
        index, related = self.index(), event.related
        if any(link.broken is None for link in related):
            reached = index.reached_by(event.path)
            related = tuple(link.checked(*reached[place]) for place, link in enumerate(related) if place in reached)
        topics = tuple(topic for topic in event.topics if topic not in index.common_topics)
        return replace(event, related=related, topics=topics)

    def related(self, event: Event) -> list[Event]:
        """Return the related events of ``event``, in its order, each once and without broken links."""
        paths = dict.fromkeys(link.path for link in self.checked(event).related if link.path)
        return [other for path in paths if self.tree.is_event(path) and (other := self.try_load(path)) is not None]

    def linked_from(self, event: Event) -> list[Event]:
        """Return the events that have ``event`` as a related event, in chronological order."""
        return [
            other for row, _ in self.index().backlinks(event.path) if (other := self.try_load(row.path)) is not None
        ]

    def chain(self, start: Event, end: Event) -> list[Event]:
        """Return the events of the shortest path from ``start`` to ``end``, both included; none if there is no path.

        The path follows related links in either direction. For the contexts of its links see
        :func:`newsarc.analysis.shortest_path.find_shortest_path`.
        """
        from newsarc.analysis.shortest_path import find_shortest_path

        return list(self._loaded(event.path for event in find_shortest_path(self.index(), start, end).events))

    def search(self, query: str, limit: int | None = 20) -> list[Hit]:
        """Return the events that match ``query``, best first. For the language see :mod:`newsarc.query.language`.

        ``limit`` is the maximum number of events, None for all. Raises UsageError for a query without a search term, an
        unknown field or an impossible date.
        """
        from newsarc.index.filters import Filter
        from newsarc.search.engine import search

        return search(self.index(), query, Filter(), limit).hits

    def discover(self, event: Event, limit: int = 10) -> list[Recommendation]:
        """Return events that should perhaps be linked with ``event``, best first.

        See :func:`newsarc.analysis.recommendations.recommend`.
        """
        from newsarc.analysis.recommendations import recommend

        return recommend(self.index(), event.path, limit)

    def lint(self, select: Sequence[str] | None = None, ignore: Sequence[str] | None = None) -> Iterator[Finding]:
        """Return an iterator over the findings of the selected rules, sorted by path, line and column.

        Raises UsageError for an unknown rule, and ConfigError as :func:`newsarc.lint.lint` does.
        """
        from newsarc.lint import lint

        return iter(lint(self, select=select, ignore=ignore).findings)

    def renames(self, events: Collection[Event]) -> Renames:
        """Return the pages that broken related links of ``events`` probably meant, by page and target.

        These are the suggestions of lint where the archive has an index. Without one, only the days of the events and
        of the links are read, which tells most.
        """
        if not any(link.broken for event in events for link in event.related):
            return {}
        if self.layout is not None:
            from newsarc.lint.posts.link_findings import suggest_posts

            return suggest_posts([event.path for event in events], self, self.index())
        from newsarc.lint.dead_links import dead_links, suggest_renames

        links = dead_links(events, self.config.site_prefix)
        days = {folder_date(path) for link in links for path in (link.page, link.path) if path}
        near = None if self.is_indexed else [DayRange("", day, day) for day in days if day is not None]
        return suggest_renames(links, self, self.index(near))

    # --- REFs ---

    def ref(self, ref: str) -> Ref:
        """Return the days or the event of ``ref``, which may be a former slug of the event.

        Raises as :func:`newsarc.archive.refs.resolve_ref` does.
        """
        try:
            found = resolve_ref(ref, self.tree, self.config.site_prefix, Path.cwd(), self._paths_with_prefix)
            return self._require_event(found) if isinstance(found, EventRef) else found
        except NotFoundError:
            if (path := self._path_at(ref)) is not None:
                return self._require_event(EventRef(ref, path))
            former = self.index().with_former_slug(slug_of(ref.strip()))
            if not former:
                raise
        if len(former) > 1:
            candidates = tuple(short_refs(former, self.tree))
            raise AmbiguousRefError(f"{ref} is a former slug of {len(former)} events", candidates, len(former))
        return EventRef(ref, former[0], is_former=self.load(former[0]).slug != slug_of(ref.strip()))

    def _path_at(self, ref: str) -> str | None:
        """Return the path of the post whose address is ``ref``, a URL or a path of the site; None without one."""
        if self.layout is None or "/" not in ref:
            return None
        from newsarc.layout.link_keys import address_keys

        return self.index().path_of_key(address_keys(ref, self.layout))

    def _require_event(self, found: EventRef) -> EventRef:
        """Return ``found``; of a translation, its original. Raises NotFoundError for a post that is a draft."""
        if self.layout is None or self.index().row(found.path) is not None or self.is_unread(found.path):
            return found
        original = self.originals(found.path.rpartition("/")[0]).get(found.path)
        if original is not None:
            return self._require_event(found._replace(path=original))
        raise NotFoundError(f"{found.path} is a draft; add --drafts to include drafts")

    def _paths_with_prefix(self, text: str) -> list[str] | None:
        """Return the paths of the events whose file names start with ``text``; None if the cached index is no help."""
        if self.cache is None or self.layout is not None:  # the slug of a post need not be in its file name
            return None
        from newsarc.index.slug_lookup import paths_with_prefix

        return paths_with_prefix(self.cache, self.root, self.tree, text)

    def event_path(self, ref: str) -> str:
        """Return the path of the event of ``ref``, which may be a day with a single event. Raises as :meth:`event`."""
        found = self.ref(ref)
        if isinstance(found, EventRef):
            return found.path
        paths = [path for _, paths in events_in(found, self.tree) for path in paths]
        if len(paths) > 1:
            candidates = tuple(short_refs(paths[:8], self.tree))
            raise AmbiguousRefError(f"{ref} has {len(paths)} events", candidates, len(paths))
        return paths[0]

    def day_bounds(
        self, on: str | dt.date | None = None, since: str | dt.date | None = None, until: str | dt.date | None = None
    ) -> tuple[dt.date | None, dt.date | None]:
        """Return the first and the last day that match ``on``, ``since`` and ``until``; None for no bound."""
        first = self._first_day(since) if since is not None else None
        last = self._last_day(until) if until is not None else None
        if on is not None:
            first = max(first or dt.date.min, self._first_day(on))
            last = min(last or dt.date.max, self._last_day(on, is_period=True))
        return first, last

    def _first_day(self, day: str | dt.date) -> dt.date:
        return _date(day) if isinstance(day, dt.date) else first_day(day, self._newest_day)

    def _last_day(self, day: str | dt.date, *, is_period: bool = False) -> dt.date:
        if isinstance(day, dt.date):
            return _date(day)
        return days_between(day, self._newest_day).last if is_period else last_day(day, self._newest_day)

    def _newest_day(self) -> dt.date | None:
        return newest_day(self.tree)

    # --- index ---

    @property
    def is_indexed(self) -> bool:
        """Whether an index of the archive is cached, up to date or not."""
        return self.cache is not None and self.cache.index.exists()

    def index(self, days: Sequence[DayRange] | None = None) -> Index:
        """Return the index of the whole archive.

        If ``days`` are given, are few, and the index has not been opened yet, return an index of these days alone.
        """
        from newsarc.index.index import Index

        if self._index is None and days is not None and self.layout is None:
            wanted = sorted({day for part in days for day in self.tree.days(part.first, part.last)})
            if len(wanted) <= FEW_DAYS:
                return self._with_warnings(Index.of_days(PageReader(self.root, self.config), wanted))
        if self._index is None:
            # A cached index also holds findings.
            checks = _PageChecks() if self.cache is not None else None
            reader = PageReader(self.root, self.config, layout=self.layout)
            self._index = self._with_warnings(Index.open(reader, self.cache, self.progress, checks))
            self.names = self._index.comma_names
        return self._index

    @property
    def why_empty(self) -> str:
        """Why a site has no posts, in one line, if the index says so and no warning explains it; else empty."""
        if self.layout is None or self._index is None or self._index.has_events or self.warnings_by_path():
            return ""
        from newsarc.archive.no_posts import why_no_posts

        return why_no_posts(self)

    def _with_warnings(self, index: Index) -> Index:
        self.add_warnings(index.warnings())
        if index.missing_prefix is not None:
            self.missing_prefix = index.missing_prefix
        return index


def _date(day: dt.date) -> dt.date:
    return day.date() if isinstance(day, dt.datetime) else day


class _PageChecks:
    """The page checks for an index that is opened for queries. Imports the rules only if a page must be read."""

    def __init__(self) -> None:
        self.today = clock.latest_date()

    @cached_property
    def _checker(self) -> PageChecker:
        from newsarc.lint.page_pass import PageChecker

        return PageChecker()

    def check_event(
        self, reader: PageReader, text: str, day: Day, event: Event, *, is_canonical: bool
    ) -> PageFindings | None:
        """Check the page of an event."""
        return self._checker.check_event(reader, text, day, event, is_canonical=is_canonical)

    def check_post(self, reader: PageReader, text: str, folder: Day, event: Event) -> PageFindings | None:
        """Check the page of a post."""
        return self._checker.check_post(reader, text, folder, event)

    def check_day_page(self, reader: PageReader, text: str, day: Day, page: DayPage) -> PageFindings | None:
        """Check the page of a day."""
        return self._checker.check_day_page(reader, text, day, page)
