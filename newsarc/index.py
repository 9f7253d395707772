"""The in-memory index: every event of an archive, or of a part of it, as rows that SQLite can answer questions about.

The rows hold what questions need; whoever wants a whole event parses its page again. Events have integer ids in the
order of time, and links hold ids, so that 100,000 events with 900,000 links stay small.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsarc.model import DayPage, Event
from newsarc.parser.contexts import headline_prefixes, headline_topics
from newsarc.text import fold, searchable, without_surrogates

_SCHEMA = """
CREATE TABLE event (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, slug TEXT NOT NULL, day TEXT, headline TEXT NOT NULL, summary TEXT,
  sources INTEGER NOT NULL, related INTEGER NOT NULL, broken INTEGER NOT NULL);
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL, folded TEXT NOT NULL);
CREATE TABLE topic (event INTEGER NOT NULL, name INTEGER NOT NULL, position INTEGER NOT NULL);
CREATE TABLE context (event INTEGER NOT NULL, name INTEGER NOT NULL);
CREATE TABLE source (event INTEGER NOT NULL, label INTEGER NOT NULL, host TEXT NOT NULL);
-- contexts: the ids of the names with a comma before, between and behind them (",12,7,"), or empty
CREATE TABLE link (event INTEGER NOT NULL, target INTEGER NOT NULL, contexts TEXT NOT NULL);
-- former slugs, from Changes and from front matter's aliases
CREATE TABLE alias (slug TEXT NOT NULL, event INTEGER NOT NULL);
CREATE TABLE day_page (path TEXT NOT NULL, day TEXT);
"""
_INDEXES = """
CREATE INDEX event_day ON event (day);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX topic_name ON topic (name, event);
CREATE INDEX topic_event ON topic (event);
CREATE INDEX context_name ON context (name, event);
CREATE INDEX context_event ON context (event);
CREATE INDEX source_event ON source (event);
CREATE INDEX alias_slug ON alias (slug);
CREATE INDEX link_target ON link (target);
"""
_TEXT = """
CREATE VIRTUAL TABLE text USING fts5(
  headline, topics, contexts, summary, sources, content='', tokenize='unicode61 remove_diacritics 0')
"""
# Headline over topic over context over summary over source.
_WEIGHTS = "10.0, 6.0, 4.0, 2.0, 1.0"
_ROW = (
    "event.id, event.path, event.slug, event.day, event.headline, event.summary, event.sources, event.related, "
    "event.broken"
)
_MIN_EVENTS_OF_TOPIC = 2  # the same prefix on other events makes a topic of it (FORMAT: "Topics")

COUNT_KEYS = ("day", "month", "year", "topic", "context", "source")
SORT_KEYS = ("date", "headline", "related", "backlinks")
_SORTS = {
    "date": "event.day IS NULL, event.day, event.id",
    "headline": "lower(event.headline), event.id",
    "related": "event.related DESC, event.id",
    "backlinks": "(SELECT count(*) FROM link WHERE link.target = event.id) DESC, event.id",
}


@dataclass(frozen=True, slots=True)
class EventRow:
    """What a list shows of an event. ``day`` is the ISO date it is filed under, or None; the last three are counts."""

    id: int
    path: str
    slug: str
    day: str | None
    headline: str
    summary: str | None
    sources: int
    related: int
    broken: int

    @property
    def title(self) -> str:
        """The headline, or the slug where there is none."""
        return self.headline or self.slug


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are wanted: ISO days, both included, and names compared without case and accents. None asks nothing.

    Where ``ranges`` (first and last day) or ``paths`` are given, an event must be in one of them.
    """

    since: str | None = None
    until: str | None = None
    topic: str | None = None
    context: str | None = None
    source: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()


