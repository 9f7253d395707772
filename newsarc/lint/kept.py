"""What lint knows of each day folder, from run to run.

Two files: one with what each run has to know of all days, and a shelf with what it may have to. States of folders are
taken before anything in them is listed or read: what changes later counts as changed the next time. Where anything is
odd, nothing is kept.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import marshal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from newsarc.lint.plan import NOTHING, Kept, Plan
from newsarc.lint.record import DayRecord, found_in, later_in
from newsarc.lint.shelf import DamagedError, Piece, Shelf, put_all, put_more
from newsarc.storage.fingerprints import FolderState
from newsarc.storage.tree import Day
from newsarc.storage.workers import in_order

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint.facts import Facts
    from newsarc.storage.cache import Cache

_FORMAT = 5  # to be raised whenever a record, or what it means, changes
_PACKED = 3  # the last so many parts of a record are pieces: found, later, facts
_ROOM = 2  # how much larger than what is in use the file of pieces may become, and a size that does not matter
_SMALL = 1 << 20
_Packed = TypeVar("_Packed", bytes | Piece, bytes | Piece | None)


class Memory:
    """The kept file of one archive, for one selection of rules."""

    def __init__(self, archive: Pages, codes: Sequence[str], today: dt.date) -> None:
        # Listings made earlier may be older than the states of their folders; names make other contexts of pages.
        may_keep = not (archive.tree.is_listed or archive.names)
        self.cache: Cache | None = archive.cache if may_keep else None
        self.tree = archive.tree
        self.key = (_FORMAT, sys.version, *codes)
        self.today = today.toordinal()
        self.started = time.time_ns()

    def plan(self, workers: Callable[[int], int | None]) -> Plan:
        """Return what has to be looked at. ``workers`` says how many processes so many events are worth."""
        days = list(self.tree.days())
        if self.cache is None:
            return Plan(days, NOTHING)
        groups = {month: list(group) for month, group in groupby(range(len(days)), lambda place: _month(days[place]))}
        tree = self.tree
        states = in_order(
            lambda month: tree.state_of_all([days[place].path for place in groups[month]]),
            list(groups),
            workers(10 * len(days)),
        )
        first = next(states, b"")
        kept = self._load()
        for record in () if tree.unsaved else kept.records:  # while the workers are at it: 0.1 s for 20,000 findings
            found_in(record)
            if record.later is not None:
                later_in(record)
        months = dict(zip(groups, [first, *states], strict=False))  # an archive without days has not even a first
        known = {record.path: record.state for record in kept.records if record.state}
        # Those that changed, one by one. A month that did not is as it was at least until the states of all were taken.
        parts = [group for month, group in groups.items() if kept.months.get(month) != months[month]]
        results = in_order(
            lambda group: [(place, tree.state(days[place].path)) for place in group],
            parts,
            workers(10 * sum(map(len, parts))),
        )
        changed = {
            place: state for part in results for place, state in part if known.get(days[place].path) != state.pages
        }
        # Of what is unsaved no state of a folder tells.
        unsaved = {path.rpartition("/")[0] for path in tree.unsaved}
        for place, day in enumerate(days) if unsaved else ():
            if day.path in unsaved and place not in changed:
                changed[place] = tree.state(day.path)
        plan = Plan(days, kept, changed, months)
        if kept is not NOTHING:
            plan.settle(self.tree, self.tree.anew())
        return plan

    def with_state(self, record: DayRecord, state: FolderState | None, may_hold: bool) -> DayRecord:
        """Return the record of a day that was just looked at, with its state: one that no next run takes for its own
        where that state might not show the next change, or the record may not hold.
        """
        if state is None:
            return record
        is_sure = may_hold and state.is_settled(self.started) and not self._is_passed_over(record.path)
        return record._replace(state=state.pages) if is_sure else record

    def _is_passed_over(self, folder: str) -> bool:
        """Whether anything in a day folder was passed over: where a symbolic link leads shows in no state."""
        skipped = self.tree.skipped
        return bool(skipped) and any(folder in (path, path.rpartition("/")[0]) for path in skipped)

    def keep(
        self,
        plan: Plan,
        records: list[DayRecord],
        facts: Facts,
        others: Mapping[str, bytes],
        said_keys: bytes | None,
    ) -> None:
        """Keep what is known now, if that is not what was kept already. What is unsaved is never kept, nor what comes
        of it.
        """
        if self.cache is None or self.tree.unsaved:
            return
        skipped = dict(self.tree.skipped)
        try:
            records = [_as_before(record, plan.before.get(record.path)) for record in records]
            root = self.tree.listing("")
            unsettled = {_month(day) for day, record in zip(plan.days, records, strict=True) if not record.state}
            months = {month: state for month, state in plan.months.items() if month not in unsettled}
            files = plan.kept.file_keys if plan.is_same_tree else facts.file_keys()
            kept = Kept(
                self.key, self.today, root, skipped, dict(others), said_keys, files, months, records, plan.kept.shelf
            )
            if kept[2:] != plan.kept[2:]:
                self._write(self.cache, kept)
        except DamagedError:
            self.forget()

    def forget(self) -> None:
        """Keep nothing from now on, nor what was kept: it turned out to be damaged."""
        if self.cache is not None:
            with contextlib.suppress(OSError):
                self.cache.lint.unlink(missing_ok=True)
        self.cache = None

    def _write(self, cache: Cache, kept: Kept) -> None:
        shelf, file = kept.shelf, _pieces_file(cache)
        size = sum(_length(data) for one in kept.records for data in (one.found, one.later, one.facts))
        is_new = shelf is None or shelf.size() > _ROOM * size + _SMALL
        # What each run reads goes to the front.
        order = [(place, at) for at in range(-_PACKED, 0) for place in range(len(kept.records))]
        wanted: list[tuple[int, int]] = []
        pieces: list[bytes] = []
        for place, at in order:
            data: Any = kept.records[place][at]
            if data and (is_new or isinstance(data, bytes)):
                wanted.append((place, at))
                pieces.append(data if isinstance(data, bytes) else data.read())
        placed = put_all(cache, file, pieces) if is_new else put_more(file, pieces)
        if placed is None:
            return
        rows: list[list[Any]] = [
            [part.row if isinstance(part, Piece) else part for part in record] for record in kept.records
        ]
        for (place, at), row in zip(wanted, placed, strict=True):
            rows[place][at] = row
        front = shelf.front if shelf is not None else 0
        if is_new:
            front = sum(row[1] for (_, at), row in zip(wanted, placed, strict=True) if at < -1)
        values: Any = (*kept[:8], front, [tuple(row) for row in rows])
        cache.save(cache.lint, marshal.dumps(values))

    def _load(self) -> Kept:
        data = self.cache.load(self.cache.lint) if self.cache is not None else None
        if data is None or self.cache is None:
            return NOTHING
        try:
            *head, front, rows = marshal.loads(data)
            kept = Kept._make((*head, [], None))
            # A day that was yet to come is one no longer; a clock that went back says nothing about either.
            if kept.key != self.key or kept.day > self.today:
                return NOTHING
            shelf = Shelf(_pieces_file(self.cache), front)
            records = [
                DayRecord(*row[:-_PACKED], *[Piece(shelf, part) if part else part for part in row[-_PACKED:]])
                for row in rows
            ]
            return kept._replace(records=records, shelf=shelf)
        except Exception:  # whatever it is, it is not what this newsarc wrote
            return NOTHING


def _as_before(record: DayRecord, before: DayRecord | None) -> DayRecord:
    """Return the record with what it says as before in the place where that stands already."""
    if before is None or record is before:
        return record
    return record._replace(
        found=_same_piece(record.found, before.found),
        later=_same_piece(record.later, before.later),
        facts=_same_piece(record.facts, before.facts),
    )


def _same_piece(now: _Packed, before: bytes | Piece | None) -> _Packed:
    return before if isinstance(now, bytes) and isinstance(before, Piece) and before.read() == now else now


def _month(day: Day) -> str:
    return day.path.rpartition("/")[0]


def _length(data: bytes | Piece | None) -> int:
    return data.row[1] if isinstance(data, Piece) else len(data or b"")


def _pieces_file(cache: Cache) -> Path:
    return cache.lint.with_name(f"{cache.lint.name}-days")
