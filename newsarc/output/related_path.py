"""The chain of related links between two events, as rows, records and lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from newsarc.analysis.shortest_path import LinkPath, PathNode
from newsarc.model import Event
from newsarc.output.json import Record, event_record, json_document, json_line
from newsarc.output.link_tree import ARROWS
from newsarc.text.sanitize import visible

Row = tuple[object, ...]


def rows(chain: LinkPath) -> Iterator[Row]:
    """Yield a row with the columns of :data:`newsarc.output.related.HEADER` for each event; the first has no
    relation.
    """
    for depth, event in enumerate(chain.events):
        contexts = ", ".join(event.contexts)
        yield depth, event.direction, event.day, event.slug, contexts, event.title, event.path


def document(start: Event, end: Event, chain: LinkPath) -> Iterator[str]:
    """Yield the pieces of the JSON document about a chain."""
    head = {"from": event_record(start), "to": event_record(end)}
    return json_document(head, "chain", map(_record, chain.events))


def lines(chain: LinkPath) -> Iterator[str]:
    """Yield a line of JSON for each event."""
    for event in chain.events:
        yield json_line(_record(event)) + "\n"


def text_lines(chain: LinkPath) -> Iterator[str]:
    """Yield a line of plain text for each event and one for each link between two, however long."""
    for event in chain.events:
        if event.direction:
            yield f"  {ARROWS[event.direction]} {visible(', '.join(event.contexts))}".rstrip() + "\n"
        yield f"{event.day or 'no date'}  {visible(event.title)}\n"


def _record(event: PathNode) -> Record:
    return {
        "path": event.path,
        "slug": event.slug,
        "date": event.day,
        "headline": event.headline,
        "relation": event.direction,
        "contexts": list(event.contexts),
    }
