"""Events, links and hits → the JSON that scripts read. Version 1: names may be added, none changes its meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from newsarc.model import Event, RelatedLink
from newsarc.safe import json_text

if TYPE_CHECKING:
    from newsarc.discover import Discovery
    from newsarc.index import EventRow
    from newsarc.search import Hit

VERSION = 1

Record = dict[str, Any]
Backlinks: TypeAlias = "Sequence[tuple[EventRow, tuple[str, ...]]]"


def event_record(event: Event, backlinks: Backlinks | None = None) -> Record:
    """Return the EVENT of the JSON formats; ``backlinks`` only where they are given."""
    record: Record = {
        "path": event.path,
        "slug": event.slug,
        "date": event.date.isoformat() if event.date else None,
        "headline": event.headline,
        "topics": list(event.topics),
        "summary": event.summary,
        "sources": [{"label": source.text, "url": source.url, "line": source.line} for source in event.sources],
        "changes": [
            {
                "label": change.text,
                "target": change.target,
                "path": change.path,
                "timestamp": change.timestamp,
                "note": change.note,
                "line": change.line,
            }
            for change in event.changes
        ],
        "related": [link_record(link) for link in event.related],
    }
    if backlinks is not None:
        record["backlinks"] = backlink_records(backlinks)
    return record


def link_record(link: RelatedLink) -> Record:
    """Return the LINK of the JSON formats."""
    return {
        "label": link.text,
        "target": link.target,
        "path": link.path,
        "contexts": list(link.contexts),
        "broken": link.broken is True,
        "line": link.line,
        "column": link.column,
    }


def backlink_records(backlinks: Backlinks) -> list[Record]:
    """Return the backlinks of an event: who names it, and for which contexts."""
    return [
        {"path": row.path, "headline": row.headline, "date": row.day, "contexts": list(contexts)}
        for row, contexts in backlinks
    ]


def hit_record(hit: Hit, event: Event) -> Record:
    """Return one hit of a search."""
    return {"score": hit.score, "snippet": hit.snippet.text, "event": event_record(event)}


def discovery_record(discovery: Discovery, event: Event) -> Record:
    """Return one event that belongs to a story, and why."""
    return {"score": discovery.score, "reasons": list(discovery.reasons), "event": event_record(event)}


def json_line(record: Mapping[str, Any]) -> str:
    """Return one line of JSON, without its line end."""
    return json_text(json.dumps(record, ensure_ascii=False))


def json_document(head: Mapping[str, Any], key: str, records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the pieces of ``{"version": 1, …head, key: [records]}``, one record at a time, so that memory stays
    flat.
    """
    yield json_text(json.dumps({"version": VERSION, **head}, ensure_ascii=False))[:-1] + f', "{key}": ['
    separator = "\n"
    for record in records:
        yield separator + json_line(record)
        separator = ",\n"
    yield "\n]}\n" if separator != "\n" else "]}\n"
