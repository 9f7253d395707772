"""The shortest path between two events as rows, as JSON and as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from newsarc.analysis.shortest_path import LinkPath
from newsarc.model import Event
from newsarc.output.json import event_record, json_document, json_line, path_node_record
from newsarc.output.json_types import PathHead
from newsarc.output.link_tree import ARROWS
from newsarc.text.sanitize import visible

Row = tuple[object, ...]


def rows(path: LinkPath) -> Iterator[Row]:
    """Yield a row for each event, with the columns of :data:`newsarc.output.related.HEADER`.

    The first event has no relation.
    """
    for depth, event in enumerate(path.events):
        contexts = ", ".join(event.contexts)
        yield depth, event.direction, event.day, event.slug, contexts, event.title, event.path


def document(start: Event, end: Event, path: LinkPath) -> Iterator[str]:
    """Yield the pieces of the JSON document about a path."""
    head: PathHead = {"from": event_record(start), "to": event_record(end)}
    return json_document(head, "chain", map(path_node_record, path.events))


def lines(path: LinkPath) -> Iterator[str]:
    """Yield a line of JSON for each event."""
    for event in path.events:
        yield json_line(path_node_record(event)) + "\n"


def text_lines(path: LinkPath) -> Iterator[str]:
    """Yield a line of plain text for each event and for each link between two, not wrapped."""
    for event in path.events:
        if event.direction:
            yield f"  {ARROWS[event.direction]} {visible(', '.join(event.contexts))}".rstrip() + "\n"
        yield f"{event.day or 'no date'}  {visible(event.title)}\n"
