"""SQLite output: the tables with keys, indexes, views and a full-text table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from newsarc.output.export.records import ExportedEvent
from newsarc.output.export.tables import TABLES, Column, Row, Rows, Table
from newsarc.text.tokenizer import has_spaceless

# The version of the tables and views (PRAGMA user_version). Within a version, names may only be added.
VERSION = 1
_ROWS_AT_ONCE = 2000
_TYPES = {"integer": "INTEGER", "text": "TEXT", "boolean": "INTEGER", "date": "TEXT"}


class View(NamedTuple):
    """A view: its description and its SELECT statement."""

    name: str
    meaning: str
    query: str


def _joined(names: str) -> str:
    return f"(SELECT group_concat(name, '; ') FROM ({names}))"


_LINK_COUNTS = """
  (SELECT count(*) FROM related_link WHERE event_id = event.id) AS related_links,
  (SELECT count(*) FROM related_link WHERE event_id = event.id AND broken) AS broken_links"""


def _names_with_counts(name: str) -> str:
    return f"""SELECT min({name}.name) AS name, count(DISTINCT event.id) AS events,
  min(event.day) AS first_day, max(event.day) AS last_day
FROM {name} JOIN event_{name} ON event_{name}.{name}_id = {name}.id JOIN event ON event.id = event_{name}.event_id
WHERE {name}.folded <> '' GROUP BY {name}.folded"""


VIEWS = (
    View(
        "event_with_counts",
        "Each event with its topics (of origin `page`) as one text, and the numbers of its sources, contexts and "
        "links. `backlinks` counts the exported events that link to it.",
        f"""SELECT event.id, event.day, event.headline,
  {
            _joined('''SELECT name FROM event_topic JOIN topic ON topic.id = event_topic.topic_id
    WHERE event_topic.event_id = event.id AND origin = 'page' ORDER BY place''')
        } AS topics,
  (SELECT count(*) FROM source WHERE event_id = event.id) AS sources,
  (SELECT count(*) FROM event_context WHERE event_id = event.id) AS contexts,{_LINK_COUNTS},
  (SELECT count(DISTINCT event_id) FROM related_link WHERE target_id = event.id) AS backlinks,
  event.path
FROM event""",
    ),
    View(
        "link_with_headlines",
        "Each related link with both headlines, and its contexts as one text. `state` is `exported` if the other event "
        "is in this export, `elsewhere` if it is another page of the archive, `broken`, or `web`. Without an "
        "exported event, the headline is the text of the link.",
        f"""SELECT related_link.id, related_link.event_id, event.day, event.headline,
  related_link.target_id, target.day AS target_day, coalesce(target.headline, related_link.label) AS target_headline,
  {
            _joined('''SELECT name FROM link_context JOIN context ON context.id = link_context.context_id
    WHERE link_context.link_id = related_link.id ORDER BY place''')
        } AS contexts,
  CASE WHEN related_link.broken THEN 'broken' WHEN related_link.target_id IS NOT NULL THEN 'exported'
    WHEN related_link.path IS NOT NULL THEN 'elsewhere' ELSE 'web' END AS state
FROM related_link JOIN event ON event.id = related_link.event_id
LEFT JOIN event AS target ON target.id = related_link.target_id""",
    ),
    View(
        "broken_link",
        "Each broken link with its place, text and target.",
        """SELECT related_link.id, related_link.event_id, event.day, event.headline, related_link.label,
  related_link.target, event.path, related_link.line_number, related_link.column_number
FROM related_link JOIN event ON event.id = related_link.event_id WHERE related_link.broken""",
    ),
    View(
        "day_with_counts",
        "Each day with the numbers of its events and of their links.",
        """SELECT day.date, day.weekday, count(DISTINCT event.id) AS events, count(related_link.id) AS related_links,
  count(CASE WHEN related_link.broken THEN 1 END) AS broken_links
