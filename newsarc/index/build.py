"""Building and updating the index tables from the day folders of an archive."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from newsarc.archive.reader import PageReader
from newsarc.index.destinations import (
    pages_at,
    pages_elsewhere,
    stored_elsewhere,
    update_elsewhere,
    update_other_spellings,
)
from newsarc.index.extractor import Batch, Extractor, FolderPart
from newsarc.index.findings import PageChecks, delete_findings
from newsarc.index.full_text import delete_text, has_full_text, insert_text
from newsarc.index.schema import INDEXES, IS_BROKEN, LINK_BITS, PATH, SCHEMA, decode_text
from newsarc.index.site_rows import make_destinations, make_links, make_topics
from newsarc.index.target_numbers import path_number
from newsarc.index.writer import Writer
from newsarc.storage.fingerprint import FolderFingerprint
from newsarc.storage.tree import Day, Tree

if TYPE_CHECKING:
    from newsarc.storage.workers import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")
_DAYS_AT_ONCE = 25
COMMON_TOPICS = "common_topics"  # meta key: topics that all posts of a site have, which are none
ARCHIVE_PASS = "archive_pass"  # meta key: lint has run the archive pass
_POSTS_IN_PART = 100
_FEW_DAYS = 100  # below this, forking costs more than it saves
_TABLES_OF_EVENTS = ("topic", "prefix", "source", "address", "alias", "former_path")


@dataclass(frozen=True, slots=True)
class _Fingerprint:
    """A task for workers that returns the fingerprints of the folders that differ from the ``cached`` ones."""

    tree: Tree
    cached: Mapping[str, bytes]

    def __call__(self, paths: Sequence[str]) -> list[tuple[str, FolderFingerprint]]:
        changed = (path for path in paths if self.tree.content_fingerprint(path) != self.cached.get(path))
        return [(path, self.tree.fingerprint(path)) for path in changed]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The day folders of an archive, their fingerprints from ``time`` (in ns) on, and a reader of the archive.

    ``reader`` had listed and read nothing before: rows may be newer than the fingerprint that they are stored with, but
    never older. ``states`` has the fingerprints of the folders that differ from the cached ones, or of all folders if
    nothing is cached. ``parents`` are the year and month folders, and their parent.
    """

    reader: PageReader
    paths: Sequence[str]
    states: Mapping[str, FolderFingerprint]
    time: int
    parents: Sequence[str]

    @classmethod
    def take(
        cls, reader: PageReader, db: sqlite3.Connection | None = None, days: Sequence[Day] | None = None
    ) -> Snapshot:
        """Fingerprint all day folders of the archive, or only ``days``, and compare them with those in ``db``.

        The snapshot gets a new reader of the archive of ``reader``, with the same overlay.
        """
        now = time.time_ns()
        reader = reader.with_overlay(reader.tree.overlay)
        tree = reader.tree
        cached: dict[str, bytes] = dict(db.execute("SELECT path, pages FROM folder")) if db is not None else {}
        if db is not None and days is None and _same_parents(tree, db):
            paths, parents = list(cached), list(_parents(db))  # no need to list the folders again
        else:
            paths = [day.path for day in (tree.page_folders() if days is None else days)]
            parents = tree.parents() if days is None else []

        parts = [paths[at : at + _DAYS_AT_ONCE * 10] for at in range(0, len(paths), _DAYS_AT_ONCE * 10)]
        states = dict(pair for part in _map_parts(_Fingerprint(tree, cached), parts, len(paths)) for pair in part)
        return cls(reader, paths, states, now, parents)


