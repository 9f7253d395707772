"""Links of posts that only a post seems to be at, and yet another page or file of the site is.

The index knows the posts alone, and nothing tells when another file comes or goes. So these links are looked for in
each run, on the few pages that have a link without a post: by the same judgement as in lint.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from newsarc.archive.reader import PageReader
from newsarc.errors import PageError
from newsarc.index.schema import IS_BROKEN, LINK_BITS, PATH

if TYPE_CHECKING:
    from newsarc.archive.other_pages import OtherPages

_PLACE = (1 << LINK_BITS) - 1
_CANDIDATES = f"""
    SELECT {PATH}, wanted.value, link.id & {_PLACE} FROM json_each(?) AS wanted
    CROSS JOIN link ON link.id BETWEEN wanted.value << {LINK_BITS} AND (wanted.value + 1 << {LINK_BITS}) - 1
    JOIN page ON page.id = wanted.value JOIN folder ON folder.id = page.folder WHERE {IS_BROKEN}"""


class LinksElsewhere:
    """The related links of posts that lead to other pages, by event; none without ``reader``, that of a site."""

    def __init__(self, reader: PageReader | None = None) -> None:
        self._reader = reader
        self._known: dict[int, frozenset[int]] = {}

    @cached_property
    def pages(self) -> OtherPages | None:
        """The other pages of the site; None for an archive with day folders."""
        if self._reader is None:
            return None
        from newsarc.archive.other_pages import OtherPages  # few links need it

        return OtherPages(self._reader)

    def places(self, db: sqlite3.Connection, events: Iterable[int]) -> Mapping[int, frozenset[int]]:
        """Return the positions of these links on the pages of ``events``, by id. Events without them are left out."""
        if self._reader is None:
            return {}
        wanted = set(events)
        candidates: dict[tuple[int, str], list[int]] = {}
        for path, event, place in db.execute(_CANDIDATES, (json.dumps(sorted(wanted - self._known.keys())),)):
            candidates.setdefault((event, path), []).append(place)
        for (event, path), places in candidates.items():
            self._known[event] = self._judged(self._reader, path, places)
        return {event: found for event in wanted if (found := self._known.setdefault(event, frozenset()))}

    def counts(self, db: sqlite3.Connection, events: Iterable[int]) -> Mapping[int, int]:
        """Return the number of these links of each of ``events``, by id. Events without them are left out."""
        return {event: len(places) for event, places in self.places(db, events).items()}

    def _judged(self, reader: PageReader, path: str, places: Iterable[int]) -> frozenset[int]:
        """Return those of ``places``, which lead to no post, that lead to another page."""
        assert self.pages is not None
        try:
            parsed = reader.parse_post(path, reader.tree.read(path))
        except PageError:  # it was readable a moment ago; the next run reports it
            return frozenset()
        links = list(zip(parsed.event.related, parsed.meanings, strict=True))
        return frozenset(
            place
            for place in places
            if place < len(links) and self.pages.has(links[place][0].target, links[place][1], parsed.post)
        )
