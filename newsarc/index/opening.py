"""Which database an index asks: the kept one, brought up to date, or one in memory."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import NamedTuple

from newsarc.archive.reader import Pages
from newsarc.index.build import ARCHIVE_PASS, Progress, Snapshot, fill, get, refresh, stale
from newsarc.index.findings import PageChecks
from newsarc.index.full_text import has_text
from newsarc.index.kept import KeptIndex
from newsarc.index.schema import connect
from newsarc.storage.cache import Cache


def open_database(
    pages: Pages,
    cache: Cache | None,
    progress: Progress,
    checks: PageChecks | None = None,
    *,
    for_lint: bool = False,
) -> tuple[sqlite3.Connection, KeptIndex | None]:
    """Return a database that says what the files say now, and the kept index where it is that.

    ``pages`` must be new: nothing of the archive listed yet. ``checks`` are run over each page that is read. Whatever
    keeps the cache from being used, it is done without. ``for_lint``: only rules ask it, so that what is not cached may
    lack the rest.
    """
    if cache is not None:
        with contextlib.suppress(OSError, sqlite3.Error):
            kept = KeptIndex(cache)
            try:
                return _kept(kept, pages, progress, checks)
            except BaseException:
                kept.close()
                raise
    db, pages = connect(), _new(pages)
    fill(db, pages, Snapshot.take(pages.tree), progress, checks=checks, for_lint=for_lint)
    return db, None


class Description(NamedTuple):
    """What a cached index holds: how many pages and findings, and whether the archive pass of lint and the full text
    are among it; ``changed_days`` is how many day folders changed since.
    """

    pages: int
    findings: int
    checked: bool
    full_text: bool
    changed_days: int


def describe(pages: Pages, cache: Cache) -> Description | None:
    """Describe the cached index; return None where there is none to be trusted."""
    with contextlib.suppress(OSError, sqlite3.Error), KeptIndex(cache) as kept:
        if kept.lock(to_write=False) and (db := kept.open()) is not None:
            with contextlib.closing(db):
                old = stale(db, pages, Snapshot.take(pages.tree, db))
                (number,) = db.execute("SELECT count(*) FROM page WHERE folder <> 0").fetchone()
                (findings,) = db.execute("SELECT count(*) FROM finding").fetchone()
                is_checked = get(db, ARCHIVE_PASS) is not None
                return Description(number, findings, is_checked, has_text(db), len(old.changed) + len(old.gone))
    return None


def _kept(
    kept: KeptIndex, pages: Pages, progress: Progress, checks: PageChecks | None
) -> tuple[sqlite3.Connection, KeptIndex | None]:
    """Return the kept database up to date. Raises OSError or sqlite3.Error where that cannot be done."""
    opened: list[sqlite3.Connection] = []
    try:
        return _brought_up_to_date(kept, pages, progress, checks, opened)
    except BaseException:
        for db in opened:
            db.close()
        raise


def _brought_up_to_date(
    kept: KeptIndex, pages: Pages, progress: Progress, checks: PageChecks | None, opened: list[sqlite3.Connection]
) -> tuple[sqlite3.Connection, KeptIndex | None]:
    """Do what :func:`_kept` does; ``opened`` gets each database that is opened on the way."""
    if not kept.lock(to_write=False):
        raise OSError("the index is being written")
    db = kept.open()
    snapshot = Snapshot.take(pages.tree, db)
    stamp = kept.current
    if db is not None:
        opened.append(db)
        if not stale(db, pages, snapshot, checks):
            return db, kept
        db.close()
    if not kept.lock(to_write=True):
        return _copy(kept, pages, checks), None
    db = kept.open()
    if db is not None:
        opened.append(db)
    if kept.current != stamp:  # somebody else had the lock meanwhile
        pages = _new(pages)
        snapshot = Snapshot.take(pages.tree, db)
    if db is not None and not _is_refreshed(db, kept, pages, snapshot, checks):
        db.close()
        db = None
    if db is None:
        db, pages = kept.new(), _new(pages)
        opened.append(db)
        fill(db, pages, Snapshot.take(pages.tree), progress, checks=checks)
        db = kept.install(db)
    kept.lock(to_write=False)
    return db, kept


def _new(pages: Pages) -> Pages:
    """Return the same pages, with nothing listed yet: what is listed must not be older than a snapshot."""
    return pages.with_overlay(pages.tree.overlay)


def _is_refreshed(
    db: sqlite3.Connection, kept: KeptIndex, pages: Pages, snapshot: Snapshot, checks: PageChecks | None
) -> bool:
    old = stale(db, pages, snapshot, checks)
    if not old:
        return True
    with kept.writing(db):
        if refresh(db, pages, snapshot, old, checks):
            return True
        db.execute("ROLLBACK")
    return False


def _copy(kept: KeptIndex, pages: Pages, checks: PageChecks | None) -> sqlite3.Connection:
    """Return a copy in memory, up to date, for when somebody reads the kept one so long that it cannot be changed."""
    if not kept.lock(to_write=False) or (db := kept.open()) is None:
        raise OSError("the index is being written")
    with contextlib.closing(db), contextlib.ExitStack() as stack:
        copy, pages = stack.enter_context(contextlib.closing(connect())), _new(pages)
        db.backup(copy)
        snapshot = Snapshot.take(pages.tree, copy)
        copy.execute("BEGIN")
        if not refresh(copy, pages, snapshot, stale(copy, pages, snapshot, checks), checks):
            raise OSError("it takes more than a refresh")
        copy.execute("COMMIT")
        stack.pop_all()
    kept.close()
    return copy
