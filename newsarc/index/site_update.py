"""Updating the index of a site of posts: only posts that changed are read again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from newsarc.index.build import (
    COMMON_TOPICS,
    Snapshot,
    Stale,
    delete_rows,
    event_properties,
    extract,
    get,
    log_changes,
    post_parts,
    put,
    put_parents,
)
from newsarc.index.destinations import update_other_spellings
from newsarc.index.extractor import Batch, Extractor, FolderPart
from newsarc.index.findings import PageChecks
from newsarc.index.full_text import delete_text, has_full_text, insert_text
from newsarc.index.schema import LINK_BITS, PATH, encode_text
from newsarc.index.site_rows import make_destinations, make_links, make_topics
from newsarc.index.target_numbers import path_number
from newsarc.index.writer import Writer
from newsarc.layout.translations import untranslated

_FEW_POSTS = 50  # so many are read again even if they are most of the site
_INSIDE = "page.folder IN (SELECT id FROM folder WHERE path IN (SELECT value FROM json_each(?)))"


def update_site(db: sqlite3.Connection, snapshot: Snapshot, old: Stale, checks: PageChecks | None = None) -> bool:
    """Replace the rows of the posts that are out of date, inside the open transaction.

    Returns false if the index must be built again instead, as :func:`newsarc.index.build.update` does.
    """
    if (checks is not None and not old.checks_valid) or old.resolution:
        return False
    reader = snapshot.reader
    reader.tree.parents()  # collects the warnings about all folders
    stored = _stored_posts(db, [*old.changed, *old.gone])
    kept: set[str] = set()
    parts: list[FolderPart] = []
    for folder in map(reader.tree.page_folder, old.changed):
        paths = reader.tree.event_paths(folder)
        unchanged = _unchanged(snapshot, folder.path, paths, stored)
        kept |= unchanged
        parts += post_parts(reader, folder, [path for path in paths if path not in unchanged])
    read = sum(len(part.paths or ()) for part in parts)
    if read > max(_FEW_POSTS, db.execute("SELECT count(*) FROM page").fetchone()[0] // 3):
        return False
    batches = list(extract(Extractor(reader, snapshot.states, checks=checks), parts))
    before = {path: page for path, (page, _) in stored.items() if path not in kept}
    return _replace_posts(db, snapshot, old, batches, before)


def _unchanged(
    snapshot: Snapshot, folder: str, paths: Sequence[str], stored: Mapping[str, tuple[int, int]]
) -> set[str]:
    """Return those of ``paths``, the posts of ``folder``, that need not be read again.

    A post is read again with its translations: which of them is the event depends on all.
    """
    layout = snapshot.reader.layout
    assert layout is not None
    state = snapshot.states[folder]
    known = {} if state.is_racy else state.pages
    numbers = {path: known.get(path.rpartition("/")[2], 0) for path in paths}
    there = {path for path in stored if path.rpartition("/")[0] == folder}
    changed = {
        path for path in {*paths, *there} if not numbers.get(path) or stored.get(path, (0, 0))[1] != numbers[path]
    }
    groups = {untranslated(path, layout)[0] for path in changed}
    return {path for path in paths if untranslated(path, layout)[0] not in groups}


def _stored_posts(db: sqlite3.Connection, folders: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the page and its number in the fingerprint, for each post in ``folders`` that the index has."""
    query = f"""
        SELECT {PATH}, page.id, coalesce(page_state.number, 0) FROM page JOIN folder ON folder.id = page.folder
        LEFT JOIN page_state ON page_state.page = page.id WHERE {_INSIDE}"""
    return {path: (page, number) for path, page, number in db.execute(query, (json.dumps(folders),))}


def _replace_posts(
    db: sqlite3.Connection, snapshot: Snapshot, old: Stale, batches: Sequence[Batch], before: dict[str, int]
) -> bool:
    """Replace the posts in ``before`` by those in ``batches``, and update the rows that depend on them.

    Returns false if the topics that all posts have changed.
    """
    writer = Writer(db, is_new=False, is_site=True)
    writer.pages.known |= before  # pages that still exist keep their ids
    events_before = event_properties(db, before.values())
    with_text = has_full_text(db)
    if with_text:
        delete_text(db, before.values())
    keys = _keys_of(db, before.values())
    _delete_posts(db, before)
    db.execute("DELETE FROM folder WHERE path IN (SELECT value FROM json_each(?))", (json.dumps(list(old.gone)),))
    _store_states(db, snapshot, old.changed)
    for batch in batches:
        writer.add(batch)
    writer.finish(frozenset())
    read = [page for _, page in writer.destinations]
    keys |= _keys_of(db, read)
    make_destinations(db, keys)
    changed = {path_number(path) for path in before}.symmetric_difference(dict(writer.destinations)) | keys
    update_other_spellings(db, changed | writer.targets)
    make_links(db)
    common = make_topics(db)
    put_parents(db, snapshot)
    put(db, "commas", _comma_names(db))
    log_changes(db, read, events_before ^ event_properties(db, read), changed)
    if with_text:
        insert_text(db, set(read))
    return common == get(db, COMMON_TOPICS)


def _keys_of(db: sqlite3.Connection, pages: Iterable[int]) -> set[int]:
    query = "SELECT number FROM post_key WHERE page IN (SELECT value FROM json_each(?))"
    return {number for (number,) in db.execute(query, (json.dumps(list(pages)),))}


def _delete_posts(db: sqlite3.Connection, posts: Mapping[str, int]) -> None:
    """Delete the rows of posts, by path, and the warnings about them."""
    delete_rows(db, posts.values())
    spans = [(page << LINK_BITS, (page + 1 << LINK_BITS) - 1) for page in posts.values()]
    db.executemany("DELETE FROM written_link WHERE id BETWEEN ? AND ?", spans)
    ids = json.dumps(list(posts.values()))
    for table, column in (("written_topic", "event"), ("post_key", "page"), ("page_state", "page"), ("page", "id")):
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (ids,))
    db.executemany("DELETE FROM warning WHERE path = ?", ((encode_text(path),) for path in posts))


def _store_states(db: sqlite3.Connection, snapshot: Snapshot, folders: Iterable[str]) -> None:
    """Store the fingerprints of ``folders``, of which perhaps no post is read again."""
    states = ((snapshot.states[folder], folder) for folder in folders)
    rows = [(b"" if one.is_racy else one.content, b"" if one.is_racy else one.listing, path) for one, path in states]
    db.executemany("UPDATE folder SET pages = ?, stamp = ? WHERE path = ?", rows)


def _comma_names(db: sqlite3.Connection) -> list[str]:
    topics = "SELECT DISTINCT name.text FROM written_topic JOIN name ON name.id = written_topic.name"
    return [text for (text,) in db.execute(f"{topics} WHERE name.text LIKE '%, %' ORDER BY 1")]