FROM day JOIN event ON event.day = day.date LEFT JOIN related_link ON related_link.event_id = event.id
GROUP BY day.date""",
    ),
    View(
        "topic_with_counts",
        "Each topic, with all its spellings, its number of events, and their first and last day; the same counts as "
        "`newsarc list --count-by topic`.",
        _names_with_counts("topic"),
    ),
    View(
        "context_with_counts",
        "The same for contexts.",
        _names_with_counts("context"),
    ),
    View(
        "host_with_counts",
        "Each host of sources, with its numbers of sources and events.",
        """SELECT host, count(*) AS sources, count(DISTINCT event_id) AS events
FROM source WHERE host <> '' GROUP BY host""",
    ),
)
TEXT = View(
    "event_fts",
    "Headlines and summaries as an FTS5 table; its `rowid` is the `id` of the event.",
    'CREATE VIRTUAL TABLE event_fts USING fts5(headline, summary, content="event", content_rowid="id", tokenize="{}")',
)
# In scripts without spaces between words, any three characters can be searched for (the trigram tokenizer).
_MOSTLY_SPACELESS = "SELECT 2 * total(has_spaceless(headline)) > count(*) FROM event"


def write(events: Iterable[ExportedEvent], file: Path) -> None:
    """Write ``events`` to the database ``file``, which must not exist yet. Raises OSError."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            # The caller deletes an incomplete file, so neither a journal nor syncing is needed.
            db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA user_version = {VERSION};")
            db.execute("BEGIN")
            for table in TABLES:
                db.execute(_create(table))
            _fill(db, events)
            for table in TABLES:
                for column in table.indexed:
                    db.execute(f"CREATE INDEX {table.name}_{column} ON {table.name} ({column})")
            db.execute("CREATE INDEX related_link_broken ON related_link (event_id) WHERE broken")
            for view in VIEWS:
                db.execute(f"CREATE VIEW {view.name} AS\n{view.query}")
            _add_text(db)
            db.execute("ANALYZE")
            db.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error


def _create(table: Table) -> str:
    columns = ",\n  ".join(_definition(column, table) for column in table.columns)
    if table.key == 1:
        return f"CREATE TABLE {table.name} (\n  {columns}\n)"
    key = ", ".join(column.name for column in table.columns[: table.key])
    return f"CREATE TABLE {table.name} (\n  {columns},\n  PRIMARY KEY ({key})\n) WITHOUT ROWID"


def _definition(column: Column, table: Table) -> str:
    parts = [column.name, _TYPES[column.kind]]
    if column is table.columns[0] and table.key == 1:
        parts.append("PRIMARY KEY")
    if not column.is_optional:
        parts.append("NOT NULL")
    if (table.name, column.name) == ("event", "path"):
        parts.append("UNIQUE")
    if column.refers_to is not None:
        (other,) = (other for other in TABLES if other.name == column.refers_to)
        parts.append(f"REFERENCES {other.name} ({other.columns[0].name})")
    return " ".join(parts)


def _fill(db: sqlite3.Connection, events: Iterable[ExportedEvent]) -> None:
    inserts = {
        table.name: f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})" for table in TABLES
    }
    waiting: dict[str, list[Row]] = {table.name: [] for table in TABLES}
    rows = Rows()
    for event in events:
        for table, row in rows.of(event):
            waiting[table].append(row)
            if len(waiting[table]) >= _ROWS_AT_ONCE:
                db.executemany(inserts[table], waiting[table])
                waiting[table].clear()
    for table, rest in waiting.items():
        db.executemany(inserts[table], rest)


def _add_text(db: sqlite3.Connection) -> None:
    db.create_function("has_spaceless", 1, has_spaceless, deterministic=True)
    is_spaceless = db.execute(_MOSTLY_SPACELESS).fetchone()[0]
    db.execute(TEXT.query.format("trigram" if is_spaceless else "unicode61 remove_diacritics 2"))
    db.execute("INSERT INTO event_fts (event_fts) VALUES ('rebuild')")
    db.execute("INSERT INTO event_fts (event_fts) VALUES ('optimize')")
