"""The pages of day folders → what the index holds of them, in any process."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsarc.folder_state import FolderState
from newsarc.index.schema import LINK_BITS
from newsarc.model import DayPage, Event
from newsarc.pages import Pages
from newsarc.parser.contexts import headline_prefixes
from newsarc.text.normalize import without_surrogates
from newsarc.tree import Day


@dataclass(slots=True)
class FolderRows:
    """What the index holds of one day folder; its events are told apart by the names of their files.

    ``names`` are the files of all events, ``asks`` the folders on whose listings the rest depends, with
    those listings (of day folders as their states have them), ``notes`` pairs of what was passed over and the line
    about it. Not ``is_sure``: something was passed over that may be there the next time, though nothing changed.
    ``events`` has the columns of the table, with the name for the id.
    ``links`` are four columns: the place of the event among ``names``, that of the link in the event, and those of its
    target and of its contexts in the lists of the :class:`Part`. ``entries`` of the day page have both themselves.
    """

    path: str
    state: FolderState
    names: list[str]
    is_sure: bool = True
    asks: array[int] = field(default_factory=lambda: array("i"))
    notes: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[str, str | None, str | None, str, str | None, int, int, int]] = field(default_factory=list)
    topics: list[tuple[str, int, str]] = field(default_factory=list)
    prefixes: list[tuple[str, int, str]] = field(default_factory=list)
    sources: list[tuple[str, int, str, str]] = field(default_factory=list)
    links: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("i") for _ in range(4)))
    entries: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """What the index holds of some day folders; what they say again and again stands here once.

    ``paths`` are the targets of links, None the first of them, ``lists`` the lists of contexts, the first one empty,
    and ``asked`` the folders looked into, with their listings (of day folders as their states have them).
    """

    folders: list[FolderRows]
    paths: list[str | None]
    lists: list[tuple[str, ...]]
    asked: list[tuple[str, bytes]]

    def names_with_commas(self) -> frozenset[str]:
        """Return the topics that contain what separates the contexts of a list."""
        return frozenset(topic for rows in self.folders for _, _, topic in rows.topics if ", " in topic)


class Reader:
    """Reads day folders. ``states`` must have been taken before ``pages`` listed any of them: rows may be newer than
    the state that they are kept under, and never older.
    """

    def __init__(self, pages: Pages, states: Mapping[str, FolderState]) -> None:
        self.pages = pages
        self.states = states
        self._paths: dict[str | None, int] = {}
        self._lists: dict[tuple[str, ...], int] = {}
        self._asked: dict[str, int] = {}

    def part(self, days: Sequence[Day]) -> Part:
        """Return what the index holds of ``days``."""
        self._paths, self._lists, self._asked = {None: 0}, {(): 0}, {}
        folders = [self._folder(day) for day in days]
        asked = [(path, self._listing(path)) for path in self._asked]
        return Part(folders, list(self._paths), list(self._lists), asked)

    def _folder(self, day: Day) -> FolderRows:
        tree = self.pages.tree
        paths = tree.event_paths(day)
        rows = FolderRows(day.path, self.states[day.path], [path.rpartition("/")[2] for path in paths])
        tree.asked = set()
        filed = day.date.isoformat() if day.date else None
        for number, path in enumerate(paths):
            if (event := self.pages.try_load(path)) is not None:
                self._add_event(rows, number, filed, event)
        for page in self.pages.day_pages(day):
            self._add_day_page(rows, page)
        rows.asks.extend([self._asked.setdefault(path, len(self._asked)) for path in tree.asked])
        rows.notes = self.pages.notes_about(day.path)
        rows.is_sure = not rows.notes and not tree.is_unlisted(day.path) and not any(map(tree.is_unlisted, tree.asked))
        tree.asked = None
        return rows

    def _listing(self, folder: str) -> bytes:
        state = self.states.get(folder)
        return state.names if state is not None else self.pages.tree.listing(folder)

    def _add_event(self, rows: FolderRows, number: int, filed: str | None, event: Event) -> None:
        clean = without_surrogates
        name = rows.names[number]
        slug = None if event.slug == name.removesuffix(".md") else clean(event.slug)
        day = filed or (event.date.isoformat() if event.date else None)
        headline = clean(event.headline)
        broken = sum(link.broken is True for link in event.related)
        summary = event.summary and clean(event.summary)
        rows.events.append((name, slug, day, headline, summary, len(event.sources), len(event.related), broken))
        rows.topics.extend((name, place, clean(topic)) for place, topic in enumerate(event.topics))
        if not event.topic_lines:
            rows.prefixes.extend((name, place, text) for place, text in enumerate(headline_prefixes(headline)))
        for place, source in enumerate(event.sources):
            rows.sources.append((name, place, clean(source.text), host_of(source.url)))
        numbers, places, targets, lists = rows.links
        for place, link in enumerate(event.related[: 1 << LINK_BITS]):
            if link.path or link.contexts:
                contexts = _clean(link.contexts)
                numbers.append(number)
                places.append(place)
                targets.append(self._paths.setdefault(link.path, len(self._paths)))
                lists.append(self._lists.setdefault(contexts, len(self._lists)))
        rows.aliases.extend((name, clean(slug)) for slug in event.former_slugs)

    def _add_day_page(self, rows: FolderRows, page: DayPage) -> None:
        for entry in page.entries:
            if entry.contexts and entry.link.path:
                self.pages.tree.exists(entry.link.path)  # so that the row depends on it
                rows.entries.append((entry.link.path, _clean(entry.contexts)))


def _clean(names: tuple[str, ...]) -> tuple[str, ...]:
    return names if all(map(str.isascii, names)) else tuple(map(without_surrogates, names))


def host_of(url: str) -> str:
    """Return the host of a web address, without ``www.``; empty where it has none."""
    try:
        host = urlsplit(without_surrogates(url)).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
