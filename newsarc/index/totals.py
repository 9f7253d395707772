"""Counts over all events, or over those that a filter lets through: each in one pass over the table that has them.

Which names are the most frequent is found without counting them all. The rows that link an event to a name are counted
at once, and are at least as many as the events; so names are looked at in the order of their rows, and the rest can be
left where no name has as many rows as the last of the best has events.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from newsarc.index.events import EventRow
from newsarc.index.schema import IS_BROKEN, LINK_BITS

Key = TypeVar("Key")
Named = tuple[str, int]  # a name, or a day, and the number of events that have it
_LINK_EVENT = f"link.id >> {LINK_BITS}"
_FEW = 10_000  # events whose links are sooner looked up event by event than all links are gone through
_LINKS_OF_FEW = (
    f"wanted CROSS JOIN link ON link.id BETWEEN wanted.id << {LINK_BITS} AND (wanted.id + 1 << {LINK_BITS}) - 1 WHERE 1"
)
# Which table has the names of a kind: event and name, a row for each. What a day page names need be no event: it can be
# a page that cannot be read. The plus keeps SQLite from going through the events where there is a name to go by.
_ROWS = {
    "topic": "SELECT +event AS event, name FROM topic UNION ALL SELECT event, name FROM found_topic",
    "source": "SELECT +event AS event, label AS name FROM source",
    "host": "SELECT +event AS event, host AS name FROM source",
    "context": (
        f"SELECT {_LINK_EVENT} AS event, list_name.name FROM list_name JOIN link ON link.contexts = list_name.list"
        " UNION ALL SELECT entry.event, list_name.name FROM list_name JOIN entry ON entry.contexts = list_name.list"
        " JOIN event ON event.id = entry.event"
    ),
}


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name with its number of events, and the ISO days of the first and the last one; None if none has a day."""

    name: str
    count: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Sums:
    """How many events there are, how many of them have something, and what their related ``links`` come to."""

    events: int
    with_sources: int
    with_related: int
    with_summary: int
    links: int
    broken: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What events come to: all together, day by day, the most frequent names of each kind with the number of all
    names, and the events that most others name, each with their number.
    """

    sums: Sums
    days: list[Named]
    names: dict[str, tuple[list[tuple[str, int]], int]]
    most_linked: list[tuple[EventRow, int]]


@dataclass(frozen=True, slots=True)
class Scope:
    """The events that are counted: ``size`` of them in the table ``wanted``, or all of them, None."""

    db: sqlite3.Connection
    size: int | None = None

    def only(self, event: str, among: str = "") -> str:
        """Return the condition that ``event``, an expression for an event's id, is one of those counted.

        ``among``, if given, is a table that it must be in where all events are counted.
        """
        table = "wanted" if self.size is not None else among
        return f"{event} IN (SELECT id FROM {table})" if table else "1"


@contextmanager
def counted(db: sqlite3.Connection, chosen: str | None, values: Sequence[str] = ()) -> Iterator[Scope]:
    """The events to count: those whose ids ``chosen`` selects, or all of them; until the end of the block."""
    if chosen is None:
        yield Scope(db)
        return
    db.execute("CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)")
    try:
        yield Scope(db, db.execute(f"INSERT INTO wanted {chosen}", values).rowcount)
    finally:
        db.execute("DROP TABLE wanted")


def sums(scope: Scope) -> Sums:
    """Return what the events come to."""
    query = f"""
        SELECT count(*), total(sources > 0), total(related > 0), total(summary <> ''), total(related)
        FROM event WHERE {scope.only("id")}"""
    (broken,) = scope.db.execute(f"SELECT count(*) FROM {_links_of(scope)} AND {IS_BROKEN}").fetchone()
    return Sums(*map(int, (*scope.db.execute(query).fetchone(), broken)))


def _links_of(scope: Scope) -> str:
    """Return the table of the links that are counted, with a condition that may go on."""
    are_few = scope.size is not None and scope.size <= _FEW
    return _LINKS_OF_FEW if are_few else f"link WHERE {scope.only(_LINK_EVENT)}"


def per_day(scope: Scope) -> list[Named]:
    """Return the number of events of each ISO day, in the order of time; of those without one, nothing."""
    query = f"SELECT day, count(*) FROM event WHERE day IS NOT NULL AND {scope.only('+id')} GROUP BY day ORDER BY day"
    return [(day, number) for day, number in scope.db.execute(query)]


def per_name(scope: Scope, kind: str, limit: int | None = None) -> tuple[list[Named], int]:
    """Return the names of a kind (topic, context, source) that most events have, at most ``limit`` of them, and how
    many names there are.

    An event counts once for a name, in whatever case it is written; equal numbers stand in the order of the alphabet.
    For topics, the table ``found_topic`` must be there.
    """
    rows = _context_rows(scope) if kind == "context" else _name_rows(scope, kind)
    spellings: dict[str, list[tuple[str, int]]] = {}
    bounds: dict[str, int] = {}
    for name, text, folded, number in rows:
        if folded:
            spellings.setdefault(folded, []).append((text, name))
            bounds[folded] = bounds.get(folded, 0) + number
    most_rows = sorted(bounds.items(), key=lambda pair: -pair[1])
    best = _best(most_rows, lambda folded: _events_with(scope, kind, [name for _, name in spellings[folded]]), limit)
    named = [(min(spellings[folded])[0], number) for folded, number in best]
    named.sort(key=lambda pair: (-pair[1], pair[0]))
    return named[:limit], len(bounds)


def name_spans(scope: Scope, kind: str) -> list[NameSpan]:
    """Return all names of a kind that the counted events have; an event counts once for a name, however spelt.

    The table ``found_topic`` must exist.
    """
    query = f"""
        SELECT min(text), count(*), min(day), max(day) FROM (
          SELECT name.folded AS folded, min(name.text) AS text, event.day AS day
          FROM ({_ROWS[kind]}) AS named JOIN name ON name.id = named.name JOIN event ON event.id = named.event
          WHERE name.folded <> '' AND {scope.only("named.event")} GROUP BY name.folded, event.id)
        GROUP BY folded"""
    return [NameSpan(*row) for row in scope.db.execute(query)]


def without_name(scope: Scope, kind: str) -> int:
    """Return how many events have no name of a kind."""
    query = f"""
        SELECT count(*) FROM event WHERE {scope.only("event.id")} AND id NOT IN (
          SELECT event FROM ({_ROWS[kind]}) WHERE name NOT IN (SELECT id FROM name WHERE folded = ''))"""
    return int(scope.db.execute(query).fetchone()[0])


def most_linked(scope: Scope, limit: int) -> list[tuple[int, int]]:
    """Return (id, number of events that name it) of the events that most events name: ``limit`` of them, and all that
    come up to the last of these.
    """
    rows = "SELECT page, count(*) AS number FROM reached GROUP BY page"
    query = f"SELECT page, number FROM ({rows}) WHERE {scope.only('page', 'event')} ORDER BY number DESC"
    named_by = "SELECT count(DISTINCT event) FROM reached WHERE page = ?"
    best = _best(scope.db.execute(query), lambda event: int(scope.db.execute(named_by, (event,)).fetchone()[0]), limit)
    least = sorted((number for _, number in best), reverse=True)[:limit][-1:]
    return [(event, number) for event, number in best if [number] >= least]


def _best(bounds: Iterable[tuple[Key, int]], count: Callable[[Key], int], limit: int | None) -> list[tuple[Key, int]]:
    """Return what ``count`` says of those keys that can be among the ``limit`` best: no key has more than its bound.

    ``bounds`` come with the highest first.
    """
    found: list[tuple[Key, int]] = []
    numbers: list[int] = []
    for key, bound in bounds:
        if limit is not None and len(numbers) >= limit:
            numbers = sorted(numbers, reverse=True)[:limit]
            if not numbers or bound < numbers[-1]:
                break
        found.append((key, bound if bound == 1 else count(key)))
        numbers.append(found[-1][1])
    return found


def _name_rows(scope: Scope, kind: str) -> Iterable[tuple[int, str, str, int]]:
    """Return (id, text, folded text, number of rows) of each name of a kind that a counted event has."""
    query = f"""
        SELECT name.id, name.text, name.folded, number FROM name JOIN (
          SELECT name, count(*) AS number FROM ({_ROWS[kind]}) WHERE {scope.only("event")} GROUP BY name
        ) AS named ON named.name = name.id"""
    return scope.db.execute(query)


def _context_rows(scope: Scope) -> Iterable[tuple[int, str, str, int]]:
    """Return what :func:`_name_rows` does, of contexts: links are counted by their lists, which many of them share."""
    query = f"""
        SELECT name.id, name.text, name.folded, number FROM name JOIN (
          SELECT list_name.name AS name, sum(number) AS number FROM list_name JOIN (
            SELECT contexts AS list, count(*) AS number FROM {_links_of(scope)} GROUP BY 1
            UNION ALL SELECT contexts, count(*) FROM entry WHERE {scope.only("+event", "event")} GROUP BY 1
          ) AS counted ON counted.list = list_name.list GROUP BY 1
        ) AS named ON named.name = name.id"""
    return scope.db.execute(query)


def _events_with(scope: Scope, kind: str, names: Sequence[int]) -> int:
    marks = ", ".join("?" * len(names))
    query = f"SELECT count(DISTINCT event) FROM ({_ROWS[kind]}) WHERE name IN ({marks}) AND {scope.only('event')}"
    return int(scope.db.execute(query, names).fetchone()[0])
