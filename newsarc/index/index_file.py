"""The database file of the index, which is reused from run to run.

A sidecar manifest records the cache key, the tables, and the size, times and inode of the file right after writing. A
database that does not match its manifest (truncated, overwritten, from another version, left by a run that was killed)
is never opened, but built again. Readers hold a shared lock, writers an exclusive one. A process that does not get its
lock after a short wait works without the file.
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
_MAX_MANIFEST_BYTES = 4096  # bytes
# No durability while building: an unfinished file has no manifest, so it is never opened.
_FAST = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-65536;"


class IndexFile:
    """The database file and the lock that this process holds on it. A context manager.

    Methods raise OSError or sqlite3.Error; callers then work without the file. Without ``may_create``, no file is
    created or deleted, and a missing lock file is an error.
    """

    def __init__(self, cache: Cache, *, may_create: bool = True) -> None:
        self._cache = cache
        self.file = cache.index
        self.manifest_file = cache.index.with_name(f"{cache.index.name}-stamp")
        self._is_building = False
        self._lock = FileLock(cache.index.with_suffix(LOCK), may_create=may_create)

    def __enter__(self) -> IndexFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the lock and delete an unfinished file."""
        if self._is_building:
            with uninterrupted():
                self._new_file.unlink(missing_ok=True)
            self._is_building = False
        self._lock.close()

    def lock(self, *, to_write: bool, patience: float = _PATIENCE) -> bool:
        """Acquire the lock, or change its mode, within ``patience`` seconds. Return whether that succeeded.

        Another process may have changed the file before the lock was acquired, also when the mode changes.
        """
        return self._lock.acquire(exclusive=to_write, patience=patience)

    def open(self, *, any_key: bool = False) -> sqlite3.Connection | None:
        """Open the database. Return None if there is no file that matches its manifest.

        With ``any_key``, it may have been built for another version of newsarc with the same tables, or for another
        configuration, and cannot be changed.
        """
        try:
            expected = self._state()
        except OSError:
            return None
        key, _, state = self.manifest.partition(b"\n")
        # A journal next to the file was left by a run that was killed, or by another program.
        if state != expected or any(map(os.path.lexists, _sidecar_files(self.file))):
            return None
        if not any_key and key != self._cache.key.encode():
            return None
        db = connect(self.file, read_only=any_key)
        try:
            # SQLite follows symbolic links: make sure that it opened the file that was checked.
            if self._state() != expected:
                raise OSError("the index was changed while it was opened")
            # No journal on disk: a reader that still has a replaced database open would take it for its own. A run that
            # is killed needs none, because the file has no manifest while it is written.
            db.executescript("PRAGMA journal_mode=MEMORY; PRAGMA mmap_size=1073741824")
        except BaseException:
            db.close()
            raise
        return db

    @property
    def manifest(self) -> bytes:
        """The content of the manifest; empty if there is none."""
        try:
            descriptor = open_own(self.manifest_file, READING)
        except OSError:
            return b""
        try:
            return read_all(descriptor, _MAX_MANIFEST_BYTES)
        finally:
            os.close(descriptor)

    def new(self) -> sqlite3.Connection:
        """Create an empty database that :meth:`install` puts in place. Requires the write lock."""
        self._cache.delete_old_temporary_files()
        new_file = self._new_file
        for left in (new_file, *_sidecar_files(new_file), *_sidecar_files(self.file)):
            left.unlink(missing_ok=True)
        self._is_building = True
        os.close(open_own(new_file, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        db = connect(new_file)
        db.execute(f"PRAGMA page_size={_PAGE_BYTES}")
        db.executescript(_FAST)
        return db

    def install(self, db: sqlite3.Connection) -> sqlite3.Connection:
        """Replace the file with ``db``, a finished database from :meth:`new`, and return a new connection to it."""
        db.close()
        descriptor = open_own(self._new_file, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.manifest_file.unlink(missing_ok=True)
        self._new_file.replace(self.file)
        self._is_building = False
        self.write_manifest()
        found = self.open()
        if found is None:
            raise OSError("the index was changed as soon as it was written")
        return found

    @contextlib.contextmanager
    def writing(self, db: sqlite3.Connection) -> Iterator[None]:
        """Change the database in place, in one transaction. Requires the write lock."""
        self.manifest_file.unlink(missing_ok=True)  # without a manifest, an unfinished change is never read
        db.execute("BEGIN IMMEDIATE")
        yield
        if db.in_transaction:
            db.execute("COMMIT")
        self.write_manifest()

    def write_manifest(self) -> None:
        """Write the manifest for the current state of the file."""
        new_file = self.manifest_file.with_name(f"{self.manifest_file.name}-new")
        new_file.unlink(missing_ok=True)
        descriptor = open_own(new_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.write(descriptor, self._cache.key.encode() + b"\n" + self._state())
        finally:
            os.close(descriptor)
        new_file.replace(self.manifest_file)

    @property
    def _new_file(self) -> Path:
        return self.file.with_name(f"{self.file.name}-new")

    def _state(self) -> bytes:
        """Return the part of the manifest that tells the tables and the state of the file."""
        status = own_status(self.file)
        return repr((_TABLES, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)).encode()


def _sidecar_files(file: Path) -> list[Path]:
    """Return the paths of the other files that SQLite creates for the database ``file``."""
    return [file.with_name(f"{file.name}{ending}") for ending in ("-journal", "-wal", "-shm")]
