"""The searchable fields of events, as plain text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from newsarc.index.schema import LINK_BITS

_NAMES = {
    "topics": "SELECT event, text FROM topic JOIN name ON name.id = topic.name WHERE {} ORDER BY event, place",
    "sources": "SELECT event, text FROM source JOIN name ON name.id = source.label WHERE {} ORDER BY event, place",
}
_CONTEXTS = f"""
    SELECT DISTINCT part.event, text FROM (
      SELECT value AS event, contexts FROM json_each(:wanted)
      JOIN link ON link.id BETWEEN value << {LINK_BITS} AND (value + 1 << {LINK_BITS}) - 1
      UNION SELECT event, contexts FROM entry WHERE event IN (SELECT value FROM json_each(:wanted))) AS part
    JOIN list_name ON list_name.list = part.contexts JOIN name ON name.id = list_name.name ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class SearchableFields:
    """The fields of one event: headline, summary (may be empty), topics of its page, contexts, labels of sources."""

    headline: str
    summary: str
    topics: tuple[str, ...]
    contexts: tuple[str, ...]
    sources: tuple[str, ...]

    def __getitem__(self, field: str) -> tuple[str, ...]:
        """Return the texts of ``field``, which is named as in queries."""
        fields = {
            "headline": (self.headline,),
            "topic": self.topics,
            "context": self.contexts,
            "summary": (self.summary,),
            "source": self.sources,
        }
        return fields[field]


def contexts_of(db: sqlite3.Connection, events: Iterable[int]) -> dict[int, list[str]]:
    """Return the contexts of the events with these ids, from their links and day pages, sorted.

    Events without contexts are left out.
    """
    return _by_event(db.execute(_CONTEXTS, {"wanted": json.dumps(list(events))}))


def searchable_fields(db: sqlite3.Connection, events: Iterable[int]) -> dict[int, SearchableFields]:
    """Return the searchable fields of the events with these ids."""
    wanted = list(events)
    ids = json.dumps(wanted)
    inside = "IN (SELECT value FROM json_each(?))"
    names = {kind: _by_event(db.execute(query.format(f"event {inside}"), (ids,))) for kind, query in _NAMES.items()}
    names["contexts"] = contexts_of(db, wanted)
    rows = db.execute(f"SELECT id, headline, coalesce(summary, '') FROM event WHERE id {inside}", (ids,))
    return {
        id_: SearchableFields(
            headline, summary, *(tuple(names[kind].get(id_, ())) for kind in ("topics", "contexts", "sources"))
        )
        for id_, headline, summary in rows
    }


def _by_event(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for event, text in rows:
        found.setdefault(event, []).append(text)
    return found
