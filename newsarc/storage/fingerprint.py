"""Fingerprints that detect changes to a day folder: of its pages, or just of its listing."""

from __future__ import annotations

import marshal
import os
import stat
import time
from collections.abc import Mapping
from typing import NamedTuple

from newsarc.storage.hashing import digest

_CAN_LIST_OPEN = os.listdir in os.supports_fd and os.stat in os.supports_dir_fd
_PAGES = (".md", ".markdown", ".mdx")
_SECOND = 1_000_000_000  # ns
_TICK = _SECOND // 10  # longer than the timestamp granularity of common file systems, 1 to 10 ms
_COARSE_TICK = 2 * _SECOND + _TICK  # for file systems that store whole seconds, or even ones (FAT)


class FolderFingerprint(NamedTuple):
    """The state of a day folder.

    ``content`` changes with any of its pages, ``listing`` only with the listing (:func:`listing_fingerprint`).
    ``newest`` is the time of the last change to the folder or a page, ``taken`` a time before the folder was looked at;
    both in ns since the epoch. ``pages``, if wanted, has a number for each page that is a regular file, which changes
    with the page.
    """

    content: bytes
    listing: bytes
    newest: int
    taken: int
    pages: Mapping[str, int] = {}  # never changed

    @property
    def is_racy(self) -> bool:
        """Whether a later change may go unnoticed, because it can get the timestamp of the last one (git's term)."""
        return self.newest >= self.taken - (_COARSE_TICK if self.newest % _SECOND == 0 else _TICK)


def folder_fingerprint(folder: str, *, with_pages: bool = False) -> FolderFingerprint:
    """Return the fingerprint of the folder at ``folder``, a path of the operating system; it need not exist.

    It covers the modification time, change time, size, inode and mode of each page. Nobody can set back the change
    time, so ``git checkout``, ``rsync -t`` and edits that keep the size are noticed.
    """
    taken = time.time_ns()
    names, pages, own, newest = _stat_folder(folder)
    numbers = {name: number for name, number in zip(names, pages, strict=True) if number} if with_pages else {}
    return FolderFingerprint(_content(names, pages, own), own, newest, taken, numbers)


def content_fingerprint(folder: str) -> bytes:
    """Return the ``content`` of :func:`folder_fingerprint`, at slightly less cost."""
    names, pages, own, _ = _stat_folder(folder)
    return _content(names, pages, own)


def listing_fingerprint(folder: str) -> bytes:
    """Return a fingerprint of the listing of ``folder``, a path of the operating system; empty if it does not exist.

    It comes from the status of the folder alone, so it is cheap, and blind to edits of the files.
    """
    try:
        return _own_fingerprint(os.stat(folder))  # noqa: PTH116
    except OSError:
        return b""


def unchanged_listing_fingerprint(folder: str, since: int) -> bytes:
    """Return :func:`listing_fingerprint` if the listing is certainly unchanged since ``since`` (ns); empty otherwise.

    A listing that was read after ``since`` then belongs to the fingerprint, and any later change alters it.
    """
    try:
        status = os.stat(folder)  # noqa: PTH116
    except OSError:
        return b""
    return _own_fingerprint(status) if _last_change(status) < since - _COARSE_TICK else b""


def _content(names: list[str], pages: list[int], own: bytes) -> bytes:
    # With the folder's own fingerprint: a file that was gone for a moment shows in nothing else.
    # Version 2 of marshal is much faster than repr, and equal values give equal bytes.
    return digest(marshal.dumps([own, *pages, *names], 2))


def _own_fingerprint(status: os.stat_result) -> bytes:
    return marshal.dumps((status.st_mtime_ns, status.st_ctime_ns, status.st_ino), 2)


def _last_change(status: os.stat_result) -> int:
    return max(status.st_mtime_ns, status.st_ctime_ns)


def _stat_folder(folder: str) -> tuple[list[str], list[int], bytes, int]:
    """Return the sorted names in a folder, a number per name, the listing fingerprint, and the time of the last change.

    The number of a page is a hash of its status, and 0 for anything else. The time is in ns.
    """
    descriptor: int | None = None
    names: list[str] = []
    numbers: dict[str, int] = {}
    own, newest = b"", 0
    try:
        # Files are looked up relative to the open folder, which saves the walk from the root for each of them.
        if _CAN_LIST_OPEN:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        own_status = os.stat(folder if descriptor is None else descriptor)  # noqa: PTH116
        own, newest = _own_fingerprint(own_status), _last_change(own_status)
        before = "" if descriptor is not None else os.path.join(folder, "")
        for entry in os.listdir(folder if descriptor is None else descriptor):
            name, path = entry, before + entry
            try:
                status = os.stat(path, dir_fd=descriptor, follow_symlinks=False)
                if not stat.S_ISREG(status.st_mode):
                    name = _name_with_kind(status.st_mode, entry, folder)
                    status = os.stat(path, dir_fd=descriptor)  # a page behind a link changes with the link's target
            except OSError:
                names.append(name)
                continue
            names.append(name)
            if not entry.endswith(_PAGES):
                continue
            modified, changed = status.st_mtime_ns, status.st_ctime_ns
            if modified > newest or changed > newest:
                newest = max(modified, changed)
            # Unlike hashes of strings, those of numbers are the same in every process.
            numbers[name] = hash((modified, changed, status.st_size, status.st_ino, status.st_mode))
    except OSError as error:
        names = [f"//{error.errno}"]
    finally:
        if descriptor is not None:
            os.close(descriptor)
    names.sort()
    # One number per name, in order: two symbolic links can swap their targets without any change to the targets.
    return names, [numbers.get(name, 0) for name in names], own, newest


def _name_with_kind(mode: int, name: str, folder: str) -> str:
    """Return the name of an entry that is not a regular file, marked as a page, a folder or neither."""
    if stat.S_ISDIR(mode):
        return f"{name}/"
    if not stat.S_ISLNK(mode):
        return f"{name}/|"
    target = os.path.realpath(os.path.join(folder, name))
    kind = "/" if os.path.isdir(target) else "" if os.path.isfile(target) else "/|"  # noqa: PTH112, PTH113
    return f"{name}@{target}{kind}"
