"""Selected events in chronological order, streamed in batches (for export)."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsarc.index.events import BY_DATE, EVENT
from newsarc.index.schema import PATH
from newsarc.index.searchable_fields import contexts_of

_BY_PATH = f"""
    SELECT {PATH}, page.id FROM json_each(?) AS wanted
    CROSS JOIN folder ON folder.path = json_extract(wanted.value, '$[0]')
    CROSS JOIN page ON page.name = json_extract(wanted.value, '$[1]') AND page.folder = folder.id"""


@dataclass(frozen=True, slots=True)
class SelectedEvent:
    """The properties of an event that depend on other pages.

    ``number`` is its position in chronological order, from 1. ``day`` is the ISO date that it is filed under, or None.
    ``found_topics`` are the headline prefixes that are topics because the rest of the archive uses them so.
    ``contexts`` are those of its related links and of its day page, sorted.
    """

    number: int
    path: str
    day: str | None
    found_topics: tuple[str, ...]
    contexts: tuple[str, ...]


class EventSelection:
    """The events that match a condition of :mod:`newsarc.index.filters`, in chronological order.

    The table ``found_topic`` must exist.
    """

    def __init__(self, db: sqlite3.Connection, where: str, values: Sequence[str]) -> None:
        self._db = db
        # Keep only the ids, four bytes each; rows are read in batches.
        query = f"SELECT event.id FROM {EVENT} WHERE {where} ORDER BY {BY_DATE}"
        self._ids = array("I", (id_ for (id_,) in db.execute(query, values)))
        self._numbers = array("I", bytes(4 * (max(self._ids, default=0) + 1)))
        for number, id_ in enumerate(self._ids, 1):
            self._numbers[id_] = number

    def __len__(self) -> int:
        """The number of events."""
        return len(self._ids)

    def batches(self, size: int) -> Iterator[list[SelectedEvent]]:
        """Yield the events in order, in batches of at most ``size``."""
        for start in range(0, len(self._ids), size):
            yield self._load(self._ids[start : start + size])

    def numbers(self, paths: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the selected events at ``paths``, without paths that are not selected."""
        wanted = json.dumps([path.rpartition("/")[::2] for path in paths])
        found = ((path, self._number(id_)) for path, id_ in self._db.execute(_BY_PATH, (wanted,)))
        return {path: number for path, number in found if number}

    def _number(self, id_: int) -> int:
        return self._numbers[id_] if id_ < len(self._numbers) else 0

    def _load(self, ids: array[int]) -> list[SelectedEvent]:
        wanted = json.dumps(list(ids))
        inside = "IN (SELECT value FROM json_each(?))"
        found: dict[int, list[str]] = {}
        query = f"""
            SELECT event, text FROM found_topic JOIN name ON name.id = found_topic.name
            WHERE event {inside} ORDER BY found_topic.rowid"""
        for event, text in self._db.execute(query, (wanted,)):
            found.setdefault(event, []).append(text)
        contexts = contexts_of(self._db, ids)
        rows = self._db.execute(f"SELECT event.id, {PATH}, event.day FROM {EVENT} WHERE event.id {inside}", (wanted,))
        places = {id_: (path, day) for id_, path, day in rows}
        return [
            SelectedEvent(self._numbers[id_], *places[id_], tuple(found.get(id_, ())), tuple(contexts.get(id_, ())))
            for id_ in ids
        ]
