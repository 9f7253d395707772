"""A file lock, shared by several processes or exclusive to one.

It is SQLite's own lock, on an empty database: it works wherever newsarc can cache an index, including Windows, and the
system releases it when the process ends.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from newsarc.storage.files import open_own, own_status

_RETRY = 0.02  # seconds between two attempts


class FileLock:
    """A lock on ``file``, which is created if needed and allowed.

    Raises OSError like :func:`newsarc.storage.files.open_own`.
    """

    def __init__(self, file: Path, *, may_create: bool = True) -> None:
        self.file = file
        self._may_create = may_create
        self._db: sqlite3.Connection | None = None
        self._connect()

    def acquire(self, *, exclusive: bool, patience: float) -> bool:
        """Acquire the lock, or change its mode, within ``patience`` seconds; return whether that succeeded.

        While the mode changes, another process can get the lock.
        """
        deadline = time.monotonic() + patience
        while True:
            is_acquired = self._try(exclusive)
            if not self._is_in_place():
                self._connect()  # somebody deleted the file: other processes would lock a new one
            elif is_acquired:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_RETRY)

    def close(self) -> None:
        """Release the lock."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _connect(self) -> None:
        self.close()
        # Only opened to create it: closing a file drops all POSIX locks that this process has on it.
        if self._may_create:
            with contextlib.suppress(FileExistsError):
                os.close(open_own(self.file, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        self._status = own_status(self.file)
        self._db = sqlite3.connect(self.file, timeout=0, isolation_level=None)

    def _try(self, exclusive: bool) -> bool:
        assert self._db is not None
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._db.execute("BEGIN EXCLUSIVE" if exclusive else "BEGIN")
            self._db.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            return False
        except sqlite3.DatabaseError:  # somebody overwrote it
            if self._may_create:
                self.file.unlink(missing_ok=True)
            return False
        return True

    def _is_in_place(self) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(self._status, self.file.lstat())
        return False
