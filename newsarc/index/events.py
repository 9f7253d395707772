"""The rows of events: what is asked for of each, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

from newsarc.index.schema import LINK_BITS, PATH

EVENT = "event JOIN page ON page.id = event.id JOIN folder ON folder.id = page.folder"
SLUG = "coalesce(event.slug, substr(page.name, 1, length(page.name) - 3))"
ROW = f"event.id, {PATH}, {SLUG}, event.day, event.headline, event.summary, event.sources, event.related, event.broken"
BY_PATH = "folder.path, page.name"
BY_DATE = f"event.day IS NULL, event.day, {BY_PATH}"
NEWEST = f"event.day IS NULL, event.day DESC, {BY_PATH}"
_SORTS = {
    "date": BY_DATE,
    "headline": f"lower(event.headline), event.day, {BY_PATH}",
    "related": f"event.related DESC, event.day, {BY_PATH}",
    "backlinks": (
        f"(SELECT count(DISTINCT link.id >> {LINK_BITS}) FROM link WHERE target = event.id) DESC, event.day, {BY_PATH}"
    ),
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


def order_by(sort: str, reverse: bool) -> str:
    """Return the order of rows sorted by date, headline, related or backlinks; events without a day stay last."""
    order = _SORTS[sort]
    return ", ".join(map(_reversed, order.split(", "))) if reverse else order


def _reversed(column: str) -> str:
    if column.endswith(" IS NULL"):
        return column
    return column.removesuffix(" DESC") if column.endswith(" DESC") else f"{column} DESC"
