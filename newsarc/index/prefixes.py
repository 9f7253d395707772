"""Headline prefixes that are topics because other events use them as a topic or a context."""

from __future__ import annotations

import sqlite3
from collections import Counter

_MIN_EVENTS_OF_TOPIC = 2  # a prefix that several events share is a topic (FORMAT: "Topics")
# Headline prefixes that are also a topic or a context. Looked up name by name, because joining the contexts of all
# links would produce millions of rows.
_KNOWN_PREFIXES = """
  SELECT DISTINCT folded FROM name WHERE folded IN (SELECT folded FROM name WHERE id IN (SELECT name FROM prefix)) AND (
    EXISTS (SELECT 1 FROM topic WHERE topic.name = name.id) OR EXISTS (
      SELECT 1 FROM list_name WHERE list_name.name = name.id AND (
        EXISTS (SELECT 1 FROM link WHERE link.contexts = list_name.list)
        OR EXISTS (SELECT 1 FROM entry WHERE entry.contexts = list_name.list))))
"""


def find_prefix_topics(db: sqlite3.Connection) -> None:
    """Create the temporary table ``found_topic``, unless it exists: the headline prefixes that are topics."""
    if db.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'found_topic'").fetchone() is not None:
        return
    known = {folded for (folded,) in db.execute(_KNOWN_PREFIXES)}
    beginnings: dict[int, list[tuple[int, str, str]]] = {}
    for event, name, text, folded in db.execute(
        "SELECT event, name.id, text, folded FROM prefix JOIN name ON name.id = prefix.name ORDER BY event, place"
    ):
        beginnings.setdefault(event, []).append((name, text, folded))
    shared = Counter(folded for prefixes in beginnings.values() for folded in {prefix[2] for prefix in prefixes})
    known.update(folded for folded, events in shared.items() if events >= _MIN_EVENTS_OF_TOPIC)
    own: dict[int, set[str]] = {}
    for event, folded in db.execute(
        "SELECT event, folded FROM topic JOIN name ON name.id = topic.name WHERE event IN (SELECT event FROM prefix)"
    ):
        own.setdefault(event, set()).add(folded)
    db.execute("BEGIN")
    db.execute("CREATE TEMP TABLE found_topic (event INTEGER NOT NULL, name INTEGER NOT NULL)")
    for event, prefixes in beginnings.items():
        for name, _, folded in prefixes:
            if folded not in known:
                break
            if folded not in own.get(event, ()):
                db.execute("INSERT INTO found_topic VALUES (?, ?)", (event, name))
    db.execute("COMMIT")