def build_all(
    db: sqlite3.Connection,
    snapshot: Snapshot,
    progress: Progress,
    *,
    checks: PageChecks | None = None,
    is_complete: bool = True,
    for_lint: bool = False,
) -> None:
    """Create the tables in ``db`` and fill them from the folders of ``snapshot``.

    ``progress`` gets the number of folders done and their total. With ``checks``, the page rules run and their findings
    are stored. Pass ``is_complete=False`` if the snapshot does not cover the whole archive. With ``for_lint``, topics,
    sources and contexts are left out, because no rule needs them.
    """
    reader = snapshot.reader
    db.executescript(SCHEMA)
    db.execute("BEGIN")
    writer = Writer(db, is_new=True, is_site=reader.layout is not None)
    commas: frozenset[str] = frozenset()
    root_folders: dict[str, bool] = {}
    done = 0
    if checks is not None:
        put(db, "checked", checks.today.isoformat())
    extractor = Extractor(reader, snapshot.states, is_complete=is_complete, checks=checks, for_lint=for_lint)
    parts = folder_parts(reader, snapshot.paths)
    for batch in extract(extractor, parts):
        writer.add(batch)
        commas |= batch.comma_names()
        root_folders |= batch.root_folders
        done += len(batch.folders)
        progress(done, len(parts))
    writer.finish(commas)
    put(db, "commas", sorted(commas))
    put(db, "root_folders", root_folders)
    put(db, "prefix", reader.known_prefix)
    put_parents(db, snapshot)
    db.execute("COMMIT")
    db.executescript(INDEXES)
    db.execute("BEGIN")
    update_elsewhere(db, reader.tree)
    if reader.layout is not None:
        make_destinations(db)
    update_other_spellings(db, None)
    if reader.layout is not None:
        make_links(db)
        put(db, COMMON_TOPICS, make_topics(db))
    db.execute("COMMIT")


def get(db: sqlite3.Connection, key: str) -> object:
    """Return the value stored under ``key`` in the meta table, or None."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def put(db: sqlite3.Connection, key: str, value: object) -> None:
    """Store ``value``, which must be JSON serializable, under ``key`` in the meta table."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


def put_parents(db: sqlite3.Connection, snapshot: Snapshot) -> None:
    """Store the fingerprints of the parent folders and the warnings about them."""
    tree = snapshot.reader.tree
    put(db, "parents", _parent_fingerprints(snapshot))
    days = set(snapshot.paths) if snapshot.reader.layout is None else set()
    above = {path: line for path, line in tree.skipped.items() if "/".join(path.split("/")[:4]) not in days}
    put(db, "warnings", above)
    put(db, "unlisted", sorted(path for path in above if path in tree.unlistable))


def _parent_fingerprints(snapshot: Snapshot) -> dict[str, str]:
    """Return the listing fingerprints of the parent folders, in hex.

    A fingerprint is empty if the folder could not be listed or if it is racy: changed so recently that a later change
    may not show.
    """
    tree = snapshot.reader.tree
    return {
        path: "" if path in tree.unlistable else tree.unchanged_listing_fingerprint(path, snapshot.time).hex()
        for path in snapshot.parents
    }


def _parents(db: sqlite3.Connection) -> Mapping[str, str]:
    return get(db, "parents")  # type: ignore[return-value]


def _same_parents(tree: Tree, db: sqlite3.Connection) -> bool:
    """Whether no day folder was added or removed since ``db`` was written."""
    return all(stamp and tree.listing_fingerprint(path).hex() == stamp for path, stamp in _parents(db).items())


@dataclass(frozen=True, slots=True)
class Stale:
    """The parts of the index that are out of date; false if none are.

    ``changed`` are the day folders that are new or modified, ``gone`` those that were deleted. ``parents`` is true if a
    folder above them may have changed, ``elsewhere`` if a page outside day folders that is a possible link target was
    added or removed, and ``resolution`` if links all over the archive may resolve to different paths. ``checks_valid``
    is false if the page rules ran on a later date than today, because the clock was set back.
    """

    changed: Sequence[str]
    gone: Sequence[str]
    parents: bool
    elsewhere: bool
    resolution: bool
    checks_valid: bool = True

    def __bool__(self) -> bool:
        is_same = not (self.changed or self.gone or self.parents or self.elsewhere or self.resolution)
        return not (is_same and self.checks_valid)


def stale(db: sqlite3.Connection, snapshot: Snapshot, checks: PageChecks | None = None) -> Stale:
    """Return which parts of ``db`` are out of date. ``snapshot`` must have been compared with ``db``."""
    tree = snapshot.reader.tree
    paths = set(snapshot.paths)
    return Stale(
        changed=[path for path in snapshot.paths if path in snapshot.states],
        gone=[path for (path,) in db.execute("SELECT path FROM folder") if path not in paths],
        parents=_parent_fingerprints(snapshot) != _parents(db),
        elsewhere=pages_elsewhere(db, tree).keys() != stored_elsewhere(db).keys(),
        resolution=any(tree.has_folder(name) != there for name, there in _root_folders(db).items()),
        checks_valid=checks is None or str(get(db, "checked") or "~") <= checks.today.isoformat(),
    )


