"""The archive's day folders → the tables of the index: all of them, or those that changed since."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from newsarc.archive.reader import Pages
from newsarc.index.destinations import (
    pages_at,
    pages_elsewhere,
    stored_elsewhere,
    update_elsewhere,
    update_other_spellings,
)
from newsarc.index.findings import PageChecks, delete_findings
from newsarc.index.full_text import add_text, has_text, remove_text
from newsarc.index.rows import Batch, Reader
from newsarc.index.schema import INDEXES, IS_BROKEN, LINK_BITS, PATH, SCHEMA, as_text
from newsarc.index.targets import number_of
from newsarc.index.write import Writer
from newsarc.storage.fingerprint import FolderFingerprint
from newsarc.storage.tree import Day, Tree

Of = TypeVar("Of")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
_DAYS_AT_ONCE = 25
ARCHIVE_PASS = "archive_pass"  # the key under which lint writes down that it ran the rules over all pages
_FEW_DAYS = 100  # are sooner done than a process is forked
_TABLES_OF_EVENTS = ("topic", "prefix", "source", "alias", "former_path")


@dataclass(frozen=True, slots=True)
class _ChangedStates:
    """Work for a worker: folders → the states of those that do not have the state that was ``kept``."""

    tree: Tree
    kept: Mapping[str, bytes]

    def __call__(self, paths: Sequence[str]) -> list[tuple[str, FolderFingerprint]]:
        changed = (path for path in paths if self.tree.content_fingerprint(path) != self.kept.get(path))
        return [(path, self.tree.fingerprint(path)) for path in changed]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The day folders of an archive, taken before any of them was listed or read, at ``time`` ns.

    ``states`` are of those folders whose state is not the one that was kept: of all, where nothing was. ``parents`` are
    the folders above them.
    """

    paths: Sequence[str]
    states: Mapping[str, FolderFingerprint]
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

        parts = [paths[at : at + _DAYS_AT_ONCE * 10] for at in range(0, len(paths), _DAYS_AT_ONCE * 10)]
        states = dict(pair for part in _spread(_ChangedStates(tree, kept), parts, len(paths)) for pair in part)
        return cls(paths, states, now, parents)


def fill(
    db: sqlite3.Connection,
    pages: Pages,
    snapshot: Snapshot,
    progress: Progress,
    *,
    checks: PageChecks | None = None,
    is_whole: bool = True,
    for_lint: bool = False,
) -> None:
    """Make the tables in ``db`` and fill them. ``pages`` must not have listed any day folder yet.

    With ``checks``, findings of page rules are among the rows. Without ``is_whole``, the snapshot is not of all day
    folders of the archive. With ``for_lint``, rows that no rule asks for are left out: topics, sources and contexts.
    """
    db.executescript(SCHEMA)
    db.execute("BEGIN")
    writer = Writer(db, is_new=True)
    commas: frozenset[str] = frozenset()
    root_folders: dict[str, bool] = {}
    done = 0
    if checks is not None:
        put(db, "checked", checks.today.isoformat())
    reader = Reader(pages, snapshot.states, is_whole=is_whole, checks=checks, for_lint=for_lint)
    for batch in _read(reader, snapshot.paths):
        writer.add(batch)
        commas |= batch.names_with_commas()
        root_folders |= batch.root_folders
        done += len(batch.folders)
        progress(done, len(snapshot.paths))
    writer.finish(commas)
    put(db, "commas", sorted(commas))
    put(db, "root_folders", root_folders)
    put(db, "prefix", pages.known_prefix)
    _set_parents(db, pages.tree, snapshot)
    db.execute("COMMIT")
    db.executescript(INDEXES)
    db.execute("BEGIN")
    update_elsewhere(db, pages.tree)
    update_other_spellings(db, None)
    db.execute("COMMIT")


def get(db: sqlite3.Connection, key: str) -> object:
    """Return what is written down under ``key``; None for nothing."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def put(db: sqlite3.Connection, key: str, value: object) -> None:
    """Write down ``value`` under ``key``, for :func:`get`."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def _set_parents(db: sqlite3.Connection, tree: Tree, snapshot: Snapshot) -> None:
    """Write down the stamps of the folders above days, all listed by ``tree``, and what was passed over there."""
    put(db, "parents", _stamps(tree, snapshot))
    days = set(snapshot.paths)
    above = {path: line for path, line in tree.skipped.items() if "/".join(path.split("/")[:4]) not in days}
    put(db, "notes", above)
    put(db, "unlisted", sorted(path for path in above if path in tree.unlistable))


def _stamps(tree: Tree, snapshot: Snapshot) -> dict[str, str]:
    """Return the stamps of the folders above day folders; empty ones where they could not be listed, or changed so
    lately that they may not tell.
    """
    return {
        path: "" if path in tree.unlistable else tree.unchanged_listing_fingerprint(path, snapshot.time).hex()
        for path in snapshot.parents
    }


