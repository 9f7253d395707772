"""The names of all events' files, as the kept index has them: which event a slug means, without listing each folder."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from newsarc.index.filters import plain
from newsarc.index.kept import KeptIndex
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.storage.cache import Cache
from newsarc.storage.fingerprints import stamp as stamp_of
from newsarc.storage.tree import Tree

# Whether a name is of a kind. A topic at the beginning of headlines is a guess here: the rest of the archive may not
# confirm it.
_IS_OF_KIND = {
    "topic": """
        EXISTS (SELECT 1 FROM topic WHERE topic.name = name.id) OR EXISTS (
          SELECT 1 FROM prefix WHERE prefix.name = name.id AND (
            EXISTS (SELECT 1 FROM name AS other WHERE other.folded = name.folded AND (
              EXISTS (SELECT 1 FROM topic WHERE topic.name = other.id)
              OR EXISTS (SELECT 1 FROM list_name WHERE list_name.name = other.id)))
            OR (SELECT count(DISTINCT prefix.event) FROM name AS other JOIN prefix ON prefix.name = other.id
                WHERE other.folded = name.folded) > 1))""",
    "context": """
        EXISTS (SELECT 1 FROM list_name WHERE list_name.name = name.id AND (
          EXISTS (SELECT 1 FROM link WHERE link.contexts = list_name.list)
          OR EXISTS (SELECT 1 FROM day_entry WHERE day_entry.contexts = list_name.list)))""",
    "source": """
        EXISTS (SELECT 1 FROM source WHERE source.label = name.id) OR name.id IN (SELECT host FROM source)""",
}
_LAST = "\U0010ffff"  # sorts behind whatever may go on
_MANY = 200  # folders whose listings changed: then it is quicker to list them all


def paths_beginning(
    cache: Cache, root: Path, tree: Tree, beginning: str, *, only_kept: bool = False
) -> list[str] | None:
    """Return the paths of the events whose files' names start with ``beginning``, in the order of time; None where
    nothing that was kept tells.

    ``tree`` lists the folders whose listing changed since. With ``only_kept`` it is not even asked whether one did:
    good for offers, not for answers.
    """
    with contextlib.suppress(OSError, sqlite3.Error, ValueError), KeptIndex(cache) as kept:
        if not kept.lock(to_write=False, patience=0.1) or (db := kept.open()) is None:
            return None
        with contextlib.closing(db):
            changed: list[str] | None = [] if only_kept else _changed(db, root)
            return None if changed is None else _found(db, tree, beginning, changed)
    return None


def names_beginning(cache: Cache, kind: str, beginning: str) -> list[str]:
    """Return the topics, contexts or sources (labels and hosts) that start with ``beginning``, folded: each in one
    spelling, as the cached index has them, up to date or not.
    """
    # Folding strips the space that tells "Iraq " from the beginning of "Iraqi".
    folded = plain(beginning) + (" " if beginning[:-1].strip() and beginning[-1].isspace() else "")
    query = f"""
        SELECT min(text) FROM name WHERE folded >= ? AND folded < ? AND folded <> '' AND ({_IS_OF_KIND[kind]})
        GROUP BY folded"""
    with contextlib.suppress(OSError, sqlite3.Error, ValueError), KeptIndex(cache) as kept:
        if kept.lock(to_write=False, patience=0.1) and (db := kept.open()) is not None:
            with contextlib.closing(db):
                return [text for (text,) in db.execute(query, (folded, folded + _LAST))]
    return []


def _changed(db: sqlite3.Connection, root: Path) -> list[str] | None:
    """Return the day folders whose listing is not what it was; None for too many, or for other day folders."""
    # Measured: 25 ms for 10,000 folders; listing them takes ten times as long.
    base = f"{root}/"
    (written,) = db.execute("SELECT value FROM meta WHERE key = 'parents'").fetchone()
    parents: Mapping[str, str] = json.loads(written)
    if any(not stamp or stamp_of(base + path)[0].hex() != stamp for path, stamp in parents.items()):
        return None
    folders = db.execute("SELECT path, stamp FROM folder")
    changed = [path for path, stamp in folders if not stamp or stamp_of(base + path)[0] != stamp]
    return changed if len(changed) <= _MANY else None


def _found(db: sqlite3.Connection, tree: Tree, beginning: str, changed: list[str]) -> list[str]:
    query = f"""
        SELECT path, name FROM page JOIN folder ON folder.id = page.folder
        WHERE name >= ? AND name < ? AND name NOT IN {DAY_PAGE_NAMES}"""
    found = {
        f"{folder}/{name}"
        for folder, name in db.execute(query, (beginning, beginning + _LAST))
        if folder not in changed
    }
    for folder in changed:
        day = tree.day_at(folder)
        names = tree.event_paths(day) if day is not None else []
        found.update(path for path in names if path.rpartition("/")[2].startswith(beginning))
    return sorted(found, key=_in_time)


def _in_time(path: str) -> tuple[tuple[int, ...], str]:
    return tuple(map(int, path.split("/")[1:4])), path
