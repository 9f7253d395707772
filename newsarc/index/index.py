"""The rows of an archive, and the questions that SQLite answers from them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsarc.index.build import FiledPage, fill
from newsarc.index.schema import TEXT
from newsarc.text import fold, searchable, without_surrogates

# Headline over topic over context over summary over source.
_WEIGHTS = "10.0, 6.0, 4.0, 2.0, 1.0"
_ROW = (
    "event.id, event.path, event.slug, event.day, event.headline, event.summary, event.sources, event.related, "
    "event.broken"
)
_NO_SYNTAX = str.maketrans({'"': " ", "\0": " "})
_SORTS = {
    "date": "event.day IS NULL, event.day, event.id",
    "headline": "lower(event.headline), event.id",
    "related": "event.related DESC, event.id",
    "backlinks": "(SELECT count(DISTINCT link.event) FROM link WHERE link.target = event.id) DESC, event.id",
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
        self._has_text = False
        self.comma_names: frozenset[str] = frozenset()

    @classmethod
    def build(cls, event_paths: Sequence[str], pages: Iterable[FiledPage]) -> Index:
        """Make an index.

        ``event_paths`` are the paths of all events to come, in the order of time; ``pages`` yields each page with the
        ISO day that it is filed under, related links already checked against the archive. Events that ``pages`` leaves
        out (unreadable ones) are left out of the index.
        """
        index = cls()
        fill(index._db, event_paths, pages)
        index.comma_names = frozenset(text for text in index.names_like("topic") if ", " in text)
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
        """Yield the events that ``wanted`` describes, sorted by date, headline, related or backlinks."""
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
        """Return (value, number of events): days, months and years in the order of time, names the most frequent first.

        An event counts once for each of its values; ``""`` stands for events without any.
        """
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
        """Return the topics that the page of the event with this id shows, as :attr:`newsarc.model.Event.topics`."""
        query = """
            SELECT name.text FROM topic JOIN name ON name.id = topic.name
            WHERE event = ? AND position IS NOT NULL ORDER BY position"""
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
        self._db.execute(TEXT)
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
            values.append(_plain(name))
    if wanted.source is not None:
        clauses.append(
            "event.id IN (SELECT source.event FROM source JOIN name ON name.id = source.label"
            " WHERE name.folded = ? OR source.host = ? OR source.host LIKE '%.' || ? ESCAPE '\\')"
        )
        name = _plain(wanted.source)
        host = name.removeprefix("www.") or "?"  # no host is called so
        values.extend([name, host, re.sub(r"([%_\\])", r"\\\1", host)])
    if wanted.ranges or wanted.paths:
        # As JSON, for there may be thousands of them.
        clauses.append(
            "(EXISTS (SELECT 1 FROM json_each(?) AS part WHERE event.day BETWEEN json_extract(part.value, '$[0]')"
            " AND json_extract(part.value, '$[1]')) OR event.path IN (SELECT value FROM json_each(?)))"
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


def _phrase(phrase: str) -> str:
    prefix = "*" if phrase.endswith("*") else ""
    return '"' + searchable(phrase.removesuffix("*")).translate(_NO_SYNTAX) + '"' + prefix
