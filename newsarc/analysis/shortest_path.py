"""The shortest chain of related links between two events: how one leads to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarc.analysis.traversal import Direction
from newsarc.index import EventRow, Index
from newsarc.model import Event


@dataclass(frozen=True, slots=True)
class Chained:
    """One event of a chain, and how the event before it leads here: by naming it (``related``) or by being named by
    it (``backlink``), for these contexts. The first event has no ``direction``.

    ``day`` is the ISO date it is filed under, or None.
    """

    path: str
    slug: str
    day: str | None
    headline: str
    direction: Direction | None
    contexts: tuple[str, ...]

    @property
    def title(self) -> str:
        """The headline, or the slug where there is none."""
        return self.headline or self.slug


@dataclass(frozen=True, slots=True)
class Chain:
    """The events of a chain, both ends included; none where no chain connects them.

    Then ``dead_end`` is the path of the end from which the whole reachable part of the archive was seen: ``seen``
    events, the last of them ``far`` links away.
    """

    events: tuple[Chained, ...]
    dead_end: str | None = None
    seen: int = 0
    far: int = 0


def find_chain(index: Index, start: Event, end: Event, context: str | None = None) -> Chain:
    """Return the shortest chain from ``start`` to ``end`` along whole related links, in whichever direction they are
    written; with ``context``, compared without case and accents, along those that carry it.

    Of several, the one whose events come first: at each step the earliest, then the first by path. Where two events
    name each other, the link counts that leads on.
    """
    sides = near, far = _Side.around(index, start, context), _Side.around(index, end, context)
    while not (meeting := near.layers[-1] & far.layers[-1]):
        dead_end = next((side for side in sides if not side.layers[-1]), None)
        if dead_end is not None:
            return Chain((), dead_end.event.path, len(dead_end.seen), max(0, len(dead_end.layers) - 2))
        min(sides, key=lambda side: (len(side.layers[-1]), len(side.layers))).grow()
    leading = [meeting]
    for layer in reversed(near.layers[:-1]):  # of what is around the start, only what leads to the end
        leading.insert(0, layer & index.neighbours(leading[0], context))
    rows = index.rows_of(leading[0])
    for layer in (*leading[1:], *reversed(far.layers[:-1])):
        rows.append(index.rows_of(layer & index.neighbours([rows[-1].id], context))[0])
    return Chain(tuple(_described(index, rows, context)))


@dataclass(slots=True)
class _Side:
    """The events around one end of a chain, by id. ``layers`` has them by how many links away they are."""

    index: Index
    event: Event
    context: str | None
    layers: list[set[int]]
    seen: set[int]

    @classmethod
    def around(cls, index: Index, event: Event, context: str | None) -> _Side:
        """Return a side of which only the end is known."""
        ids = index.ids([event.path])
        return cls(index, event, context, [set(ids)], set(ids))

    def grow(self) -> None:
        """Go one link further."""
        reached = self.index.neighbours(self.layers[-1], self.context) - self.seen
        self.seen |= reached
        self.layers.append(reached)


def _described(index: Index, rows: Sequence[EventRow], context: str | None) -> list[Chained]:
    links = index.links_among([row.id for row in rows], context)
    first = rows[0]
    chain = [Chained(first.path, first.slug, first.day, first.headline, None, ())]
    for before, row in pairwise(rows):
        direction: Direction = "related" if (before.id, row.id) in links else "backlink"
        contexts = links[(before.id, row.id) if direction == "related" else (row.id, before.id)]
        chain.append(Chained(row.path, row.slug, row.day, row.headline, direction, contexts))
    return chain
