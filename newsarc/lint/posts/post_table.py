"""Table of all posts in the index, for rules about their links and addresses."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from newsarc.index.schema import IS_BROKEN, LINK_BITS, PATH
from newsarc.index.target_numbers import path_number
from newsarc.lint.event_table import EventTable
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import fold

_IN_FOLDER = "JOIN page ON page.id = event.id JOIN folder ON folder.id = page.folder"


class PostRecord(NamedTuple):
    """A post. ``slug`` is the last part of its address; ``words`` is its folded headline without punctuation."""

    id: int
    path: str
    slug: str
    date: dt.date | None
    words: str


class PostTable:
    """Queries about posts in an up-to-date index of a site."""

    def __init__(self, events: EventTable) -> None:
        self._events = events

    @cached_property
    def posts(self) -> Sequence[PostRecord]:
        """All posts, sorted by path."""
        query = f"""
            SELECT event.id, {PATH}, address.text, event.day, event.headline FROM event {_IN_FOLDER}
            JOIN address ON address.event = event.id ORDER BY 2"""
        return [
            PostRecord(
                id_,
                path,
                address.rpartition("/")[2],
                dt.date.fromisoformat(day) if day else None,
                strip_punctuation(fold(headline)),
            )
            for id_, path, address, day, headline in self._events.db.execute(query)
        ]

    @cached_property
    def by_id(self) -> Mapping[int, PostRecord]:
        """The posts by id."""
        return {post.id: post for post in self.posts}

    @cached_property
    def by_slug(self) -> Mapping[str, Sequence[PostRecord]]:
        """The posts by slug, in lower case."""
        found: dict[str, list[PostRecord]] = {}
        for post in self.posts:
            found.setdefault(post.slug.lower(), []).append(post)
        return found

    @cached_property
    def by_headline(self) -> Mapping[str, Sequence[PostRecord]]:
        """The posts by the words of their headline."""
        found: dict[str, list[PostRecord]] = {}
        for post in self.posts:
            found.setdefault(post.words, []).append(post)
        return found

    @cached_property
    def by_date(self) -> Mapping[dt.date | None, Sequence[PostRecord]]:
        """The posts by date."""
        found: dict[dt.date | None, list[PostRecord]] = {}
        for post in self.posts:
            found.setdefault(post.date, []).append(post)
        return found

    def reached(self, keys: Iterable[str]) -> PostRecord | None:
        """Return the post that a link with these keys leads to: that of the first key that a post has."""
        numbers = list(map(path_number, keys))
        query = """
            SELECT destination.page FROM json_each(?) AS wanted
            JOIN destination ON destination.target = wanted.value ORDER BY wanted.key LIMIT 1"""
        row = self._events.db.execute(query, (json.dumps(numbers),)).fetchone()
        return None if row is None else self.by_id.get(row[0])

    def unresolved_pages(self) -> Iterator[str]:
        """Yield the paths of the pages with a link that needs a post or a file, and leads to no post."""
        query = f"""
            SELECT {PATH} FROM page JOIN folder ON folder.id = page.folder WHERE page.id IN (
              SELECT link.id >> {LINK_BITS} FROM link WHERE {IS_BROKEN}
              UNION SELECT page FROM mention WHERE target NOT IN (SELECT target FROM destination)
            ) ORDER BY 1"""
        return (path for (path,) in self._events.db.execute(query))
