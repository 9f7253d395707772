"""Aggregate statistics of all events, or of those that match a filter.

The most frequent names are found without an exact count for each. The number of rows of a name is cheap to count and an
upper bound for its number of events. Names are therefore visited by number of rows, until no further name can be among
the top.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from newsarc.index.events import EventRow
from newsarc.index.links_elsewhere import LinksElsewhere
from newsarc.index.schema import IS_BROKEN, LINK_BITS

Key = TypeVar("Key")
Named = tuple[str, int]  # a name or a day, and its number of events
_LINK_EVENT = f"link.id >> {LINK_BITS}"
_FEW_EVENTS = 10_000  # events; up to this number, looking up the links of each is faster than scanning all links
_LINKS_OF_FEW = (
    f"wanted CROSS JOIN link ON link.id BETWEEN wanted.id << {LINK_BITS} AND (wanted.id + 1 << {LINK_BITS}) - 1 WHERE 1"
)
# The (event, name) rows of each kind of name. The page that a day page lists need not be an event, as it may be
# unreadable. The unary plus keeps SQLite from scanning by event when the name is given.
_NAME_ROWS = {
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
class Summary:
    """The number of events, of events with certain properties, of related ``links``, and of ``broken`` ones."""

    events: int
    with_sources: int
    with_related: int
    with_summary: int
    links: int
    broken: int


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Aggregate statistics of events.

    ``days`` are the numbers of events by ISO date. ``names`` has, for each kind, the most frequent names and the number
    of all names. ``most_linked`` are the events with the most incoming links, with the number of events linking there.
    """

    summary: Summary
    days: list[Named]
    names: dict[str, tuple[list[tuple[str, int]], int]]
    most_linked: list[tuple[EventRow, int]]


@dataclass(frozen=True, slots=True)
class Scope:
    """The events that are counted: the ``size`` events in the table ``wanted``, or all events if ``size`` is None."""

    db: sqlite3.Connection
    size: int | None = None

    def only(self, event: str, among: str = "") -> str:
        """Return the SQL condition that the id ``event``, an SQL expression, is counted.

        If all events are counted, it must be in the table ``among``, if given.
        """
        table = "wanted" if self.size is not None else among
        return f"{event} IN (SELECT id FROM {table})" if table else "1"


@contextmanager
def open_scope(db: sqlite3.Connection, selected: str | None, values: Sequence[str] = ()) -> Iterator[Scope]:
    """Limit the counts in this block to the ids that the query ``selected`` returns (None: all events)."""
    if selected is None:
        yield Scope(db)
        return
    db.execute("CREATE TEMP TABLE wanted (id INTEGER PRIMARY KEY)")
    try:
        yield Scope(db, db.execute(f"INSERT INTO wanted {selected}", values).rowcount)
    finally:
        db.execute("DROP TABLE wanted")


def summarize(scope: Scope, elsewhere: LinksElsewhere) -> Summary:
    """Return the summary of the events in ``scope``. Links ``elsewhere`` do not count."""
    query = f"""
        SELECT count(*), total(sources > 0), total(related > 0), total(summary <> ''), total(related)
        FROM event WHERE {scope.only("id")}"""
    counted = map(int, scope.db.execute(query).fetchone())
    of_events = f"SELECT {_LINK_EVENT}, count(*) FROM {_links_of(scope)} AND {IS_BROKEN} GROUP BY 1"
    broken = dict(scope.db.execute(of_events))
    others = elsewhere.counts(scope.db, broken)
    only_others = "SELECT count(*) FROM event WHERE id = ? AND related = ?"
    events, with_sources, with_related, with_summary, links = counted
    with_related -= sum(scope.db.execute(only_others, pair).fetchone()[0] for pair in others.items())
    number = sum(others.values())
    return Summary(events, with_sources, with_related, with_summary, links - number, sum(broken.values()) - number)


def _links_of(scope: Scope) -> str:
    """Return the FROM clause for the links in ``scope``; callers may append conditions."""
    are_few = scope.size is not None and scope.size <= _FEW_EVENTS
    return _LINKS_OF_FEW if are_few else f"link WHERE {scope.only(_LINK_EVENT)}"


def count_by_day(scope: Scope) -> list[Named]:
    """Return the number of events by ISO date, in chronological order. Events without a date are left out."""
    query = f"SELECT day, count(*) FROM event WHERE day IS NOT NULL AND {scope.only('+id')} GROUP BY day ORDER BY day"
    return [(day, number) for day, number in scope.db.execute(query)]


def count_by_name(scope: Scope, kind: str, limit: int | None = None) -> tuple[list[Named], int]:
    """Return the most frequent names of a kind (topic, context, source), at most ``limit``, and their total number.

    Names are compared ignoring case and accents, and an event counts once for each. Ties are sorted alphabetically. For
    topics, the table ``found_topic`` must exist.
    """
    rows = _context_rows(scope) if kind == "context" else _name_rows(scope, kind)
    spellings: dict[str, list[tuple[str, int]]] = {}
    bounds: dict[str, int] = {}
    for name, text, folded, number in rows:
        if folded:
            spellings.setdefault(folded, []).append((text, name))
            bounds[folded] = bounds.get(folded, 0) + number
    most_rows = sorted(bounds.items(), key=lambda pair: -pair[1])
    best = _top_k(most_rows, lambda folded: _count_events(scope, kind, [name for _, name in spellings[folded]]), limit)
    named = [(min(spellings[folded])[0], number) for folded, number in best]
    named.sort(key=lambda pair: (-pair[1], pair[0]))
    return named[:limit], len(bounds)


