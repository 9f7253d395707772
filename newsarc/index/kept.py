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
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from newsarc.cache import Cache, digest
from newsarc.index.schema import INDEXES, SCHEMA, TEXT, connect
from newsarc.signals import uninterrupted

_TABLES = digest(SCHEMA, INDEXES, TEXT).hex()
_PATIENCE = 2.0  # seconds to wait for another process
_PAGE_BYTES = 8192
# Nothing here outlives a crash: a file that was not finished has no stamp.
_FAST = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-65536;"


class KeptIndex:
    """The file, and this process's lock on it. Use as a context manager; OSError and sqlite3.Error mean: do without."""

    def __init__(self, cache: Cache) -> None:
        self.file = cache.index
        self.stamp = cache.index.with_name(f"{cache.index.name}-stamp")
        self._key = (cache.key, _TABLES)
        self._is_building = False
        self._lock = os.open(cache.index.with_name(f"{cache.index.name}-lock"), os.O_RDWR | os.O_CREAT, 0o600)

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
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def lock(self, *, to_write: bool, patience: float = _PATIENCE) -> bool:
        """Get the lock, or change it, within ``patience`` seconds; return whether that could be done. What was read
        before may have changed by then.
        """
        import fcntl

        kind = fcntl.LOCK_EX if to_write else fcntl.LOCK_SH
        deadline = time.monotonic() + patience
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._lock, kind | fcntl.LOCK_NB)
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)

    def open(self) -> sqlite3.Connection | None:
        """Return the database as it was written last; None where there is none to be trusted."""
        try:
            if self.current != self._stamp():
                return None
        except OSError:
            return None
        if self.file.with_name(f"{self.file.name}-journal").exists():
            return None  # left by a run that was killed
        db = connect(self.file)
        db.execute("PRAGMA mmap_size=1073741824")
        return db

    @property
    def current(self) -> bytes:
        """The stamp that is there; empty for none."""
        try:
            return self.stamp.read_bytes()
        except OSError:
            return b""

    def new(self) -> sqlite3.Connection:
        """Return an empty database that is to become the file, by :meth:`install`. Needs the lock to write."""
        beside = self._beside
        for left in (
            beside,
            beside.with_name(f"{beside.name}-journal"),
            self.file.with_name(f"{self.file.name}-journal"),
        ):
            left.unlink(missing_ok=True)
        self._is_building = True
        os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        db = connect(beside)
        db.execute(f"PRAGMA page_size={_PAGE_BYTES}")
        db.executescript(_FAST)
        return db

    def install(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """Put the finished database, which :meth:`new` gave, in the place of the file; return it opened anew."""
        db.close()
        descriptor = os.open(self._beside, os.O_RDWR)
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
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(descriptor, self._stamp())
        finally:
            os.close(descriptor)
        beside.replace(self.stamp)

    @property
    def _beside(self) -> Path:
        return self.file.with_name(f"{self.file.name}-new")

    def _stamp(self) -> bytes:
        status = self.file.stat()
        return repr((self._key, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)).encode()
