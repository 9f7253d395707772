"""Pages → the rows of the index."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from newsarc.index.schema import INDEXES, SCHEMA
from newsarc.model import DayPage, Event
from newsarc.parser.contexts import headline_prefixes, headline_topics
from newsarc.text import fold, without_surrogates

_MIN_EVENTS_OF_TOPIC = 2  # the same prefix on other events makes a topic of it (FORMAT: "Topics")

FiledPage = tuple[str | None, Event | DayPage]


def fill(db: sqlite3.Connection, event_paths: Sequence[str], pages: Iterable[FiledPage]) -> None:
    """Make the tables in ``db`` and fill them.

    ``event_paths`` are the paths of all events to come, in the order of time, which gives them their ids; ``pages``
    yields each page with the ISO day that it is filed under.
    """
    db.executescript(SCHEMA)
    _Build(db, event_paths).run(pages)
    db.executescript(INDEXES)


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

    def run(self, pages: Iterable[FiledPage]) -> None:
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
            for topic in headline_topics(headline, known.__contains__):
                if fold(topic) not in has:
                    new = topic not in self.names
                    id_ = self.name(topic)
                    if new:
                        self.db.execute("INSERT INTO name VALUES (?, ?, ?)", (id_, topic, fold(topic)))
                    self.db.execute("INSERT INTO topic VALUES (?, ?, ?)", (event, id_, None))

    def topics_of(self, event: int) -> list[str]:
        query = "SELECT name.text FROM topic JOIN name ON name.id = topic.name WHERE event = ?"
        return [text for (text,) in self.db.execute(query, (event,))]


def _host(url: str) -> str:
    try:
        host = urlsplit(without_surrogates(url)).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
