"""The archive's day folders → the tables of the index: all of them, or those that changed since."""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from newsarc.index.full_text import add_text, has_text, remove_text
from newsarc.index.names import parents_of
from newsarc.index.rows import Part, Reader
from newsarc.index.schema import INDEXES, LINK_BITS, SCHEMA, as_text
from newsarc.index.write import Writer
from newsarc.pages import Pages
from newsarc.tree import Day, FolderState, Tree

Of = TypeVar("Of")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
_DAYS_AT_ONCE = 25
_TICK = 2_100_000_000  # ns, of the slowest clock that a file system goes by
_FEW_DAYS = 100  # are sooner done than a process is forked
_TABLES_OF_EVENTS = ("topic", "prefix", "source", "alias")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The day folders of an archive and their states, taken before any of them was listed or read, at ``time`` ns."""

    days: Sequence[Day]
    states: Mapping[str, FolderState]
    time: int

    @classmethod
    def take(cls, tree: Tree, days: Sequence[Day] | None = None) -> Snapshot:
        """Take the states of all day folders of ``tree``, or of ``days``."""
        now = time.time_ns()
        days = list(tree.days()) if days is None else days
        paths = [day.path for day in days]
        parts = [paths[at : at + _DAYS_AT_ONCE * 10] for at in range(0, len(paths), _DAYS_AT_ONCE * 10)]
        states = _spread(lambda part: [tree.state(path) for path in part], parts, len(paths))
        return cls(days, dict(zip(paths, (state for part in states for state in part), strict=True)), now)


def fill(db: sqlite3.Connection, pages: Pages, snapshot: Snapshot, progress: Progress) -> None:
    """Make the tables in ``db`` and fill them. ``pages`` must not have listed any day folder yet."""
    db.executescript(SCHEMA)
    db.execute("BEGIN")
    writer = Writer(db, is_new=True)
    commas: frozenset[str] = frozenset()
    done = 0
    if len(snapshot.days) > _FEW_DAYS:
        pages.find_missing_prefix()  # once, so that all workers know it
    for part in _read(pages, snapshot.days, snapshot):
        writer.add(part, snapshot.time)
        commas |= part.names_with_commas()
        done += len(part.folders)
        progress(done, len(snapshot.days))
    writer.finish(commas)
    _set(db, "commas", sorted(commas))
    _set(db, "prefix", pages.known_prefix)
    _set(db, "parents", _stamps(pages.tree, snapshot))
    db.execute("COMMIT")
    db.executescript(INDEXES)


def get(db: sqlite3.Connection, key: str) -> object:
    """Return what :func:`fill` wrote down under ``key``: ``commas``, or ``prefix``."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def _set(db: sqlite3.Connection, key: str, value: object) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def _stamps(tree: Tree, snapshot: Snapshot) -> dict[str, str]:
    """Return the stamps of the folders above day folders; empty ones where they changed so lately that they may not
    tell.
    """
    stamps = {path: tree.stamp(path) for path in parents_of(snapshot.days)}
    return {path: stamp.hex() if newest < snapshot.time - _TICK else "" for path, (stamp, newest) in stamps.items()}


@dataclass(frozen=True, slots=True)
class Stale:
    """The day folders whose rows are not what their pages say: ``changed`` ones, also new, and those ``gone``.

    ``parents``: something in the folders above them changed, or may have.
    """

    changed: Sequence[Day]
    gone: Sequence[str]
    parents: bool

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.parents)


def stale(db: sqlite3.Connection, pages: Pages, snapshot: Snapshot) -> Stale:
    """Return which rows of ``db`` are out of date."""
    stored: dict[str, bytes] = dict(db.execute("SELECT path, pages FROM folder"))
    states = snapshot.states
    changed = {path for path, state in states.items() if stored.get(path) != state.pages}
    other: set[int] = set()
    for id_, stored_path, names in db.execute("SELECT id, path, names FROM asked"):
        path = as_text(stored_path)
        state = states.get(path)
        if names != (state.names if state is not None else pages.tree.listing(path)):
            other.add(id_)
    if other:
        for path, asks in db.execute("SELECT path, asks FROM folder"):
            if not other.isdisjoint(array("I", asks)):
                changed.add(path)
    return Stale(
        [day for day in snapshot.days if day.path in changed],
        [path for path in stored if path not in states],
        _stamps(pages.tree, snapshot) != get(db, "parents"),
    )


def refresh(db: sqlite3.Connection, pages: Pages, snapshot: Snapshot, old: Stale) -> bool:
    """Put the rows of changed folders in the place of the former ones, in the transaction that is open.

    Returns false, with some of it done, where it takes more than that: most of the archive changed, or what all rows
    depend on did.
    """
    if len(old.changed) + len(old.gone) > len(snapshot.days) // 3 + 1 or pages.missing_prefix != get(db, "prefix"):
        return False
    commas: frozenset[str] = frozenset(get(db, "commas"))  # type: ignore[call-overload]
    parts = list(_read(pages, old.changed, snapshot))
    writer = Writer(db, is_new=False)
    former = json.dumps([*(day.path for day in old.changed), *old.gone])
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
    _set(db, "parents", _stamps(pages.tree, snapshot))
    return {text for (text,) in db.execute(topics)} == commas


def _read(pages: Pages, days: Sequence[Day], snapshot: Snapshot) -> Iterator[Part]:
    reader = Reader(pages, snapshot.states)
    parts = [days[at : at + _DAYS_AT_ONCE] for at in range(0, len(days), _DAYS_AT_ONCE)]
    return _spread(reader.part, parts, len(days))


def _spread(work: Callable[[Sequence[Of]], Result], parts: Sequence[Sequence[Of]], days: int) -> Iterator[Result]:
    """Yield ``work(part)`` for each of ``parts``, in their order; ``days`` says whether that is worth other cores."""
    if days <= _FEW_DAYS:
        return map(work, parts)
    from newsarc.parallel import in_order  # 5 ms that a month is listed without

    return in_order(work, parts)
