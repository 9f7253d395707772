"""The full-text table, which the first search creates.

It is an FTS5 table without content, so deleting a row requires the same text that was inserted.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator

from newsarc.index.schema import LINK_BITS, TEXT
from newsarc.query.fields import TEXT_FIELDS, FieldName, columns
from newsarc.text.tokenizer import FIELD_BREAK, index_text, tokens

_VALUES = ", ".join("?" * (1 + len(TEXT_FIELDS)))
Row = tuple[int | str, ...]  # the id, then a text for each field


def phrase(text: str, *, is_prefix: bool = False) -> str:
    """Return ``text`` as an FTS5 phrase. With ``is_prefix``, its last word matches as a prefix."""
    return f'"{" ".join(tokens(text))}"{"*" if is_prefix else ""}'


def has_full_text(db: sqlite3.Connection) -> bool:
    """Whether the full-text table exists."""
    tables = "SELECT name FROM sqlite_master UNION ALL SELECT name FROM sqlite_temp_master"
    return db.execute(f"SELECT 1 FROM ({tables}) WHERE name = 'text'").fetchone() is not None


def create_full_text(db: sqlite3.Connection, *, temporary: bool = False) -> None:
    """Create and fill the full-text table. A ``temporary`` one disappears with the connection."""
    db.execute(TEXT.replace("VIRTUAL TABLE text", "VIRTUAL TABLE temp.text") if temporary else TEXT)
    insert_text(db, None)


def insert_text(db: sqlite3.Connection, events: Collection[int] | None) -> None:
    """Insert the text of ``events`` (None: all)."""
    db.executemany(f"INSERT INTO text (rowid, {columns()}) VALUES ({_VALUES})", _rows(db, events))


def delete_text(db: sqlite3.Connection, events: Collection[int]) -> None:
    """Delete the text of ``events``. Their other rows must be the same as when it was inserted."""
    db.executemany(f"INSERT INTO text (text, rowid, {columns()}) VALUES ('delete', {_VALUES})", _rows(db, events))


def _rows(db: sqlite3.Connection, events: Collection[int] | None) -> Iterator[Row]:
    """Yield the ids and the tokenized fields of ``events`` (None: all), by id."""
    wanted = None if events is None else json.dumps(sorted(events))
    texts: dict[int, str] = {}
    names_of: dict[int, list[int]] = {0: []}  # by list of contexts

    def text(name: int) -> str:
        if name not in texts:
            texts[name] = index_text(db.execute("SELECT text FROM name WHERE id = ?", (name,)).fetchone()[0])
        return texts[name]

    def names(list_: int) -> list[int]:
        if list_ not in names_of:
            query = "SELECT name FROM list_name WHERE list = ?"
            names_of[list_] = [name for (name,) in db.execute(query, (list_,))]
        return names_of[list_]

    # All queries run in the order of event ids, so only one event is in memory at a time.
    topics = _by_event(_select(db, "SELECT event, name FROM topic WHERE {} ORDER BY event, place", wanted))
    sources = _by_event(_select(db, "SELECT event, label FROM source WHERE {} ORDER BY event, place", wanted))
    links = _by_event(_links(db, wanted))
    entries = _by_event(_select(db, "SELECT event, contexts FROM entry WHERE {} ORDER BY event", wanted))
    query = "SELECT id, headline, coalesce(summary, '') FROM event WHERE {} ORDER BY id"
    for id_, headline, summary in _select(db, query, wanted, "id"):
        contexts = {name for list_ in {*links(id_), *entries(id_)} for name in names(list_)}
        fields: dict[FieldName, str] = {
            "headline": index_text(headline),
            "topic": FIELD_BREAK.join(map(text, topics(id_))),
            "context": FIELD_BREAK.join(sorted(map(text, contexts))),
            "summary": index_text(summary),
            "source": FIELD_BREAK.join(map(text, sources(id_))),
        }
        yield id_, *(fields[field.name] for field in TEXT_FIELDS)


def _by_event(rows: Iterable[tuple[int, int]]) -> Callable[[int], list[int]]:
    """Return a function that takes the values of one event from ``rows``, sorted by event. Call it in that order."""
    rest = iter(rows)
    ahead = next(rest, None)

    def take(event: int) -> list[int]:
        nonlocal ahead
        values: list[int] = []
        while ahead is not None and ahead[0] <= event:
            if ahead[0] == event:
                values.append(ahead[1])
            ahead = next(rest, None)
        return values

    return take


def _links(db: sqlite3.Connection, wanted: str | None) -> sqlite3.Cursor:
    if wanted is None:
        return db.execute(f"SELECT id >> {LINK_BITS}, contexts FROM link ORDER BY id")
    query = f"""
        SELECT link.id >> {LINK_BITS}, contexts FROM json_each(?) AS wanted
        JOIN link ON link.id BETWEEN value << {LINK_BITS} AND (value + 1 << {LINK_BITS}) - 1 ORDER BY link.id"""
    return db.execute(query, (wanted,))


def _select(db: sqlite3.Connection, query: str, wanted: str | None, column: str = "event") -> sqlite3.Cursor:
    if wanted is None:
        return db.execute(query.format("1"))
    return db.execute(query.format(f"{column} IN (SELECT value FROM json_each(?))"), (wanted,))
