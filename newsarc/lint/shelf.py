"""Pieces of bytes that are kept in one file: few are added at a time, and few are read.

Each is known by its place and its digest, which are kept elsewhere: whatever happens to the file (cut off, overwritten,
put in the place of another by a second run), no piece is ever taken for another one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from newsarc.storage.cache import Cache, digest_of, open_own
from newsarc.storage.files import READING

Row = tuple[int, int, bytes]  # where a piece begins, how long it is, and its digest


class DamagedError(Exception):
    """A piece is not what it was when it was kept."""


class Piece:
    """A piece of a shelf, read when somebody asks for it; ``value`` is for what was made of it."""

    __slots__ = ("row", "shelf", "value")

    def __init__(self, shelf: Shelf, row: Row) -> None:
        self.shelf = shelf
        self.row = row
        self.value: Any = None

    def read(self) -> bytes:
        """Return its bytes. Raises DamagedError."""
        return self.shelf.read(self.row)


class Shelf:
    """The file. ``front`` is how many of its bytes to read at once, in which are the pieces that each run needs."""

    def __init__(self, file: Path, front: int) -> None:
        self.front = front
        self._front = b""
        try:
            self._descriptor = open_own(file, READING)
        except OSError:
            self._descriptor = -1
            raise DamagedError from None
        self._front = self._read(0, front)

    def read(self, row: Row) -> bytes:
        """Return the bytes of a piece. Raises DamagedError."""
        at, length, digest = row
        data = self._front[at : at + length] if at + length <= len(self._front) else self._read(at, length)
        if digest_of(data) != digest:
            raise DamagedError
        return data

    def size(self) -> int:
        """Return the size of the file."""
        return os.fstat(self._descriptor).st_size

    def _read(self, at: int, length: int) -> bytes:
        try:
            if hasattr(os, "pread"):  # workers share the place in the file
                return os.pread(self._descriptor, length, at)
            os.lseek(self._descriptor, at, os.SEEK_SET)
            return os.read(self._descriptor, length)
        except OSError:
            raise DamagedError from None

    def __del__(self) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)


def put_all(cache: Cache, file: Path, pieces: Sequence[bytes]) -> list[Row] | None:
    """Make ``file`` anew, of these pieces; return their rows, None where it cannot be written."""
    return _rows(0, pieces) if cache.write(file, b"".join(pieces)) else None


def put_more(file: Path, pieces: Sequence[bytes]) -> list[Row] | None:
    """Add pieces to ``file``; return their rows, None where it cannot be written."""
    data = b"".join(pieces)
    try:
        descriptor = open_own(file, os.O_WRONLY | os.O_APPEND)
        try:
            # Another run may add to the file at the same time: where this went shows when it is done.
            if os.write(descriptor, data) != len(data):
                return None
            return _rows(os.lseek(descriptor, 0, os.SEEK_CUR) - len(data), pieces)
        finally:
            os.close(descriptor)
    except OSError:
        return None


def _rows(at: int, pieces: Sequence[bytes]) -> list[Row]:
    rows: list[Row] = []
    for piece in pieces:
        rows.append((at, len(piece), digest_of(piece)))
        at += len(piece)
    return rows
