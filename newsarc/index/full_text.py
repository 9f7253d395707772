"""The full-text table: what searches look into, made when the first one does.

Its text is not kept in it, so that what is taken out of it must be worked out once more just as it was put in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator

from newsarc.index.schema import LINK_BITS, TEXT
from newsarc.text.tokenizer import FIELD_BREAK, index_text, tokens

_COLUMNS = "headline, topics, contexts, summary, sources"
Row = tuple[int, str, str, str, str, str]


def phrase(text: str, *, is_prefix: bool = False) -> str:
    """Return ``text`` as a phrase for the full-text table; with ``is_prefix``, its last word may go on."""
    return f'"{" ".join(tokens(text))}"{"*" if is_prefix else ""}'


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
    """Yield id, headline, topics, contexts, summary and sources of events as searchable text, in the order of ids."""
    wanted = None if events is None else json.dumps(sorted(events))
    texts: dict[int, str] = {}
    names_of: dict[int, list[int]] = {0: []}  # of lists of contexts

    def text(name: int) -> str:
        if name not in texts:
            texts[name] = index_text(db.execute("SELECT text FROM name WHERE id = ?", (name,)).fetchone()[0])
        return texts[name]

    def names(list_: int) -> list[int]:
        if list_ not in names_of:
            query = "SELECT name FROM list_name WHERE list = ?"
            names_of[list_] = [name for (name,) in db.execute(query, (list_,))]
        return names_of[list_]

    # All in the order of events, so that never more than one of them is in memory.
    topics = _by_event(_select(db, "SELECT event, name FROM topic WHERE {} ORDER BY event, place", wanted))
    sources = _by_event(_select(db, "SELECT event, label FROM source WHERE {} ORDER BY event, place", wanted))
    links = _by_event(_links(db, wanted))
    entries = _by_event(_select(db, "SELECT event, contexts FROM entry WHERE {} ORDER BY event", wanted))
    query = "SELECT id, headline, coalesce(summary, '') FROM event WHERE {} ORDER BY id"
    for id_, headline, summary in _select(db, query, wanted, "id"):
        contexts = {name for list_ in {*links(id_), *entries(id_)} for name in names(list_)}
        yield (
            id_,
            index_text(headline),
            FIELD_BREAK.join(map(text, topics(id_))),
            FIELD_BREAK.join(sorted(map(text, contexts))),
            index_text(summary),
            FIELD_BREAK.join(map(text, sources(id_))),
        )


def _by_event(rows: Iterable[tuple[int, int]]) -> Callable[[int], list[int]]:
    """Return what gives the values of an event out of ``rows``, which are in the order of events; so are the calls."""
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
