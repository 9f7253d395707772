"""The archive's day folders → the tables of the index: all of them, or those that changed since."""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from newsarc.folder_state import LONG_TICK, FolderState
from newsarc.index.full_text import add_text, has_text, remove_text
from newsarc.index.rows import Part, Reader
from newsarc.index.schema import INDEXES, LINK_BITS, SCHEMA, as_stored, as_text
from newsarc.index.write import Writer
from newsarc.pages import Pages
from newsarc.tree import Day, Tree

Of = TypeVar("Of")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
_DAYS_AT_ONCE = 25
_FEW_DAYS = 100  # are sooner done than a process is forked
_TABLES_OF_EVENTS = ("topic", "prefix", "source", "alias")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The day folders of an archive, taken before any of them was listed or read, at ``time`` ns.

    ``states`` are of those folders whose state is not the one that was kept: of all, where nothing was. ``parents`` are
    the folders above them.
    """

    paths: Sequence[str]
    states: Mapping[str, FolderState]
    time: int
    parents: Sequence[str]

    @classmethod
    def take(cls, tree: Tree, db: sqlite3.Connection | None = None, days: Sequence[Day] | None = None) -> Snapshot:
        """Look at all day folders of ``tree``, or at ``days``, and compare them with what ``db`` has of them."""
        now = time.time_ns()
        kept: dict[str, bytes] = dict(db.execute("SELECT path, pages FROM folder")) if db is not None else {}
        if db is not None and days is None and _same_parents(tree, db):
            paths, parents = list(kept), list(_parents(db))  # listing them takes 50 ms of 10,000
        else:
            paths = [day.path for day in (tree.days() if days is None else days)]
            parents = tree.parents() if days is None else []

        def look(part: Sequence[str]) -> list[tuple[str, FolderState]]:
            changed = (path for path in part if path not in kept or tree.pages_state(path) != kept[path])
            return [(path, tree.state(path)) for path in changed]

        parts = [paths[at : at + _DAYS_AT_ONCE * 10] for at in range(0, len(paths), _DAYS_AT_ONCE * 10)]
        states = dict(pair for part in _spread(look, parts, len(paths)) for pair in part)
        return cls(paths, states, now, parents)


def fill(db: sqlite3.Connection, pages: Pages, snapshot: Snapshot, progress: Progress) -> None:
    """Make the tables in ``db`` and fill them. ``pages`` must not have listed any day folder yet."""
    db.executescript(SCHEMA)
    db.execute("BEGIN")
    writer = Writer(db, is_new=True)
    commas: frozenset[str] = frozenset()
    done = 0
    if len(snapshot.paths) > _FEW_DAYS:
        pages.find_missing_prefix()  # once, so that all workers know it
    for part in _read(pages, snapshot.paths, snapshot.states):
        writer.add(part, snapshot.time)
        commas |= part.names_with_commas()
        done += len(part.folders)
        progress(done, len(snapshot.paths))
    writer.finish(commas)
    _set(db, "commas", sorted(commas))
    _set(db, "prefix", pages.known_prefix)
    _set_parents(db, pages.tree, snapshot)
    db.execute("COMMIT")
    db.executescript(INDEXES)


def get(db: sqlite3.Connection, key: str) -> object:
    """Return what :func:`fill` wrote down under ``key``: ``commas``, ``prefix``, or ``notes``."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def _set(db: sqlite3.Connection, key: str, value: object) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def _set_parents(db: sqlite3.Connection, tree: Tree, snapshot: Snapshot) -> None:
    """Write down the stamps of the folders above days, all listed by ``tree``, and what was passed over there."""
    _set(db, "parents", _stamps(tree, snapshot))
    days = set(snapshot.paths)
    above = {path: line for path, line in tree.skipped.items() if "/".join(path.split("/")[:4]) not in days}
    _set(db, "notes", above)


def _stamps(tree: Tree, snapshot: Snapshot) -> dict[str, str]:
    """Return the stamps of the folders above day folders; empty ones where they could not be listed, or changed so
    lately that they may not tell.
    """
    stamps = {path: tree.stamp(path) for path in snapshot.parents}
    settled = snapshot.time - LONG_TICK
    is_sure = {path: newest < settled and path not in tree.unlisted for path, (_, newest) in stamps.items()}
    return {path: stamp.hex() if is_sure[path] else "" for path, (stamp, _) in stamps.items()}


def _parents(db: sqlite3.Connection) -> Mapping[str, str]:
    return get(db, "parents")  # type: ignore[return-value]


def _same_parents(tree: Tree, db: sqlite3.Connection) -> bool:
    """Whether no day folder came or went since ``db`` was written."""
    return all(stamp and tree.stamp(path)[0].hex() == stamp for path, stamp in _parents(db).items())


@dataclass(frozen=True, slots=True)
class Stale:
    """The day folders whose rows are not what their pages say: ``changed`` ones, also new, and those ``gone``.

    ``parents``: something in the folders above them changed, or may have.
    """

    changed: Sequence[str]
    gone: Sequence[str]
    parents: bool

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.parents)


