"""The rows of an archive, and the questions that SQLite answers from them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.cache import Cache
from newsarc.index.build import Progress, Snapshot, fill, get
from newsarc.index.full_text import has_text, make_text, phrase
from newsarc.index.kept import KeptIndex
from newsarc.index.opening import open_database
from newsarc.index.schema import CONTEXTS, LINK_BITS, as_text, connect
from newsarc.pages import Pages
from newsarc.text import fold, without_surrogates
from newsarc.tree import Day

if TYPE_CHECKING:
    from newsarc.index.neighbours import Neighbours

# Headline over topic over context over summary over source.
_WEIGHTS = "10.0, 6.0, 4.0, 2.0, 1.0"
_PATH = "folder.path || '/' || page.name"
_EVENT = "event JOIN page ON page.id = event.id JOIN folder ON folder.id = page.folder"
_ROW = (
    f"event.id, {_PATH}, coalesce(event.slug, substr(page.name, 1, length(page.name) - 3)), event.day, event.headline, "
    "event.summary, event.sources, event.related, event.broken"
)
_MIN_EVENTS_OF_TOPIC = 2  # the same prefix on other events makes a topic of it (FORMAT: "Topics")
_ORDER = "folder.path, page.name"
_SORTS = {
    "date": f"event.day IS NULL, event.day, {_ORDER}",
    "headline": f"lower(event.headline), event.day, {_ORDER}",
    "related": f"event.related DESC, event.day, {_ORDER}",
    "backlinks": (
        f"(SELECT count(DISTINCT link.id >> {LINK_BITS}) FROM link WHERE target = event.id) DESC, event.day, {_ORDER}"
    ),
}


# Which names of each kind events have.
_NAMED = {
    "page_topic": "SELECT event, name FROM topic",
    "topic": "SELECT event, name FROM topic UNION ALL SELECT event, name FROM found_topic",
    "context": CONTEXTS,
    "source": "SELECT event, label AS name FROM source",
}
_EVENTS_NAMED = {
    "topic": (
        "SELECT event FROM topic WHERE name IN (SELECT id FROM name WHERE folded = ?)"
        " UNION ALL SELECT event FROM found_topic WHERE name IN (SELECT id FROM name WHERE folded = ?)"
    ),
    "context": " UNION ALL ".join(
        f"SELECT {event} FROM {table} WHERE contexts IN"
        " (SELECT list FROM list_name WHERE name IN (SELECT id FROM name WHERE folded = ?))"
        for table, event in (("link", f"id >> {LINK_BITS}"), ("entry", "event"))
    ),
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
    """The rows of one archive, or of some of its days, ready to be asked."""

    def __init__(self, db: sqlite3.Connection, kept: KeptIndex | None = None) -> None:
        self._db = db
        self._kept = kept
        self._has_prefix_topics = False
        self._stamp = kept.current if kept is not None else b""
        self.comma_names: frozenset[str] = frozenset(get(db, "commas"))  # type: ignore[call-overload]
        self.missing_prefix: str | None = get(db, "prefix")  # type: ignore[assignment]

    @classmethod
    def open(cls, pages: Pages, cache: Cache | None = None, progress: Progress = lambda done, of: None) -> Index:
        """Return the index of a whole archive, as its files are now: the one kept in ``cache`` where there is one.

        ``pages`` must be new: nothing of the archive listed yet. Events that cannot be read are left out.
        """
        return cls(*open_database(pages, cache, progress))

    @classmethod
    def of_days(cls, pages: Pages, days: Sequence[Day]) -> Index:
        """Return the index of ``days`` alone, in memory; ``pages`` as for :meth:`open`."""
        db = connect()
        fill(db, pages, Snapshot.take(pages.tree, days=days), lambda done, of: None)
        return cls(db)

    def close(self) -> None:
        """Give the memory back, and let others write."""
        self._db.close()
        if self._kept is not None:
            self._kept.close()

    def __len__(self) -> int:
        """The number of events."""
        return int(self._db.execute("SELECT count(*) FROM event").fetchone()[0])

    def events(
        self, wanted: Filter, sort: str = "date", reverse: bool = False, limit: int | None = None
    ) -> Iterator[EventRow]:
        """Yield the events that ``wanted`` describes, sorted by date, headline, related or backlinks."""
        where, values = self._where(wanted)
        order = _reversed(_SORTS[sort]) if reverse else _SORTS[sort]
        query = f"SELECT {_ROW} FROM {_EVENT} WHERE {where} ORDER BY {order} LIMIT ?"
        for row in self._db.execute(query, (*values, -1 if limit is None else limit)):
            yield EventRow(*row)

    def count(self, wanted: Filter) -> int:
        """Return how many events ``wanted`` describes."""
        where, values = self._where(wanted)
        return int(self._db.execute(f"SELECT count(*) FROM {_EVENT} WHERE {where}", values).fetchone()[0])

    def count_by(self, key: str, wanted: Filter) -> list[tuple[str, int]]:
        """Return (value, number of events): days, months and years in the order of time, names the most frequent first.

        An event counts once for each of its values; ``""`` stands for events without any.
        """
        where, values = self._where(wanted)
        if key in ("day", "month", "year"):
            length = {"day": 10, "month": 7, "year": 4}[key]
            value = f"coalesce(substr(day, 1, {length}), '')"
            query = f"SELECT {value}, count(*) FROM {_EVENT} WHERE {where} GROUP BY 1 ORDER BY 1"
        else:
            if key == "topic":
                self._find_prefix_topics()
            query = f"""
                SELECT coalesce(min(name.text), ''), count(DISTINCT event.id) FROM {_EVENT}
                LEFT JOIN ({_NAMED[key]}) AS named ON named.event = event.id LEFT JOIN name ON name.id = named.name
                WHERE {where} GROUP BY name.folded ORDER BY 2 DESC, 1"""
        return [(str(value), int(number)) for value, number in self._db.execute(query, values)]

    def formerly(self, slug: str) -> list[str]:
        """Return the paths of the events that had ``slug`` before."""
        query = (
            f"SELECT {_PATH} FROM {_EVENT} WHERE event.id IN (SELECT event FROM alias WHERE slug = ?) ORDER BY {_ORDER}"
        )
        return [path for (path,) in self._db.execute(query, (without_surrogates(slug),))]

    def row(self, path: str) -> EventRow | None:
        """Return the row of the event at ``path``, or None."""
        folder, _, name = path.rpartition("/")
        query = f"SELECT {_ROW} FROM {_EVENT} WHERE folder.path = ? AND page.name = ?"
        row = self._db.execute(query, (folder, name)).fetchone()
        return EventRow(*row) if row else None

    def rows(self, ids: Iterable[int]) -> list[EventRow]:
        """Return the rows of the events with these ids, in the order of time."""
        query = f"SELECT {_ROW} FROM {_EVENT} WHERE event.id IN (SELECT value FROM json_each(?)) ORDER BY "
        return [EventRow(*row) for row in self._db.execute(query + _SORTS["date"], (json.dumps(list(ids)),))]

    def neighbours(self, event: int) -> Neighbours:
        """Return what may be asked about the surroundings of the event with this id."""
        from newsarc.index.neighbours import Neighbours

        self._need_text()
        return Neighbours(self._db, event)

    def notes(self) -> dict[str, str]:
        """Return what had to be passed over, by path: the lines for the user."""
        notes = self._db.execute("SELECT path, line FROM note")
        return {as_text(path): as_text(line) for path, line in notes}

    def topics(self, event: int) -> tuple[str, ...]:
        """Return the topics that the page of the event with this id shows, as :attr:`newsarc.model.Event.topics`."""
        query = "SELECT name.text FROM topic JOIN name ON name.id = topic.name WHERE event = ? ORDER BY place"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def contexts(self, event: int) -> tuple[str, ...]:
        """Return the contexts of the event with this id: those of its related links and of its day page, sorted."""
        query = f"""
            SELECT DISTINCT name.text FROM name JOIN list_name ON list_name.name = name.id WHERE list_name.list IN (
              SELECT contexts FROM link WHERE id BETWEEN ?1 << {LINK_BITS} AND (?1 + 1 << {LINK_BITS}) - 1
              UNION SELECT contexts FROM entry WHERE event = ?1)
            ORDER BY 1"""
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def source_labels(self, event: int) -> tuple[str, ...]:
        """Return the labels of the sources of the event with this id, for reading."""
        query = "SELECT name.text FROM source JOIN name ON name.id = source.label WHERE event = ? ORDER BY place"
        return tuple(text for (text,) in self._db.execute(query, (event,)))

    def backlinks(self, path: str) -> list[tuple[EventRow, tuple[str, ...]]]:
        """Return the events whose related links reach ``path``, each once with the contexts of those links, by date."""
        target = self.row(path)
        query = f"""
            SELECT {_ROW}, group_concat(coalesce(list.names, ''), ',')
            FROM {_EVENT} JOIN link ON link.id >> {LINK_BITS} = event.id LEFT JOIN list ON list.id = link.contexts
            WHERE link.target = ? GROUP BY event.id ORDER BY {_SORTS["date"]}"""
        found = self._db.execute(query, (target.id if target else -1,)).fetchall()
        return [(EventRow(*row[:-1]), self._names(row[-1])) for row in found]

    def names_like(self, kind: str) -> list[str]:
        """Return all names of a kind (topic, context, source): what a misspelt filter may have meant."""
        if kind == "topic":
            self._find_prefix_topics()
        query = f"SELECT DISTINCT name.text FROM name JOIN ({_NAMED[kind]}) AS named ON named.name = name.id ORDER BY 1"
        return [text for (text,) in self._db.execute(query)]

    def match(
        self, required: Sequence[str], excluded: Sequence[str], wanted: Filter, limit: int | None = None
    ) -> tuple[list[tuple[EventRow, float]], int]:
        """Return the events whose text has all ``required`` phrases and none of the ``excluded`` ones, best first and
        at most ``limit`` of them, and how many there are.

        Phrases go through :func:`newsarc.text.searchable` here; one that ends in ``*`` matches beginnings of words. The
        score is bm25 with the headline weighing most; the higher the better. At least one phrase must be required.
        """
        self._need_text()
        where, values = self._where(wanted)
        expression = " AND ".join(map(phrase, required))
        if excluded:
            expression = f"({expression}) NOT ({' OR '.join(map(phrase, excluded))})"
        found = f"FROM text JOIN {_EVENT} WHERE event.id = text.rowid AND text MATCH ? AND {where}"
        query = f"""
            SELECT {_ROW}, -bm25(text, {_WEIGHTS}) AS score {found}
            ORDER BY score DESC, event.day DESC, {_ORDER} LIMIT ?"""
        rows = self._db.execute(query, (expression, *values, -1 if limit is None else limit)).fetchall()
        total = len(rows)
        if limit is not None and total >= limit:
            total = int(self._db.execute(f"SELECT count(*) {found}", (expression, *values)).fetchone()[0])
        return [(EventRow(*row[:-1]), float(row[-1])) for row in rows], total

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
        make_text(self._db, temporary=self._kept is not None)

    def _names(self, ids: str) -> tuple[str, ...]:
        wanted = dict.fromkeys(int(id_) for id_ in ids.split(",") if id_)
        query = f"SELECT id, text FROM name WHERE id IN ({','.join('?' * len(wanted))})"
        texts = dict(self._db.execute(query, tuple(wanted)))
        return tuple(texts[id_] for id_ in wanted)

    # --- topics that only the rest of the archive knows ---

    def _find_prefix_topics(self) -> None:
        """Fill the temporary table ``found_topic``: what begins headlines, and is a topic as far as the rest tells."""
        if self._has_prefix_topics:
            return
        known = {
            folded
            for table in (_NAMED["page_topic"], CONTEXTS)
            for (folded,) in self._db.execute(
                f"SELECT DISTINCT name.folded FROM name JOIN ({table}) AS named ON named.name = name.id"
            )
        }
        beginnings: dict[int, list[tuple[int, str, str]]] = {}
        for event, name, text, folded in self._db.execute(
            "SELECT event, name.id, text, folded FROM prefix JOIN name ON name.id = prefix.name ORDER BY event, place"
        ):
            beginnings.setdefault(event, []).append((name, text, folded))
        shared = Counter(folded for prefixes in beginnings.values() for folded in {prefix[2] for prefix in prefixes})
        known.update(folded for folded, events in shared.items() if events >= _MIN_EVENTS_OF_TOPIC)
        own: dict[int, set[str]] = {}
        for event, folded in self._db.execute(
            "SELECT event, folded FROM topic JOIN name ON name.id = topic.name"
            " WHERE event IN (SELECT event FROM prefix)"
        ):
            own.setdefault(event, set()).add(folded)
        self._db.execute("BEGIN")
        self._db.execute("CREATE TEMP TABLE found_topic (event INTEGER NOT NULL, name INTEGER NOT NULL)")
        for event, prefixes in beginnings.items():
            for name, _, folded in prefixes:
                if folded not in known:
                    break
                if folded not in own.get(event, ()):
                    self._db.execute("INSERT INTO found_topic VALUES (?, ?)", (event, name))
        self._db.execute("COMMIT")
        self._has_prefix_topics = True

    def _where(self, wanted: Filter) -> tuple[str, list[str]]:
        clauses: list[str] = ["1"]
        values: list[str] = []
        for clause, value in (("event.day >= ?", wanted.since), ("event.day <= ?", wanted.until)):
            if value is not None:
                clauses.append(clause)
                values.append(value)
        if wanted.topic is not None:
            self._find_prefix_topics()
        for kind, name in (("topic", wanted.topic), ("context", wanted.context)):
            if name is not None:
                clauses.append(f"event.id IN ({_EVENTS_NAMED[kind]})")
                values.extend([_plain(name)] * _EVENTS_NAMED[kind].count("?"))
        if wanted.source is not None:
            clauses.append(
                "event.id IN (SELECT source.event FROM source JOIN name ON name.id = source.label"
                " JOIN name AS host ON host.id = source.host"
                " WHERE name.folded = ? OR host.text = ? OR host.text LIKE '%.' || ? ESCAPE '\\')"
            )
            name = _plain(wanted.source)
            host = name.removeprefix("www.") or "?"  # no host is called so
            values.extend([name, host, re.sub(r"([%_\\])", r"\\\1", host)])
        if wanted.ranges or wanted.paths:
            # As JSON, for there may be thousands of them.
            clauses.append(
                "(EXISTS (SELECT 1 FROM json_each(?) AS part WHERE event.day BETWEEN json_extract(part.value, '$[0]')"
                f" AND json_extract(part.value, '$[1]')) OR {_PATH} IN (SELECT value FROM json_each(?)))"
            )
            values.extend([json.dumps(wanted.ranges), json.dumps(wanted.paths)])
        return " AND ".join(clauses), values


def _plain(name: str) -> str:
    return fold(without_surrogates(name))


def _reversed(order: str) -> str:
    return ", ".join(
        column.removesuffix(" DESC")
        if column.endswith(" DESC")
        else f"{column} DESC"
        if not column.endswith(" IS NULL")
        else column  # events without a day stay last
        for column in order.split(", ")
    )
