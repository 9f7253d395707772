"""The one way in which newsarc opens a file to read it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# O_NONBLOCK: opening a named pipe that nobody writes to would wait for ever.
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_CHUNK = 1 << 20
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAFileError(OSError):
    """What should be read is not a regular file: a folder, a named pipe, a socket, a device."""

    def __init__(self, path: str | Path, mode: int) -> None:
        kind = next((kind for is_kind, kind in _KINDS if is_kind(mode)), "something else")
        super().__init__(errno.EINVAL, f"{kind}, not a regular file", str(path))


def read_file(path: str | Path, limit: int) -> bytes:
    """Return the first ``limit`` bytes of the regular file at ``path``; symbolic links are followed.

    Raises OSError, with a reason that fits into a message, for a file that cannot be read, and NotAFileError for
    anything that is not a regular file; neither is ever waited for.
    """
    # Before it is opened as well: opening a device can do something, such as rewind a tape.
    _require_regular(path, os.stat(path).st_mode)  # noqa: PTH116
    descriptor = os.open(path, READING)
    try:
        _require_regular(path, os.fstat(descriptor).st_mode)
        return read_all(descriptor, limit)
    finally:
        os.close(descriptor)


def read_all(descriptor: int, limit: int) -> bytes:
    """Return what is left to read of a file, ``limit`` bytes at most."""
    pieces: list[bytes] = []
    while limit > 0 and (piece := os.read(descriptor, min(limit, _CHUNK))):
        pieces.append(piece)
        limit -= len(piece)
    return b"".join(pieces)


def _require_regular(path: str | Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotAFileError(path, mode)
