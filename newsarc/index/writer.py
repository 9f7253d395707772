"""Writing the rows of day folders to new or existing tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from operator import add

from newsarc.index.extractor import Batch
from newsarc.index.findings import add_findings
from newsarc.index.schema import LINK_BITS, encode_text
from newsarc.index.target_numbers import path_number
from newsarc.parser.contexts import join_names
from newsarc.text.normalize import fold

Contexts = tuple[str, ...]


class Writer:
    """Inserts rows and assigns the ids that they refer to.

    In empty tables (``is_new``) all ids come from here; in others, existing ids are looked up. For a site of posts
    (``is_site``), links and topics are rows of other tables, from which :mod:`newsarc.index.site_rows` makes the final
    ones.
    """

    def __init__(self, db: sqlite3.Connection, *, is_new: bool, is_site: bool = False) -> None:
        self.db = db
        self._lead = "written_" if is_site else ""
        self.is_new = is_new
        self.folders = self._id_map("folder", "SELECT id FROM folder WHERE path = ?")
        self.names = _IdMap(None if is_new else self._stored_name, self._max_id("name"))
        self.pages = _IdMap(None, self._max_id("page"))
        self.lists: dict[Contexts, int] = {(): 0}
        self._new_lists: dict[Contexts, int] = {}
        self._last_list = self._max_id("list")
        self.targets: set[int] = set()  # those whose spellings were added
        self.destinations: list[tuple[int, int]] = []
        self._uncacheable: set[int] = set()

    def add(self, batch: Batch) -> None:
        """Insert the rows of new folders. ``now``: a timestamp (in ns) taken before their fingerprint."""
        insert = self.db.executemany
        number = self.names.of
        lists_of = [self._list(contexts) for contexts in batch.lists]
        spellings = (
            (target, place, path) for target, paths in batch.spellings.items() for place, path in enumerate(paths)
        )
        insert("INSERT OR IGNORE INTO spelling VALUES (?, ?, ?)", spellings)
        self.targets.update(batch.spellings)
        elsewhere = ((path_number(path), encode_text(path)) for path in batch.elsewhere)
        insert("INSERT OR IGNORE INTO elsewhere VALUES (?, ?)", elsewhere)
        for rows in batch.folders:
            folder = self.folders.of(rows.path)
            state = rows.state
            if not rows.is_cacheable or state.is_racy:
                self._uncacheable.add(folder)
            pages, stamp = (b"", b"") if folder in self._uncacheable else (state.content, state.listing)
            row = (folder, rows.path, pages, stamp)
            self.db.execute("INSERT OR REPLACE INTO folder VALUES (?, ?, ?, ?)", row)
            insert(
                "INSERT INTO warning VALUES (?, ?, ?, ?)",
                [(folder, encode_text(path), encode_text(line), is_unread) for path, line, is_unread in rows.warnings],
            )
            lead = f"{rows.path}/" if rows.path else ""
            ids = {name: self.pages.of(f"{lead}{name}") for name in rows.names}
            pages_of_folder = [(id_, folder, name, name in rows.day_pages) for name, id_ in ids.items()]
            insert("INSERT INTO page VALUES (?, ?, ?, ?)", pages_of_folder)
            self.destinations.extend(zip(rows.numbers, ids.values(), strict=True))
            insert("INSERT OR IGNORE INTO post_key VALUES (?, ?)", [(key, ids[name]) for name, key in rows.keys])
            states = zip(ids.values(), rows.page_states, strict=False)  # of posts alone
            insert("INSERT INTO page_state VALUES (?, ?)", states)
            events = [(ids[row[0]], *row[1:]) for row in rows.events]
            insert("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", events)
            for table, named in ((f"{self._lead}topic", rows.topics), ("prefix", rows.prefixes)):
                pairs = [(ids[name], place, number(text)) for name, place, text in named]
                insert(f"INSERT INTO {table} VALUES (?, ?, ?)", pairs)
            sources = [(ids[name], place, number(label), number(host)) for name, place, label, host in rows.sources]
            insert("INSERT INTO source VALUES (?, ?, ?, ?)", sources)
            shifted = [ids[name] << LINK_BITS for name in rows.names]
            numbers, places, targets, lists, labels = rows.links
            links = zip(
                map(add, map(shifted.__getitem__, numbers), places),
                targets,
                map(lists_of.__getitem__, lists),
                labels,
                strict=True,
            )
            insert(f"INSERT INTO {self._lead}link VALUES (?, ?, ?, ?)", links)
            entries = [(folder, path, self._list(contexts)) for path, contexts in rows.entries]
            insert("INSERT INTO day_entry VALUES (?, ?, ?)", entries)
            insert("INSERT INTO address VALUES (?, ?)", [(ids[name], text) for name, text in rows.addresses])
            insert("INSERT INTO alias VALUES (?, ?)", [(slug, ids[name]) for name, slug in rows.aliases])
            former = [(encode_text(path), ids[name]) for name, path in rows.former_paths]
            insert("INSERT INTO former_path VALUES (?, ?)", former)
            mentions = [(ids[name], target, is_entry) for name, target, is_entry in rows.mentions]
            insert("INSERT INTO mention VALUES (?, ?, ?)", mentions)
            for name, found in rows.checked:
                add_findings(self.db, ids[name], found)

    def finish(self, commas: frozenset[str]) -> None:
        """Insert the names, lists and destinations collected so far. ``commas``: the names that contain a comma."""
        new = ((id_, names, self._joined(names, commas)) for names, id_ in self._new_lists.items())
        lists = [(id_, joined) for id_, _, joined in new]
        self.db.executemany(
            "INSERT INTO list VALUES (?, ?)", ((id_, ",".join(map(str, names))) for id_, names in lists)
        )
        self.db.executemany(
            "INSERT INTO list_name VALUES (?, ?)", sorted((name, id_) for id_, names in lists for name in names)
        )
        names = ((id_, text, fold(text)) for text, id_ in self.names.new.items())
        self.db.executemany("INSERT INTO name VALUES (?, ?, ?)", names)
        # Sorted by key, which makes inserting faster.
        self.db.executemany("INSERT OR REPLACE INTO destination VALUES (?, ?, 1)", sorted(self.destinations))

    def _list(self, contexts: Contexts) -> int:
        id_ = self.lists.get(contexts)
        if id_ is None:
            self._last_list += 1
            id_ = self.lists[contexts] = self._new_lists[contexts] = self._last_list
        return id_

    def _joined(self, names: Contexts, commas: frozenset[str]) -> list[int]:
        return [self.names.of(name) for name in (join_names(names, commas) if commas else names)]

    def _max_id(self, table: str, column: str = "id") -> int:
        return 0 if self.is_new else self.db.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()[0]

    def _id_map(self, table: str, query: str) -> _IdMap:
        return _IdMap(None if self.is_new else lambda text: _first_id(self.db, query, (text,)), self._max_id(table))

    def _stored_name(self, text: str) -> int | None:
        return _first_id(self.db, "SELECT id FROM name WHERE folded = ? AND text = ?", (fold(text), text))


class _IdMap:
    """Ids of texts, both those already stored and ``new`` ones. ``known`` caches all ids used so far."""

    def __init__(self, stored: Callable[[str], int | None] | None, last: int) -> None:
        self._stored = stored
        self._last = last
        self.known: dict[str, int] = {}
        self.new: dict[str, int] = {}

    def of(self, text: str) -> int:
        """Return the id of ``text``; assign one if it is new."""
        id_ = self.known.get(text)
        if id_ is None:
            id_ = self._stored(text) if self._stored is not None else None
            if id_ is None:
                self._last += 1
                id_ = self.new[text] = self._last
            self.known[text] = id_
        return id_


def _first_id(db: sqlite3.Connection, query: str, values: tuple[str | bytes, ...]) -> int | None:
    row = db.execute(query, values).fetchone()
    return int(row[0]) if row else None
