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


def open_own(file: Path, flags: int) -> int:
    """Open a file of a cache; return the descriptor.

    Raises OSError, also for anything but a regular file that belongs to this user and has no other name: what somebody
    left there may be a link to another file.
    """
    descriptor = os.open(file, flags | NO_LINKS | READING, 0o600)  # READING: it may be a named pipe
    try:
        _refuse_links(file, os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def own_status(file: Path) -> os.stat_result:
    """Return the status of a file of a cache. Raises OSError as :func:`open_own`."""
    status = file.lstat()
    _refuse_links(file, status)
    return status


def _refuse_links(file: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotAFileError(file, status.st_mode)
    is_own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    if status.st_nlink != 1 or not is_own:
        raise OSError(errno.EMLINK, "not a file of its own", str(file))
