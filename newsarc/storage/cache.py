"""The cache of an archive: files with results that later runs reuse.

Cache failures are ignored: results are recomputed. A file counts only if this version of newsarc wrote exactly these
bytes for this archive and configuration. The folder must be writable by this user alone, and no file in it is opened
through a symbolic or hard link.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from newsarc.__about__ import __version__
from newsarc.storage.hashing import digest_repr

FOLDER_VARIABLE = "NEWSARC_CACHE_DIR"
LOCK = ".index-lock"
_OURS = re.compile(r".{0,40}-[0-9a-f]{16}\.(?:index|lint)[\w-]*|\.newsarc-\w+\.tmp")
_TEMPORARY = re.compile(r"\.newsarc-\w+\.tmp")
_ABANDONED_AFTER = 3600  # seconds after which a temporary file must be left over from a killed run
_MAX_LINKS = 40  # symbolic links in one path, the limit of Linux
_FORMAT = 17  # increase when the content of the cache, or its meaning, changes


class Cache:
    """The cache files of one archive root: the index, and the files beside it.

    An index with a ``variant`` of the content, such as ``drafts``, is in a file of its own.
    """

    def __init__(self, folder: Path, root: Path, config: object, variant: str = "") -> None:
        real = os.path.realpath(root)
        self.folder = folder
        self._root = real
        self._config = config
        name = "".join(char if char.isalnum() or char in "-_." else "-" for char in Path(real).name)[:40]
        self._stem = f"{name}-{digest_repr(real).hex()[:16]}"
        self._variant = f"-{variant}" if variant else ""

    @cached_property
    def key(self) -> str:
        """Identifies the version of newsarc and the configuration (by its ``repr``) that a file was written for."""
        from newsarc.text.tokenizer import version  # not at the top: completion needs no key

        return digest_repr(_FORMAT, __version__, version(), self._root, self._config).hex()

    @property
    def index(self) -> Path:
        """The path of the index, an SQLite database."""
        return self.folder / f"{self._stem}.index{self._variant}"

    @property
    def ledger(self) -> Path:
        """The path of the ledger of sources (:mod:`newsarc.sources.ledger`), for an archive that does not keep one.

        It cannot be worked out anew, so it is none of :meth:`files`, which may be deleted.
        """
        return self.folder / f"{self._stem}.sources.jsonl"

    @property
    def ledger_lock(self) -> Path:
        """The path of the lock that a check of sources holds."""
        return self.folder / f"{self._stem}.sources-lock"

    def files(self) -> list[Path]:
        """Return all existing cache files of this archive, sorted."""
        return [file for file in files_in(self.folder) if file.name.startswith(f"{self._stem}.")]

    def delete_old_temporary_files(self) -> None:
        """Delete the temporary files of killed runs."""
        before = time.time() - _ABANDONED_AFTER
        for file in files_in(self.folder):
            if is_temporary(file):
                with contextlib.suppress(OSError):
                    if file.lstat().st_mtime < before:
                        file.unlink()


def open_cache(root: Path, config: object, variant: str = "") -> Cache | None:
    """Return the cache of the archive at ``root``, creating its folder if needed; None if there can be no cache."""
    cache = find_cache(root, config, variant)
    return None if cache is None or why_unusable(cache.folder) else cache


def find_cache(root: Path, config: object, variant: str = "") -> Cache | None:
    """Return the cache of the archive at ``root``, to list or delete its files; None if the user has no cache folder.

    Its folder may not exist, or be unusable.
    """
    folder = cache_folder()
    return Cache(folder, root, config, variant) if folder is not None else None


def why_unusable(folder: Path) -> str | None:
    """Create ``folder`` if needed; return the reason why it cannot be used, in one line, or None if it can.

    It must belong to this user. Nobody else may be able to write to it, or to replace it through one of its parent
    folders or a symbolic link on the way; otherwise anybody could plant results.
    """
    try:
        _create_folder(folder)
        return why_unsafe(folder)
    except OSError as error:
        return f"{error.filename or folder}: {error.strerror or error}"


def _create_folder(folder: Path) -> None:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


def why_unsafe(folder: Path) -> str | None:
    """Return the reason why other users could tamper with ``folder``; None if they cannot. Raises OSError.

    Walks the path from the root, following symbolic links, and checks each folder and link on the way.
    """
    if not hasattr(os, "getuid"):
        return None
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
        # In a sticky folder, such as /tmp, users cannot rename each other's folders. They can create files, though.
        is_protected = status.st_mode & stat.S_ISVTX and left
        if not is_protected and _others_can_write(status):
            return f"others can write to {place}"
        if not left:
            return None
        name = left.pop()
        place = os.path.dirname(place) if name == ".." else os.path.join(place, name)  # noqa: PTH120


def _others_can_write(status: os.stat_result) -> bool:
    """Whether anybody but the owner can write. The private group that a system creates for each user is allowed."""
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
    """Return the files that newsarc created in a cache folder, for all archives and versions, sorted."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [folder / name for name in sorted(names) if _OURS.fullmatch(name)]


def is_temporary(file: Path) -> bool:
    """Whether ``file`` is an unfinished cache file, to be renamed when it is complete."""
    return _TEMPORARY.fullmatch(file.name) is not None


def delete_files(files: Iterable[Path]) -> list[int]:
    """Delete cache files and return their sizes in bytes. Raises OSError.

    A lock file that another run has locked stays; otherwise a third run would create and lock a new one.
    """
    sizes: list[int] = []
    with contextlib.ExitStack() as stack:
        # Locks last, so that a run that waits for one finds the other files gone.
        for file in sorted(files, key=lambda file: file.name.endswith(LOCK)):
            if file.name.endswith(LOCK) and not _try_lock(file, stack):
                continue
            with contextlib.suppress(FileNotFoundError):
                size = file.lstat().st_size
                file.unlink()
                sizes.append(size)
    return sizes


def _try_lock(file: Path, stack: contextlib.ExitStack) -> bool:
    """Lock ``file`` until ``stack`` closes; return False if another run holds the lock."""
    from newsarc.storage.lock import FileLock

    try:
        lock = FileLock(file)
    except OSError:  # somebody's symbolic link, which no run locks
        return True
    stack.callback(lock.close)
    return lock.acquire(exclusive=True, patience=0)


def cache_folder() -> Path | None:
    """Return the folder of all caches: ``$NEWSARC_CACHE_DIR``, or the user's default; None if there is no home."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    from platformdirs import user_cache_path

    with contextlib.suppress(RuntimeError, KeyError):
        folder = user_cache_path("newsarc", appauthor=False)
        return folder if folder.is_absolute() else None
    return None
