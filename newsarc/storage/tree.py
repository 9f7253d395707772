"""The files of an archive: its day folders, the pages in them, and the text of a page.

This is the only module that reads the archive. It reads nothing outside the root: a symbolic link to a file elsewhere
is not a page. Paths must match the names in folder listings exactly, also on case-insensitive file systems.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from newsarc.errors import PageError
from newsarc.layout import DAY_PAGE_NAMES, NEWS, is_event_path
from newsarc.storage.files import NO_LINKS, READING, NotAFileError, read_all
from newsarc.storage.fingerprint import (
    FolderFingerprint,
    content_fingerprint,
    folder_fingerprint,
    listing_fingerprint,
    unchanged_listing_fingerprint,
)
from newsarc.storage.hashing import digest_text
from newsarc.storage.paths import is_utf8, is_within

_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_MONTH_OR_DAY = re.compile(r"\d{1,2}\Z", re.ASCII)
_DAY_FOLDER = re.compile(rf"{NEWS}/(\d{{4}})/(\d{{1,2}})/(\d{{1,2}})\Z", re.ASCII)
_NO_FILES: frozenset[str] = frozenset()
_READING = READING | NO_LINKS
_BAD_LINK = "symbolic link to a missing file or one outside the archive"
_FIRST_READ = 1 << 16  # bytes; larger than nearly all pages


class Day(NamedTuple):
    """A day folder, at ``path`` from the root. Its name can be an impossible date, such as ``news/2017/02/30``."""

    year: int
    month: int
    day: int
    path: str

    @classmethod
    def at(cls, path: str) -> Day:
        """Return the day folder for ``path``, which must have the form ``news/YYYY/MM/D``."""
        _, year, month, day = path.split("/")
        return cls(int(year), int(month), int(day), path)

    @classmethod
    def dated(cls, path: str, date: str | None) -> Day:
        """Return the folder at ``path``. If it is not a day folder, it gets the ISO ``date``, if any."""
        if _DAY_FOLDER.match(path):
            return cls.at(path)
        return cls(int(date[:4]), int(date[5:7]), int(date[8:]), path) if date else cls(0, 0, 0, path)

    @property
    def date(self) -> dt.date | None:
        """The date, or None if it is impossible."""
        try:
            return dt.date(self.year, self.month, self.day)
        except ValueError:
            return None


class Tree:
    """The files under one archive root. Folder listings are read once; create a new Tree to see changes.

    :meth:`read` refuses pages larger than ``max_page_bytes``. ``skipped`` collects warnings about skipped files and
    folders, one line each, by path; ``unlistable`` has the folders that could not be listed. ``overlay`` has the
    unsaved text of pages, by path, such as an editor's; it replaces what is on disk, if anything. If ``tells_pages``,
    fingerprints of folders tell which pages changed. ``page_endings`` are those of the file names of pages.
    """

    tells_pages = False
    page_endings: tuple[str, ...] = (".md",)

    def __init__(self, root: Path, max_page_bytes: int, overlay: Mapping[str, bytes] | None = None) -> None:
        self.root = root
        self.max_page_bytes = max_page_bytes
        self.overlay = overlay or {}
        self.skipped: dict[str, str] = {}
        self.unlistable: set[str] = set()
        self._base = os.path.join(root, "")
        self._real_root = os.path.realpath(root)
        self._files: dict[str, frozenset[str]] = {}
        self._folders: dict[str, tuple[str, ...]] = {}
        self._reads: dict[str, bytes] | None = None  # while they are recorded

    def days(self, since: dt.date | None = None, until: dt.date | None = None) -> Iterator[Day]:
        """Yield the day folders in chronological order, optionally only those from ``since`` to ``until``."""
        for year in self._numbered(NEWS, _YEAR):
            if (since and int(year) < since.year) or (until and int(year) > until.year):
                continue
            for month in self._numbered(f"{NEWS}/{year}", _MONTH_OR_DAY):
                if since and (int(year), int(month)) < (since.year, since.month):
                    continue
                if until and (int(year), int(month)) > (until.year, until.month):
                    continue
                for number in self._numbered(f"{NEWS}/{year}/{month}", _MONTH_OR_DAY):
                    day = Day(int(year), int(month), int(number), f"{NEWS}/{year}/{month}/{number}")
                    if day.date is None:
                        self.skipped.setdefault(day.path, f"{day.path}: not a date; its events have no date")
                    if not (since or until) or _is_between(day.date, since, until):
                        yield day

    def page_folders(self) -> Iterator[Day]:
        """Yield the folders that contain pages: here, the day folders in chronological order."""
        return self.days()

    def page_folder(self, path: str) -> Day:
        """Return the folder with pages at ``path``, a path from the root that :meth:`page_folders` yielded."""
        return Day.at(path)

    def parents(self) -> list[str]:
        """Return the news, year and month folders, even empty ones.

        Adding or deleting a day folder changes one of them.
        """
        years = [f"{NEWS}/{name}" for name in self._numbered(NEWS, _YEAR)]
        return [NEWS, *years, *(f"{year}/{name}" for year in years for name in self._numbered(year, _MONTH_OR_DAY))]

    def day_at(self, folder: str) -> Day | None:
        """Return the day folder at ``folder``, a path from the root; None if it does not exist or is not one."""
        match = _DAY_FOLDER.match(folder)
        if match is None or not self.has_folder(folder):
            return None
        return Day(int(match[1]), int(match[2]), int(match[3]), folder)

    def latest_day(self, before: dt.date = dt.date.max) -> Day | None:
        """Return the last day before ``before`` that has an event, without listing more of the archive than needed."""
        for year in reversed(self._numbered(NEWS, _YEAR)):
            if int(year) > before.year:
                continue
            for month in reversed(self._numbered(f"{NEWS}/{year}", _MONTH_OR_DAY)):
                if (int(year), int(month)) > (before.year, before.month):
                    continue
                for number in reversed(self._numbered(f"{NEWS}/{year}/{month}", _MONTH_OR_DAY)):
                    day = Day(int(year), int(month), int(number), f"{NEWS}/{year}/{month}/{number}")
                    if day.date is not None and day.date < before and self.event_paths(day):
                        return day
        return None

    def event_paths(self, day: Day) -> list[str]:
        """Return the paths of a day's event pages, sorted."""
        return [f"{day.path}/{name}" for name in self.event_names(day)]

    def event_names(self, day: Day) -> list[str]:
        """Return the file names of a day's event pages, sorted."""
        return sorted(
            [
                name
                for name in self.files(day.path)
                if name.endswith(".md") and name not in DAY_PAGE_NAMES and name[0] != "."
            ]
        )

    def slug(self, path: str) -> str:
        """Return the slug of the event at ``path``: the name of its file."""
        return path.rpartition("/")[2].removesuffix(".md")

    def date(self, path: str) -> dt.date | None:
        """Return the date that the event at ``path`` is filed under."""
        folder = path.rpartition("/")[0]
        return Day.at(folder).date if _DAY_FOLDER.match(folder) else None

    def siblings(self, path: str) -> list[str]:
        """Return the slugs of the events of the day of the event at ``path``, sorted."""
        names = self.files(path.rpartition("/")[0])
        return sorted(name.removesuffix(".md") for name in names if name.endswith(".md") and name not in DAY_PAGE_NAMES)

    def is_event(self, path: str) -> bool:
        """Whether ``path`` is that of an event, whether or not it exists."""
        return is_event_path(path)

    def day_page_paths(self, day: Day) -> list[str]:
        """Return the paths of the day pages that exist: ``index.md``, ``README.md``."""
        return [f"{day.path}/{name}" for name in DAY_PAGE_NAMES if name in self.files(day.path)]

    def exists(self, path: str) -> bool:
        """Whether ``path``, without ``.`` and ``..``, is a file of the archive with exactly this name."""
        folder, _, name = path.rpartition("/")
        return name in self.files(folder)

    def has_folder(self, path: str) -> bool:
        """Whether the archive has a folder at ``path``."""
        parent, _, name = path.rpartition("/")
        self.files(parent)
        return name in self._folders.get(parent, ())

    def is_unlistable(self, path: str) -> bool:
        """Whether ``path`` is a folder that could not be listed, or is inside one."""
        return any(path == folder or path.startswith(f"{folder}/") or not folder for folder in self.unlistable)

    def files(self, folder: str) -> frozenset[str]:
        """Return the names of the regular files in ``folder``, a path from the root; empty if it does not exist."""
        known = self._files.get(folder)
        if known is not None:
            return known
        parent = ""
        for name in folder.split("/") if folder else ():
            # Step by step from the root, so that only folders under their listed names match, and no symbolic links.
            if parent not in self._files:
                self._list(parent)
            if name not in self._folders[parent]:
                return _NO_FILES
            parent = f"{parent}/{name}" if parent else name
        self._list(folder)
        return self._files[folder]

    def folders(self, folder: str) -> tuple[str, ...]:
        """Return the names of the subfolders of ``folder``, a path from the root, sorted."""
        self.files(folder)
        return self._folders.get(folder, ())

    def read(self, path: str) -> str:
        """Return the text of a page, with invalid UTF-8 bytes as lone surrogates (``surrogateescape``).

        Raises PageError as :meth:`read_bytes` does.
        """
        text = decode_page(self.read_bytes(path))
        if self._reads is not None:
            digest = digest_text(text)
            self._reads[path] = digest if self._reads.get(path, digest) == digest else b""
        return text

    @contextlib.contextmanager
    def recorded_reads(self) -> Iterator[Mapping[str, bytes]]:
        """Yield the digests of the pages that :meth:`read` returns in the block, by path.

        The digest of a page that changes in the block is empty. Blocks cannot be nested.
        """
        self._reads = {}
        try:
            yield self._reads
        finally:
            self._reads = None

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a page.

        Raises PageError if the page cannot be read, is not a regular file, is a symbolic link to a file outside the
        archive, or is larger than ``max_page_bytes``.
        """
        if path in self.overlay:
            self._refuse_large(path, len(self.overlay[path]))
            return self.overlay[path]
        try:
            # Neither pathlib nor a file object: both cost several times as much as opening and reading a page.
            descriptor = os.open(self._base + path, _READING)
        except (OSError, ValueError) as error:
            descriptor = self._open_link(path, error)
        try:
            # Anything but a regular file gives no data, endless data or EAGAIN, so fstat is only needed in these cases.
            try:
                data = os.read(descriptor, _FIRST_READ)
            except OSError:
                data = b""
            is_complete = 0 < len(data) < _FIRST_READ and len(data) <= self.max_page_bytes
            return data if is_complete else self._read_checked(path, descriptor)
        except OSError as error:
            raise PageError(path, _reason(error)) from None
        finally:
            os.close(descriptor)

    def _refuse_large(self, path: str, size: int) -> None:
        if size > self.max_page_bytes:
            raise PageError(path, f"{size:,} bytes exceed max-page-bytes = {self.max_page_bytes:,}")

    def _open_link(self, path: str, error: OSError | ValueError) -> int:
        """Open the target of a symbolic link, if it is inside the archive; ``error`` is from opening the link."""
        file = self._base + path
        if isinstance(error, ValueError) or not os.path.islink(file):  # noqa: PTH114 (False where pathlib raises)
            raise PageError(path, _reason(error))
        real = os.path.realpath(file)
        if not is_within(real, self._real_root):
            raise PageError(path, _BAD_LINK)
        try:
            return os.open(real, _READING)
        except OSError as other:
            raise PageError(path, _reason(other)) from None

    def _read_checked(self, path: str, descriptor: int) -> bytes:
        """Read a page whose kind and size need a check, from its start."""
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise PageError(path, _reason(NotAFileError(path, status.st_mode)))
        self._refuse_large(path, status.st_size)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return read_all(descriptor, self.max_page_bytes)  # the size can be wrong, as in /proc

    def fingerprint(self, folder: str) -> FolderFingerprint:
        """Return the current fingerprint of ``folder``, a path from the root, even if it was listed before.

        It is racy if the overlay has pages of the folder, since they do not show in it.
        """
        found = folder_fingerprint(self._base + folder, with_pages=self.tells_pages)
        has_overlay = any(path.rpartition("/")[0] == folder for path in self.overlay)
        return found._replace(taken=0) if has_overlay else found

    def content_fingerprint(self, folder: str) -> bytes:
        """Return :func:`newsarc.storage.fingerprint.content_fingerprint` of ``folder``, a path from the root."""
        return content_fingerprint(self._base + folder)

    def listing_fingerprint(self, folder: str) -> bytes:
        """Return :func:`newsarc.storage.fingerprint.listing_fingerprint` of ``folder``, a path from the root."""
        return listing_fingerprint(self._base + folder)

    def unchanged_listing_fingerprint(self, folder: str, since: int) -> bytes:
        """Return the listing fingerprint of ``folder``, a path from the root; empty if it may have changed since then.

        See :func:`newsarc.storage.fingerprint.unchanged_listing_fingerprint`.
        """
        return unchanged_listing_fingerprint(self._base + folder, since)

    def _numbered(self, folder: str, pattern: re.Pattern[str]) -> list[str]:
        """Return the subfolders named by numbers that match ``pattern``, in numeric order."""
        for name in self.files(folder):
            if name.endswith(".md") and name not in DAY_PAGE_NAMES:
                self._skip(f"{folder}/{name}", "not in a day folder (news/YYYY/MM/D)")
        for name in self._folders.get(folder, ()):
            if not pattern.match(name) and not name.startswith("."):
                self._skip(f"{folder}/{name}", "folder name is not a number")
        return sorted(
            (name for name in self._folders.get(folder, ()) if pattern.match(name)), key=lambda name: (int(name), name)
        )

    def _list(self, folder: str) -> None:
        files: list[str] = []
        folders: list[str] = []
        self._files[folder], self._folders[folder] = _NO_FILES, ()
        try:
            with os.scandir(self._base + folder) as entries:
                for entry in entries:
                    if entry.name.isascii() and entry.is_file(follow_symlinks=False):  # nearly always
                        files.append(entry.name)
                    else:
                        self._sort_entry(entry, folder, files, folders)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                self.skipped[folder] = f"{folder or '.'}: not read: {_reason(error)}"
                self.unlistable.add(folder)
        for path in self.overlay:
            self._add_overlaid(path, folder, files, folders)
        self._files[folder], self._folders[folder] = frozenset(files), tuple(sorted(folders))

    def _add_overlaid(self, path: str, folder: str, files: list[str], folders: list[str]) -> None:
        """Add the overlaid page at ``path``, or the subfolder that contains it, to the listing of ``folder``."""
        if folder and not path.startswith(f"{folder}/"):
            return
        name, slash, _ = path[len(folder) + 1 if folder else 0 :].partition("/")
        names = folders if slash else files
        if name not in names:
            names.append(name)
        if not slash:
            self.skipped.pop(path, None)

    def _sort_entry(self, entry: os.DirEntry[str], folder: str, files: list[str], folders: list[str]) -> None:
        path = f"{folder}/{entry.name}" if folder else entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.is_symlink():
                if entry.is_dir():
                    self._skip(path, "symbolic link to a folder")
                elif entry.is_file() and is_within(entry.path, self._real_root):
                    self._add_file(entry.name, path, files)
                elif entry.name.endswith(self.page_endings):
                    self._skip(path, _BAD_LINK)
            elif entry.is_file(follow_symlinks=False):
                self._add_file(entry.name, path, files)
        except OSError as error:
            self._skip(path, _reason(error))

    def _add_file(self, name: str, path: str, files: list[str]) -> None:
        if is_utf8(name):
            files.append(name)
        else:
            self._skip(path, "file name is not UTF-8")

    def _skip(self, path: str, reason: str) -> None:
        if self._may_have_pages(path):
            self.skipped[path] = f"{path}: not read: {reason}"

    def _may_have_pages(self, path: str) -> bool:
        """Whether ``path``, a file or a folder that is not read, could be a page or contain some."""
        return path.startswith(f"{NEWS}/") or path == NEWS


def decode_page(data: bytes) -> str:
    """Return the text of a page's bytes, with invalid UTF-8 bytes as lone surrogates (``surrogateescape``)."""
    return data.decode("utf-8", "surrogateescape")


def _is_between(date: dt.date | None, since: dt.date | None, until: dt.date | None) -> bool:
    return date is not None and (since is None or date >= since) and (until is None or date <= until)


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
