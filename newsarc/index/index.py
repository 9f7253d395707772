"""The index of an archive and its queries."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from newsarc.archive.reader import PageReader
from newsarc.index.aggregates import (
    Aggregates,
    NameSpan,
    Scope,
    count_by_day,
    count_by_name,
    count_without_name,
    most_linked,
    name_spans,
    open_scope,
    summarize,
)
from newsarc.index.build import COMMON_TOPICS, Snapshot, build_all, get
from newsarc.index.events import BY_DATE, BY_PATH, EVENT, NEWEST, ROW, SLUG, EventRow, event_rows, order_by
from newsarc.index.filters import Condition, Filter, condition
from newsarc.index.findings import PageChecks
from newsarc.index.full_text import create_full_text, has_full_text
from newsarc.index.index_file import IndexFile
from newsarc.index.lifecycle import open_database
from newsarc.index.links import ids_of, links_among, neighbours, topics_of
from newsarc.index.links_elsewhere import LinksElsewhere
from newsarc.index.prefixes import find_prefix_topics
from newsarc.index.query_compiler import compile_query, match_any
from newsarc.index.schema import CONTEXTS, LINK_BITS, PATH, connect, decode_text
from newsarc.index.searchable_fields import SearchableFields, searchable_fields
from newsarc.index.target_numbers import path_number
from newsarc.query.fields import TEXT_FIELDS
from newsarc.query.language import Query, Word, wanted_words
from newsarc.storage.cache import Cache
from newsarc.storage.tree import Day
from newsarc.text.labels import COVER_IMAGE
from newsarc.text.normalize import fold, without_surrogates

if TYPE_CHECKING:
    from newsarc.index.selection import EventSelection
    from newsarc.index.similarity import SimilarityQuery
    from newsarc.storage.workers import Progress

# The bm25 weights of the columns of the full-text table.
_WEIGHTS = ", ".join(f"{field.weight:.1f}" for field in TEXT_FIELDS)
# The (event, name) pairs of each kind of name.
_NAMED = {
    "topic": "SELECT event, name FROM topic UNION ALL SELECT event, name FROM found_topic",
    "context": CONTEXTS,
    "source": "SELECT event, label AS name FROM source",
}


class Index:
    """The index of an archive, or of some of its days.

    ``comma_names`` are the names that contain a comma. ``common_topics`` are those that all posts of a site have, and
    which therefore are none. ``missing_prefix`` is the site prefix that most links have and that the configuration
    lacks, or None. ``elsewhere`` are the links of posts to other pages of a site.
    """

    def __init__(
        self, db: sqlite3.Connection, file: IndexFile | None = None, elsewhere: LinksElsewhere | None = None
    ) -> None:
        self._db = db
        self.elsewhere = elsewhere or LinksElsewhere()
        # Indexes of a few days are dropped without being closed; since Python 3.13, sqlite3 warns about that.
        weakref.finalize(self, db.close).atexit = False
        self._file = file
        self._manifest = file.manifest if file is not None else b""
        self._is_text_temporary = False
        self.comma_names: frozenset[str] = frozenset(get(db, "commas"))  # type: ignore[call-overload]
        self.common_topics: frozenset[str] = frozenset(get(db, COMMON_TOPICS) or ())  # type: ignore[call-overload]
        self.missing_prefix: str | None = get(db, "prefix")  # type: ignore[assignment]

    @classmethod
    def open(
        cls,
        reader: PageReader,
        cache: Cache | None = None,
        progress: Progress = lambda done, of: None,
        checks: PageChecks | None = None,
        *,
        for_lint: bool = False,
    ) -> Index:
        """Return the up-to-date index of a whole archive, read from ``cache`` and stored there if possible.

        Events that cannot be read are left out. ``checks`` runs the page rules over each page that is read; an index
        that is cached needs it. ``progress`` gets the number of folders done and their total. With ``for_lint``, an
        index that is not cached has no topics, sources and contexts.
        """
        elsewhere = LinksElsewhere(reader if reader.layout is not None else None)
        return cls(*open_database(reader, cache, progress, checks, for_lint=for_lint), elsewhere)

    @classmethod
    def of_days(cls, reader: PageReader, days: Sequence[Day]) -> Index:
        """Return an in-memory index of ``days`` only."""
        db = connect()
        build_all(db, Snapshot.take(reader, days=days), lambda done, of: None, is_complete=False)
        return cls(db)

    def close(self) -> None:
        """Close the database and release the lock on its file."""
        self._db.close()
        if self._file is not None:
            self._file.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The database connection, for queries without a method here. :meth:`transaction` may replace it."""
        return self._db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open a write transaction, on an in-memory copy if another process prevents writing to the file."""
        if self._file is not None and not self._may_write(self._file):
            self._copy_to_memory()
        if self._file is None:
            self._db.execute("BEGIN")
            with self._rolled_back_on_error():
                yield self._db
            self._db.execute("COMMIT")
            return
        # Without spilling, other connections of this process can read the old content until the commit.
        self._db.execute("PRAGMA cache_spill=OFF")
        try:
            with self._rolled_back_on_error(), self._file.writing(self._db):
                yield self._db
            self._manifest = self._file.manifest
        finally:
            self._db.execute("PRAGMA cache_spill=ON")
            self._file.lock(to_write=False)

    @contextmanager
    def temporary_transaction(self) -> Iterator[sqlite3.Connection]:
        """Open a write transaction that is rolled back at the end of the block."""
        if self._file is not None:
            # Keep uncommitted changes in memory: neither another process nor a crash may find them in the file.
            self._db.execute("PRAGMA cache_spill=OFF")
        self._db.execute("BEGIN")
        try:
            yield self._db
        finally:
            self._db.execute("ROLLBACK")

    def _may_write(self, file: IndexFile) -> bool:
        if file.lock(to_write=True) and file.manifest == self._manifest:
            return True
        file.lock(to_write=False)
        return False

    def _copy_to_memory(self) -> None:
        copy = connect()
        self._db.backup(copy)
        self.close()
        self._db, self._file = copy, None
        weakref.finalize(self, copy.close).atexit = False

    @contextmanager
    def _rolled_back_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # SQLite rolls back by itself after some errors
                self._db.execute("ROLLBACK")
            raise

    @property
    def has_events(self) -> bool:
        """Whether there is any event."""
        return self._db.execute("SELECT 1 FROM event LIMIT 1").fetchone() is not None

    def __len__(self) -> int:
        """The number of events."""
        return int(self._db.execute("SELECT count(*) FROM event").fetchone()[0])

    def events(
        self, wanted: Filter, sort: str = "date", reverse: bool = False, limit: int | None = None
    ) -> Iterator[EventRow]:
        """Yield the events that match ``wanted``, sorted by date, headline, related or backlinks."""
        where, values = self._where(wanted)
        order = order_by(sort, reverse)
        query = f"SELECT {ROW} FROM {EVENT} WHERE {where} ORDER BY {order} LIMIT ?"
        yield from self._event_rows(self._db.execute(query, (*values, -1 if limit is None else limit)))

    def _event_rows(self, found: Iterable[tuple[Any, ...]]) -> Iterator[EventRow]:
        return event_rows(self._db, found, self.elsewhere)

    def select(self, wanted: Filter) -> EventSelection:
        """Return a selection of the events that match ``wanted``, in chronological order.

        It streams its events, so an export of all events needs memory only for their ids.
        """
        from newsarc.index.selection import EventSelection

        find_prefix_topics(self._db)
        return EventSelection(self._db, *condition(wanted))

    def count(self, wanted: Filter) -> int:
        """Return the number of events that match ``wanted``."""
        where, values = self._where(wanted)
        return int(self._db.execute(f"SELECT count(*) FROM {EVENT} WHERE {where}", values).fetchone()[0])

    def count_by(self, key: str, wanted: Filter) -> list[tuple[str, int]]:
        """Return the values of ``key`` and the number of events with each.

        ``key`` is day, month, year, topic, context or source. Dates come in chronological order, names by frequency.
        An event counts once for each of its values, or for ``""`` if it has none.
        """
        if key in ("day", "month", "year"):
            where, values = self._where(wanted)
            length = {"day": 10, "month": 7, "year": 4}[key]
            value = f"coalesce(substr(day, 1, {length}), '')"
            query = f"SELECT {value}, count(*) FROM {EVENT} WHERE {where} GROUP BY 1 ORDER BY 1"
            return [(str(value), int(number)) for value, number in self._db.execute(query, values)]
        with self._open_scope(wanted) as scope:
            names, _ = count_by_name(scope, key)
            if nameless := count_without_name(scope, key):
                names.append(("", nameless))
        return sorted(names, key=lambda pair: (-pair[1], pair[0]))

    def names(self, kind: str, wanted: Filter) -> list[NameSpan]:
        """Return the names of a kind (topic, context, source, host) that events of ``wanted`` have, in no order."""
        with self._open_scope(wanted) as scope:
            names = name_spans(scope, kind)
        return [span for span in names if kind != "source" or fold(span.name) != COVER_IMAGE]

    def aggregates(self, wanted: Filter, top: int | None = 10) -> Aggregates:
        """Return aggregate statistics for the events that match ``wanted``.

        They include the ``top`` most frequent topics and contexts and the ``top`` most linked events (None: all), and
        all sources.
        """
        with self._open_scope(wanted) as scope:
            names = {kind: count_by_name(scope, kind, top) for kind in ("topic", "context")}
            names["source"] = count_by_name(scope, "source")
            linked = dict(most_linked(scope, len(self) if top is None else top))
            summary, days = summarize(scope, self.elsewhere), count_by_day(scope)
        rows = sorted(self.rows_of(linked), key=lambda row: (-linked[row.id], row.day or "9", row.path.rpartition("/")))
        return Aggregates(summary, days, names, [(row, linked[row.id]) for row in rows[:top]])

    @contextmanager
    def _open_scope(self, wanted: Filter) -> Iterator[Scope]:
        find_prefix_topics(self._db)
        where, values = self._where(wanted)
        selected = None if where == "1" else f"SELECT event.id FROM {EVENT} WHERE {where}"
        with open_scope(self._db, selected, values) as scope:
            yield scope

    def backlink_counts(self, events: Iterable[int]) -> dict[int, int]:
        """Return how many events link to each of ``events``, by id; events without backlinks are left out."""
        query = """
            SELECT page, count(DISTINCT event) FROM reached
            WHERE page IN (SELECT value FROM json_each(?)) GROUP BY page"""
        return dict(self._db.execute(query, (json.dumps(list(events)),)))

    def newest_day(self) -> dt.date | None:
        """Return the newest day with events; None if there is none."""
        (day,) = self._db.execute("SELECT max(day) FROM event").fetchone()
        return dt.date.fromisoformat(day) if day else None

    def has_slug(self, slug: str) -> bool:
        """Whether an event has ``slug`` as its file name, or had it formerly."""
        query = """
            SELECT EXISTS(SELECT 1 FROM page WHERE name = :wanted || '.md' AND NOT is_day_page)
            OR EXISTS(SELECT 1 FROM alias WHERE slug = :wanted)"""
        return bool(self._db.execute(query, {"wanted": without_surrogates(slug)}).fetchone()[0])

    def with_former_slug(self, slug: str) -> list[str]:
        """Return the paths of the events with the former slug ``slug``."""
        query = (
            f"SELECT {PATH} FROM {EVENT} WHERE event.id IN (SELECT event FROM alias WHERE slug = ?) ORDER BY {BY_PATH}"
        )
        return [path for (path,) in self._db.execute(query, (without_surrogates(slug),))]

    def row(self, path: str) -> EventRow | None:
        """Return the row of the event at ``path``, or None."""
        folder, _, name = path.rpartition("/")
        query = f"SELECT {ROW} FROM {EVENT} WHERE folder.path = ? AND page.name = ?"
        return next(self._event_rows(self._db.execute(query, (folder, name))), None)

    def similarity(self, event: int) -> SimilarityQuery:
        """Return the similarity queries for the event with this id."""
        from newsarc.index.similarity import SimilarityQuery

        self._ensure_full_text()
        return SimilarityQuery(self._db, event)

    @property
    def has_unread(self) -> bool:
        """Whether any page or folder could not be read."""
        unread = self._db.execute("SELECT 1 FROM warning WHERE is_unread LIMIT 1").fetchone()
        return unread is not None or bool(get(self._db, "unlisted"))

    def warnings(self) -> dict[str, str]:
        """Return the warnings about skipped pages and folders, by path."""
        above: dict[str, str] = get(self._db, "warnings")  # type: ignore[assignment]
        warnings = self._db.execute("SELECT path, line FROM warning")
        return above | {decode_text(path): decode_text(line) for path, line in warnings}

    def topics(self, event: int) -> tuple[str, ...]:
        """Return the topics on the page of the event with this id, like :attr:`newsarc.model.Event.topics`."""
        query = "SELECT name.text FROM topic JOIN name ON name.id = topic.name WHERE event = ? ORDER BY place"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def prefix_topics(self) -> dict[str, list[str]]:
        """Return the headline prefixes that are topics because the rest of the archive uses them so, by path."""
        find_prefix_topics(self._db)
        query = f"""
            SELECT {PATH}, name.text FROM found_topic JOIN name ON name.id = found_topic.name
            JOIN page ON page.id = found_topic.event JOIN folder ON folder.id = page.folder"""
        found: dict[str, list[str]] = {}
        for path, name in self._db.execute(query):
            found.setdefault(path, []).append(name)
        return found

    def contexts(self, event: int) -> tuple[str, ...]:
        """Return the contexts of the event with this id, from its related links and its day page, sorted."""
        query = f"""
            SELECT DISTINCT name.text FROM name JOIN list_name ON list_name.name = name.id WHERE list_name.list IN (
              SELECT contexts FROM link WHERE id BETWEEN :wanted << {LINK_BITS} AND (:wanted + 1 << {LINK_BITS}) - 1
              UNION SELECT contexts FROM entry WHERE event = :wanted)
            ORDER BY 1"""
        return tuple(text for (text,) in self._db.execute(query, {"wanted": event}))

    def source_labels(self, event: int) -> tuple[str, ...]:
        """Return the source labels of the event with this id, as plain text."""
        query = "SELECT name.text FROM source JOIN name ON name.id = source.label WHERE event = ? ORDER BY place"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def backlinks(self, path: str) -> list[tuple[EventRow, tuple[str, ...]]]:
        """Return the events with related links to ``path``, by date, each with the contexts of those links."""
        query = """
            SELECT event, coalesce(list.names, '') FROM reached LEFT JOIN list ON list.id = reached.contexts
            WHERE page = ? ORDER BY reached.id"""
        contexts: dict[int, list[str]] = {}
        for page in self.ids([path]):
            for event, names in self._db.execute(query, (page,)):
                contexts.setdefault(event, []).append(names)
        return [(row, self._names(",".join(contexts[row.id]))) for row in self.rows_of(contexts)]

    def days_and_slugs(self) -> Iterator[tuple[str | None, str, str]]:
        """Yield the ISO day, the path and the slug of each event."""
        return self._db.execute(f"SELECT event.day, {PATH}, {SLUG} FROM {EVENT}")

    def reached_by(self, path: str) -> dict[int, tuple[str | None, bool]]:
        """Return the related links of the event at ``path``, by position: the page that each reaches, and whether it
        is broken. Links that lead to other pages of a site are left out.
        """
        query = f"""
            SELECT link.id & {(1 << LINK_BITS) - 1}, {PATH} FROM link
            LEFT JOIN destination ON destination.target = link.target
            LEFT JOIN page ON page.id = destination.page LEFT JOIN folder ON folder.id = page.folder
            WHERE link.id BETWEEN :event << {LINK_BITS} AND (:event + 1 << {LINK_BITS}) - 1"""
        found: dict[int, tuple[str | None, bool]] = {}
        for event in self.ids([path]):
            rows: dict[int, str | None] = dict(self._db.execute(query, {"event": event}))
            others = self.elsewhere.places(self._db, [event]).get(event, ()) if None in rows.values() else ()
            found |= {place: (reached, reached is None) for place, reached in rows.items() if place not in others}
        return found

    def path_of_key(self, keys: Iterable[str]) -> str | None:
        """Return the path of the first post that one of ``keys`` leads to (see :mod:`newsarc.layout.link_keys`)."""
        query = f"""
            SELECT {PATH} FROM destination JOIN page ON page.id = destination.page
            JOIN folder ON folder.id = page.folder WHERE destination.target = ?"""
        for key in keys:
            for (path,) in self._db.execute(query, (path_number(key),)):
                return str(path)
        return None

    def ids(self, paths: Iterable[str]) -> list[int]:
        """Return the ids of the events at ``paths``, without those that do not exist."""
        return ids_of(self._db, paths)

    def rows_of(self, events: Iterable[int]) -> list[EventRow]:
        """Return the rows of the events with these ids, by date and without duplicates."""
        query = f"SELECT {ROW} FROM {EVENT} WHERE event.id IN (SELECT value FROM json_each(?)) ORDER BY "
        return list(self._event_rows(self._db.execute(query + BY_DATE, (json.dumps(list(events)),))))

    def topics_of(self, events: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return the topics of many events, by id. Events without topics are left out. See :meth:`topics`."""
        return topics_of(self._db, events)

    def links_among(self, events: Sequence[int], context: str | None = None) -> dict[tuple[int, int], tuple[str, ...]]:
        """Return the related links between the events with these ids: (source, target) → contexts.

        Several links from one event to another are merged. With ``context``, only links with that context count.
        """
        return links_among(self._db, events, events, context)

    def neighbours(self, events: Iterable[int], context: str | None = None) -> set[int]:
        """Return the ids of the events that ``events`` link to or are linked from.

        With ``context``, only links with that context count.
        """
        return neighbours(self._db, events, context)

    def all_names(self, kind: str) -> list[str]:
        """Return all names of a kind (topic, context, source), to suggest corrections of a misspelt filter."""
        if kind == "topic":
            find_prefix_topics(self._db)
        query = f"SELECT DISTINCT name.text FROM name JOIN ({_NAMED[kind]}) AS named ON named.name = name.id ORDER BY 1"
        return [text for (text,) in self._db.execute(query)]

    def match(
        self, query: Query, wanted: Filter, sort: str = "relevance", reverse: bool = False, limit: int | None = None
    ) -> tuple[list[EventRow], int]:
        """Return the events that match ``query`` and ``wanted``, at most ``limit``, and their total number.

        ``sort`` is one of those of :meth:`events` or ``relevance``: by the bm25 score of the words, weighted by field,
        then newest first.
        """
        self._ensure_full_text()
        plan = compile_query(self._db, query)
        where, values = self._where(wanted)
        where = " AND ".join((where, *plan.conditions))
        values = [*values, *plan.values]
        found, score = f"FROM {EVENT} WHERE {where}", ""
        if plan.text:
            found = f"FROM text CROSS JOIN {EVENT} WHERE event.id = text.rowid AND text MATCH ? AND {where}"
            values = [plan.text, *values]
            score = f"bm25(text, {_WEIGHTS}), "
        elif words := match_any(wanted_words(query)):
            scored = f"SELECT rowid AS event, bm25(text, {_WEIGHTS}) AS score FROM text WHERE text MATCH ?"
            found = f"FROM {EVENT} LEFT JOIN ({scored}) AS scored ON scored.event = event.id WHERE {where}"
            values = [words, *values]
            score = "scored.score IS NULL, scored.score, "
        order = f"{score}{NEWEST}" if sort == "relevance" else order_by(sort, reverse)
        sql = f"SELECT {ROW} {found} ORDER BY {order} LIMIT ?"
        rows = self._db.execute(sql, (*values, -1 if limit is None else limit)).fetchall()
        total = len(rows)
        if limit is not None and total >= limit:
            total = int(self._db.execute(f"SELECT count(*) {found}", values).fetchone()[0])
        return list(self._event_rows(rows)), total

    def frequency(self, word: Word) -> int:
        """Return the number of events that match ``word``."""
        return self.match(word, Filter(), "date", limit=0)[1]

    def searchable_fields(self, events: Iterable[int]) -> dict[int, SearchableFields]:
        """Return the searchable fields of the events with these ids."""
        return searchable_fields(self._db, events)

    def vocabulary(self) -> list[str]:
        """Return all words in the full-text table, folded and sorted."""
        self._ensure_full_text()
        schema = "temp" if self._is_text_temporary else "main"
        self._db.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab({schema}, text, row)")
        return [term for (term,) in self._db.execute("SELECT term FROM vocabulary")]

    def _ensure_full_text(self) -> None:
        """Create the full-text table if it is missing, in the cached file if that can be locked at once."""
        if has_full_text(self._db):
            return
        if self._file is not None and self._file.lock(to_write=True, patience=0.2):
            try:
                if self._file.manifest == self._manifest:
                    with self._file.writing(self._db):
                        create_full_text(self._db)
                    self._manifest = self._file.manifest
                    return
            except (OSError, sqlite3.Error):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            finally:
                self._file.lock(to_write=False)
        self._is_text_temporary = self._file is not None
        # In one transaction, which is much faster than one for each row.
        self._db.execute("BEGIN")
        with self._rolled_back_on_error():
            create_full_text(self._db, temporary=self._is_text_temporary)
            self._db.execute("COMMIT")

    def _names(self, ids: str) -> tuple[str, ...]:
        wanted = dict.fromkeys(int(id_) for id_ in ids.split(",") if id_)
        query = f"SELECT id, text FROM name WHERE id IN ({','.join('?' * len(wanted))})"
        texts = dict(self._db.execute(query, tuple(wanted)))
        return tuple(texts[id_] for id_ in wanted)

    def _where(self, wanted: Filter) -> Condition:
        if wanted.topics:
            find_prefix_topics(self._db)
        return condition(wanted)