class Index:
    """The rows of one archive. Made by :meth:`build`, then only asked."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.executescript(_SCHEMA)
        self._has_text = False
        self.comma_names: frozenset[str] = frozenset()

    @classmethod
    def build(cls, event_paths: Sequence[str], pages: Iterable[tuple[str | None, Event | DayPage]]) -> Index:
        """Make an index.

        ``event_paths`` are the paths of all events to come, in the order of time; ``pages`` yields each page with the
        ISO day that it is filed under, related links already checked against the archive. Events that ``pages`` leaves
        out (unreadable ones) are left out of the index.
        """
        index = cls()
        _Build(index._db, event_paths).run(pages)
        index.comma_names = frozenset(
            text for (text,) in index._db.execute("SELECT text FROM name WHERE text LIKE '%, %'")
        )
        return index

    def close(self) -> None:
        """Give the memory back."""
        self._db.close()

    def __len__(self) -> int:
        """The number of events."""
        return int(self._db.execute("SELECT count(*) FROM event").fetchone()[0])

    def events(
        self, wanted: Filter, sort: str = "date", reverse: bool = False, limit: int | None = None
    ) -> Iterator[EventRow]:
        """Yield the events that ``wanted`` describes, sorted by one of SORT_KEYS."""
        where, values = _where(wanted)
        order = _reversed(_SORTS[sort]) if reverse else _SORTS[sort]
        query = f"SELECT {_ROW} FROM event WHERE {where} ORDER BY {order} LIMIT ?"
        for row in self._db.execute(query, (*values, -1 if limit is None else limit)):
            yield EventRow(*row)

    def count(self, wanted: Filter) -> int:
        """Return how many events ``wanted`` describes."""
        where, values = _where(wanted)
        return int(self._db.execute(f"SELECT count(*) FROM event WHERE {where}", values).fetchone()[0])

    def count_by(self, key: str, wanted: Filter) -> list[tuple[str, int]]:
        """Return (value, number of events) per day, month or year in the order of time, or per topic, context or
        source,
        the most frequent first. An event counts once for each of its values; ``""`` stands for events without any."""
        where, values = _where(wanted)
        if key in ("day", "month", "year"):
            length = {"day": 10, "month": 7, "year": 4}[key]
            value = f"coalesce(substr(day, 1, {length}), '')"
            query = f"SELECT {value}, count(*) FROM event WHERE {where} GROUP BY 1 ORDER BY 1"
        else:
            column = "label" if key == "source" else "name"
            query = f"""
                SELECT coalesce(min(name.text), ''), count(DISTINCT event.id) FROM event
                LEFT JOIN {key} ON {key}.event = event.id LEFT JOIN name ON name.id = {key}.{column}
                WHERE {where} GROUP BY name.folded ORDER BY 2 DESC, 1"""
        return [(str(value), int(number)) for value, number in self._db.execute(query, values)]

    def formerly(self, slug: str) -> list[str]:
        """Return the paths of the events that had ``slug`` before."""
        query = "SELECT path FROM event WHERE id IN (SELECT event FROM alias WHERE slug = ?) ORDER BY id"
        return [path for (path,) in self._db.execute(query, (without_surrogates(slug),))]

    def row(self, path: str) -> EventRow | None:
        """Return the row of the event at ``path``, or None."""
        row = self._db.execute(f"SELECT {_ROW} FROM event WHERE path = ?", (path,)).fetchone()
        return EventRow(*row) if row else None

    def topics(self, event: int) -> tuple[str, ...]:
        """Return the topics of the event with this id."""
        query = "SELECT name.text FROM topic JOIN name ON name.id = topic.name WHERE event = ? ORDER BY position"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def contexts(self, event: int) -> tuple[str, ...]:
        """Return the contexts of the event with this id: those of its related links and of its day page, sorted."""
        query = "SELECT name.text FROM context JOIN name ON name.id = context.name WHERE event = ? ORDER BY 1"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def source_labels(self, event: int) -> tuple[str, ...]:
        """Return the labels of the sources of the event with this id, for reading."""
        query = "SELECT name.text FROM source JOIN name ON name.id = source.label WHERE event = ? ORDER BY source.rowid"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def backlinks(self, path: str) -> list[tuple[EventRow, tuple[str, ...]]]:
        """Return the events whose related links reach ``path``, each once with the contexts of those links, by date."""
        query = f"""
            SELECT {_ROW}, group_concat(link.contexts, '') FROM link JOIN event ON event.id = link.event
            WHERE link.target = (SELECT id FROM event WHERE path = ?)
            GROUP BY event.id ORDER BY {_SORTS["date"]}"""
        return [(EventRow(*row[:-1]), self._names(row[-1])) for row in self._db.execute(query, (path,))]

    def names_like(self, kind: str) -> list[str]:
        """Return all names of a kind (topic, context, source): what a misspelt filter may have meant."""
        column = "label" if kind == "source" else "name"
        query = f"SELECT DISTINCT name.text FROM name JOIN {kind} ON {kind}.{column} = name.id ORDER BY 1"
        return [text for (text,) in self._db.execute(query)]

    def match(self, required: Sequence[str], excluded: Sequence[str], wanted: Filter) -> list[tuple[EventRow, float]]:
        """Return the events whose text has all ``required`` phrases and none of the ``excluded`` ones, best first.

        Phrases go through :func:`newsarc.text.searchable` here; one that ends in ``*`` matches beginnings of words. The
        score is bm25 with the headline weighing most; the higher the better. At least one phrase must be required.
        """
        self._fill_text()
        where, values = _where(wanted)
        expression = " AND ".join(_phrase(phrase) for phrase in required)
        if excluded:
            expression = f"({expression}) NOT ({' OR '.join(_phrase(phrase) for phrase in excluded)})"
        query = f"""
            SELECT {_ROW}, -bm25(text, {_WEIGHTS}) AS score FROM text JOIN event ON event.id = text.rowid
            WHERE text MATCH ? AND {where} ORDER BY score DESC, event.day DESC, event.id"""
        return [(EventRow(*row[:-1]), float(row[-1])) for row in self._db.execute(query, (expression, *values))]

    def _names(self, ids: str) -> tuple[str, ...]:
        wanted = dict.fromkeys(int(id_) for id_ in ids.split(",") if id_)
        query = f"SELECT id, text FROM name WHERE id IN ({','.join('?' * len(wanted))})"
        texts = dict(self._db.execute(query, tuple(wanted)))
        return tuple(texts[id_] for id_ in wanted)

    def _fill_text(self) -> None:
        if self._has_text:
            return
        self._db.execute(_TEXT)
        topics = self._joined("SELECT event, name FROM topic ORDER BY event, position")
        contexts = self._joined("SELECT event, name FROM context ORDER BY event")
        sources = self._joined("SELECT event, label FROM source ORDER BY event, rowid")
        rows = self._db.execute("SELECT id, headline, coalesce(summary, '') FROM event").fetchall()
        self._db.executemany(
            "INSERT INTO text (rowid, headline, topics, contexts, summary, sources) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    id_,
                    searchable(headline),
                    topics.get(id_, ""),
                    contexts.get(id_, ""),
                    searchable(summary),
                    sources.get(id_, ""),
                )
                for id_, headline, summary in rows
            ),
        )
        self._has_text = True

    def _joined(self, query: str) -> dict[int, str]:
        """Return event id → its names as one searchable text; a gap between names keeps phrases from running across."""
        texts = {id_: searchable(text) for id_, text in self._db.execute("SELECT id, text FROM name")}
        joined: dict[int, list[str]] = {}
        for event, name in self._db.execute(query):
            joined.setdefault(event, []).append(texts[name])
        return {event: " \ue000 ".join(names) for event, names in joined.items()}


class _Build:
    """Fills the tables. What can only be known when all pages were seen is kept small until then."""

    def __init__(self, db: sqlite3.Connection, event_paths: Sequence[str]) -> None:
        self.db = db
        self.ids = {path: number for number, path in enumerate(event_paths, 1)}
        self.names: dict[str, int] = {}
        self.topic_names: set[str] = set()
        self.context_names: set[str] = set()
        self.prefixed: list[tuple[int, str]] = []
        self.day_contexts: list[tuple[int, str]] = []

    def run(self, pages: Iterable[tuple[str | None, Event | DayPage]]) -> None:
        for day, page in pages:
            if isinstance(page, DayPage):
                self.add_day_page(day, page)
            else:
                self.add_event(day, page)
        self.db.executemany(
            "INSERT INTO name VALUES (?, ?, ?)", ((id_, text, fold(text)) for text, id_ in self.names.items())
        )
        self.join_comma_names()
        self.add_event_contexts()
        self.add_prefix_topics()
        self.db.executescript(_INDEXES)

    def name(self, text: str) -> int:
        return self.names.setdefault(text, len(self.names) + 1)

    def add_event(self, day: str | None, event: Event) -> None:
        id_ = self.ids[event.path]
        clean = without_surrogates
        row = (
            id_, event.path, clean(event.slug), day, clean(event.headline), event.summary and clean(event.summary),
            len(event.sources), len(event.related), sum(link.broken is True for link in event.related),
        )  # fmt: skip
        self.db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.db.executemany(
            "INSERT INTO topic VALUES (?, ?, ?)",
            [(id_, self.name(clean(topic)), position) for position, topic in enumerate(event.topics)],
        )
        self.topic_names.update(clean(topic) for topic in event.topics)
        if not event.topic_lines and headline_prefixes(event.headline):
            self.prefixed.append((id_, clean(event.headline)))
        self.db.executemany(
            "INSERT INTO source VALUES (?, ?, ?)",
            [(id_, self.name(clean(source.text)), _host(source.url)) for source in event.sources],
        )
        self.db.executemany(
            "INSERT INTO link VALUES (?, ?, ?)",
            [
                (id_, self.ids.get(link.path or "", 0), self.name_list(link.contexts))
                for link in event.related
                if link.path or link.contexts
            ],
        )

        self.db.executemany("INSERT INTO alias VALUES (?, ?)", [(clean(slug), id_) for slug in event.former_slugs])

    def add_day_page(self, day: str | None, page: DayPage) -> None:
        self.db.execute("INSERT INTO day_page VALUES (?, ?)", (page.path, day))
        for entry in page.entries:
            if entry.contexts and (id_ := self.ids.get(entry.link.path or "")):
                self.day_contexts.append((id_, self.name_list(entry.contexts)))

    def name_list(self, contexts: Sequence[str]) -> str:
        if not contexts:
            return ""
        clean = [without_surrogates(name) for name in contexts]
        self.context_names.update(clean)
        return f",{','.join(str(self.name(name)) for name in clean)},"

    def join_comma_names(self) -> None:
        """Put together what was split at a comma before the page that proves it one name was seen."""
        for whole in sorted((name for name in self.topic_names if ", " in name), key=len, reverse=True):
            parts = [self.names.get(part) for part in whole.split(", ")]
            if None in parts:
                continue
            split, joined = f",{','.join(map(str, parts))},", f",{self.names[whole]},"
            self.db.execute(
                "UPDATE link SET contexts = replace(contexts, ?, ?) WHERE contexts LIKE ?",
                (split, joined, f"%{split}%"),
            )
            self.day_contexts = [(event, ids.replace(split, joined)) for event, ids in self.day_contexts]

    def add_event_contexts(self) -> None:
        pairs = {
            (event, int(id_))
            for rows in (self.db.execute("SELECT event, contexts FROM link WHERE contexts <> ''"), self.day_contexts)
            for event, ids in rows
            for id_ in ids.split(",")
            if id_
        }
        self.db.executemany("INSERT INTO context VALUES (?, ?)", sorted(pairs))

    def add_prefix_topics(self) -> None:
        """Give events the topics that begin their headline and that something else in the archive knows as topics."""
        shared = Counter(
            prefix for _, headline in self.prefixed for prefix in {fold(name) for name in headline_prefixes(headline)}
        )
        known = {fold(name) for name in self.topic_names | self.context_names}
        known.update(prefix for prefix, events in shared.items() if events >= _MIN_EVENTS_OF_TOPIC)
        for event, headline in self.prefixed:
            has = {fold(text) for text in self.topics_of(event)}
            for position, topic in enumerate(headline_topics(headline, known.__contains__), len(has)):
                if fold(topic) not in has:
                    new = topic not in self.names
                    id_ = self.name(topic)
                    if new:
                        self.db.execute("INSERT INTO name VALUES (?, ?, ?)", (id_, topic, fold(topic)))
                    self.db.execute("INSERT INTO topic VALUES (?, ?, ?)", (event, id_, position))

    def topics_of(self, event: int) -> list[str]:
        query = "SELECT name.text FROM topic JOIN name ON name.id = topic.name WHERE event = ?"
        return [text for (text,) in self.db.execute(query, (event,))]


def _where(wanted: Filter) -> tuple[str, list[str]]:
    clauses: list[str] = ["1"]
    values: list[str] = []
    for clause, value in (("event.day >= ?", wanted.since), ("event.day <= ?", wanted.until)):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    for table, name in (("topic", wanted.topic), ("context", wanted.context)):
        if name is not None:
            clauses.append(
                f"event.id IN (SELECT {table}.event FROM {table} JOIN name ON name.id = {table}.name"
                " WHERE name.folded = ?)"
            )
            values.append(fold(name))
    if wanted.source is not None:
        clauses.append(
            "event.id IN (SELECT source.event FROM source JOIN name ON name.id = source.label"
            " WHERE name.folded = ? OR source.host = ? OR source.host LIKE '%.' || ?)"
        )
        values.extend([fold(wanted.source)] * 3)
    if wanted.ranges or wanted.paths:
        either = ["event.day BETWEEN ? AND ?"] * len(wanted.ranges)
        either.append(f"event.path IN ({','.join('?' * len(wanted.paths))})")
        clauses.append(f"({' OR '.join(either)})")
        values.extend([*(day for days in wanted.ranges for day in days), *wanted.paths])
    return " AND ".join(clauses), values


def _reversed(order: str) -> str:
    return ", ".join(
        column.removesuffix(" DESC")
        if column.endswith(" DESC")
        else f"{column} DESC"
        if not column.endswith(" IS NULL")
        else column  # events without a day stay last
        for column in order.split(", ")
    )


def _phrase(phrase: str) -> str:
    prefix = "*" if phrase.endswith("*") else ""
    return '"' + searchable(phrase.removesuffix("*")).replace('"', " ") + '"' + prefix


def _host(url: str) -> str:
    try:
        host = urlsplit(without_surrogates(url)).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


__all__ = ["COUNT_KEYS", "SORT_KEYS", "EventRow", "Filter", "Index"]
