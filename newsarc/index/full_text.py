"""The full-text table: what searches look into, made when the first one does.

Its text is not kept in it, so that what is taken out of it must be worked out once more just as it was put in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator

from newsarc.index.schema import LINK_BITS, TEXT
from newsarc.text import searchable

_COLUMNS = "headline, topics, contexts, summary, sources"
_GAP = " \ue000 "  # between names, so that no phrase runs across
Row = tuple[int, str, str, str, str, str]


def has_text(db: sqlite3.Connection) -> bool:
    """Whether the table is there."""
    tables = "SELECT name FROM sqlite_master UNION ALL SELECT name FROM sqlite_temp_master"
    return db.execute(f"SELECT 1 FROM ({tables}) WHERE name = 'text'").fetchone() is not None


def make_text(db: sqlite3.Connection, *, temporary: bool = False) -> None:
    """Make the table and fill it; a ``temporary`` one is gone with the connection."""
    db.execute(TEXT.replace("VIRTUAL TABLE text", "VIRTUAL TABLE temp.text") if temporary else TEXT)
    add_text(db, None)


def add_text(db: sqlite3.Connection, events: Collection[int] | None) -> None:
    """Put in the text of ``events``, None for all."""
    db.executemany(f"INSERT INTO text (rowid, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", _rows(db, events))


def remove_text(db: sqlite3.Connection, events: Collection[int]) -> None:
    """Take out the text of ``events``, whose other rows must be what they were when it was put in."""
    db.executemany(f"INSERT INTO text (text, rowid, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?)", _rows(db, events))


def _rows(db: sqlite3.Connection, events: Collection[int] | None) -> Iterator[Row]:
    """Yield id, headline, topics, contexts, summary and sources of events as searchable text."""
    wanted = None if events is None else json.dumps(sorted(events))
    texts: dict[int, str] = {}
    if wanted is None:
        texts = {id_: searchable(text) for id_, text in db.execute("SELECT id, text FROM name")}
    topics = _grouped(db, "SELECT event, name FROM topic WHERE {} ORDER BY event, place", wanted)
    sources = _grouped(db, "SELECT event, label FROM source WHERE {} ORDER BY event, place", wanted)
    contexts = _contexts(db, wanted)

    def joined(names: Collection[int], *, is_sorted: bool = False) -> str:
        for name in names:
            if name not in texts:
                texts[name] = searchable(db.execute("SELECT text FROM name WHERE id = ?", (name,)).fetchone()[0])
        words = [texts[name] for name in names]
        return _GAP.join(sorted(words) if is_sorted else words)

    query = "SELECT id, headline, coalesce(summary, '') FROM event WHERE {}"
    for id_, headline, summary in _select(db, query, wanted, "id").fetchall():
        yield (
            id_,
            searchable(headline),
            joined(topics.get(id_, [])),
            joined(contexts.get(id_, set()), is_sorted=True),
            searchable(summary),
            joined(sources.get(id_, [])),
        )


def _contexts(db: sqlite3.Connection, wanted: str | None) -> dict[int, set[int]]:
    """Return event → the names of its contexts."""
    names: dict[int, list[int]] = {}
    if wanted is None:
        for name, list_ in db.execute("SELECT name, list FROM list_name"):
            names.setdefault(list_, []).append(name)
    contexts: dict[int, set[int]] = {}
    if wanted is None:
        links = f"SELECT id >> {LINK_BITS}, contexts FROM link WHERE contexts <> 0"
    else:
        links = f"""
            SELECT link.id >> {LINK_BITS}, contexts FROM json_each(?) AS wanted
            JOIN link ON link.id BETWEEN value << {LINK_BITS} AND (value + 1 << {LINK_BITS}) - 1 WHERE contexts <> 0"""
    entries = "SELECT event, contexts FROM entry WHERE {}"
    for found in (db.execute(links, () if wanted is None else (wanted,)), _select(db, entries, wanted)):
        for event, list_ in found:
            if list_ not in names:
                names[list_] = [name for (name,) in db.execute("SELECT name FROM list_name WHERE list = ?", (list_,))]
            contexts.setdefault(event, set()).update(names[list_])
    return contexts


def _grouped(db: sqlite3.Connection, query: str, wanted: str | None) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for event, name in _select(db, query, wanted):
        groups.setdefault(event, []).append(name)
    return groups


def _select(db: sqlite3.Connection, query: str, wanted: str | None, column: str = "event") -> sqlite3.Cursor:
    if wanted is None:
        return db.execute(query.format("1"))
    return db.execute(query.format(f"{column} IN (SELECT value FROM json_each(?))"), (wanted,))
