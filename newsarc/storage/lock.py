"""A lock on a file, which several processes can share or one can have alone.

The lock is SQLite's own, on an empty database: it works on every system on which newsarc can cache an index, Windows
included, and goes with the process that holds it.
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
    """The lock that ``file`` stands for, which is made if need be. Raises OSError where it is no file of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._db: sqlite3.Connection | None = None
        self._connect()

    def acquire(self, *, alone: bool, patience: float) -> bool:
        """Get the lock, or change it, within ``patience`` seconds; return whether that could be done.

        While it changes, another process may get it.
        """
        deadline = time.monotonic() + patience
        while True:
            is_acquired = self._is_acquired(alone)
            if not self._is_in_place():
                self._connect()  # somebody deleted the file: the next process locks another one
            elif is_acquired:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_RETRY)

    def close(self) -> None:
        """Let go of the lock."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _connect(self) -> None:
        self.close()
        # Only a file that is not there yet is opened here: closing one would end the locks that this process has on it.
        with contextlib.suppress(FileExistsError):
            os.close(open_own(self.file, os.O_RDWR | os.O_CREAT | os.O_EXCL))
        self._status = own_status(self.file)
        self._db = sqlite3.connect(self.file, timeout=0, isolation_level=None)

    def _is_acquired(self, alone: bool) -> bool:
        assert self._db is not None
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._db.execute("BEGIN EXCLUSIVE" if alone else "BEGIN")
            self._db.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            return False
        except sqlite3.DatabaseError:  # somebody wrote over it
            self.file.unlink(missing_ok=True)
            return False
        return True

    def _is_in_place(self) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(self._status, self.file.lstat())
        return False
