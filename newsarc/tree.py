"""The files of an archive: where its days are, which pages they hold, and what a page says.

This is the only module that reads the archive. It reads nothing outside the root: a link on disk that leads out of it
is
no page, and paths are compared by the exact names that the folders list, on every file system.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarc.errors import PageError
from newsarc.links import DAY_PAGE_NAMES

NEWS = "news"
_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_MONTH_OR_DAY = re.compile(r"\d{1,2}\Z", re.ASCII)
_DAY_FOLDER = re.compile(rf"{NEWS}/(\d{{4}})/(\d{{1,2}})/(\d{{1,2}})\Z", re.ASCII)
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day folder. ``date`` is None for one that is named like a date but is none (``news/2017/02/30``)."""

    year: int
    month: int
    day: int
    path: str

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
    on the way, one line each, for whoever wants to tell the user.
    """

    def __init__(self, root: Path, max_page_bytes: int) -> None:
        self.root = root
        self.max_page_bytes = max_page_bytes
        self.skipped: dict[str, str] = {}
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

    def day_at(self, folder: str) -> Day | None:
        """Return the day folder at the path ``folder``, or None where that is none."""
        match = _DAY_FOLDER.match(folder)
        if match is None or not self.has_folder(folder):
            return None
        return Day(int(match[1]), int(match[2]), int(match[3]), folder)

    def latest_day(self) -> Day | None:
        """Return the last day that has an event, without listing more of the archive than that takes."""
        for year in reversed(self._numbered(NEWS, _YEAR)):
            for month in reversed(self._numbered(f"{NEWS}/{year}", _MONTH_OR_DAY)):
                for number in reversed(self._numbered(f"{NEWS}/{year}/{month}", _MONTH_OR_DAY)):
                    day = Day(int(year), int(month), int(number), f"{NEWS}/{year}/{month}/{number}")
                    if day.date is not None and self.event_paths(day):
                        return day
        return None

    def event_paths(self, day: Day) -> list[str]:
        """Return the paths of a day's event pages, sorted."""
        return sorted(
            f"{day.path}/{name}"
            for name in self.files(day.path)
            if name.endswith(".md") and name not in DAY_PAGE_NAMES and not name.startswith(".")
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

    def read(self, path: str) -> str:
        """Return the text of a page, bytes that are no UTF-8 kept as lone surrogates (``surrogateescape``).

        Raises PageError where it cannot be read, is no regular file, or is larger than ``max_page_bytes``.
        """
        try:
            # O_NONBLOCK: opening a named pipe that nobody writes to would wait for ever.
            descriptor = os.open(
                self.root / path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            )
        except (OSError, ValueError) as error:
            raise PageError(path, _reason(error)) from None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):  # before there is a file object: there is none of a folder
                raise PageError(path, "not a regular file")
            if status.st_size > self.max_page_bytes:
                raise PageError(
                    path, f"{status.st_size:,} bytes is more than max-page-bytes = {self.max_page_bytes:,} allows"
                )
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(self.max_page_bytes).decode("utf-8", "surrogateescape")
        except OSError as error:
            raise PageError(path, _reason(error)) from None
        finally:
            os.close(descriptor)

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
            with os.scandir(self.root / folder if folder else self.root) as entries:
                for entry in entries:
                    self._sort_entry(entry, folder, files, folders)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                self.skipped[folder] = f"{folder or '.'}: not read: {_reason(error)}"
        self._files[folder], self._folders[folder] = frozenset(files), tuple(sorted(folders))

    def _sort_entry(self, entry: os.DirEntry[str], folder: str, files: list[str], folders: list[str]) -> None:
        path = f"{folder}/{entry.name}" if folder else entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.is_symlink():
                if entry.is_dir():
                    self._skip_inside_news(path, "a symbolic link to a folder")
                elif entry.is_file() and self._is_inside(os.path.realpath(entry.path)):
                    self._add_file(entry.name, path, files)
                elif entry.name.endswith(".md"):
                    self._skip_inside_news(path, "a symbolic link that leads out of the archive, or nowhere")
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

    def _is_inside(self, real_path: str) -> bool:
        return os.path.commonpath((self._real_root, real_path)) == self._real_root


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
