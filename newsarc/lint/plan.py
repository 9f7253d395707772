"""What an earlier run knew of each day folder, and which of it still holds.

A record (:mod:`newsarc.lint.record`) holds as long as nothing changed in its folder, nor in the listing of any folder
that its links name.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from newsarc.lint.columns import NOBODY
from newsarc.lint.record import DayRecord, columns_in, events_in, renumbered
from newsarc.lint.shelf import Shelf
from newsarc.storage.fingerprints import FolderState
from newsarc.storage.tree import Day, Tree


class Kept(NamedTuple):
    """What a run leaves to the next.

    ``key`` tells for which rules it was made, ``day`` when. ``root`` is the listing of the root, ``skipped`` what
    listing the archive passed over, ``others`` the listings of folders asked about that are no day folders,
    ``said_keys`` those of the facts, if they were needed, and ``file_keys``. ``months`` tell the day folders of a month
    from themselves after any change.
    """

    key: tuple[Any, ...]
    day: int
    root: bytes
    skipped: Mapping[str, str]
    others: Mapping[str, bytes]
    said_keys: bytes | None
    file_keys: bytes
    months: Mapping[str, bytes]
    records: list[DayRecord]
    shelf: Shelf | None = None


NOTHING = Kept((), 0, b"", {}, {}, None, b"", {}, [])


class Plan:
    """What has to be looked at, and what holds still.

    ``known`` has, for each of ``days``, the record that holds still, or None where it is to be looked at. ``before``
    are the records of the last run, by path. ``is_same_tree`` is true where no path that matters came or went since
    then, ``is_same_root`` where nothing did in the root itself. ``others`` are the listings, as they are now, of those
    folders besides day folders that the last run went by.
    """

    def __init__(
        self,
        days: Sequence[Day],
        before: Kept,
        states: Mapping[int, FolderState] | None = None,
        months: Mapping[str, bytes] | None = None,
    ) -> None:
        self.days = days
        self.kept = before
        self.states = states or {}
        self.months = months or {}
        self.before = {record.path: record for record in before.records}
        self.known: list[DayRecord | None] = [
            None if place in self.states else self.before.get(day.path) for place, day in enumerate(days)
        ]
        self.is_same_tree = False
        self.is_same_root = False
        self.others: dict[str, bytes] = {}

    @property
    def missing(self) -> list[int]:
        """The places of the days that are to be looked at."""
        return [place for place, record in enumerate(self.known) if record is None]

    @property
    def names(self) -> dict[str, tuple[int, Callable[[], str]]]:
        """How many events those days have that are known, and what returns the names of their files."""
        return {record.path: (record.number, partial(events_in, record)) for record in self.known if record is not None}

    def settle(self, tree: Tree, others: Tree) -> None:
        """Give up what depends on what changed elsewhere. ``others`` is another tree, to list other folders in."""
        self.others = {folder: others.listing(folder) for folder in self.kept.others}
        changed = {folder for folder, listing in self.kept.others.items() if self.others[folder] != listing}
        if not self._is_skipped_the_same(tree):
            self.known = [None] * len(self.days)
            return
        changed.update(self.before.keys() - {day.path for day in self.days})
        for place in self.states:
            folder = self.days[place].path
            if folder not in self.before or self.before[folder].names != tree.listing(folder):
                changed.add(folder)
        self.is_same_tree = not changed
        self.is_same_root = others.listing("") == self.kept.root
        if changed:
            self._give_up(changed, tree)

    def _is_skipped_the_same(self, tree: Tree) -> bool:
        """Whether listing the archive passes over what it did before; the days where it did are never kept."""
        for place in self.states:
            tree.files(self.days[place].path)
        return tree.skipped == self.kept.skipped

    def _give_up(self, changed: set[str], tree: Tree) -> None:
        starts, table = self._numbering(changed, tree)
        is_renumbered = any(old != new for old, new in enumerate(table[:-1]))
        gone = bytearray(len(table))
        for folder in changed & starts.keys():
            start = starts[folder]
            gone[start : start + self.before[folder].number] = b"\1" * self.before[folder].number
        for place, record in enumerate(self.known):
            if record is None:
                continue
            if not changed.isdisjoint(record.asked):
                self.known[place] = None
                continue
            columns = columns_in(record, self.days[place])
            pages = (number for page in columns.day_pages for number in page.entries)
            if any(map(gone.__getitem__, columns.targets)) or any(map(gone.__getitem__, pages)):
                self.known[place] = None
            elif is_renumbered:
                self.known[place] = renumbered(record, self.days[place], table)

    def _numbering(self, changed: set[str], tree: Tree) -> tuple[dict[str, int], array[int]]:
        """Return the first number of each day folder as it was, and, by its old number, the new one of each event in a
        folder that is not ``changed``; NOBODY for all others, and in the last place.
        """
        old: dict[str, int] = {}
        size = 0
        for record in self.kept.records:
            old[record.path] = size
            size += record.number
        table = array("i", [NOBODY]) * (size + 1)
        first = 0
        for day in self.days:
            if day.path not in self.before or day.path in changed:
                first += len(tree.event_paths(day))
                continue
            start, count = old[day.path], self.before[day.path].number
            table[start : start + count] = array("i", range(first, first + count))
            first += count
        return old, table


def listings(tree: Tree, days: Iterable[str]) -> dict[str, bytes]:
    """Return the listings of those folders that were asked about and are none of ``days``."""
    return {folder: tree.listing(folder) for folder in (tree.asked or set()).difference(days)}


def merge(others: dict[str, bytes], more: Mapping[str, bytes]) -> None:
    """Add listings to others; one that changed meanwhile becomes one that is never the same."""
    for folder, listing in more.items():
        if others.setdefault(folder, listing) != listing:
            others[folder] = b""
