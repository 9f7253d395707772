"""Slug lookup in the cached index, without listing every folder."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from newsarc.index.events import EVENT, SLUG
from newsarc.index.filters import fold_name
from newsarc.index.index_file import IndexFile
from newsarc.index.schema import PATH
from newsarc.storage.cache import Cache
from newsarc.storage.fingerprint import listing_fingerprint
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
_MAX_CHARACTER = "\U0010ffff"  # sorts after every other character
_MAX_CHANGED = 200  # changed folders; above this, listing all folders is faster


def paths_with_prefix(
    cache: Cache, root: Path, tree: Tree, prefix: str, *, cached_only: bool = False
) -> list[str] | None:
    """Return the paths of the events whose file names start with ``prefix``, in chronological order.

    Returns None if there is no usable cached index, or if too many folders changed. ``tree`` lists the folders that
    changed. With ``cached_only``, changes are not even looked for, which is good enough for completion but not for
    results.
    """
    with contextlib.suppress(OSError, sqlite3.Error, ValueError), IndexFile(cache) as file:
        if not file.lock(to_write=False, patience=0.1) or (db := file.open()) is None:
            return None
        with contextlib.closing(db):
            changed: list[str] | None = [] if cached_only else _changed_folders(db, root)
            return None if changed is None else _find(db, tree, prefix, changed)
    return None


def names_beginning(cache: Cache, kind: str, beginning: str) -> list[str]:
    """Return the topics, contexts or sources (labels and hosts) that start with ``beginning``, folded: each in one
    spelling, as the cached index has them, up to date or not.
    """
    # Folding strips the space that tells "Iraq " from the beginning of "Iraqi".
    folded = fold_name(beginning) + (" " if beginning[:-1].strip() and beginning[-1].isspace() else "")
    query = f"""
        SELECT min(text) FROM name WHERE folded >= ? AND folded < ? AND folded <> '' AND ({_IS_OF_KIND[kind]})
        GROUP BY folded"""
    with contextlib.suppress(OSError, sqlite3.Error, ValueError), IndexFile(cache) as file:
        if file.lock(to_write=False, patience=0.1) and (db := file.open()) is not None:
            with contextlib.closing(db):
                return [text for (text,) in db.execute(query, (folded, folded + _MAX_CHARACTER))]
    return []


def cached_events(cache: Cache) -> list[tuple[str | None, str, str]]:
    """Return the ISO day, the path and the slug of each event in the cached index, up to date or not."""
    with contextlib.suppress(OSError, sqlite3.Error), IndexFile(cache) as file:
        if file.lock(to_write=False, patience=0.1) and (db := file.open()) is not None:
            with contextlib.closing(db):
                return db.execute(f"SELECT event.day, {PATH}, {SLUG} FROM {EVENT}").fetchall()
    return []


def _changed_folders(db: sqlite3.Connection, root: Path) -> list[str] | None:
    """Return the day folders whose listing changed, or None if too many did or a day folder was added or removed."""
    # A stat of each folder is much faster than listing it.
    base = f"{root}/"
    (written,) = db.execute("SELECT value FROM meta WHERE key = 'parents'").fetchone()
    parents: Mapping[str, str] = json.loads(written)
    if any(not stamp or listing_fingerprint(base + path).hex() != stamp for path, stamp in parents.items()):
        return None
    folders = db.execute("SELECT path, stamp FROM folder")
    changed = [path for path, stamp in folders if not stamp or listing_fingerprint(base + path) != stamp]
    return changed if len(changed) <= _MAX_CHANGED else None


def _find(db: sqlite3.Connection, tree: Tree, prefix: str, changed: list[str]) -> list[str]:
    query = """
        SELECT path, name FROM page JOIN folder ON folder.id = page.folder
        WHERE name >= ? AND name < ? AND NOT is_day_page"""
    found = {
        f"{folder}/{name}"
        for folder, name in db.execute(query, (prefix, prefix + _MAX_CHARACTER))
        if folder not in changed
    }
    for folder in changed:
        day = tree.day_at(folder)
        names = tree.event_paths(day) if day is not None else []
        found.update(path for path in names if path.rpartition("/")[2].startswith(prefix))
    return sorted(found, key=_chronological)


def _chronological(path: str) -> tuple[tuple[int, ...], str]:
    return tuple(map(int, path.split("/")[1:4])), path
