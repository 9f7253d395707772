"""Reads files without being blocked or misled: the only place where newsarc opens a file to read it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

# O_NONBLOCK: otherwise, opening a named pipe without a writer blocks forever.
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 24
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotAFileError(OSError):
    """The path is not a regular file but a folder, named pipe, socket or device."""

    def __init__(self, path: str | Path, mode: int) -> None:
        kind = next((kind for is_kind, kind in _KINDS if is_kind(mode)), "something else")
        super().__init__(errno.EINVAL, f"{kind}, not a regular file", str(path))


def read_file(path: str | Path, limit: int) -> bytes:
    """Return the first ``limit`` bytes of the regular file at ``path``, following symbolic links.

    Raises OSError if the file cannot be read, and NotAFileError if it is not a regular file. Never blocks.
    """
    with _open_regular(path) as descriptor:
        return read_all(descriptor, limit)


def read_lines(path: str | Path) -> Iterator[bytes]:
    """Yield the lines of the regular file at ``path``, one at a time; one of over 16 MiB in pieces of that size.

    Raises as :func:`read_file` does.
    """
    with _open_regular(path) as descriptor, open(descriptor, "rb", closefd=False) as stream:
        yield from iter(lambda: stream.readline(_LONGEST_LINE), b"")


def read_last_line(path: str | Path) -> bytes:
    """Return what follows the last line end in the regular file at ``path``. Raises as :func:`read_file` does."""
    with _open_regular(path) as descriptor:
        at, rest = os.lseek(descriptor, 0, os.SEEK_END), b""
        while at > 0 and b"\n" not in rest:
            start = max(0, at - _CHUNK)
            os.lseek(descriptor, start, os.SEEK_SET)
            rest = read_all(descriptor, at - start) + rest
            at = start
        return rest[rest.rfind(b"\n") + 1 :]


@contextlib.contextmanager
def _open_regular(path: str | Path) -> Iterator[int]:
    # Also before opening: to open a device can have an effect, such as rewinding a tape.
    _require_regular(path, os.stat(path).st_mode)  # noqa: PTH116
    descriptor = os.open(path, READING)
    try:
        _require_regular(path, os.fstat(descriptor).st_mode)
        yield descriptor
    finally:
        os.close(descriptor)


def read_all(descriptor: int, limit: int) -> bytes:
    """Return the rest of an open file, at most ``limit`` bytes. Raises OSError."""
    pieces: list[bytes] = []
    while limit > 0 and (piece := os.read(descriptor, min(limit, _CHUNK))):
        pieces.append(piece)
        limit -= len(piece)
    return b"".join(pieces)


def _require_regular(path: str | Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotAFileError(path, mode)


def open_own(file: Path, flags: int) -> int:
    """Open a cache file and return the descriptor.

    Raises OSError, also unless it is a regular file of this user without other hard links: somebody may have planted a
    link to another file.
    """
    descriptor = os.open(file, flags | NO_LINKS | READING, 0o600)  # READING: does not block on a named pipe
    try:
        _refuse_links(file, os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def own_status(file: Path) -> os.stat_result:
    """Return the status of a cache file. Raises OSError like :func:`open_own`."""
    status = file.lstat()
    _refuse_links(file, status)
    return status


def _refuse_links(file: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotAFileError(file, status.st_mode)
    is_own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    if status.st_nlink != 1 or not is_own:
        raise OSError(errno.EMLINK, "has other hard links or another owner", str(file))
