"""Slug lookup in the cached index, without listing every folder."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from newsarc.index.index_file import IndexFile
from newsarc.storage.cache import Cache
from newsarc.storage.fingerprint import listing_fingerprint
from newsarc.storage.tree import Tree

_MAX_CHARACTER = "\U0010ffff"  # sorts after every other character
_MAX_CHANGED = 200  # changed folders; above this, listing all folders is faster


def paths_with_prefix(cache: Cache, root: Path, tree: Tree, prefix: str) -> list[str] | None:
    """Return the paths of the events whose file names start with ``prefix``, in chronological order.

    Returns None if there is no usable cached index, or if too many folders changed. ``tree`` lists the folders that
    changed.
    """
    with contextlib.suppress(OSError, sqlite3.Error, ValueError), IndexFile(cache) as file:
        if not file.lock(to_write=False, patience=0.1) or (db := file.open()) is None:
            return None
        with contextlib.closing(db):
            changed = _changed_folders(db, root)
            return None if changed is None else _find(db, tree, prefix, changed)
    return None


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