def update(db: sqlite3.Connection, snapshot: Snapshot, old: Stale, checks: PageChecks | None = None) -> bool:
    """Replace the rows of the folders that are out of date, inside the open transaction.

    Returns false if the index must be built again instead: too much of the archive changed, or something that all rows
    depend on. The caller must then roll back, as some rows may have been replaced.
    """
    reader = snapshot.reader
    if checks is not None and not old.checks_valid:
        return False
    if old.resolution or len(old.changed) + len(old.gone) > len(snapshot.paths) // 3 + 1:
        return False
    for (
        _
    ) in reader.tree.page_folders():  # collects the warnings about parent folders and about folders that are not days
        pass
    parts = folder_parts(reader, old.changed)
    batches = list(extract(Extractor(reader, snapshot.states, checks=checks), parts))
    root_folders = _root_folders(db)
    for batch in batches:
        root_folders |= batch.root_folders
    if root_folders and reader.missing_prefix != get(db, "prefix"):
        return False
    warnings = _warnings(db)
    _replace_rows(db, reader.tree, batches, old)
    topics = "SELECT DISTINCT name.text FROM topic JOIN name ON name.id = topic.name WHERE name.text LIKE '%, %'"
    put(db, "root_folders", root_folders)
    put_parents(db, snapshot)
    if _warnings(db) != warnings:
        # A path may have become a symbolic link, or is one no longer: which rule reports a broken link depends on that.
        log_changes(db, (), (), _broken_targets(db))
    return {text for (text,) in db.execute(topics)} == set(_comma_names(db))


