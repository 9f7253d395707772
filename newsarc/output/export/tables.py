"""The tables of an export, and the rows of an event.

SQLite, Parquet and CSV have the same tables; ``sqlite.py`` adds keys, indexes, views and a full-text table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from newsarc.output.export.records import ExportedEvent
from newsarc.output.humanize import weekday
from newsarc.output.json_types import SourceJson
from newsarc.text.normalize import fold
from newsarc.text.urls import host_of

Kind = Literal["integer", "text", "boolean", "date"]
Value: TypeAlias = int | str | bool | None
Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``refers_to`` is the table whose first column it references, if any.

    Dates are ISO strings in rows. ``is_optional`` is true if the column can be null.
    """

    name: str
    kind: Kind
    meaning: str
    refers_to: str | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Its first ``key`` columns are its primary key; ``indexed`` are the columns with an index."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: int = 1
    indexed: tuple[str, ...] = ()


def _id(meaning: str) -> Column:
    return Column("id", "integer", meaning)


def _event_id(meaning: str = "The event.") -> Column:
    return Column("event_id", "integer", meaning, "event")


_PLACE = Column("place", "integer", "Its position on the page, from 1.")
_LINE = Column("line_number", "integer", "The line in the page, from 1.")
_NAME = Column("name", "text", "The name as written.")
_FOLDED = Column(
    "folded", "text", "The name without case and accents, as searches compare it. Spellings of one name share it."
)

TABLES = (
    Table(
        "day",
        "A day that exported events are filed under.",
        (
            Column("date", "date", "The day."),
            Column("year", "integer", "Its year."),
            Column("month", "integer", "Its month, 1 to 12."),
            Column("weekday", "text", "`Monday` to `Sunday`."),
        ),
    ),
    Table(
        "event",
        "An exported event.",
        (
            _id("A number from 1, in chronological order. It is valid within one export; `path` is permanent."),
            Column("path", "text", "Its page, relative to the archive root. Unique."),
            Column("slug", "text", "Its slug: the name of the file, or the slug in front matter."),
            Column("date", "date", "The date on its page.", is_optional=True),
            Column("day", "date", "The day that it is filed under, used by `--since` and `--until`.", "day", True),
            Column("headline", "text", "Its headline, for reading. Empty if the page has none."),
            Column("summary", "text", "Its summary.", is_optional=True),
            Column("address", "text", "The path of its published page, if that is known.", is_optional=True),
        ),
        indexed=("day", "slug"),
    ),
    Table("topic", "A topic.", (_id("Its number in this export."), _NAME, _FOLDED), indexed=("folded",)),
    Table(
        "event_topic",
        "The topics of events.",
        (
            _event_id(),
            _PLACE,
            Column("topic_id", "integer", "The topic.", "topic"),
            Column(
                "origin",
                "text",
                "`page`: a topic of the page. `archive`: a prefix of the headline that other pages have as a topic; "
                "`list --topic` includes these.",
            ),
        ),
        key=2,
        indexed=("topic_id",),
    ),
    Table(
        "context",
        "A context: something that events have in common.",
        (_id("Its number in this export."), _NAME, _FOLDED),
        indexed=("folded",),
    ),
    Table(
        "event_context",
        "The contexts of events, each once: those of their related links and those on a day page.",
        (_event_id(), Column("context_id", "integer", "The context.", "context")),
        key=2,
        indexed=("context_id",),
    ),
    Table(
        "source",
        "A source of an event: a row for each item under Sources.",
        (
            _id("Its number in this export."),
            _event_id(),
            _PLACE,
            Column("label", "text", "The name of the source, for reading."),
            Column("url", "text", "The URL as written; not checked."),
            Column("host", "text", "The host of the URL, without `www.`; empty if it has none."),
            _LINE,
            Column("verdict", "text", "What its last check found, such as `alive`; null without a ledger.", None, True),
            Column("dead_since", "date", "When it was first found gone; null if it is not dead.", is_optional=True),
            Column("copy_date", "date", "The date of its archived copy; null if none is known.", is_optional=True),
            Column("copy_url", "text", "The URL of that copy.", is_optional=True),
        ),
        indexed=("event_id", "host"),
    ),
    Table(
        "change",
        "A version of an event's headline, former or current.",
        (
            _id("Its number in this export."),
            _event_id(),
            _PLACE,
            Column("label", "text", "The headline of that version, for reading."),
            Column("target", "text", "The link's target as written."),
            Column("path", "text", "The page of the target, whether or not it exists.", is_optional=True),
            Column("timestamp", "text", "The time of that version as written.", is_optional=True),
            Column("note", "text", "The note in parentheses, such as `First version`.", is_optional=True),
            _LINE,
        ),
        indexed=("event_id",),
    ),
    Table(
        "related_link",
        "A related link of an exported event.",
        (
            _id("Its number in this export."),
            _event_id("The event that has the link."),
            _PLACE,
            Column("label", "text", "The text of the link, for reading: usually the headline of the other event."),
            Column("target", "text", "The target as written."),
            Column("path", "text", "The page that it links to; null if it is broken or a web address.", None, True),
            Column("target_id", "integer", "The event that it links to; null if that is not exported.", "event", True),
            Column("broken", "boolean", "Whether it links to a page that should be in the archive and is not."),
            _LINE,
            Column("column_number", "integer", "The column of the target, in characters from 1."),
        ),
        indexed=("event_id", "target_id"),
    ),
    Table(
        "link_context",
        "The contexts of related links.",
        (
            Column("link_id", "integer", "The link.", "related_link"),
            _PLACE,
            Column("context_id", "integer", "The context.", "context"),
        ),
        key=2,
        indexed=("context_id",),
    ),
)
TABLE_NAMES = tuple(table.name for table in TABLES)


