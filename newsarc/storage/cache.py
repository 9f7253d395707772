"""Where what was worked out about an archive is kept until the next run.

Nothing here is needed: a cache that cannot be read, written or trusted is done without, in silence. What is read back
is only believed when it is the very bytes that newsarc of this version wrote for this archive and configuration. The
folder is only used when nobody else can write to it, and no file in it is opened through a link, symbolic or hard.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from newsarc.__about__ import __version__
from newsarc.text.tokenizer import version

FOLDER_VARIABLE = "NEWSARC_CACHE_DIR"
LOCK = ".index-lock"
_OURS = re.compile(r".{0,40}-[0-9a-f]{16}\.(?:index|lint)[\w-]*|\.newsarc-\w+\.tmp")
_TEMPORARY = re.compile(r"\.newsarc-\w+\.tmp")
_OLD = 3600  # seconds after which a temporary file is one that a killed run left
_MAX_LINKS = 40  # symbolic links in one path, as the system has it
_FORMAT = 10  # to be raised whenever what is kept, or what it means, changes
_DIGEST = 16


class Cache:
    """The files that are cached for one archive root: the index, and what belongs to it.

    ``key`` tells whether what is in them was made by this newsarc with this configuration, of which only the
    representation counts.
    """

    def __init__(self, folder: Path, root: Path, config: object) -> None:
        real = os.path.realpath(root)
        self.folder = folder
        self.key = digest(_FORMAT, __version__, version(), real, config).hex()
        name = "".join(char if char.isalnum() or char in "-_." else "-" for char in Path(real).name)[:40]
        self._stem = f"{name}-{digest(real).hex()[:16]}"

    @property
    def index(self) -> Path:
        """The index, an SQLite database."""
        return self.folder / f"{self._stem}.index"

    def files(self) -> list[Path]:
        """Return all files of this archive, in order."""
        return [file for file in files_in(self.folder) if file.name.startswith(f"{self._stem}.")]

    def delete_old_temporary_files(self) -> None:
        """Delete what runs that were killed have left unfinished."""
        before = time.time() - _OLD
        for file in files_in(self.folder):
            if is_temporary(file):
                with contextlib.suppress(OSError):
                    if file.lstat().st_mtime < before:
                        file.unlink()


def open_cache(root: Path, config: object) -> Cache | None:
    """Return the cache of the archive at ``root``, its folder made if need be; None where there can be none."""
    cache = cache_of(root, config)
    return None if cache is None or why_unusable(cache.folder) else cache


def cache_of(root: Path, config: object) -> Cache | None:
    """Return the cache of the archive at ``root`` for whoever lists or deletes its files; None where there is none."""
    folder = cache_folder()
    return Cache(folder, root, config) if folder is not None else None


def why_unusable(folder: Path) -> str | None:
    """Make ``folder`` if need be; return why it cannot be used, in one line, or None where it can.

    It must belong to this user, and nobody else may write to it, nor put another in its place by way of the folders and
    symbolic links that lead to it. What is read back could be anybody's otherwise.
    """
    try:
        _make_folder(folder)
        return _why_unsafe(folder) if hasattr(os, "getuid") else None
    except OSError as error:
        return f"{error.filename or folder}: {error.strerror or error}"


def _make_folder(folder: Path) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def _why_unsafe(folder: Path) -> str | None:
    me, place, links = os.getuid(), "/", 0
    left = os.path.join(os.getcwd(), folder).split("/")[::-1]
    while True:
        left = [name for name in left if name not in ("", ".")]
        status = os.lstat(place)
        if status.st_uid != me and (status.st_uid or not left):
            return f"{place} belongs to another user"
        if stat.S_ISLNK(status.st_mode):
            links += 1
            if links > _MAX_LINKS:
                return f"{place}: too many symbolic links"
            target = os.readlink(place)  # noqa: PTH115
            left.extend(target.split("/")[::-1])
            place = "/" if target.startswith("/") else os.path.dirname(place)  # noqa: PTH120
            continue
        # In a sticky folder, such as /tmp, nobody renames what is another's; but anybody makes new files there.
        is_kept = status.st_mode & stat.S_ISVTX and left
        if not is_kept and _others_can_write(status):
            return f"others can write to {place}"
        if not left:
            return None
        name = left.pop()
        place = os.path.dirname(place) if name == ".." else os.path.join(place, name)  # noqa: PTH120


def _others_can_write(status: os.stat_result) -> bool:
    """Whether anybody but the owner can; the group that a system makes for each user has no other in it."""
    if not status.st_mode & stat.S_IWGRP or status.st_mode & stat.S_IWOTH:
        return bool(status.st_mode & stat.S_IWOTH)
    import grp
    import pwd

    try:
        group, user = grp.getgrgid(status.st_gid), pwd.getpwuid(status.st_uid)
    except KeyError:
        return True
    return user.pw_gid != group.gr_gid or group.gr_name != user.pw_name or not set(group.gr_mem) <= {user.pw_name}


def files_in(folder: Path) -> list[Path]:
    """Return the files that newsarc made in a cache folder, of all archives and versions, in order."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [folder / name for name in sorted(names) if _OURS.fullmatch(name)]


def is_temporary(file: Path) -> bool:
    """Whether a file of a cache was to become another one when it was finished."""
    return _TEMPORARY.fullmatch(file.name) is not None


def delete_files(files: Iterable[Path]) -> list[int]:
    """Delete files of caches; return their sizes. A lock that another run holds stays, so that a third one waits for it
    and does not make one of its own.
    """
    sizes: list[int] = []
    with contextlib.ExitStack() as stack:
        # Locks last: who waits for one of them finds the rest gone.
        for file in sorted(files, key=lambda file: file.name.endswith(LOCK)):
            if file.name.endswith(LOCK) and not _is_locked(file, stack):
                continue
            with contextlib.suppress(FileNotFoundError):
                size = file.lstat().st_size
                file.unlink()
                sizes.append(size)
    return sizes


def _is_locked(file: Path, stack: contextlib.ExitStack) -> bool:
    """Lock a file until the stack ends; return False where another run has it locked."""
    from newsarc.storage.lock import FileLock

    try:
        lock = FileLock(file)
    except OSError:  # a link that somebody left there, which no run locks
        return True
    stack.callback(lock.close)
    return lock.acquire(alone=True, patience=0)


def cache_folder() -> Path | None:
    """Return the folder for all caches: ``$NEWSARC_CACHE_DIR``, else the user's; None where the user has no home."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    from platformdirs import user_cache_path

    with contextlib.suppress(RuntimeError, KeyError):
        folder = user_cache_path("newsarc", appauthor=False)
        return folder if folder.is_absolute() else None
    return None


def digest(*parts: object) -> bytes:
    """Return what stands for ``parts``, which are told apart by their representations."""
    return digest_of(repr(parts).encode("utf-8", "surrogateescape"))


def digest_of(*pieces: bytes | memoryview) -> bytes:
    """Return what stands for these bytes."""
    whole = blake2b(digest_size=_DIGEST)
    for piece in pieces:
        whole.update(piece)
    return whole.digest()
