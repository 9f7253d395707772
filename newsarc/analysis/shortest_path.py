"""The shortest path between two events along related links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarc.analysis.traversal import Direction
from newsarc.index import EventRow, Index
from newsarc.model import Event


@dataclass(frozen=True, slots=True)
class PathNode:
    """One event of a path, and the link that connects it with the event before.

    ``direction`` is ``related`` if the event before links to this one, ``backlink`` if this one links to the event
    before, None for the first event. ``contexts`` are those of that link. ``day`` is the ISO date that the event is
    filed under, or None.
    """

    path: str
    slug: str
    day: str | None
    headline: str
    direction: Direction | None
    contexts: tuple[str, ...]

    @property
    def title(self) -> str:
        """The headline, or the slug if there is none."""
        return self.headline or self.slug


@dataclass(frozen=True, slots=True)
class LinkPath:
    """A path along related links: its events with both ends, or no events if none connects the two ends.

    Without a path, ``exhausted_from`` is the file of the end from which the search has visited everything it can reach:
    ``seen`` events, the farthest of them ``eccentricity`` links away.
    """

    events: tuple[PathNode, ...]
    exhausted_from: str | None = None
    seen: int = 0
    eccentricity: int = 0


def find_shortest_path(index: Index, start: Event, end: Event, context: str | None = None) -> LinkPath:
    """Find the shortest path from ``start`` to ``end``, following valid related links in either direction.

    With ``context``, compared without case and accents, only links that carry it count. Of several shortest paths, the
    one with the earliest events wins, step by step, then the first by file name. If two events link to each other, the
    link in the direction of the path is reported.
    """
    sides = near, far = _Frontier.at(index, start, context), _Frontier.at(index, end, context)
    while not (meeting := near.layers[-1] & far.layers[-1]):
        exhausted = next((side for side in sides if not side.layers[-1]), None)
        if exhausted is not None:
            return LinkPath((), exhausted.event.path, len(exhausted.seen), max(0, len(exhausted.layers) - 2))
        min(sides, key=lambda side: (len(side.layers[-1]), len(side.layers))).grow()
    leading = [meeting]
    for layer in reversed(near.layers[:-1]):  # keep only the events around the start that lead to the end
        leading.insert(0, layer & index.neighbours(leading[0], context))
    rows = index.rows_of(leading[0])
    for layer in (*leading[1:], *reversed(far.layers[:-1])):
        rows.append(index.rows_of(layer & index.neighbours([rows[-1].id], context))[0])
    return LinkPath(tuple(_nodes(index, rows, context)))


@dataclass(slots=True)
class _Frontier:
    """A breadth-first search from one end. ``layers`` are sets of event ids, by distance from the end."""

    index: Index
    event: Event
    context: str | None
    layers: list[set[int]]
    seen: set[int]

    @classmethod
    def at(cls, index: Index, event: Event, context: str | None) -> _Frontier:
        """Return the search that has visited only ``event``."""
        ids = index.ids([event.path])
        return cls(index, event, context, [set(ids)], set(ids))

    def grow(self) -> None:
        """Visit the events that are one link farther away."""
        reached = self.index.neighbours(self.layers[-1], self.context) - self.seen
        self.seen |= reached
        self.layers.append(reached)


def _nodes(index: Index, rows: Sequence[EventRow], context: str | None) -> list[PathNode]:
    links = index.links_among([row.id for row in rows], context)
    first = rows[0]
    nodes = [PathNode(first.path, first.slug, first.day, first.headline, None, ())]
    for before, row in pairwise(rows):
        direction: Direction = "related" if (before.id, row.id) in links else "backlink"
        contexts = links[(before.id, row.id) if direction == "related" else (row.id, before.id)]
        nodes.append(PathNode(row.path, row.slug, row.day, row.headline, direction, contexts))
    return nodes