def _warnings(db: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return the paths that were skipped in the whole archive, with the warnings about them."""
    warnings = {(decode_text(path), decode_text(line)) for path, line in db.execute("SELECT path, line FROM warning")}
    above: dict[str, str] = get(db, "warnings")  # type: ignore[assignment]
    return warnings.union(above.items())


def _broken_targets(db: sqlite3.Connection) -> list[int]:
    links = f"SELECT DISTINCT target FROM link WHERE {IS_BROKEN}"
    query = f"{links} UNION SELECT target FROM mention WHERE {IS_BROKEN}"
    return [target for (target,) in db.execute(query)]


def _replace_rows(db: sqlite3.Connection, tree: Tree, batches: Sequence[Batch], old: Stale) -> None:
    """Replace the rows of the folders in ``old`` by ``batches``, and update the rows that depend on them."""
    writer = Writer(db, is_new=False)
    folders = json.dumps([*old.changed, *old.gone])
    inside = "folder IN (SELECT id FROM folder WHERE path IN (SELECT value FROM json_each(?)))"
    paths = f"SELECT {PATH}, page.id FROM page JOIN folder ON folder.id = page.folder WHERE page.{inside}"
    before: dict[str, int] = dict(db.execute(paths, (folders,)))
    writer.pages.known |= before  # pages that still exist keep their ids
    events_before = event_properties(db, before.values())
    entries = [number for batch in batches for rows in batch.folders for number, _ in rows.entries]
    with_text = has_full_text(db)
    if with_text:
        named = {event for (event,) in db.execute(f"SELECT event FROM entry WHERE {inside}", (folders,))}
        named |= pages_at(db, entries)
        delete_text(db, {*before.values(), *named})
    delete_rows(db, before.values())
    for table in ("page", "warning", "day_entry"):
        db.execute(f"DELETE FROM {table} WHERE {inside}", (folders,))
    db.execute("DELETE FROM folder WHERE path IN (SELECT value FROM json_each(?))", (json.dumps(list(old.gone)),))
    for batch in batches:
        writer.add(batch)
    writer.finish(frozenset(_comma_names(db)))
    changed_paths = {path_number(path) for path in before}.symmetric_difference(dict(writer.destinations))
    changed_paths |= update_elsewhere(db, tree)
    update_other_spellings(db, changed_paths | writer.targets)
    read = [page for _, page in writer.destinations]
    log_changes(db, read, events_before ^ event_properties(db, read), changed_paths)
    if with_text:
        insert_text(db, {page for _, page in writer.destinations} | named | pages_at(db, entries))


def event_properties(db: sqlite3.Connection, pages: Iterable[int]) -> set[tuple[object, ...]]:
    """Return the event properties that rules use for other pages. Each tuple begins with path and headline hash."""
    query = f"""
        SELECT {PATH}, words, headline, slug, (SELECT group_concat(slug, '/') FROM alias WHERE alias.event = event.id),
          (SELECT group_concat(hex(path), '/') FROM former_path WHERE former_path.event = event.id)
        FROM json_each(?) AS wanted CROSS JOIN event ON event.id = wanted.value
        CROSS JOIN page ON page.id = event.id CROSS JOIN folder ON folder.id = page.folder"""
    return set(db.execute(query, (json.dumps(list(pages)),)))


def log_changes(
    db: sqlite3.Connection, pages: Iterable[int], events: Iterable[tuple[object, ...]], paths: Iterable[int]
) -> None:
    """Record the changes for the next archive pass, in the tables ``changed_page``, ``_event`` and ``_target``."""
    db.executemany("INSERT OR IGNORE INTO changed_page VALUES (?)", ((page,) for page in pages))
    for path, words, headline, *_, former in events:
        db.execute("INSERT INTO changed_event VALUES (?, ?, ?)", (str(path).encode(), words, headline))
        for one in str(former or "").split("/"):
            db.execute("INSERT INTO changed_event VALUES (?, 0, '')", (bytes.fromhex(one),))
    db.executemany("INSERT OR IGNORE INTO changed_target VALUES (?)", ((path,) for path in paths))


def delete_rows(db: sqlite3.Connection, pages: Collection[int]) -> None:
    """Delete the rows that belong to ``pages`` and to their events."""
    spans = ((page << LINK_BITS, (page + 1 << LINK_BITS) - 1) for page in pages)
    db.executemany("DELETE FROM link WHERE id BETWEEN ? AND ?", spans)
    ids = json.dumps(list(pages))
    delete_findings(db, ids)
    columns = (("event", "id"), ("mention", "page"), *((table, "event") for table in _TABLES_OF_EVENTS))
    for table, column in columns:
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (ids,))
    db.execute("DELETE FROM destination WHERE is_path AND page IN (SELECT value FROM json_each(?))", (ids,))


def _comma_names(db: sqlite3.Connection) -> list[str]:
    """Return the names that contain a comma and are known as topics."""
    return get(db, "commas")  # type: ignore[return-value]


def _root_folders(db: sqlite3.Connection) -> dict[str, bool]:
    """Return the folders that links have before ``/news/YYYY/``, and whether each existed in the archive root."""
    return get(db, "root_folders")  # type: ignore[return-value]


def folder_parts(reader: PageReader, paths: Sequence[str]) -> list[FolderPart]:
    """Return the folders at ``paths``; those with many posts in several parts."""
    folders = map(reader.tree.page_folder, paths)
    if reader.layout is None:
        return list(map(FolderPart, folders))
    return [part for folder in folders for part in post_parts(reader, folder, reader.tree.event_paths(folder))]


def post_parts(reader: PageReader, folder: Day, paths: Sequence[str]) -> Iterator[FolderPart]:
    """Yield the posts at ``paths``, all in ``folder``, in parts. Translations are in one part with their originals."""
    size = len(paths) if reader.originals(folder.path) else _POSTS_IN_PART
    return (FolderPart(folder, paths[at : at + size]) for at in range(0, len(paths), max(size, 1)))


def extract(extractor: Extractor, parts: Sequence[FolderPart]) -> Iterator[Batch]:
    """Yield the rows of ``parts``, in order, from several processes if they are many."""
    pages = sum(1 if part.paths is None else len(part.paths) for part in parts)
    if pages > _FEW_DAYS:
        extractor.precompute(part.folder.path for part in parts)
    at_once: list[list[FolderPart]] = [[]]
    size = 0
    for part in parts:
        size += _POSTS_IN_PART // _DAYS_AT_ONCE if part.paths is None else len(part.paths)
        at_once[-1].append(part)
        if size >= _POSTS_IN_PART:
            at_once.append([])
            size = 0
    return _map_parts(extractor, [one for one in at_once if one], pages)


def _map_parts(
    work: Callable[[Sequence[Item]], Result], parts: Sequence[Sequence[Item]], days: int
) -> Iterator[Result]:
    """Yield ``work(part)`` for each of ``parts``, in order; in several processes if there are enough ``days``."""
    if days <= _FEW_DAYS:
        return map(work, parts)
    from newsarc.storage.workers import map_ordered  # imported only when needed, to keep small queries fast

    return map_ordered(work, parts)
