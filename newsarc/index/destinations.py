"""The table ``destination``: the page that each link target resolves to.

It is computed from the possible paths of each target and the pages that exist.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from newsarc.index.schema import decode_text, encode_text
from newsarc.storage.tree import Tree

_WANTED = """
    SELECT path, text FROM elsewhere
    WHERE EXISTS (SELECT 1 FROM spelling WHERE spelling.path = elsewhere.path)
    OR EXISTS (SELECT 1 FROM link WHERE link.target = elsewhere.path)"""
_STORED = "SELECT destination.target, page.id FROM page JOIN destination ON destination.page = page.id AND is_path"
_CHANGED = "SELECT value FROM json_each(:changed)"
_AFFECTED = f"{_CHANGED} UNION SELECT target FROM spelling WHERE path IN ({_CHANGED})"


def pages_at(db: sqlite3.Connection, numbers: Iterable[int]) -> set[int]:
    """Return the ids of the pages whose paths have these target numbers."""
    query = "SELECT page FROM destination WHERE is_path AND target IN (SELECT value FROM json_each(?))"
    return {page for (page,) in db.execute(query, (json.dumps(list(numbers)),))}


def pages_elsewhere(db: sqlite3.Connection, tree: Tree) -> dict[int, str]:
    """Return the existing pages outside day folders that are possible link targets: number → path."""
    paths = ((number, decode_text(text)) for number, text in db.execute(_WANTED))
    return {number: path for number, path in paths if tree.exists(path)}


def stored_elsewhere(db: sqlite3.Connection) -> dict[int, int]:
    """Return the pages outside day folders that are in the tables: number of the path → page id."""
    return dict(db.execute(f"{_STORED} WHERE page.folder = 0"))


def update_elsewhere(db: sqlite3.Connection, tree: Tree) -> set[int]:
    """Update the pages outside day folders. Return the numbers of the paths that were added or removed."""
    old, new = stored_elsewhere(db), pages_elsewhere(db, tree)
    gone = [(old[number],) for number in old.keys() - new.keys()]
    db.executemany("DELETE FROM page WHERE id = ?", gone)
    db.executemany("DELETE FROM destination WHERE page = ?", gone)
    for number in new.keys() - old.keys():
        path = new[number]
        page = db.execute("INSERT INTO page (folder, name) VALUES (0, ?)", (_as_name(path),)).lastrowid
        db.execute("INSERT OR REPLACE INTO destination VALUES (?, ?, 1)", (number, page))
    return old.keys() ^ new.keys()


def update_other_spellings(db: sqlite3.Connection, changed: Iterable[int] | None) -> None:
    """Compute the destinations of targets that are not spelled like the path of their page.

    ``changed`` are the numbers of new targets and of paths that were added or removed; None recomputes all.
    """
    affected, values = "SELECT target FROM spelling", {}
    if changed is not None:
        affected, values = _AFFECTED, {"changed": json.dumps(list(changed))}
    db.execute(f"DELETE FROM destination WHERE target IN ({affected}) AND NOT is_path", values)
    first = f"""
        SELECT spelling.target, destination.page, min(spelling.place) FROM spelling
        JOIN destination ON destination.target = spelling.path AND destination.is_path
        WHERE spelling.target IN ({affected}) GROUP BY spelling.target"""
    db.execute(f"INSERT OR IGNORE INTO destination SELECT target, page, 0 FROM ({first})", values)


def _as_name(path: str) -> str | bytes:
    try:
        path.encode()
    except UnicodeEncodeError:  # the folder name is not UTF-8
        return encode_text(path)
    return path
