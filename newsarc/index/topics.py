"""Topics that no page shows as such, but the rest of the archive knows: what begins headlines (FORMAT: "Topics")."""

from __future__ import annotations

import sqlite3
from collections import Counter

from newsarc.index.schema import CONTEXTS

_MIN_EVENTS = 2  # the same prefix on other events makes a topic of it


def find_prefix_topics(db: sqlite3.Connection) -> None:
    """Make the temporary table ``found_topic`` of events and names where there is none yet."""
    if db.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'found_topic'").fetchone() is not None:
        return
    known = _known(db)
    beginnings: dict[int, list[tuple[int, str]]] = {}
    query = "SELECT event, name.id, folded FROM prefix JOIN name ON name.id = prefix.name ORDER BY event, place"
    for event, name, folded in db.execute(query):
        beginnings.setdefault(event, []).append((name, folded))
    shared = Counter(folded for prefixes in beginnings.values() for folded in {prefix[1] for prefix in prefixes})
    known.update(folded for folded, events in shared.items() if events >= _MIN_EVENTS)
    own: dict[int, set[str]] = {}
    query = (
        "SELECT event, folded FROM topic JOIN name ON name.id = topic.name WHERE event IN (SELECT event FROM prefix)"
    )
    for event, folded in db.execute(query):
        own.setdefault(event, set()).add(folded)
    db.execute("BEGIN")
    db.execute("CREATE TEMP TABLE found_topic (event INTEGER NOT NULL, name INTEGER NOT NULL)")
    for event, prefixes in beginnings.items():
        for name, folded in prefixes:
            if folded not in known:
                break
            if folded not in own.get(event, ()):
                db.execute("INSERT INTO found_topic VALUES (?, ?)", (event, name))
    db.execute("COMMIT")


def _known(db: sqlite3.Connection) -> set[str]:
    """Return the topics that pages show and the contexts, folded."""
    tables = ("SELECT event, name FROM topic", CONTEXTS)
    query = "SELECT DISTINCT name.folded FROM name JOIN ({}) AS named ON named.name = name.id"
    return {folded for table in tables for (folded,) in db.execute(query.format(table))}
