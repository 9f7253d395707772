"""Files are replaced whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from newsarc.storage.signals import uninterrupted


def replace_file(file: Path, data: bytes, mode: int | None = None) -> None:
    """Put ``data`` in the place of ``file``: written beside it, flushed to the disk, then renamed over it.

    An existing file's mode and owner stay, unless there is a ``mode``. Raises OSError; then the file is as it was, and
    nothing is left beside it.
    """
    with _written_beside(file, data) as beside:
        if mode is not None:
            beside.chmod(mode)
        elif file.exists():
            _take_over(file, beside)
        else:
            beside.chmod(0o666 & ~_umask())
        beside.replace(file)


def create_file(file: Path, data: bytes) -> None:
    """Make ``file``, which must not be there, with ``data`` in it: whole from the moment that it can be seen.

    Raises FileExistsError where there is a file of that name, whoever made it and however lately, and OSError; then
    nothing is left behind.
    """
    with _written_beside(file, data) as beside:
        beside.chmod(0o666 & ~_umask())
        try:
            os.link(beside, file)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            if os.path.lexists(file):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from None
            beside.rename(file)


@contextlib.contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """Yield the path at which to write a file, or a folder of files, that replaces ``target`` when all is done.

    It is in a new folder beside ``target``. What is there at the end is flushed to the disk and renamed; a file
    keeps the mode and the owner of the one it replaces. Raises OSError; after that, or any exception, ``target`` is as
    it was and nothing is left beside it.
    """
    folder: Path | None = None
    try:
        with uninterrupted():  # a signal between the two would leave a folder that nothing knows of
            folder = Path(tempfile.mkdtemp(prefix=".newsarc-", suffix=".tmp", dir=target.parent))
        place = folder / target.name
        yield place
        for file in place.iterdir() if place.is_dir() else (place,):
            _flush(file)
        if target.is_dir():
            _replace_folder(target, place, folder / f"{target.name}.former")
        else:
            if target.exists():
                _take_over(target, place)
            place.replace(target)
    finally:
        if folder is not None:
            with uninterrupted():
                shutil.rmtree(folder, ignore_errors=True)


def _replace_folder(target: Path, new: Path, former: Path) -> None:
    """Rename ``target`` to ``former`` and ``new``, with its mode and owner, to ``target``: both or neither."""
    _take_over(target, new)
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


def _take_over(file: Path, beside: Path) -> None:
    status = file.stat()
    beside.chmod(status.st_mode & 0o7777)
    with contextlib.suppress(PermissionError):  # only root can give a file away; then it is ours already
        os.chown(beside, status.st_uid, status.st_gid)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs of newsarc from writing under ``folder`` meanwhile; wait until they are done.

    An advisory lock on the folder itself, which leaves no file behind. Where the system has none (Windows), there is
    only the check of each page before it is replaced.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # some network file systems cannot lock
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _written_beside(file: Path, data: bytes) -> Iterator[Path]:
    """Write ``data`` beside ``file`` and flush it to the disk; what is still there in the end is deleted."""
    beside: Path | None = None
    try:
        with uninterrupted():
            descriptor, name = tempfile.mkstemp(prefix=".newsarc-", suffix=".tmp", dir=file.parent)
            beside = Path(name)
        with os.fdopen(descriptor, "wb") as new:
            new.write(data)
            new.flush()
            os.fsync(new.fileno())
        yield beside
    finally:
        if beside is not None:
            with uninterrupted():
                beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
