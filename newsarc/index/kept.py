"""The index as a file that the next run opens instead of reading the archive again.

Beside the database stands a stamp: the key of what it was made for, and the size, times and number of its file right
after it was written. A database without its very stamp (cut off, overwritten, of another version, left by a run that
was killed) is made anew, and is never opened. Readers hold a shared lock and writers an exclusive one, for which they
wait a little; whoever gets none does without.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from newsarc.index.schema import INDEXES, SCHEMA, TEXT, connect
from newsarc.storage.cache import LOCK, Cache
from newsarc.storage.files import READING, open_own, own_status, read_all
from newsarc.storage.hashing import digest_repr
from newsarc.storage.lock import FileLock
from newsarc.storage.signals import uninterrupted

_TABLES = digest_repr(SCHEMA, INDEXES, TEXT).hex()
_PATIENCE = 2.0  # seconds to wait for another process
_PAGE_BYTES = 8192
_MAX_STAMP = 4096  # bytes, of which it needs some hundred
# Nothing here outlives a crash: a file that was not finished has no stamp.
_FAST = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-65536;"


class KeptIndex:
    """The file, and this process's lock on it. Use as a context manager; OSError and sqlite3.Error mean: do without."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.file = cache.index
        self.stamp = cache.index.with_name(f"{cache.index.name}-stamp")
        self._key = (cache.key, _TABLES)
        self._is_building = False
        self._lock = FileLock(cache.index.with_suffix(LOCK))

    def __enter__(self) -> KeptIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock, and of what was not finished."""
        if self._is_building:
            with uninterrupted():
                self._beside.unlink(missing_ok=True)
            self._is_building = False
        self._lock.close()

    def lock(self, *, to_write: bool, patience: float = _PATIENCE) -> bool:
        """Get the lock, or change it, within ``patience`` seconds; return whether that could be done. What was read
        before may have changed by then.
        """
        return self._lock.acquire(exclusive=to_write, patience=patience)

    def open(self) -> sqlite3.Connection | None:
        """Return the database as it was written last; None where there is none to be trusted."""
        try:
            stamp = self._stamp()
        except OSError:
            return None
        # A journal beside it was left by a run that was killed, or by somebody else.
        if self.current != stamp or any(map(os.path.lexists, _beside(self.file))):
            return None
        db = connect(self.file)
        try:
            # SQLite follows links: what it opened must be what was looked at.
            if self._stamp() != stamp:
                raise OSError("the index was changed while it was opened")
            db.execute("PRAGMA mmap_size=1073741824")
        except BaseException:
            db.close()
            raise
        return db

    @property
    def current(self) -> bytes:
        """The stamp that is there; empty for none."""
        try:
            descriptor = open_own(self.stamp, READING)
        except OSError:
            return b""
        try:
            return read_all(descriptor, _MAX_STAMP)
        finally:
            os.close(descriptor)

    def new(self) -> sqlite3.Connection:
        """Return an empty database that is to become the file, by :meth:`install`. Needs the lock to write."""
        self._cache.delete_old_temporary_files()
        beside = self._beside
        for left in (beside, *_beside(beside), *_beside(self.file)):
            left.unlink(missing_ok=True)
        self._is_building = True
        os.close(open_own(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        db = connect(beside)
        db.execute(f"PRAGMA page_size={_PAGE_BYTES}")
        db.executescript(_FAST)
        return db

    def install(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """Put the finished database, which :meth:`new` gave, in the place of the file; return it opened anew."""
        db.close()
        descriptor = open_own(self._beside, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.stamp.unlink(missing_ok=True)
        self._beside.replace(self.file)
        self._is_building = False
        self.seal()
        found = self.open()
        if found is None:
            raise OSError("the index was changed as soon as it was written")
        return found

    @contextlib.contextmanager
    def writing(self, db: sqlite3.Connection) -> Iterator[None]:
        """Change the database in place, in one transaction. Needs the lock to write."""
        self.stamp.unlink(missing_ok=True)  # whatever happens, what is not finished has none
        db.execute("BEGIN IMMEDIATE")
        yield
        if db.in_transaction:
            db.execute("COMMIT")
        self.seal()

    def seal(self) -> None:
        """Write the stamp of the file as it is now."""
        beside = self.stamp.with_name(f"{self.stamp.name}-new")
        beside.unlink(missing_ok=True)
        descriptor = open_own(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.write(descriptor, self._stamp())
        finally:
            os.close(descriptor)
        beside.replace(self.stamp)

    @property
    def _beside(self) -> Path:
        return self.file.with_name(f"{self.file.name}-new")

    def _stamp(self) -> bytes:
        status = own_status(self.file)
        return repr((self._key, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)).encode()


def _beside(file: Path) -> list[Path]:
    """Return where SQLite has files that belong to the database ``file``."""
    return [file.with_name(f"{file.name}{ending}") for ending in ("-journal", "-wal", "-shm")]
