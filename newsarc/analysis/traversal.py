"""The links around an event: walks along related links, forwards and backwards."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from newsarc.archive.reader import Pages
from newsarc.layout import is_event_path
from newsarc.model import Event, RelatedLink
from newsarc.text.normalize import fold

if TYPE_CHECKING:
    from newsarc.index import EventRow, Index

Direction = Literal["related", "backlink"]
DIRECTIONS: tuple[Direction, ...] = ("related", "backlink")
Backlinks: TypeAlias = "list[tuple[EventRow, tuple[str, ...]]]"


@dataclass(frozen=True, slots=True)
class Step:
    """One event reached on a walk, ``depth`` links away from the first, by a link of the event at ``via``.

    ``direction`` is ``related`` where ``via`` names it, ``backlink`` where it names ``via``.
    """

    depth: int
    via: str
    direction: Direction
    contexts: tuple[str, ...]
    path: str
    day: str | None
    headline: str


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps of a walk, nearest first. ``is_cut`` is true where there was more than the limit."""

    steps: tuple[Step, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What is one link away from ``event``: its own links, broken ones too, and the events that name it."""

    event: Event
    links: tuple[RelatedLink, ...]
    naming: Backlinks


def around(index: Index | None, event: Event, directions: tuple[Direction, ...], context: str | None = None) -> Around:
    """Return the links of ``event`` and those that reach it, as far as ``directions`` and ``context`` ask for them.

    ``index`` is that of the whole archive; None will do without backlinks.
    """
    links = with_context(event.related, context) if "related" in directions else ()
    return Around(event, links, _naming(index, event, context) if "backlink" in directions else [])


def with_context(links: tuple[RelatedLink, ...], context: str | None) -> tuple[RelatedLink, ...]:
    """Return those of ``links`` that carry ``context``, compared without case and accents; all of them for None."""
    if context is None:
        return links
    wanted = fold(context)
    return tuple(link for link in links if wanted in map(fold, link.contexts))


def walk(
    pages: Pages,
    index: Index | None,
    start: Event,
    depth: int,
    directions: tuple[Direction, ...] = ("related",),
    context: str | None = None,
    limit: int = 500,
) -> Walk:
    """Walk from ``start`` along whole related links, breadth first, each event once, at most ``limit`` of them.

    ``index`` is that of the whole archive; None will do for related links alone, which read only the pages walked over.
    """
    neighbours: list[Callable[[Event], Iterator[tuple[Direction, str, tuple[str, ...]]]]] = []
    if "related" in directions:
        neighbours.append(lambda event: _named_by(event, context))
    if "backlink" in directions:
        neighbours.append(
            lambda event: (("backlink", row.path, contexts) for row, contexts in _naming(index, event, context))
        )
    seen = {start.path}
    steps: list[Step] = []
    waiting = deque([(start, 0)])
    while waiting:
        event, distance = waiting.popleft()
        if distance == depth:
            break
        for direction, path, contexts in (step for find in neighbours for step in find(event)):
            if path in seen:
                continue
            if len(steps) == limit:
                return Walk(tuple(steps), is_cut=True)
            seen.add(path)
            found = pages.try_load(path)
            if found is None:
                continue
            day = found.date.isoformat() if found.date else None
            steps.append(Step(distance + 1, event.path, direction, contexts, path, day, found.title))
            waiting.append((found, distance + 1))
    return Walk(tuple(steps), is_cut=False)


def _named_by(event: Event, context: str | None) -> Iterator[tuple[Direction, str, tuple[str, ...]]]:
    for link in with_context(event.related, context):
        if link.path is not None and is_event_path(link.path):
            yield "related", link.path, link.contexts


def _naming(index: Index | None, event: Event, context: str | None) -> Backlinks:
    assert index is not None, "backlinks need the index"
    wanted = fold(context) if context is not None else None
    return [
        (row, contexts)
        for row, contexts in index.backlinks(event.path)
        if wanted is None or wanted in map(fold, contexts)
    ]