def name_spans(scope: Scope, kind: str) -> list[NameSpan]:
    """Return all names of a kind that the counted events have; an event counts once for a name, however spelt.

    For topics, the table ``found_topic`` must exist.
    """
    if kind == "context":
        return _context_spans(scope)
    query = f"""
        SELECT min(text), count(*), min(day), max(day) FROM (
          SELECT name.folded AS folded, min(name.text) AS text, event.day AS day
          FROM ({_NAME_ROWS[kind]}) AS named JOIN name ON name.id = named.name JOIN event ON event.id = named.event
          WHERE name.folded <> '' AND {scope.only("named.event")} GROUP BY name.folded, event.id)
        GROUP BY folded"""
    return [NameSpan(*row) for row in scope.db.execute(query)]


def _context_spans(scope: Scope) -> list[NameSpan]:
    # There are few distinct lists of contexts. Expanding them here is much faster than a join, which sorts a row for
    # each context of each link.
    names = {name: (folded, text) for name, folded, text in scope.db.execute("SELECT id, folded, text FROM name")}
    lists: dict[int, set[tuple[str, str]]] = {}
    for list_, name in scope.db.execute("SELECT list, name FROM list_name"):
        lists.setdefault(list_, set()).add(names[name])
    contexts: dict[int, set[tuple[str, str]]] = {}
    links = f"SELECT {_LINK_EVENT}, contexts FROM {_links_of(scope)} AND contexts <> 0"
    for event, list_ in scope.db.execute(f"{links} UNION ALL SELECT event, contexts FROM entry"):
        contexts.setdefault(event, set()).update(lists.get(list_, ()))
    counts: Counter[str] = Counter()
    texts: dict[str, str] = {}
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for event, day in scope.db.execute(f"SELECT id, day FROM event WHERE {scope.only('id')} ORDER BY day"):
        for folded, text in contexts.get(event, ()):
            texts[folded] = min(text, texts.get(folded, text))
        for folded in {folded for folded, _ in contexts.get(event, ()) if folded}:
            counts[folded] += 1
            if day is not None:
                first.setdefault(folded, day)
                last[folded] = day
    return [NameSpan(texts[one], count, first.get(one), last.get(one)) for one, count in counts.items()]


def count_without_name(scope: Scope, kind: str) -> int:
    """Return the number of events that have no name of ``kind``."""
    query = f"""
        SELECT count(*) FROM event WHERE {scope.only("event.id")} AND id NOT IN (
          SELECT event FROM ({_NAME_ROWS[kind]}) WHERE name NOT IN (SELECT id FROM name WHERE folded = ''))"""
    return int(scope.db.execute(query).fetchone()[0])


def most_linked(scope: Scope, limit: int) -> list[tuple[int, int]]:
    """Return the events with the most incoming links, as (id, number of events linking to it).

    Returns ``limit`` of them, and all that tie with the last.
    """
    rows = "SELECT page, count(*) AS number FROM reached GROUP BY page"
    query = f"SELECT page, number FROM ({rows}) WHERE {scope.only('page', 'event')} ORDER BY number DESC"
    named_by = "SELECT count(DISTINCT event) FROM reached WHERE page = ?"
    best = _top_k(scope.db.execute(query), lambda event: int(scope.db.execute(named_by, (event,)).fetchone()[0]), limit)
    least = sorted((number for _, number in best), reverse=True)[:limit][-1:]
    return [(event, number) for event, number in best if [number] >= least]


def _top_k(bounds: Iterable[tuple[Key, int]], count: Callable[[Key], int], limit: int | None) -> list[tuple[Key, int]]:
    """Return the keys that can be among the top ``limit``, with their exact counts.

    ``bounds`` are keys with an upper bound for their count, highest first. ``count`` returns the exact number.
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
    """Return (id, text, folded text, number of rows) for each name of ``kind`` in ``scope``."""
    query = f"""
        SELECT name.id, name.text, name.folded, number FROM name JOIN (
          SELECT name, count(*) AS number FROM ({_NAME_ROWS[kind]}) WHERE {scope.only("event")} GROUP BY name
        ) AS named ON named.name = name.id"""
    return scope.db.execute(query)


def _context_rows(scope: Scope) -> Iterable[tuple[int, str, str, int]]:
    """Return the same as :func:`_name_rows` for contexts. Links are counted by list first, as many share one."""
    query = f"""
        SELECT name.id, name.text, name.folded, number FROM name JOIN (
          SELECT list_name.name AS name, sum(number) AS number FROM list_name JOIN (
            SELECT contexts AS list, count(*) AS number FROM {_links_of(scope)} GROUP BY 1
            UNION ALL SELECT contexts, count(*) FROM entry WHERE {scope.only("+event", "event")} GROUP BY 1
          ) AS counted ON counted.list = list_name.list GROUP BY 1
        ) AS named ON named.name = name.id"""
    return scope.db.execute(query)


def _count_events(scope: Scope, kind: str, names: Sequence[int]) -> int:
    marks = ", ".join("?" * len(names))
    query = f"SELECT count(DISTINCT event) FROM ({_NAME_ROWS[kind]}) WHERE name IN ({marks}) AND {scope.only('event')}"
    return int(scope.db.execute(query, names).fetchone()[0])