def _parents(db: sqlite3.Connection) -> Mapping[str, str]:
    return get(db, "parents")  # type: ignore[return-value]


def _same_parents(tree: Tree, db: sqlite3.Connection) -> bool:
    """Whether no day folder came or went since ``db`` was written."""
    return all(stamp and tree.listing_fingerprint(path).hex() == stamp for path, stamp in _parents(db).items())


@dataclass(frozen=True, slots=True)
class Stale:
    """What in the tables is not as the files say: the day folders that ``changed``, also new ones, and those ``gone``.

    ``parents``: something in the folders above them changed, or may have. ``elsewhere``: pages outside day folders that
    links may mean came or went. ``meaning``: many links may mean other paths than before. Not ``checks_hold``: pages
    were checked on a later day, by a clock that was set back since.
    """

    changed: Sequence[str]
    gone: Sequence[str]
    parents: bool
    elsewhere: bool
    meaning: bool
    checks_hold: bool = True

    def __bool__(self) -> bool:
        is_same = not (self.changed or self.gone or self.parents or self.elsewhere or self.meaning)
        return not (is_same and self.checks_hold)


def stale(db: sqlite3.Connection, pages: Pages, snapshot: Snapshot, checks: PageChecks | None = None) -> Stale:
    """Return which rows of ``db``, which the snapshot was compared with, are out of date."""
    tree = pages.tree
    paths = set(snapshot.paths)
    return Stale(
        changed=[path for path in snapshot.paths if path in snapshot.states],
        gone=[path for (path,) in db.execute("SELECT path FROM folder") if path not in paths],
        parents=_stamps(tree, snapshot) != _parents(db),
        elsewhere=pages_elsewhere(db, tree).keys() != stored_elsewhere(db).keys(),
        meaning=any(tree.has_folder(name) != there for name, there in _root_folders(db).items()),
        checks_hold=checks is None or str(get(db, "checked") or "~") <= checks.today.isoformat(),
    )


def refresh(
    db: sqlite3.Connection, pages: Pages, snapshot: Snapshot, old: Stale, checks: PageChecks | None = None
) -> bool:
    """Put the rows of changed folders in the place of the former ones, in the transaction that is open.

    Returns false, with some of it done, where it takes more than that: most of the archive changed, or what all rows
    depend on did.
    """
    if checks is not None and not old.checks_hold:
        return False
    if old.meaning or len(old.changed) + len(old.gone) > len(snapshot.paths) // 3 + 1:
        return False
    for _ in pages.tree.days():  # so is found what is to be said of the folders above days, and of days that are none
        pass
    batches = list(_read(Reader(pages, snapshot.states, checks=checks), old.changed))
    root_folders = _root_folders(db)
    for batch in batches:
        root_folders |= batch.root_folders
    if root_folders and pages.missing_prefix != get(db, "prefix"):
        return False
    notes = _notes(db)
    _replace(db, pages.tree, batches, old)
    topics = "SELECT DISTINCT name.text FROM topic JOIN name ON name.id = topic.name WHERE name.text LIKE '%, %'"
    put(db, "root_folders", root_folders)
    _set_parents(db, pages.tree, snapshot)
    if _notes(db) != notes:
        # Something may have become a symbolic link, or ceased to be one: what is wrong with a link to it depends on it.
        _log(db, (), (), _broken_targets(db))
    return {text for (text,) in db.execute(topics)} == set(_commas(db))


