"""Numbers for link targets, which do not depend on whether a page exists.

The number is a function of the target, the page that contains it and the configuration, so no row changes when a page
elsewhere is added or removed. Nearly all targets are plain paths of events; they have the number of that path. Another
target may mean several paths. Its number stands for the list of them, and it resolves to the first that exists.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

from newsarc.archive.reader import PageReader
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.layout.link_keys import LinkMeaning
from newsarc.model import Link, RelatedLink
from newsarc.parser.targets import (
    foreign_prefix,
    is_page_path,
    is_plain,
    is_written_plainly,
    plain_spellings,
    spellings,
    unpadded,
)
from newsarc.storage.tree import Day
from newsarc.text.urls import is_web_address

OTHER_SITE = 0
_IN_DAY_FOLDER = re.compile(r"news/\d{4}/\d{1,2}/\d{1,2}/[^/]+(?:/(?:index|README)\.md)?\Z", re.ASCII)


def path_number(path: str) -> int:
    """Return the number of ``path``, a hash of 63 bits.

    In one of ten million archives with a million paths, two paths collide; links to one of them then resolve to the
    other.
    """
    return _number(path.encode("utf-8", "surrogatepass"))


def _number(data: bytes, kind: bytes = b"") -> int:
    return int.from_bytes(blake2b(data, digest_size=8, person=kind).digest(), "big") >> 1


def _number_of_list(numbers: Iterable[int]) -> int:
    return _number(array("q", numbers).tobytes(), b"list")


@lru_cache(maxsize=1 << 16)
def _plain_number(target: str, path: str, site_prefix: str) -> int | None:
    """Return the number of ``path`` if ``target`` is its plain spelling, else None."""
    # Cached, because many pages link to the same event.
    return path_number(path) if is_written_plainly(target, path, site_prefix) else None


NO_PAGE = _number_of_list(())  # for targets that cannot mean any page of the archive


class Targets:
    """The target numbers of some pages, and the rows that explain them.

    ``spellings`` maps targets that are not plain paths to the numbers of their possible paths, likeliest first.
    ``elsewhere`` are the possible paths outside day folders. ``root_folders`` maps the folders that links have before
    ``/news/YYYY/`` to whether they exist in the archive root.
    """

    def __init__(self, reader: PageReader) -> None:
        self.spellings: dict[int, tuple[int, ...]] = {}
        self.elsewhere: set[str] = set()
        self.root_folders: dict[str, bool] = {}
        self._reader = reader
        self._prefix = reader.config.site_prefix
        self._numbers: dict[str | tuple[str, str], int] = {}

    def number(self, link: Link, page: str) -> int:
        """Return the number of the target of ``link`` on ``page``."""
        target = link.target
        if link.path is not None and (plain := _plain_number(target, link.path, self._prefix)) is not None:
            return plain
        key = target if target.startswith("/") else (target, page.rpartition("/")[0])
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._number(link, page)
        return number

    def meaning(self, meaning: LinkMeaning, *, is_of_post: bool) -> int:
        """Return the number of what a link can mean, negative unless only a post can be there: ``is_of_post``."""
        numbers = tuple(map(path_number, meaning.keys))
        number = _number_of_list(numbers)
        if not is_of_post:
            number = -number
        self.spellings[number] = numbers
        return number

    def _number(self, link: Link, page: str) -> int:
        if is_web_address(link.target):
            return OTHER_SITE
        paths = self._paths(link.target, page)
        if paths and is_plain(paths[0]) and paths == tuple(plain_spellings(paths[0])):
            return path_number(paths[0])
        self.elsewhere.update(path for path in paths if not _IN_DAY_FOLDER.match(path))
        numbers = tuple(map(path_number, paths))
        number = _number_of_list(numbers)
        self.spellings[number] = numbers
        return number

    def _paths(self, target: str, page: str) -> tuple[str, ...]:
        """Return the possible paths of ``target``, without those in a root folder that does not exist.

        The index is rebuilt if a folder in :attr:`root_folders` is created or deleted.
        """
        paths = spellings(target, page, self._prefix)
        prefix = foreign_prefix(target, self._has_folder)
        if prefix is not None:
            paths = (path for path in paths if not path.startswith(f"{prefix[1:]}/"))
            if prefix == self._reader.missing_prefix:
                paths = chain(paths, spellings(target, page, prefix))
        return tuple(dict.fromkeys(filter(is_page_path, paths)))

    def _has_folder(self, name: str) -> bool:
        self.root_folders[name] = self._reader.tree.has_folder(name)
        return self.root_folders[name]

    def add_folder(self, day: Day, files: Iterable[str]) -> None:
        """Add the pages of a day folder that plain targets reach by another spelling.

        These are ``files``, if the folder has a padded day, and index pages of subfolders.
        """
        folders = self._reader.tree.folders(day.path)
        self.elsewhere.update(f"{day.path}/{name}/{page}" for name in folders for page in DAY_PAGE_NAMES)
        is_padded = day.path.rpartition("/")[2].startswith("0")
        for name in chain(folders, files if is_padded else ()):
            path = unpadded(f"{day.path}/{name}")
            if is_plain(path):
                self.spellings[path_number(path)] = tuple(map(path_number, plain_spellings(path)))


class CheckedTargets(Targets):
    """Target numbers from checked links: the number of the path that a link resolves to.

    For an index of some days, which lacks the other pages of the archive and is never cached.
    """

    def number(self, link: Link, page: str) -> int:
        """Return the number of the path that ``link`` on ``page`` resolves to."""
        if isinstance(link, RelatedLink):
            path = self._reader.check(link, page).path
        else:
            path = self._reader.reach(link.target, page)
        if path is None:
            return OTHER_SITE if is_web_address(link.target) else NO_PAGE
        self.elsewhere.add(path)
        return path_number(path)
