"""Traversals along related links, and the links of a single event, in both directions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from newsarc.archive.reader import PageReader
from newsarc.model import Event, RelatedLink
from newsarc.text.normalize import fold

if TYPE_CHECKING:
    from newsarc.index import EventRow, Index
    from newsarc.storage.tree import Tree

Direction = Literal["related", "backlink"]
DIRECTIONS: tuple[Direction, ...] = ("related", "backlink")
Backlinks: TypeAlias = "list[tuple[EventRow, tuple[str, ...]]]"


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a traversal, ``depth`` links from the start, reached from the event at ``via``.

    ``direction`` is ``related`` if ``via`` links to it, ``backlink`` if it links to ``via``.
    """

    depth: int
    via: str
    direction: Direction
    contexts: tuple[str, ...]
    path: str
    day: str | None
    headline: str


class BrokenLink(NamedTuple):
    """A broken ``link`` of the event at ``via``."""

    via: str
    link: RelatedLink


@dataclass(frozen=True, slots=True)
class Traversal:
    """The steps of a traversal, nearest first, and the broken links of the events whose links were followed.

    ``is_truncated`` is true if there were more steps than the limit.
    """

    steps: tuple[Step, ...]
    is_truncated: bool
    broken: tuple[BrokenLink, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkNeighbourhood:
    """The links of ``event``, including broken ones, and the events that link to it (``backlinks``)."""

    event: Event
    links: tuple[RelatedLink, ...]
    backlinks: Backlinks


def neighbourhood(
    index: Index | None, event: Event, directions: tuple[Direction, ...], context: str | None = None
) -> LinkNeighbourhood:
    """Return the links and backlinks of ``event``, as far as ``directions`` and ``context`` include them.

    ``index`` is that of the whole archive; it may be None if backlinks are not wanted.
    """
    links = with_context(event.related, context) if "related" in directions else ()
    return LinkNeighbourhood(event, links, _backlinks(index, event, context) if "backlink" in directions else [])


def with_context(links: tuple[RelatedLink, ...], context: str | None) -> tuple[RelatedLink, ...]:
    """Return the ``links`` that carry ``context``, compared without case and accents; all of them for None."""
    if context is None:
        return links
    wanted = fold(context)
    return tuple(link for link in links if wanted in map(fold, link.contexts))


def traverse(
    reader: PageReader,
    index: Index | None,
    start: Event,
    depth: int,
    directions: tuple[Direction, ...] = ("related",),
    context: str | None = None,
    limit: int = 500,
) -> Traversal:
    """Traverse valid related links from ``start``, breadth first, visiting each event once and at most ``limit``.

    ``index`` is that of the whole archive; it may be None for related links alone, which read only the pages visited.
    """
    neighbours: list[Callable[[Event], Iterator[tuple[Direction, str, tuple[str, ...]]]]] = []
    if "related" in directions:
        neighbours.append(lambda event: _linked_events(event, context, reader.tree))
    if "backlink" in directions:
        neighbours.append(
            lambda event: (("backlink", row.path, contexts) for row, contexts in _backlinks(index, event, context))
        )
    seen = {start.path}
    steps: list[Step] = []
    broken: list[BrokenLink] = []
    waiting = deque([(start, 0)])
    while waiting:
        event, distance = waiting.popleft()
        if distance == depth:
            break
        if "related" in directions:
            broken += (BrokenLink(event.path, link) for link in with_context(event.related, context) if link.broken)
        for direction, path, contexts in (step for find in neighbours for step in find(event)):
            if path in seen:
                continue
            if len(steps) == limit:
                return Traversal(tuple(steps), is_truncated=True, broken=tuple(broken))
            seen.add(path)
            found = reader.try_load(path)
            if found is None:
                continue
            day = found.date.isoformat() if found.date else None
            steps.append(Step(distance + 1, event.path, direction, contexts, path, day, found.title))
            waiting.append((found, distance + 1))
    return Traversal(tuple(steps), is_truncated=False, broken=tuple(broken))


def _linked_events(event: Event, context: str | None, tree: Tree) -> Iterator[tuple[Direction, str, tuple[str, ...]]]:
    for link in with_context(event.related, context):
        if link.path is not None and tree.is_event(link.path):
            yield "related", link.path, link.contexts


def _backlinks(index: Index | None, event: Event, context: str | None) -> Backlinks:
    assert index is not None, "backlinks need the index"
    wanted = fold(context) if context is not None else None
    return [
        (row, contexts)
        for row, contexts in index.backlinks(event.path)
        if wanted is None or wanted in map(fold, contexts)
    ]
