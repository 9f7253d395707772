"""Table of all events in the index, for rules that need more than one page."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from pickle import PicklingError
from typing import Any, NamedTuple

from newsarc.index.schema import LINK_BITS, PATH, connect, encode_text
from newsarc.storage.tree import Day
from newsarc.text.headlines import strip_punctuation, words_hash
from newsarc.text.normalize import fold

# Maximum number of events of one day, or with one slug, that are compared by similarity: ten times what real archives
# have. With more, only exact matches count.
MAX_COMPARED = 500
IN_LIST = "IN (SELECT value FROM json_each(?))"
_LOCATION = "JOIN page ON page.id = event.id JOIN folder ON folder.id = page.folder"
_EVENT = f"event.id, folder.path, page.name, event.headline, event.line, event.day FROM event {_LOCATION}"
_BY_PATH = "ORDER BY folder.path, page.name"  # ids only reflect the order in which pages were read
_CACHE_SIZE = 5000  # events, of about 1 KB each


class EventRecord(NamedTuple):
    """An event. ``slug`` is its file name; ``plain_headline`` is for display, and ``line`` is its line."""

    id: int
    path: str
    slug: str
    day: Day
    plain_headline: str
    line: int

    @property
    def headline(self) -> str:
        """The headline, folded."""
        return _folded(self.plain_headline)

    @property
    def title(self) -> str:
        """The headline as plain text, or the slug if there is none."""
        return self.plain_headline or self.slug


class LabelMismatch(NamedTuple):
    """A related link whose label differs from the headline of its target.

    ``source`` and ``target`` are event ids, ``place`` is the position among the related links of ``source``, and
    ``label`` is the hash of the label.
    """

    source: int
    place: int
    target: int
    label: int


class EventTable:
    """Queries about events, which are identified by their ids, in an up-to-date index.

    Pages that could not be read are not events.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        (_, _, self.file) = db.execute("PRAGMA database_list").fetchone()  # empty: the index is in memory
        self._connection = db
        self._process = os.getpid()
        self.event = lru_cache(_CACHE_SIZE)(self._event)

    def __reduce__(self) -> tuple[Callable[[str], EventTable], tuple[str]]:
        """Pickle the table as the path of its database. Raises PicklingError for an index in memory."""
        if not self.file:
            raise PicklingError("an index in memory is known to this process and its forks alone")
        return _open_table, (self.file,)

    @property
    def db(self) -> sqlite3.Connection:
        """The connection of this process to the index."""
        if self._process != os.getpid():
            self._process = os.getpid()
            if self.file:  # a forked process must not use the SQLite connection of its parent
                self._connection = connect(Path(self.file), read_only=True)
        return self._connection

    # --- events ---

    def _event(self, id_: int) -> EventRecord:
        """Return the event with this id."""
        return _record(self.db.execute(f"SELECT {_EVENT} WHERE event.id = ?", (id_,)).fetchone())

    def id_of(self, path: str) -> int | None:
        """Return the id of the event at ``path``, or None if it does not exist or could not be read."""
        folder, _, name = path.rpartition("/")
        query = f"SELECT event.id FROM event {_LOCATION} WHERE folder.path = ? AND page.name = ?"
        try:
            row = self.db.execute(query, (folder, name)).fetchone()
        except UnicodeEncodeError:  # names that are not UTF-8 are not in the index
            return None
        return None if row is None else int(row[0])

    def path(self, id_: int) -> str:
        """Return the path of the event with this id."""
        return self.event(id_).path

    def days(self) -> list[Day]:
        """Return all day folders, sorted by path."""
        return [Day.at(path) for (path,) in self.db.execute("SELECT path FROM folder ORDER BY path")]

    def events_of(self, folder: str) -> list[EventRecord]:
        """Return the events of a day folder, sorted by file name."""
        query = f"SELECT {_EVENT} WHERE folder.path = ? ORDER BY page.name"
        return list(map(_record, self.db.execute(query, (_without_bad_bytes(folder),))))

    def in_folders(self, folders: Collection[str] | None) -> Iterator[EventRecord]:
        """Yield the events of ``folders`` (None: all) in no particular order."""
        where, values = _folder_condition(folders)
        return map(_record, self.db.execute(f"SELECT {_EVENT} WHERE 1 {where}", values))

    def with_sources_at(self, hosts: Collection[str]) -> list[str]:
        """Return the paths of the events with a source at one of ``hosts``, which are without ``www.``, sorted by path.

        An index in memory may not know the hosts of sources: then these are all events with sources.
        """
        where, values = "event.sources > 0", tuple[str, ...]()
        if self.db.execute("SELECT 1 FROM source LIMIT 1").fetchone():
            where = (
                f"event.id IN (SELECT event FROM source JOIN name ON name.id = source.host WHERE name.text {IN_LIST})"
            )
            values = (json.dumps(list(hosts)),)
        query = f"SELECT {PATH} FROM event {_LOCATION} WHERE {where} {_BY_PATH}"
        return [path for (path,) in self.db.execute(query, values)]

    def headlines(self) -> Iterator[str]:
        """Yield the headlines of all events that have one."""
        return (headline for (headline,) in self.db.execute("SELECT headline FROM event") if headline)

    def with_headline(self, words: Iterable[str]) -> dict[str, list[int]]:
        """Return the ids of the events with these headlines, by headline. ``words``: folded, without punctuation."""
        hashes = {words_hash(one): one for one in words if one}
        query = f"SELECT words, event.id, headline FROM event {_LOCATION} WHERE words {IN_LIST} {_BY_PATH}"
        found: dict[str, list[int]] = {}
        for number, id_, headline in self.db.execute(query, (json.dumps(list(hashes)),)):
            if strip_punctuation(fold(headline)) == hashes[number]:
                found.setdefault(hashes[number], []).append(id_)
        return found

    def with_slug(self, slugs: Iterable[str]) -> dict[str, list[int]]:
        """Return the ids of the events with these slugs, by slug."""
        names = [f"{slug}.md" for slug in slugs]
        query = f"SELECT page.name, event.id FROM event {_LOCATION} WHERE page.name {IN_LIST} {_BY_PATH}"
        found: dict[str, list[int]] = {}
        for name, id_ in self.db.execute(query, (json_texts(names),)):
            found.setdefault(name.removesuffix(".md"), []).append(id_)
        return found

    # --- former names ---

    def with_former_slug(self, slugs: Iterable[str]) -> list[tuple[int, str, str]]:
        """Return (id, folder, former slug) of the events that formerly had one of ``slugs``."""
        former = f"SELECT slug, event AS id FROM alias WHERE slug {IN_LIST}"
        query = f"SELECT event.id, folder.path, slug FROM ({former}) AS event {_LOCATION} ORDER BY event.id"
        return list(self.db.execute(query, (json_texts(slugs),)))

    def with_former_path(self, paths: Iterable[str]) -> list[tuple[int, str]]:
        """Return (id, former path) of the events that formerly were at one of ``paths``."""
        stored = {encode_text(path): path for path in paths}
        wanted = json.dumps([path.hex().upper() for path in stored])
        query = f"""
            SELECT event.id, former_path.path FROM former_path JOIN event ON event.id = former_path.event {_LOCATION}
            WHERE hex(former_path.path) {IN_LIST} {_BY_PATH}"""
        return [(id_, stored[path]) for id_, path in self.db.execute(query, (wanted,))]

    def at_former_paths(self, folders: Collection[str] | None) -> list[tuple[int, int]]:
        """Return the pairs of an event at a former path of another one, and that other one.

        At least one of the two is in one of ``folders`` (None: anywhere).
        """
        where = ""
        values: tuple[str, ...] = ()
        if folders is not None:
            where = f"AND (old_folder.path {IN_LIST} OR new_folder.path {IN_LIST})"
            values = (json_texts(folders), json_texts(folders))
        query = f"""
            SELECT old.id, new.id FROM former_path
            JOIN page AS new ON new.id = former_path.event JOIN folder AS new_folder ON new_folder.id = new.folder
            JOIN page AS old JOIN folder AS old_folder ON old_folder.id = old.folder
            JOIN event ON event.id = old.id
            WHERE CAST(old_folder.path || '/' || old.name AS BLOB) = former_path.path AND old.id <> new.id {where}
            UNION
            SELECT old.id, new.id FROM alias
            JOIN page AS new ON new.id = alias.event JOIN folder AS new_folder ON new_folder.id = new.folder
            JOIN page AS old ON old.name = alias.slug || '.md' AND old.folder = new.folder
            JOIN folder AS old_folder ON old_folder.id = old.folder JOIN event ON event.id = old.id
            WHERE old.id <> new.id {where}
            """
        pairs = self.db.execute(query, values * 2)
        return sorted(pairs, key=lambda pair: (self.path(pair[1]), self.path(pair[0])))

    def sharing_address(self) -> list[tuple[str, int, int]]:
        """Return the posts with an address that an earlier one has, by path: (address, id of the first, id)."""
        query = f"""
            SELECT address.text, event.id FROM address JOIN event ON event.id = address.event {_LOCATION}
            WHERE address.text IN (SELECT text FROM address GROUP BY text HAVING count(*) > 1) {_BY_PATH}"""
        first: dict[str, int] = {}
        pairs = [(text, first.setdefault(text, id_), id_) for text, id_ in self.db.execute(query)]
        return [pair for pair in pairs if pair[1] != pair[2]]

    # --- links ---

    def targets(self, id_: int) -> list[tuple[int, int]]:
        """Return (position of the link, id of the target) for the valid related links of an event."""
        query = f"""
            SELECT link.id & {(1 << LINK_BITS) - 1}, event.id FROM link
            JOIN destination ON destination.target = link.target JOIN event ON event.id = destination.page
            WHERE link.id BETWEEN ? AND ? ORDER BY link.id"""
        return list(self.db.execute(query, (id_ << LINK_BITS, (id_ + 1 << LINK_BITS) - 1)))

    def entries(self, path: str) -> set[int]:
        """Return the ids of the events that the day page at ``path`` lists."""
        folder, _, name = path.rpartition("/")
        query = """
            SELECT destination.page FROM folder JOIN page ON page.folder = folder.id AND page.name = ?
            JOIN mention ON mention.page = page.id AND mention.is_entry
            JOIN destination ON destination.target = mention.target WHERE folder.path = ?"""
        return {id_ for (id_,) in self.db.execute(query, (_without_bad_bytes(name), _without_bad_bytes(folder)))}

    def label_mismatches(self, pages: Collection[int] | None) -> Iterator[LabelMismatch]:
        """Yield the related links of ``pages`` (None: all) whose label differs from the headline of their target."""
        links = "link"
        values: tuple[str, ...] = ()
        if pages is not None:
            span = f"link.id BETWEEN wanted.value << {LINK_BITS} AND (wanted.value + 1 << {LINK_BITS}) - 1"
            links = f"json_each(?) AS wanted CROSS JOIN link ON {span}"
            values = (json_ids(pages),)
        query = f"""
            SELECT link.id >> {LINK_BITS}, link.id & {(1 << LINK_BITS) - 1}, event.id, link.label FROM {links}
            CROSS JOIN destination ON destination.target = link.target
            CROSS JOIN event ON event.id = destination.page WHERE event.words <> link.label ORDER BY link.id"""
        return (LabelMismatch(*row) for row in self.db.execute(query, values))

    def one_way_links(self) -> Iterator[tuple[int, int, int]]:
        """Yield (source, position, target) for each related link to an event that does not link back."""
        query = f"""
            SELECT DISTINCT reached.event AS source, reached.id & {(1 << LINK_BITS) - 1}, reached.page FROM reached
            JOIN event ON event.id = reached.page
            WHERE NOT EXISTS (
              SELECT 1 FROM reached AS back WHERE back.page = source AND back.event = reached.page
            ) ORDER BY reached.id"""
        return iter(self.db.execute(query))

    # --- day pages ---

    def has_day_pages(self) -> bool:
        """Whether any day has a day page."""
        query = "SELECT 1 FROM page WHERE folder <> 0 AND is_day_page LIMIT 1"
        return self.db.execute(query).fetchone() is not None

    def without_day_page(self, folders: Collection[str] | None) -> list[str]:
        """Return those of ``folders`` (None: all) that have events but no day page."""
        where, values = _folder_condition(folders)
        query = f"""
            SELECT DISTINCT folder.path FROM event {_LOCATION}
            WHERE NOT EXISTS (SELECT 1 FROM page AS own WHERE own.folder = folder.id AND own.is_day_page)
            {where} ORDER BY folder.path"""
        return [path for (path,) in self.db.execute(query, values)]

    def unlisted(self, folders: Collection[str] | None) -> Mapping[str, set[int]]:
        """Return the ids of the events in ``folders`` (None: all) that a page of their day does not list, by folder."""
        where, values = _folder_condition(folders)
        query = f"""
            SELECT own.id, event.id FROM page AS own JOIN folder ON folder.id = own.folder
            JOIN page ON page.folder = own.folder JOIN event ON event.id = page.id
            WHERE own.is_day_page {where}
            EXCEPT
            SELECT mention.page, destination.page FROM page JOIN folder ON folder.id = page.folder
            JOIN mention ON mention.page = page.id AND mention.is_entry
            JOIN destination ON destination.target = mention.target WHERE page.is_day_page {where}"""
        found: dict[str, set[int]] = {}
        for _, id_ in self.db.execute(query, values * 2):
            found.setdefault(self.event(id_).day.path, set()).add(id_)
        return found

    def day_pages(self, folder: str) -> list[str]:
        """Return the paths of the day pages in ``folder``."""
        query = f"""
            SELECT {PATH} FROM folder JOIN page ON page.folder = folder.id
            WHERE folder.path = ? AND page.is_day_page ORDER BY page.name DESC"""
        return [path for (path,) in self.db.execute(query, (folder,))]


def _open_table(file: str) -> EventTable:
    return EventTable(connect(Path(file), read_only=True))


def _record(row: tuple[Any, ...]) -> EventRecord:
    id_, folder, name, headline, line, day = row
    slug = name.removesuffix(".md")
    return EventRecord(id_, f"{folder}/{name}", slug, Day.dated(folder, day), headline, line)


@lru_cache(maxsize=_CACHE_SIZE)
def _folded(headline: str) -> str:
    return fold(headline)


def _folder_condition(folders: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if folders is None else (f"AND folder.path {IN_LIST}", (json_texts(folders),))


def json_ids(ids: Iterable[int]) -> str:
    """Return ``ids`` as the parameter of IN_LIST."""
    return json.dumps(sorted(ids))


def json_texts(texts: Iterable[str]) -> str:
    """Return ``texts``, such as names and paths in the tables, as the parameter of IN_LIST."""
    return json.dumps(list(map(_without_bad_bytes, texts)))


def _without_bad_bytes(text: str) -> str:
    """Return ``text`` with bytes that are not UTF-8 replaced. No name in the tables contains such bytes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
