"""Topics that only the rest of the archive knows: what begins a headline, and is a topic or a context elsewhere."""

from __future__ import annotations

import sqlite3
from collections import Counter

_MIN_EVENTS_OF_TOPIC = 2  # the same prefix on other events makes a topic of it (FORMAT: "Topics")
# What begins a headline somewhere and is a topic or a context somewhere. Asked name by name: all the contexts of all
# links would be millions of rows.
_KNOWN_PREFIXES = """
  SELECT DISTINCT folded FROM name WHERE folded IN (SELECT folded FROM name WHERE id IN (SELECT name FROM prefix)) AND (
    EXISTS (SELECT 1 FROM topic WHERE topic.name = name.id) OR EXISTS (
      SELECT 1 FROM list_name WHERE list_name.name = name.id AND (
        EXISTS (SELECT 1 FROM link WHERE link.contexts = list_name.list)
        OR EXISTS (SELECT 1 FROM entry WHERE entry.contexts = list_name.list))))
"""


def find_prefix_topics(db: sqlite3.Connection) -> None:
    """Make the temporary table ``found_topic`` where there is none: what begins headlines, and is a topic as far as the
    rest tells.
    """
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
