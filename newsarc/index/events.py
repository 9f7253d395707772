"""Event rows: their columns and sort orders."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from newsarc.index.links_elsewhere import LinksElsewhere
from newsarc.index.schema import IS_BROKEN, LINK_BITS, PATH

EVENT = "event JOIN page ON page.id = event.id JOIN folder ON folder.id = page.folder"
SLUG = "coalesce(event.slug, substr(page.name, 1, length(page.name) - 3))"  # without .md
ROW = f"event.id, {PATH}, {SLUG}, event.day, event.headline, event.summary, event.sources, event.related"
BY_PATH = "folder.path, page.name"
BY_DATE = f"event.day IS NULL, event.day, {BY_PATH}"
NEWEST = f"event.day IS NULL, event.day DESC, {BY_PATH}"
_SORTS = {
    "date": BY_DATE,
    "headline": f"lower(event.headline), event.day, {BY_PATH}",
    "related": f"event.related DESC, event.day, {BY_PATH}",
    "backlinks": (
        f"(SELECT count(DISTINCT reached.event) FROM reached WHERE page = event.id) DESC, event.day, {BY_PATH}"
    ),
}


_BROKEN = f"""
    SELECT wanted.value, count(*) FROM json_each(?) AS wanted
    CROSS JOIN link ON link.id BETWEEN wanted.value << {LINK_BITS} AND (wanted.value + 1 << {LINK_BITS}) - 1
    WHERE {IS_BROKEN} GROUP BY wanted.value"""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as listed by commands.

    ``day`` is the ISO date that it is filed under, or None. ``sources``, ``related`` and ``broken`` are numbers of
    sources, related links and broken related links.
    """

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
        """The headline, or the slug if there is no headline."""
        return self.headline or self.slug


def event_rows(
    db: sqlite3.Connection, found: Iterable[tuple[Any, ...]], elsewhere: LinksElsewhere
) -> Iterator[EventRow]:
    """Yield an event for each row of ``found``, with its number of broken links. The columns must be those of ROW.

    Links ``elsewhere`` do not count.
    """
    rest = iter(found)
    while rows := list(islice(rest, _BATCH)):
        broken = dict(db.execute(_BROKEN, (json.dumps([row[0] for row in rows]),)))
        others = elsewhere.counts(db, broken) if broken else {}
        for row in rows:
            other = others.get(row[0], 0)
            yield EventRow(*(*row[:-1], row[-1] - other, broken.get(row[0], 0) - other))


def order_by(sort: str, reverse: bool) -> str:
    """Return the ORDER BY terms for ``sort``: date, headline, related or backlinks.

    In both directions, events without a day come last when sorted by date.
    """
    order = _SORTS[sort]
    return ", ".join(map(_reversed, order.split(", "))) if reverse else order


def _reversed(column: str) -> str:
    if column.endswith(" IS NULL"):
        return column
    return column.removesuffix(" DESC") if column.endswith(" DESC") else f"{column} DESC"