class Rows:
    """Splits events into rows. Remembers the names and days that have a row already, and assigns ids."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, int]] = {"topic": {}, "context": {}}
        self._last_day: str | None = None
        self._last = {"source": 0, "change": 0, "related_link": 0}

    def of(self, event: ExportedEvent) -> Iterator[tuple[str, Row]]:
        """Yield the rows of an event, each with the name of its table.

        A row follows the rows that it references, except for the targets of links. Events must come in the order of
        their days.
        """
        record = event.record
        day = record["day"]
        if day is not None and day != self._last_day:
            self._last_day = day
            date = dt.date.fromisoformat(day)
            yield "day", (day, date.year, date.month, weekday(date))
        texts = (record["path"], record["slug"], record["date"], day, record["headline"], record["summary"])
        yield "event", (event.id, *texts, record["address"])
        topics = [(name, "page") for name in record["topics"]] + [(name, "archive") for name in record["found_topics"]]
        for place, (name, origin) in enumerate(topics, 1):
            topic, new = self._named("topic", name)
            yield from new
            yield "event_topic", (event.id, place, topic, origin)
        for name in record["contexts"]:
            context, new = self._named("context", name)
            yield from new
            yield "event_context", (event.id, context)
        for place, source in enumerate(record["sources"], 1):
            row = (event.id, place, source["label"], source["url"], host_of(source["url"]), source["line"])
            yield "source", (self._number("source"), *row, *_state_of(source))
        for place, item in enumerate(record["changes"], 1):
            link_of_item = (item["label"], item["target"], item["path"])
            version = (item["timestamp"], item["note"], item["line"])
            yield "change", (self._number("change"), event.id, place, *link_of_item, *version)
        for place, (link, target) in enumerate(zip(record["related"], event.targets, strict=True), 1):
            id_ = self._number("related_link")
            reached = (link["path"], target, link["broken"], link["line"], link["column"])
            yield "related_link", (id_, event.id, place, link["label"], link["target"], *reached)
            for at, name in enumerate(link["contexts"], 1):
                context, new = self._named("context", name)
                yield from new
                yield "link_context", (id_, at, context)

    def _number(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _named(self, table: str, name: str) -> tuple[int, list[tuple[str, Row]]]:
        """Return the id of a name, and its row if the name is new."""
        ids = self._ids[table]
        id_ = ids.get(name)
        if id_ is not None:
            return id_, []
        id_ = ids[name] = len(ids) + 1
        return id_, [(table, (id_, name, fold(name)))]


def _state_of(source: SourceJson) -> Row:
    """Return the values of the columns of a source that come from the ledger."""
    state = source.get("state")
    if state is None:
        return None, None, None, None
    copy, since = state.get("copy"), state["dead_since"]
    is_copied = (copy["at"][:10], copy["url"]) if copy is not None else (None, None)
    return state["verdict"], since[:10] if since is not None else None, *is_copied
