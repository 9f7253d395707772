"""The rows of an archive, and the questions that SQLite answers from them."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsarc.archive.reader import Pages
from newsarc.index.build import Progress, Snapshot, fill, get
from newsarc.index.events import BY_DATE, BY_PATH, EVENT, NEWEST, ROW, EventRow, event_rows, order_by
from newsarc.index.filters import Condition, Filter, condition
from newsarc.index.findings import PageChecks
from newsarc.index.full_text import has_text, make_text
from newsarc.index.kept import KeptIndex
from newsarc.index.links import ids_of, links_among, neighbours, topics_of
from newsarc.index.matching import any_of, plan_for
from newsarc.index.opening import open_database
from newsarc.index.prefixes import find_prefix_topics
from newsarc.index.schema import CONTEXTS, LINK_BITS, PATH, as_text, connect
from newsarc.index.texts import Texts, texts_of
from newsarc.index.totals import (
    NameSpan,
    Scope,
    Totals,
    counted,
    most_linked,
    name_spans,
    per_day,
    per_name,
    sums,
    without_name,
)
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.model import COVER_IMAGE
from newsarc.query.language import Query, Word, wanted_words
from newsarc.storage.cache import Cache
from newsarc.storage.tree import Day
from newsarc.text.normalize import fold, without_surrogates

if TYPE_CHECKING:
    from newsarc.index.chosen import Chosen
    from newsarc.index.neighbours import Neighbours

# Headline over topic over context over summary over source.
_WEIGHTS = "10.0, 6.0, 4.0, 2.0, 1.0"
# Which names of each kind events have.
_NAMED = {
    "topic": "SELECT event, name FROM topic UNION ALL SELECT event, name FROM found_topic",
    "context": CONTEXTS,
    "source": "SELECT event, label AS name FROM source",
}


class Index:
    """The rows of one archive, or of some of its days, ready to be asked."""

    def __init__(self, db: sqlite3.Connection, kept: KeptIndex | None = None) -> None:
        self._db = db
        # Whoever asks about few days drops the index without closing it; since 3.13 Python minds.
        weakref.finalize(self, db.close).atexit = False
        self._kept = kept
        self._stamp = kept.current if kept is not None else b""
        self._is_text_temporary = False
        self.comma_names: frozenset[str] = frozenset(get(db, "commas"))  # type: ignore[call-overload]
        self.missing_prefix: str | None = get(db, "prefix")  # type: ignore[assignment]

    @classmethod
    def open(
        cls,
        pages: Pages,
        cache: Cache | None = None,
        progress: Progress = lambda done, of: None,
        checks: PageChecks | None = None,
        *,
        for_lint: bool = False,
    ) -> Index:
        """Return the index of a whole archive, as its files are now: the one kept in ``cache`` where there is one.

        ``pages`` must be new: nothing of the archive listed yet. Events that cannot be read are left out. An index that
        is to be kept needs ``checks``, which are run over each page that is read. With ``for_lint``, an index that is
        not kept has no topics, sources and contexts.
        """
        return cls(*open_database(pages, cache, progress, checks, for_lint=for_lint))

    @classmethod
    def of_days(cls, pages: Pages, days: Sequence[Day]) -> Index:
        """Return the index of ``days`` alone, in memory; ``pages`` as for :meth:`open`."""
        db = connect()
        fill(db, pages, Snapshot.take(pages.tree, days=days), lambda done, of: None, is_whole=False)
        return cls(db)

    def close(self) -> None:
        """Give the memory back, and let others write."""
        self._db.close()
        if self._kept is not None:
            self._kept.close()

    @property
    def tables(self) -> sqlite3.Connection:
        """The database, for who asks what no method here answers; :meth:`changing` may replace it."""
        return self._db

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Change the tables in one transaction; in a copy in memory, where others keep the file from being changed."""
        if self._kept is not None and not self._may_write(self._kept):
            self._copy_to_memory()
        if self._kept is None:
            self._db.execute("BEGIN")
            with self._rolled_back_on_error():
                yield self._db
            self._db.execute("COMMIT")
            return
        # Until the end, other connections of this process can read what was there before.
        self._db.execute("PRAGMA cache_spill=OFF")
        try:
            with self._rolled_back_on_error(), self._kept.writing(self._db):
                yield self._db
            self._stamp = self._kept.current
        finally:
            self._db.execute("PRAGMA cache_spill=ON")
            self._kept.lock(to_write=False)

    @contextmanager
    def trying(self) -> Iterator[sqlite3.Connection]:
        """Change the tables for as long as the context lasts, for this process alone."""
        if self._kept is not None:
            # What is not committed stays in memory, so that no other process and no kill finds it in the file.
            self._db.executescript("PRAGMA journal_mode=MEMORY; PRAGMA cache_spill=OFF")
        self._db.execute("BEGIN")
        try:
            yield self._db
        finally:
            self._db.execute("ROLLBACK")

    def _may_write(self, kept: KeptIndex) -> bool:
        if kept.lock(to_write=True) and kept.current == self._stamp:
            return True
        kept.lock(to_write=False)
        return False

    def _copy_to_memory(self) -> None:
        copy = connect()
        self._db.backup(copy)
        self.close()
        self._db, self._kept = copy, None
        weakref.finalize(self, copy.close).atexit = False

    @contextmanager
    def _rolled_back_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # not where SQLite has given up on it itself
                self._db.execute("ROLLBACK")
            raise

    def __len__(self) -> int:
        """The number of events."""
        return int(self._db.execute("SELECT count(*) FROM event").fetchone()[0])

    def events(
        self, wanted: Filter, sort: str = "date", reverse: bool = False, limit: int | None = None
    ) -> Iterator[EventRow]:
        """Yield the events that ``wanted`` describes, sorted by date, headline, related or backlinks."""
        where, values = self._where(wanted)
        order = order_by(sort, reverse)
        query = f"SELECT {ROW} FROM {EVENT} WHERE {where} ORDER BY {order} LIMIT ?"
        yield from event_rows(self._db, self._db.execute(query, (*values, -1 if limit is None else limit)))

    def chosen(self, wanted: Filter) -> Chosen:
        """Return the events that ``wanted`` describes, numbered by date: what takes all of them needs no more of them
        in memory than their numbers.
        """
        from newsarc.index.chosen import Chosen

        find_prefix_topics(self._db)
        return Chosen(self._db, *condition(wanted))

    def count(self, wanted: Filter) -> int:
        """Return how many events ``wanted`` describes."""
        where, values = self._where(wanted)
        return int(self._db.execute(f"SELECT count(*) FROM {EVENT} WHERE {where}", values).fetchone()[0])

    def count_by(self, key: str, wanted: Filter) -> list[tuple[str, int]]:
        """Return (value, number of events): days, months and years in the order of time, names the most frequent first.

        An event counts once for each of its values; ``""`` stands for events without any.
        """
        if key in ("day", "month", "year"):
            where, values = self._where(wanted)
            length = {"day": 10, "month": 7, "year": 4}[key]
            value = f"coalesce(substr(day, 1, {length}), '')"
            query = f"SELECT {value}, count(*) FROM {EVENT} WHERE {where} GROUP BY 1 ORDER BY 1"
            return [(str(value), int(number)) for value, number in self._db.execute(query, values)]
        with self._counted(wanted) as scope:
            names, _ = per_name(scope, key)
            if nameless := without_name(scope, key):
                names.append(("", nameless))
        return sorted(names, key=lambda pair: (-pair[1], pair[0]))

    def names(self, kind: str, wanted: Filter) -> list[NameSpan]:
        """Return the names of a kind (topic, context, source, host) that events of ``wanted`` have, in no order."""
        with self._counted(wanted) as scope:
            names = name_spans(scope, kind)
        return [span for span in names if kind != "source" or fold(span.name) != COVER_IMAGE]

    def totals(self, wanted: Filter, top: int | None = 10) -> Totals:
        """Return what the events that ``wanted`` describes come to, with the ``top`` most frequent names of each
        kind (all of them for None; of sources, always), and as many of the events that most others name.
        """
        with self._counted(wanted) as scope:
            names = {kind: per_name(scope, kind, top) for kind in ("topic", "context")}
            names["source"] = per_name(scope, "source")
            linked = dict(most_linked(scope, len(self) if top is None else top))
            together, days = sums(scope), per_day(scope)
        rows = sorted(self.rows_of(linked), key=lambda row: (-linked[row.id], row.day or "9", row.path.rpartition("/")))
        return Totals(together, days, names, [(row, linked[row.id]) for row in rows[:top]])

    @contextmanager
    def _counted(self, wanted: Filter) -> Iterator[Scope]:
        find_prefix_topics(self._db)
        where, values = self._where(wanted)
        chosen = None if where == "1" else f"SELECT event.id FROM {EVENT} WHERE {where}"
        with counted(self._db, chosen, values) as scope:
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
        """Whether the file of an event is called ``slug``, or an event had this slug before."""
        query = f"""
            SELECT EXISTS(SELECT 1 FROM page WHERE name = :asked || '.md' AND name NOT IN {DAY_PAGE_NAMES})
            OR EXISTS(SELECT 1 FROM alias WHERE slug = :asked)"""
        return bool(self._db.execute(query, {"asked": without_surrogates(slug)}).fetchone()[0])

    def formerly(self, slug: str) -> list[str]:
        """Return the paths of the events that had ``slug`` before."""
        query = (
            f"SELECT {PATH} FROM {EVENT} WHERE event.id IN (SELECT event FROM alias WHERE slug = ?) ORDER BY {BY_PATH}"
        )
        return [path for (path,) in self._db.execute(query, (without_surrogates(slug),))]

    def row(self, path: str) -> EventRow | None:
        """Return the row of the event at ``path``, or None."""
        folder, _, name = path.rpartition("/")
        query = f"SELECT {ROW} FROM {EVENT} WHERE folder.path = ? AND page.name = ?"
        return next(event_rows(self._db, self._db.execute(query, (folder, name))), None)

    def surroundings(self, event: int) -> Neighbours:
        """Return what may be asked about the surroundings of the event with this id."""
        from newsarc.index.neighbours import Neighbours

        self._need_text()
        return Neighbours(self._db, event)

    @property
    def has_unread(self) -> bool:
        """Whether a page or a folder could not be read."""
        unread = self._db.execute("SELECT 1 FROM note WHERE is_unread LIMIT 1").fetchone()
        return unread is not None or bool(get(self._db, "unlisted"))

    def notes(self) -> dict[str, str]:
        """Return what had to be passed over, by path: the lines for the user."""
        above: dict[str, str] = get(self._db, "notes")  # type: ignore[assignment]
        notes = self._db.execute("SELECT path, line FROM note")
        return above | {as_text(path): as_text(line) for path, line in notes}

    def topics(self, event: int) -> tuple[str, ...]:
        """Return the topics that the page of the event with this id shows, as :attr:`newsarc.model.Event.topics`."""
        query = "SELECT name.text FROM topic JOIN name ON name.id = topic.name WHERE event = ? ORDER BY place"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def prefix_topics(self) -> dict[str, list[str]]:
        """Return, by path, the topics that begin headlines and that only the rest of the archive shows to be some."""
        find_prefix_topics(self._db)
        query = f"""
            SELECT {PATH}, name.text FROM found_topic JOIN name ON name.id = found_topic.name
            JOIN page ON page.id = found_topic.event JOIN folder ON folder.id = page.folder"""
        found: dict[str, list[str]] = {}
        for path, name in self._db.execute(query):
            found.setdefault(path, []).append(name)
        return found

    def contexts(self, event: int) -> tuple[str, ...]:
        """Return the contexts of the event with this id: those of its related links and of its day page, sorted."""
        query = f"""
            SELECT DISTINCT name.text FROM name JOIN list_name ON list_name.name = name.id WHERE list_name.list IN (
              SELECT contexts FROM link WHERE id BETWEEN :asked << {LINK_BITS} AND (:asked + 1 << {LINK_BITS}) - 1
              UNION SELECT contexts FROM entry WHERE event = :asked)
            ORDER BY 1"""
        return tuple(text for (text,) in self._db.execute(query, {"asked": event}))

    def source_labels(self, event: int) -> tuple[str, ...]:
        """Return the labels of the sources of the event with this id, for reading."""
        query = "SELECT name.text FROM source JOIN name ON name.id = source.label WHERE event = ? ORDER BY place"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def backlinks(self, path: str) -> list[tuple[EventRow, tuple[str, ...]]]:
        """Return the events whose related links reach ``path``, each once with the contexts of those links, by date."""
        query = """
            SELECT event, coalesce(list.names, '') FROM reached LEFT JOIN list ON list.id = reached.contexts
            WHERE page = ? ORDER BY reached.id"""
        contexts: dict[int, list[str]] = {}
        for page in self.ids([path]):
            for event, names in self._db.execute(query, (page,)):
                contexts.setdefault(event, []).append(names)
        return [(row, self._names(",".join(contexts[row.id]))) for row in self.rows_of(contexts)]

    def ids(self, paths: Iterable[str]) -> list[int]:
        """Return the ids of the events at ``paths``; a path where there is none is left out."""
        return ids_of(self._db, paths)

    def rows_of(self, events: Iterable[int]) -> list[EventRow]:
        """Return the rows of the events with these ids, each once, by date."""
        query = f"SELECT {ROW} FROM {EVENT} WHERE event.id IN (SELECT value FROM json_each(?)) ORDER BY "
        return list(event_rows(self._db, self._db.execute(query + BY_DATE, (json.dumps(list(events)),))))

    def topics_of(self, events: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return what :meth:`topics` does for each event of many that has any, by id."""
        return topics_of(self._db, events)

    def links_among(self, events: Sequence[int], context: str | None = None) -> dict[tuple[int, int], tuple[str, ...]]:
        """Return the whole related links between the events with these ids: (source, target) and their contexts.

        Two links of one event to the same other are one here, with the contexts of both. With ``context``, only links
        that carry it count.
        """
        return links_among(self._db, events, events, context)

    def neighbours(self, events: Iterable[int], context: str | None = None) -> set[int]:
        """Return the ids of the events that one of ``events`` names in a whole related link, or is named by.

        With ``context``, only links that carry it count.
        """
        return neighbours(self._db, events, context)

    def names_like(self, kind: str) -> list[str]:
        """Return all names of a kind (topic, context, source): what a misspelt filter may have meant."""
        if kind == "topic":
            find_prefix_topics(self._db)
        query = f"SELECT DISTINCT name.text FROM name JOIN ({_NAMED[kind]}) AS named ON named.name = name.id ORDER BY 1"
        return [text for (text,) in self._db.execute(query)]

    def match(
        self, query: Query, wanted: Filter, sort: str = "relevance", reverse: bool = False, limit: int | None = None
    ) -> tuple[list[EventRow], int]:
        """Return the events that ``query`` and ``wanted`` describe, at most ``limit`` of them, and how many there are.

        They are sorted as :meth:`events` sorts them, or by ``relevance``: bm25 of the words that were found, with the
        headline weighing most; then the newest first.
        """
        self._need_text()
        plan = plan_for(self._db, query)
        where, values = self._where(wanted)
        where = " AND ".join((where, *plan.conditions))
        values = [*values, *plan.values]
        found, score = f"FROM {EVENT} WHERE {where}", ""
        if plan.text:
            found = f"FROM text CROSS JOIN {EVENT} WHERE event.id = text.rowid AND text MATCH ? AND {where}"
            values = [plan.text, *values]
            score = f"bm25(text, {_WEIGHTS}), "
        elif words := any_of(wanted_words(query)):
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
        return list(event_rows(self._db, rows)), total

    def frequency(self, word: Word) -> int:
        """Return how many events have ``word`` in the texts that it looks at."""
        return self.match(word, Filter(), "date", limit=0)[1]

    def texts(self, events: Iterable[int]) -> dict[int, Texts]:
        """Return the texts of the events with these ids."""
        return texts_of(self._db, events)

    def vocabulary(self) -> list[str]:
        """Return the words of all texts, folded, in the order of the alphabet."""
        self._need_text()
        schema = "temp" if self._is_text_temporary else "main"
        self._db.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab({schema}, text, row)")
        return [term for (term,) in self._db.execute("SELECT term FROM vocabulary")]

    def _need_text(self) -> None:
        """Make the full-text table where there is none; keep it where that can be done at once."""
        if has_text(self._db):
            return
        if self._kept is not None and self._kept.lock(to_write=True, patience=0.2):
            try:
                if self._kept.current == self._stamp:
                    with self._kept.writing(self._db):
                        make_text(self._db)
                    self._stamp = self._kept.current
                    return
            except (OSError, sqlite3.Error):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            finally:
                self._kept.lock(to_write=False)
        self._is_text_temporary = self._kept is not None
        # All at once: each row as a transaction of its own takes five times as long.
        self._db.execute("BEGIN")
        with self._rolled_back_on_error():
            make_text(self._db, temporary=self._is_text_temporary)
            self._db.execute("COMMIT")

    def _names(self, ids: str) -> tuple[str, ...]:
        wanted = dict.fromkeys(int(id_) for id_ in ids.split(",") if id_)
        query = f"SELECT id, text FROM name WHERE id IN ({','.join('?' * len(wanted))})"
        texts = dict(self._db.execute(query, tuple(wanted)))
        return tuple(texts[id_] for id_ in wanted)

    def _where(self, wanted: Filter) -> Condition:
        if wanted.topic is not None:
            find_prefix_topics(self._db)
        return condition(wanted)
