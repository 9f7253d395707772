"""The files of an archive: where its days are, which pages they hold, and what a page says.

This is the only module that reads the archive. It reads nothing outside the root: a link on disk that leads out of it
is no page, and paths are compared by the exact names that the folders list, on every file system.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from newsarc.errors import PageError
from newsarc.layout import DAY_PAGE_NAMES, NEWS
from newsarc.storage.files import NO_LINKS, READING, NotAFileError, read_all
from newsarc.storage.fingerprints import FolderState, folder_state, pages_state, stamp
from newsarc.storage.paths import leads_inside

_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_MONTH_OR_DAY = re.compile(r"\d{1,2}\Z", re.ASCII)
_DAY_FOLDER = re.compile(rf"{NEWS}/(\d{{4}})/(\d{{1,2}})/(\d{{1,2}})\Z", re.ASCII)
_NOTHING: frozenset[str] = frozenset()
_READING = READING | NO_LINKS
_LEADS_OUT = "a symbolic link that leads out of the archive, or nowhere"
_USUAL = 1 << 16  # no page of an archive is as large


class Day(NamedTuple):
    """A day folder. ``date`` is None for one that is named like a date but is none (``news/2017/02/30``)."""

    year: int
    month: int
    day: int
    path: str

    @classmethod
    def at(cls, path: str) -> Day:
        """Return the day folder at ``path``, which must be named like one."""
        _, year, month, day = path.split("/")
        return cls(int(year), int(month), int(day), path)

    @property
    def date(self) -> dt.date | None:
        """The day, or None where there is no such day."""
        try:
            return dt.date(self.year, self.month, self.day)
        except ValueError:
            return None


class Tree:
    """The files under one archive root. Folder listings are read once; make a new Tree to see changes.

    ``max_page_bytes`` is the size above which :meth:`read` refuses a page. ``skipped`` collects what was passed over
    on the way, one line each, for whoever wants to tell the user; ``unlisted`` are folders that could not be listed.
    ``unsaved`` are pages, by path, as they are in somebody's editor: they stand in for what
    the disk has there, if anything.
    """

    def __init__(self, root: Path, max_page_bytes: int, unsaved: Mapping[str, bytes] | None = None) -> None:
        self.root = root
        self.max_page_bytes = max_page_bytes
        self.unsaved = unsaved or {}
        self.skipped: dict[str, str] = {}
        self.unlisted: set[str] = set()
        self._base = os.path.join(root, "")
        self._real_root = os.path.realpath(root)
        self._files: dict[str, frozenset[str]] = {}
        self._folders: dict[str, tuple[str, ...]] = {}

    def days(self, since: dt.date | None = None, until: dt.date | None = None) -> Iterator[Day]:
        """Yield the day folders in the order of time, those from ``since`` to ``until`` when these are given."""
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
                        self.skipped.setdefault(day.path, f"{day.path}: there is no such day; its events have no date")
                    if not (since or until) or _between(day.date, since, until):
                        yield day

    def parents(self) -> list[str]:
        """Return the folders above the day folders, those that hold none yet, too: a day folder that comes or goes
        changes one of them.
        """
        years = [f"{NEWS}/{name}" for name in self._numbered(NEWS, _YEAR)]
        return [NEWS, *years, *(f"{year}/{name}" for year in years for name in self._numbered(year, _MONTH_OR_DAY))]

    def day_at(self, folder: str) -> Day | None:
        """Return the day folder at the path ``folder``, or None where that is none."""
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
        """Return the names of the files of a day's event pages, sorted."""
        return sorted(
            [
                name
                for name in self.files(day.path)
                if name.endswith(".md") and name not in DAY_PAGE_NAMES and name[0] != "."
            ]
        )

    def day_page_paths(self, day: Day) -> list[str]:
        """Return the paths of a day's own pages: ``index.md`` and ``README.md``, as far as they exist."""
        return [f"{day.path}/{name}" for name in DAY_PAGE_NAMES if name in self.files(day.path)]

    def exists(self, path: str) -> bool:
        """Whether ``path`` (no ``.`` or ``..`` in it) is a file of the archive under exactly this name."""
        folder, _, name = path.rpartition("/")
        return name in self.files(folder)

    def has_folder(self, path: str) -> bool:
        """Whether the archive has a folder at ``path``."""
        parent, _, name = path.rpartition("/")
        self.files(parent)
        return name in self._folders.get(parent, ())

    def is_unlisted(self, path: str) -> bool:
        """Whether ``path`` is, or is in, a folder that could not be listed."""
        return any(path == folder or path.startswith(f"{folder}/") or not folder for folder in self.unlisted)

    def files(self, folder: str) -> frozenset[str]:
        """Return the names of the regular files in ``folder``, a path from the root; empty where there is no such
        folder.
        """
        known = self._files.get(folder)
        if known is not None:
            return known
        parent = ""
        for name in folder.split("/") if folder else ():
            # Step by step from the root, so that no symbolic link and no other spelling of a name is followed.
            if parent not in self._files:
                self._list(parent)
            if name not in self._folders[parent]:
                return _NOTHING
            parent = f"{parent}/{name}" if parent else name
        self._list(folder)
        return self._files[folder]

    def folders(self, folder: str) -> tuple[str, ...]:
        """Return the names of the folders in ``folder``, a path from the root, sorted."""
        self.files(folder)
        return self._folders.get(folder, ())

    def read(self, path: str) -> str:
        """Return the text of a page, bytes that are no UTF-8 kept as lone surrogates (``surrogateescape``).

        Raises PageError as :meth:`read_bytes` does.
        """
        return as_text(self.read_bytes(path))

    def read_bytes(self, path: str) -> bytes:
        """Return a page as it stands in its file.

        Raises PageError where it cannot be read, is no regular file, leads out of the archive by a symbolic link, or is
        larger than ``max_page_bytes``.
        """
        if path in self.unsaved:
            return self._unsaved(path)
        try:
            # No pathlib and no file object: they take five times as long as opening and reading a page does.
            descriptor = os.open(self._base + path, _READING)
        except (OSError, ValueError) as error:
            descriptor = self._open_link(path, error)
        try:
            # What is no regular file ends before it begins, or does not end, or says EAGAIN: only of what is odd like
            # that the status is asked. Measured: 3.0 µs a page, 3.8 with its status.
            try:
                data = os.read(descriptor, _USUAL)
            except OSError:
                data = b""
            is_whole = 0 < len(data) < _USUAL and len(data) <= self.max_page_bytes
            return data if is_whole else self._read_odd(path, descriptor)
        except OSError as error:
            raise PageError(path, _reason(error)) from None
        finally:
            os.close(descriptor)

    def _unsaved(self, path: str) -> bytes:
        self._refuse_large(path, len(self.unsaved[path]))
        return self.unsaved[path]

    def _refuse_large(self, path: str, size: int) -> None:
        if size > self.max_page_bytes:
            raise PageError(path, f"{size:,} bytes is more than max-page-bytes = {self.max_page_bytes:,} allows")

    def _open_link(self, path: str, error: OSError | ValueError) -> int:
        """Open the file inside the archive that a symbolic link, which could not be opened itself, leads to."""
        file = self._base + path
        if isinstance(error, ValueError) or not os.path.islink(file):  # noqa: PTH114 (it says no where pathlib raises)
            raise PageError(path, _reason(error))
        real = os.path.realpath(file)
        if not leads_inside(real, self._real_root):
            raise PageError(path, _LEADS_OUT)
        try:
            return os.open(real, _READING)
        except OSError as other:
            raise PageError(path, _reason(other)) from None

    def _read_odd(self, path: str, descriptor: int) -> bytes:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise PageError(path, _reason(NotAFileError(path, status.st_mode)))
        self._refuse_large(path, status.st_size)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return read_all(descriptor, self.max_page_bytes)  # whatever its size: it may be no file of a disk

    def stamp(self, folder: str) -> tuple[bytes, int]:
        """Return :func:`newsarc.storage.fingerprints.stamp` of a folder, a path from the root."""
        return stamp(self._base + folder)

    def state(self, folder: str) -> FolderState:
        """Return the state of a folder, a path from the root, as it is now, whatever was listed before."""
        return folder_state(self._base + folder)

    def pages_state(self, folder: str) -> bytes:
        """Return :func:`newsarc.storage.fingerprints.pages_state` of a folder, a path from the root."""
        return pages_state(self._base + folder)

    def _numbered(self, folder: str, pattern: re.Pattern[str]) -> list[str]:
        for name in self.files(folder):
            if name.endswith(".md") and name not in DAY_PAGE_NAMES:
                self._skip_inside_news(f"{folder}/{name}", "it is in no day folder (news/YYYY/MM/D)")
        for name in self._folders.get(folder, ()):
            if not pattern.match(name) and not name.startswith("."):
                self._skip_inside_news(f"{folder}/{name}", "its name is no number, so that it belongs to no day")
        return sorted(
            (name for name in self._folders.get(folder, ()) if pattern.match(name)), key=lambda name: (int(name), name)
        )

    def _list(self, folder: str) -> None:
        files: list[str] = []
        folders: list[str] = []
        self._files[folder], self._folders[folder] = _NOTHING, ()
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
                self.unlisted.add(folder)
        for path in self.unsaved:
            self._add_unsaved(path, folder, files, folders)
        self._files[folder], self._folders[folder] = frozenset(files), tuple(sorted(folders))

    def _add_unsaved(self, path: str, folder: str, files: list[str], folders: list[str]) -> None:
        """Put what of an unsaved page's path stands in ``folder`` among the names there."""
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
                    self._skip_inside_news(path, "a symbolic link to a folder")
                elif entry.is_file() and leads_inside(entry.path, self._real_root):
                    self._add_file(entry.name, path, files)
                elif entry.name.endswith(".md"):
                    self._skip_inside_news(path, _LEADS_OUT)
            elif entry.is_file(follow_symlinks=False):
                self._add_file(entry.name, path, files)
        except OSError as error:
            self._skip_inside_news(path, _reason(error))

    def _add_file(self, name: str, path: str, files: list[str]) -> None:
        if _is_utf8(name):
            files.append(name)
        else:
            self._skip_inside_news(path, "its name is not UTF-8")

    def _skip_inside_news(self, path: str, reason: str) -> None:
        if path.startswith(f"{NEWS}/") or path == NEWS:
            self.skipped[path] = f"{path}: not read: {reason}"


def as_text(data: bytes) -> str:
    """Return the text of a page's bytes; those that are no UTF-8 become lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def _between(date: dt.date | None, since: dt.date | None, until: dt.date | None) -> bool:
    return date is not None and (since is None or date >= since) and (until is None or date <= until)


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
