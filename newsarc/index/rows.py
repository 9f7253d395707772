"""The pages of day folders → what the index holds of them, in any process."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsarc.archive.reader import Pages
from newsarc.index.schema import LINK_BITS
from newsarc.index.targets import OTHER_SITE, CheckedTargets, Targets, number_of
from newsarc.model import DayPage, Event
from newsarc.parser.contexts import headline_prefixes
from newsarc.storage.fingerprints import FolderState
from newsarc.storage.tree import Day
from newsarc.text.normalize import without_surrogates


@dataclass(slots=True)
class FolderRows:
    """The rows of one day folder; its pages are told apart by the names of their files.

    ``names`` are the files of all events and of the day's own pages, ``numbers`` those of their paths, ``notes`` pairs
    of what was passed over and the line about it. Not ``is_cacheable``: something was passed over that may be there the
    next time, though nothing changed. ``events`` has the columns of the table, with the name for the id.
    ``links`` are four columns: the place of the event among ``names``, that of the link in the event, the number of its
    target (:mod:`newsarc.index.targets`), and the place of its contexts in the lists of the :class:`Batch`. ``entries``
    of the day page have the number of a path and the contexts themselves.
    """

    path: str
    state: FolderState
    names: list[str]
    numbers: array[int]
    is_cacheable: bool = True
    notes: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[str, str | None, str | None, str, str | None, int, int]] = field(default_factory=list)
    topics: list[tuple[str, int, str]] = field(default_factory=list)
    prefixes: list[tuple[str, int, str]] = field(default_factory=list)
    sources: list[tuple[str, int, str, str]] = field(default_factory=list)
    links: tuple[array[int], ...] = field(default_factory=lambda: tuple(array(kind) for kind in "iiqi"))
    entries: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """The rows of some day folders; what they say again and again stands here once.

    ``lists`` are the lists of contexts, the first one empty. The rest is as :class:`~newsarc.index.targets.Targets` has
    it.
    """

    folders: list[FolderRows]
    lists: list[tuple[str, ...]]
    spellings: Mapping[int, Sequence[int]]
    elsewhere: Set[str]
    root_folders: Mapping[str, bool]

    def names_with_commas(self) -> frozenset[str]:
        """Return the topics that contain what separates the contexts of a list."""
        return frozenset(topic for rows in self.folders for _, _, topic in rows.topics if ", " in topic)


class Reader:
    """Reads day folders. ``states`` must have been taken before ``pages`` listed any of them: rows may be newer than
    the state that they are kept under, and never older. Without ``is_whole``, these are not all folders of the archive.
    """

    def __init__(self, pages: Pages, states: Mapping[str, FolderState], *, is_whole: bool = True) -> None:
        self.pages = pages
        self.states = states
        self._make_targets = Targets if is_whole else CheckedTargets
        self._targets: Targets = self._make_targets(pages)
        self._lists: dict[tuple[str, ...], int] = {}

    def batch(self, days: Sequence[Day]) -> Batch:
        """Return the rows of ``days``."""
        targets = self._targets = self._make_targets(self.pages)
        self._lists = {(): 0}
        folders = [self._folder(day) for day in days]
        return Batch(folders, list(self._lists), targets.spellings, targets.elsewhere, targets.root_folders)

    def _folder(self, day: Day) -> FolderRows:
        tree = self.pages.tree
        paths = [*tree.event_paths(day), *tree.day_page_paths(day)]
        names = [path.rpartition("/")[2] for path in paths]
        rows = FolderRows(day.path, self.states[day.path], names, array("q", map(number_of, paths)))
        filed = day.date.isoformat() if day.date else None
        for number, path in enumerate(tree.event_paths(day)):
            if (event := self.pages.try_load(path, check_links=self._targets.need_check)) is not None:
                self._add_event(rows, number, filed, event)
        for page in self.pages.day_pages(day):
            self._add_day_page(rows, page)
        self._targets.add_folder(day, names)
        rows.notes = self.pages.notes_about(day.path)
        rows.is_cacheable = not rows.notes and not tree.is_unlisted(day.path)
        return rows

    def _add_event(self, rows: FolderRows, number: int, filed: str | None, event: Event) -> None:
        clean = without_surrogates
        name = rows.names[number]
        slug = None if event.slug == name.removesuffix(".md") else clean(event.slug)
        day = filed or (event.date.isoformat() if event.date else None)
        headline = clean(event.headline)
        summary = event.summary and clean(event.summary)
        rows.events.append((name, slug, day, headline, summary, len(event.sources), len(event.related)))
        rows.topics.extend((name, place, clean(topic)) for place, topic in enumerate(event.topics))
        if not event.topic_lines:
            rows.prefixes.extend((name, place, text) for place, text in enumerate(headline_prefixes(headline)))
        for place, source in enumerate(event.sources):
            rows.sources.append((name, place, clean(source.text), host_of(source.url)))
        numbers, places, targets, lists = rows.links
        for place, link in enumerate(event.related[: 1 << LINK_BITS]):
            target = self._targets.number(link, event.path)
            if target != OTHER_SITE or link.contexts:
                contexts = _clean(link.contexts)
                numbers.append(number)
                places.append(place)
                targets.append(target)
                lists.append(self._lists.setdefault(contexts, len(self._lists)))
        rows.aliases.extend((name, clean(slug)) for slug in event.former_slugs)

    def _add_day_page(self, rows: FolderRows, page: DayPage) -> None:
        for entry in page.entries:
            if entry.contexts and entry.link.path:
                rows.entries.append((number_of(entry.link.path), _clean(entry.contexts)))


def _clean(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if all(map(str.isascii, names)) else tuple(map(without_surrogates, names))


def host_of(url: str) -> str:
    """Return the host of a web address, without ``www.``; empty where it has none."""
    try:
        host = urlsplit(without_surrogates(url)).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