def stale(db: sqlite3.Connection, pages: Pages, snapshot: Snapshot) -> Stale:
    """Return which rows of ``db``, which the snapshot was compared with, are out of date."""
    paths = set(snapshot.paths)
    gone = [path for (path,) in db.execute("SELECT path FROM folder") if path not in paths]
    changed = set(snapshot.states)
    other: set[int] = set()
    query = "SELECT id, path, names FROM asked WHERE path NOT IN (SELECT CAST(path AS BLOB) FROM folder)"
    for id_, stored, names in db.execute(query):
        path = as_text(stored)
        if path in changed or pages.tree.listing(path) != names:
            other.add(id_)
    for path in (*changed, *gone):
        row = db.execute("SELECT id, names FROM asked WHERE path = ?", (as_stored(path),)).fetchone()
        if row is not None and (path not in changed or snapshot.states[path].names != row[1]):
            other.add(row[0])
    if other:
        for path, asks in db.execute("SELECT path, asks FROM folder"):
            if path in paths and not other.isdisjoint(array("I", asks)):
                changed.add(path)
    is_same = _stamps(pages.tree, snapshot) == _parents(db)
    return Stale([path for path in snapshot.paths if path in changed], gone, not is_same)


def refresh(db: sqlite3.Connection, pages: Pages, snapshot: Snapshot, old: Stale) -> bool:
    """Put the rows of changed folders in the place of the former ones, in the transaction that is open.

    Returns false, with some of it done, where it takes more than that: most of the archive changed, or what all rows
    depend on did.
    """
    for _ in pages.tree.days():  # so is found what is to be said of the folders above days, and of days that are none
        pass
    if len(old.changed) + len(old.gone) > len(snapshot.paths) // 3 + 1 or pages.missing_prefix != get(db, "prefix"):
        return False
    commas: frozenset[str] = frozenset(get(db, "commas"))  # type: ignore[call-overload]
    kept = db.execute("SELECT path, pages, names, stamp FROM folder")
    states = {path: FolderState(in_pages, names, stamp, 0) for path, in_pages, names, stamp in kept}
    states.update(snapshot.states)
    parts = list(_read(pages, old.changed, states))
    writer = Writer(db, is_new=False)
    former = json.dumps([*old.changed, *old.gone])
    inside = "(SELECT id FROM folder WHERE path IN (SELECT value FROM json_each(?)))"
    query = "SELECT page.id, folder.path || '/' || page.name FROM page JOIN folder ON folder.id = page.folder"
    events = {}
    for id_, path in db.execute(f"{query} WHERE page.folder IN {inside}", (former,)):
        writer.pages.known[path] = events[id_] = id_
    named = {event for (event,) in db.execute(f"SELECT event FROM entry WHERE folder IN {inside}", (former,))}
    named.update(writer.pages.of(path) for part in parts for rows in part.folders for path, _ in rows.entries)
    with_text = has_text(db)
    if with_text:
        remove_text(db, {*events, *named})
    spans = ((event << LINK_BITS, (event + 1 << LINK_BITS) - 1) for event in events)
    db.executemany("DELETE FROM link WHERE id BETWEEN ? AND ?", spans)
    ids = json.dumps(list(events))
    for table, column in (("event", "id"), *((table, "event") for table in _TABLES_OF_EVENTS)):
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (ids,))
    for table in ("page", "note", "entry"):
        db.execute(f"DELETE FROM {table} WHERE folder IN {inside}", (former,))
    db.execute("DELETE FROM folder WHERE path IN (SELECT value FROM json_each(?))", (json.dumps(list(old.gone)),))
    for part in parts:
        writer.add(part, snapshot.time)
    writer.finish(commas)
    if with_text:
        folders = (rows for part in parts for rows in part.folders)
        new = {writer.pages.of(f"{rows.path}/{name}") for rows in folders for name in rows.names}
        add_text(db, {*new, *named})
    topics = "SELECT DISTINCT name.text FROM topic JOIN name ON name.id = topic.name WHERE name.text LIKE '%, %'"
    _set_parents(db, pages.tree, snapshot)
    return {text for (text,) in db.execute(topics)} == commas


def _read(pages: Pages, paths: Sequence[str], states: Mapping[str, FolderState]) -> Iterator[Part]:
    reader = Reader(pages, states)
    days = [Day.at(path) for path in paths]
    parts = [days[at : at + _DAYS_AT_ONCE] for at in range(0, len(days), _DAYS_AT_ONCE)]
    return _spread(reader.part, parts, len(days))


def _spread(work: Callable[[Sequence[Of]], Result], parts: Sequence[Sequence[Of]], days: int) -> Iterator[Result]:
    """Yield ``work(part)`` for each of ``parts``, in their order; ``days`` says whether that is worth other cores."""
    if days <= _FEW_DAYS:
        return map(work, parts)
    from newsarc.storage.workers import in_order  # 5 ms that a month is listed without

    return in_order(work, parts)