def _notes(db: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return what was passed over in the whole archive: paths and the lines about them."""
    notes = {(as_text(path), as_text(line)) for path, line in db.execute("SELECT path, line FROM note")}
    above: dict[str, str] = get(db, "notes")  # type: ignore[assignment]
    return notes.union(above.items())


def _broken_targets(db: sqlite3.Connection) -> list[int]:
    links = f"SELECT DISTINCT target FROM link WHERE {IS_BROKEN}"
    query = f"{links} UNION SELECT target FROM mention WHERE {IS_BROKEN}"
    return [target for (target,) in db.execute(query)]


def _replace(db: sqlite3.Connection, tree: Tree, batches: Sequence[Batch], old: Stale) -> None:
    """Put ``batches`` in the place of the rows that are ``old``, and bring up to date what depends on them."""
    writer = Writer(db, is_new=False)
    folders = json.dumps([*old.changed, *old.gone])
    inside = "folder IN (SELECT id FROM folder WHERE path IN (SELECT value FROM json_each(?)))"
    paths = f"SELECT {PATH}, page.id FROM page JOIN folder ON folder.id = page.folder WHERE page.{inside}"
    before: dict[str, int] = dict(db.execute(paths, (folders,)))
    writer.pages.known |= before  # a page that is still there keeps its id
    events_before = _events(db, before.values())
    entries = [number for batch in batches for rows in batch.folders for number, _ in rows.entries]
    with_text = has_text(db)
    if with_text:
        named = {event for (event,) in db.execute(f"SELECT event FROM entry WHERE {inside}", (folders,))}
        named |= pages_at(db, entries)
        remove_text(db, {*before.values(), *named})
    _delete(db, before.values())
    for table in ("page", "note", "day_entry"):
        db.execute(f"DELETE FROM {table} WHERE {inside}", (folders,))
    db.execute("DELETE FROM folder WHERE path IN (SELECT value FROM json_each(?))", (json.dumps(list(old.gone)),))
    for batch in batches:
        writer.add(batch)
    writer.finish(frozenset(_commas(db)))
    came_or_went = {number_of(path) for path in before}.symmetric_difference(dict(writer.destinations))
    came_or_went |= update_elsewhere(db, tree)
    update_other_spellings(db, came_or_went | writer.targets)
    read = [page for _, page in writer.destinations]
    _log(db, read, events_before ^ _events(db, read), came_or_went)
    if with_text:
        add_text(db, {page for _, page in writer.destinations} | named | pages_at(db, entries))


def _events(db: sqlite3.Connection, pages: Iterable[int]) -> set[tuple[object, ...]]:
    """Return what rules about other pages go by of the events among ``pages``, the path and the words first."""
    query = f"""
        SELECT {PATH}, words, headline, slug, (SELECT group_concat(slug, '/') FROM alias WHERE alias.event = event.id),
          (SELECT group_concat(hex(path), '/') FROM former_path WHERE former_path.event = event.id)
        FROM json_each(?) AS wanted CROSS JOIN event ON event.id = wanted.value
        CROSS JOIN page ON page.id = event.id CROSS JOIN folder ON folder.id = page.folder"""
    return set(db.execute(query, (json.dumps(list(pages)),)))


def _log(
    db: sqlite3.Connection, pages: Iterable[int], events: Iterable[tuple[object, ...]], paths: Iterable[int]
) -> None:
    """Write down what changed, for rules that need other pages: see the tables."""
    db.executemany("INSERT OR IGNORE INTO changed_page VALUES (?)", ((page,) for page in pages))
    for path, words, headline, *_, former in events:
        db.execute("INSERT INTO changed_event VALUES (?, ?, ?)", (str(path).encode(), words, headline))
        for one in str(former or "").split("/"):
            db.execute("INSERT INTO changed_event VALUES (?, 0, '')", (bytes.fromhex(one),))
    db.executemany("INSERT OR IGNORE INTO changed_target VALUES (?)", ((path,) for path in paths))


def _delete(db: sqlite3.Connection, pages: Collection[int]) -> None:
    """Delete the rows of pages, their own and those of their events."""
    spans = ((page << LINK_BITS, (page + 1 << LINK_BITS) - 1) for page in pages)
    db.executemany("DELETE FROM link WHERE id BETWEEN ? AND ?", spans)
    ids = json.dumps(list(pages))
    delete_findings(db, ids)
    columns = (("event", "id"), ("mention", "page"), *((table, "event") for table in _TABLES_OF_EVENTS))
    for table, column in columns:
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (ids,))
    db.execute("DELETE FROM destination WHERE is_path AND page IN (SELECT value FROM json_each(?))", (ids,))


def _commas(db: sqlite3.Connection) -> list[str]:
    """Return the names that contain a comma of their own."""
    return get(db, "commas")  # type: ignore[return-value]


def _root_folders(db: sqlite3.Connection) -> dict[str, bool]:
    """Return what links put before ``/news/YYYY/``, and whether the root had a folder of this name."""
    return get(db, "root_folders")  # type: ignore[return-value]


def _read(reader: Reader, paths: Sequence[str]) -> Iterator[Batch]:
    if len(paths) > _FEW_DAYS:
        reader.prepare(paths)
    days = [Day.at(path) for path in paths]
    parts = [days[at : at + _DAYS_AT_ONCE] for at in range(0, len(days), _DAYS_AT_ONCE)]
    return _spread(reader, parts, len(days))


def _spread(work: Callable[[Sequence[Of]], Result], parts: Sequence[Sequence[Of]], days: int) -> Iterator[Result]:
    """Yield ``work(part)`` for each of ``parts``, in their order; ``days`` says whether that is worth other cores."""
    if days <= _FEW_DAYS:
        return map(work, parts)
    from newsarc.storage.workers import map_ordered  # 5 ms that a month is listed without

    return map_ordered(work, parts)
