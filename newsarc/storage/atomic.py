"""Atomic writes: a file or folder is replaced completely or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from newsarc.storage.files import read_file
from newsarc.storage.signals import uninterrupted


class StaleFileError(OSError):
    """A file is not replaced, because it changed since it was read or became a symbolic link."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(errno.ESTALE, reason, str(file))


def replace_file(file: Path, data: bytes, mode: int | None = None) -> None:
    """Replace ``file``, or create it, with ``data``: written to a temporary file, flushed to disk, then renamed.

    An existing file keeps its mode and owner, unless ``mode`` is given. Raises OSError; the file is then unchanged and
    no temporary file is left.
    """
    with _temporary_file(file, data) as temporary:
        if mode is not None:
            temporary.chmod(mode)
        elif file.exists():
            _copy_mode_and_owner(file, temporary)
        else:
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(file)


def replace_unchanged(file: Path, before: bytes, after: bytes) -> None:
    """Replace ``file``, whose content was ``before`` when it was read, with ``after``, as :func:`replace_file` does.

    Raises StaleFileError if the content differs now or if ``file`` is a symbolic link, and OSError; the file is then
    unchanged.
    """
    _refuse_changed(file, before)
    replace_file(file, after)


def _refuse_changed(file: Path, before: bytes) -> None:
    if file.is_symlink():
        raise StaleFileError(file, "it is a symbolic link")
    if read_file(file, len(before) + 1) != before:
        raise StaleFileError(file, "it changed while newsarc was running; run newsarc again")


def delete_unchanged(file: Path, before: bytes) -> None:
    """Delete ``file``, whose content was ``before`` when it was read. Raises as :func:`replace_unchanged`."""
    _refuse_changed(file, before)
    file.unlink()


def create_file(file: Path, data: bytes) -> None:
    """Create ``file`` with ``data``; it is complete as soon as it is visible.

    Raises FileExistsError if ``file`` exists, even if another process has just created it, and OSError; no temporary
    file is left.
    """
    with _temporary_file(file, data) as temporary:
        temporary.chmod(0o666 & ~_umask())
        try:
            os.link(temporary, file)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if os.path.lexists(file):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from None
            temporary.rename(file)


@contextlib.contextmanager
def atomic_write(target: Path) -> Iterator[Path]:
    """Yield a path at which to write a file, or a folder of files; it replaces ``target`` when the block ends.

    The path is in a temporary folder beside ``target``. The result is flushed to disk and renamed, with the mode and
    owner of an existing ``target``. Raises OSError. After that, or any exception in the block, ``target`` is unchanged
    and no temporary files are left.
    """
    folder: Path | None = None
    try:
        with uninterrupted():  # a signal before the assignment would leave the folder behind
            folder = Path(tempfile.mkdtemp(prefix=".newsarc-", suffix=".tmp", dir=target.parent))
        place = folder / target.name
        yield place
        for file in place.iterdir() if place.is_dir() else (place,):
            _flush(file)
        if target.is_dir():
            _replace_folder(target, place, folder / f"{target.name}.former")
        else:
            if target.exists():
                _copy_mode_and_owner(target, place)
            place.replace(target)
    finally:
        if folder is not None:
            with uninterrupted():
                shutil.rmtree(folder, ignore_errors=True)


def _replace_folder(target: Path, new: Path, former: Path) -> None:
    """Rename ``target`` to ``former`` and ``new`` to ``target``, or neither; ``new`` gets the mode and owner."""
    _copy_mode_and_owner(target, new)
    with uninterrupted():
        target.rename(former)
        try:
            new.rename(target)
        except OSError:
            former.rename(target)
            raise


def _flush(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _copy_mode_and_owner(source: Path, target: Path) -> None:
    status = source.stat()
    target.chmod(status.st_mode & 0o7777)
    with contextlib.suppress(PermissionError):  # only root can change the owner
        os.chown(target, status.st_uid, status.st_gid)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait for other runs of newsarc that write under ``folder``, then keep others from doing so.

    This is an advisory lock on the folder itself, without a lock file. It does nothing on Windows, where only the check
    of each page before it is replaced protects from concurrent runs.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # some network file systems have no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _temporary_file(file: Path, data: bytes) -> Iterator[Path]:
    """Write ``data`` to a temporary file beside ``file`` and flush it; delete it at the end if it still exists."""
    temporary: Path | None = None
    try:
        with uninterrupted():
            descriptor, name = tempfile.mkstemp(prefix=".newsarc-", suffix=".tmp", dir=file.parent)
            temporary = Path(name)
        with os.fdopen(descriptor, "wb") as new:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        yield temporary
    finally:
        if temporary is not None:
            with uninterrupted():
                temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
