"""Queries for many events at once: their ids, their topics, and the links between them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from itertools import groupby

from newsarc.index.schema import LINK_BITS
from newsarc.text.normalize import fold, without_surrogates

# Ids are passed to SQLite as JSON, because there may be more of them than a query takes parameters.
_WITH_CONTEXT = "SELECT list FROM list_name WHERE name IN (SELECT id FROM name WHERE folded = ?)"
_OF_EVENT = f"reached.id BETWEEN wanted.value << {LINK_BITS} AND (wanted.value + 1 << {LINK_BITS}) - 1"


def ids_of(db: sqlite3.Connection, paths: Iterable[str]) -> list[int]:
    """Return the ids of the events at ``paths``, without those that do not exist."""
    places = [path.rpartition("/")[::2] for path in map(without_surrogates, paths)]
    query = """
        SELECT event.id FROM json_each(?) AS wanted
        CROSS JOIN folder ON folder.path = json_extract(wanted.value, '$[0]')
        CROSS JOIN page ON page.name = json_extract(wanted.value, '$[1]') AND page.folder = folder.id
        CROSS JOIN event ON event.id = page.id"""
    return [id_ for (id_,) in db.execute(query, (json.dumps(places),))]


def topics_of(db: sqlite3.Connection, events: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the topics on the pages of the events with these ids. Events without topics are left out."""
    query = """
        SELECT topic.event, name.text FROM json_each(?) AS wanted
        CROSS JOIN topic ON topic.event = wanted.value CROSS JOIN name ON name.id = topic.name
        ORDER BY topic.event, topic.place"""
    rows = db.execute(query, (_as_json(events),))
    return {event: tuple(text for _, text in named) for event, named in groupby(rows, key=lambda row: row[0])}


def links_among(
    db: sqlite3.Connection, sources: Iterable[int], targets: Iterable[int], context: str | None = None
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the related links from ``sources`` to ``targets``: pairs of ids → contexts, in the order of the page.

    Several links from one event to another are merged. With ``context``, compared ignoring case and accents, only links
    with that context count.
    """
    where, values = _with_context(context)
    query = f"""
        SELECT wanted.value, reached.page, coalesce(list.names, '') FROM json_each(?) AS wanted
        CROSS JOIN reached ON {_OF_EVENT} LEFT JOIN list ON list.id = reached.contexts
        WHERE reached.page IN (SELECT value FROM json_each(?)) {where} ORDER BY reached.id"""
    found: dict[tuple[int, int], dict[int, None]] = {}
    for source, target, names in db.execute(query, (_as_json(sources), _as_json(targets), *values)):
        found.setdefault((source, target), {}).update(dict.fromkeys(map(int, filter(None, names.split(",")))))
    wanted = _as_json({id_ for ids in found.values() for id_ in ids})
    texts = dict(db.execute("SELECT id, text FROM name WHERE id IN (SELECT value FROM json_each(?))", (wanted,)))
    return {pair: tuple(texts[id_] for id_ in ids) for pair, ids in found.items()}


def neighbours(db: sqlite3.Connection, events: Iterable[int], context: str | None = None) -> set[int]:
    """Return the ids of the events that ``events`` link to or are linked from.

    With ``context``, only links with that context count.
    """
    where, values = _with_context(context)
    found: set[int] = set()
    wanted = _as_json(events)
    for one, other in ((_OF_EVENT, "reached.page"), ("reached.page = wanted.value", "reached.event")):
        query = f"""
            SELECT DISTINCT event.id FROM json_each(?) AS wanted
            CROSS JOIN reached ON {one} CROSS JOIN event ON event.id = {other} WHERE 1 {where}"""
        found.update(id_ for (id_,) in db.execute(query, (wanted, *values)))
    return found


def _with_context(context: str | None) -> tuple[str, tuple[str, ...]]:
    if context is None:
        return "", ()
    return f"AND reached.contexts IN ({_WITH_CONTEXT})", (fold(without_surrogates(context)),)


def _as_json(ids: Iterable[int]) -> str:
    return json.dumps(list(ids))
