"""The tables of an export, and an event's record taken apart into their rows.

SQLite, Parquet and CSV have the same tables; ``sqlite.py`` adds keys, indexes, views and a full-text table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from newsarc.index.extractor import host_of
from newsarc.output.export.records import Exported
from newsarc.output.humanize import weekday
from newsarc.text.normalize import fold

Kind = Literal["integer", "text", "boolean", "date"]
Value: TypeAlias = int | str | bool | None
Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and the table that it refers to, by that one's first column.

    A ``date`` is an ISO string in rows. ``is_optional``: it can be null.
    """

    name: str
    kind: Kind
    meaning: str
    refers_to: str | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first ``key`` columns are its primary key. ``indexed`` are columns that are asked for."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: int = 1
    indexed: tuple[str, ...] = ()


def _id(meaning: str) -> Column:
    return Column("id", "integer", meaning)


def _event_id(meaning: str = "The event.") -> Column:
    return Column("event_id", "integer", meaning, "event")


_PLACE = Column("place", "integer", "Its place on the page, from 1.")
_LINE = Column("line_number", "integer", "The line in the page, from 1.")
_NAME = Column("name", "text", "The name, as it is written.")
_FOLDED = Column(
    "folded", "text", "The name as searches compare it, without case and accents: spellings of one name share it."
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
            _id("A number from 1, in the order of time. It holds within one export; `path` names an event for good."),
            Column("path", "text", "Its page, from the archive's root. No other event has it."),
            Column("slug", "text", "The name of the event: that of its file, or the one that front matter gives."),
            Column("date", "date", "The date that its page gives.", is_optional=True),
            Column("day", "date", "The day that it is filed under, which `--since` and `--until` go by.", "day", True),
            Column("headline", "text", "Its headline, for reading. Empty where the page has none."),
            Column("summary", "text", "Its summary.", is_optional=True),
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
                "`page`: the page says so. `archive`: the headline begins with it, and only the rest of the archive "
                "shows that it is a topic; `list --topic` counts those too.",
            ),
        ),
        key=2,
        indexed=("topic_id",),
    ),
    Table(
        "context",
        "A context: what events have in common.",
        (_id("Its number in this export."), _NAME, _FOLDED),
        indexed=("folded",),
    ),
    Table(
        "event_context",
        "The contexts of events, each once: those of their related links, and those that a day page gives them.",
        (_event_id(), Column("context_id", "integer", "The context.", "context")),
        key=2,
        indexed=("context_id",),
    ),
    Table(
        "source",
        "Where an event was reported: a row for each item under Sources.",
        (
            _id("Its number in this export."),
            _event_id(),
            _PLACE,
            Column("label", "text", "The name of the source, for reading."),
            Column("url", "text", "The address as the page has it; not checked."),
            Column("host", "text", "The host of that address, without `www.`; empty where it has none."),
            _LINE,
        ),
        indexed=("event_id", "host"),
    ),
    Table(
        "change",
        "A former version of an event's headline, or the present one.",
        (
            _id("Its number in this export."),
            _event_id(),
            _PLACE,
            Column("label", "text", "The headline of that version, for reading."),
            Column("target", "text", "The link's target as the page has it."),
            Column("path", "text", "The page that the target means, whether or not it exists.", is_optional=True),
            Column("timestamp", "text", "The time of that version as the page has it.", is_optional=True),
            Column("note", "text", "What stands in parentheses: `First version`.", is_optional=True),
            _LINE,
        ),
        indexed=("event_id",),
    ),
    Table(
        "related_link",
        "A related link of an exported event.",
        (
            _id("Its number in this export."),
            _event_id("The event that names the other one."),
            _PLACE,
            Column("label", "text", "The text of the link, for reading: usually the headline of the other event."),
            Column("target", "text", "The target as the page has it."),
            Column(
                "path", "text", "The page that it reaches; null where it is broken or leads to the web.", None, True
            ),
            Column("target_id", "integer", "The event that it reaches; null where it is not exported.", "event", True),
            Column("broken", "boolean", "Whether it should reach a page of the archive and reaches none."),
            _LINE,
            Column("column_number", "integer", "Where the target begins in its line, in characters from 1."),
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
    """Takes events apart; remembers which names and days have their row already, and the last numbers given."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[str, int]] = {"topic": {}, "context": {}}
        self._last_day: str | None = None
        self._last = {"source": 0, "change": 0, "related_link": 0}

    def of(self, event: Exported) -> Iterator[tuple[str, Row]]:
        """Yield the rows of an event, each with the name of its table; what a row refers to comes before it, but for
        the events that links reach. Events must come in the order of their days.
        """
        record = event.record
        day = record["day"]
        if day is not None and day != self._last_day:
            self._last_day = day
            date = dt.date.fromisoformat(day)
            yield "day", (day, date.year, date.month, weekday(date))
        names = ("path", "slug", "date", "day", "headline", "summary")
        yield "event", (event.id, *(record[name] for name in names))
        topics = [(name, "page") for name in record["topics"]] + [(name, "archive") for name in record["found_topics"]]
        for place, (name, origin) in enumerate(topics, 1):
            topic, new = self._named("topic", name)
            yield from new
            yield "event_topic", (event.id, place, topic, origin)
        for name in record["contexts"]:
            context, new = self._named("context", name)
            yield from new
            yield "event_context", (event.id, context)
        for place, item in enumerate(record["sources"], 1):
            row = (event.id, place, item["label"], item["url"], host_of(item["url"]), item["line"])
            yield "source", (self._number("source"), *row)
        for place, item in enumerate(record["changes"], 1):
            texts = (item[name] for name in ("label", "target", "path", "timestamp", "note"))
            yield "change", (self._number("change"), event.id, place, *texts, item["line"])
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
        """Return the id of a name, and its row where it had none."""
        ids = self._ids[table]
        id_ = ids.get(name)
        if id_ is not None:
            return id_, []
        id_ = ids[name] = len(ids) + 1
        return id_, [(table, (id_, name, fold(name)))]
