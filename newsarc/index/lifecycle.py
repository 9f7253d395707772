"""Opening the database of an index: the cached file, updated as needed, or a new one in memory."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from newsarc.archive.reader import PageReader
from newsarc.index.build import ARCHIVE_PASS, Snapshot, Stale, build_all, get, stale, update
from newsarc.index.findings import PageChecks
from newsarc.index.full_text import has_full_text
from newsarc.index.index_file import IndexFile
from newsarc.index.schema import connect
from newsarc.storage.cache import Cache

if TYPE_CHECKING:
    from newsarc.storage.workers import Progress


def open_database(
    reader: PageReader,
    cache: Cache | None,
    progress: Progress,
    checks: PageChecks | None = None,
    *,
    for_lint: bool = False,
) -> tuple[sqlite3.Connection, IndexFile | None]:
    """Return an up-to-date database, and its cache file unless the database is in memory.

    ``checks`` runs the page rules over each page that is read. Any failure to use the cache is ignored: the database is
    then built in memory. With ``for_lint``, a database in memory has no rows that rules do not need.
    """
    if cache is not None:
        with contextlib.suppress(OSError, sqlite3.Error):
            file = IndexFile(cache)
            try:
                return _open_cached(file, reader, progress, checks)
            except BaseException:
                file.close()
                raise
    db = connect()
    build_all(db, Snapshot.take(reader), progress, checks=checks, for_lint=for_lint)
    return db, None


class Description(NamedTuple):
    """The content of a cached index.

    ``pages`` and ``findings`` are counts. ``checked`` is true if lint has run the archive pass, ``full_text`` if the
    full-text table exists. ``changed_days`` is the number of day folders that changed since.
    """

    pages: int
    findings: int
    checked: bool
    full_text: bool
    changed_days: int


def describe(reader: PageReader, cache: Cache) -> Description | None:
    """Describe the cached index. Return None if there is no valid one."""
    with contextlib.suppress(OSError, sqlite3.Error), IndexFile(cache) as file:
        if file.lock(to_write=False) and (db := file.open()) is not None:
            with contextlib.closing(db):
                old = stale(db, Snapshot.take(reader, db))
                (number,) = db.execute("SELECT count(*) FROM page WHERE folder <> 0").fetchone()
                (findings,) = db.execute("SELECT count(*) FROM finding").fetchone()
                is_checked = get(db, ARCHIVE_PASS) is not None
                return Description(number, findings, is_checked, has_full_text(db), len(old.changed) + len(old.gone))
    return None


def _open_cached(
    file: IndexFile, reader: PageReader, progress: Progress, checks: PageChecks | None
) -> tuple[sqlite3.Connection, IndexFile | None]:
    """Return the cached database, updated. Raises OSError or sqlite3.Error if that is not possible."""
    opened: list[sqlite3.Connection] = []
    try:
        return _open_or_build(file, reader, progress, checks, opened)
    except BaseException:
        for db in opened:
            db.close()
        raise


def _open_or_build(
    file: IndexFile, reader: PageReader, progress: Progress, checks: PageChecks | None, opened: list[sqlite3.Connection]
) -> tuple[sqlite3.Connection, IndexFile | None]:
    """Open the cached database, and update or build it. Append each connection to ``opened``, for cleanup."""
    if not file.lock(to_write=False):
        raise OSError("the index is being written")
    db = file.open()
    snapshot = Snapshot.take(reader, db)
    manifest = file.manifest
    if db is not None:
        opened.append(db)
        if not stale(db, snapshot, checks):
            return db, file
        db.close()
    if not file.lock(to_write=True):
        return _updated_copy(file, reader, checks), None
    db = file.open()
    if db is not None:
        opened.append(db)
    if file.manifest != manifest:  # another process changed the file before the lock was upgraded
        snapshot = Snapshot.take(reader, db)
    if db is not None and not _try_update(db, file, snapshot, checks):
        db.close()
        db = None
    if db is None:
        db = file.new()
        opened.append(db)
        build_all(db, Snapshot.take(reader), progress, checks=checks)
        db = file.install(db)
    file.lock(to_write=False)
    return db, file


def _try_update(db: sqlite3.Connection, file: IndexFile, snapshot: Snapshot, checks: PageChecks | None) -> bool:
    old = stale(db, snapshot, checks)
    if not old:
        return True
    with file.writing(db):
        if _update(db, snapshot, old, checks):
            return True
        db.execute("ROLLBACK")
    return False


def _update(db: sqlite3.Connection, snapshot: Snapshot, old: Stale, checks: PageChecks | None) -> bool:
    if snapshot.reader.layout is None:
        return update(db, snapshot, old, checks)
    from newsarc.index.site_update import update_site

    return update_site(db, snapshot, old, checks)


def _updated_copy(file: IndexFile, reader: PageReader, checks: PageChecks | None) -> sqlite3.Connection:
    """Return an updated in-memory copy, for when a reader in another process keeps the file locked."""
    if not file.lock(to_write=False) or (db := file.open()) is None:
        raise OSError("the index is being written")
    with contextlib.closing(db), contextlib.ExitStack() as stack:
        copy = stack.enter_context(contextlib.closing(connect()))
        db.backup(copy)
        snapshot = Snapshot.take(reader, copy)
        copy.execute("BEGIN")
        if not _update(copy, snapshot, stale(copy, snapshot, checks), checks):
            raise OSError("the index must be built again")
        copy.execute("COMMIT")
        stack.pop_all()
    file.close()
    return copy
