"""Events, links, hits and statistics → the JSON that scripts read. Version 1: names may be added, none changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from newsarc.model import Event, RelatedLink
from newsarc.text.sanitize import json_text

if TYPE_CHECKING:
    from newsarc.analysis.recommendations import Recommendation
    from newsarc.analysis.statistics import Counts, Stats
    from newsarc.index import EventRow
    from newsarc.search.engine import Hit

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
    """Return one hit of a search; an exact scan adds the lines."""
    record: Record = {"score": hit.score, "snippet": hit.snippet.text, "event": event_record(event)}
    if hit.lines:
        record["lines"] = [{"line": number, "text": line.text} for number, line in hit.lines]
    return record


def recommendation_record(discovery: Recommendation, event: Event) -> Record:
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


def stats_rows(stats: Stats) -> Iterator[tuple[str, str, object]]:
    """Yield statistics as rows: section, name, value."""
    for name, value in _totals(stats).items():
        yield "total", name, value
    for section, counts in _lists(stats).items():
        for name, number in counts:
            yield section, name, number
    for row, number in stats.most_linked:
        yield "most_linked", f"{row.day}/{row.slug}" if row.day else row.slug, number


def stats_record(stats: Stats) -> Record:
    """Return statistics as the one JSON document says them, without its version."""
    lists = {
        name: [{"value": value, "count": number} for value, number in counts] for name, counts in _lists(stats).items()
    }
    linked = [
        {"path": row.path, "slug": row.slug, "date": row.day, "headline": row.headline, "count": number}
        for row, number in stats.most_linked
    ]
    return {**_totals(stats), **lists, "most_linked": linked}


def _totals(stats: Stats) -> dict[str, int | str | None]:
    return {
        "count": stats.events,
        "since": stats.first,
        "until": stats.last,
        "days": stats.days,
        "undated": stats.undated,
        "with_sources": stats.with_sources,
        "with_related": stats.with_related,
        "with_summary": stats.with_summary,
        "links": stats.links,
        "links_whole": stats.links - stats.broken,
        "links_broken": stats.broken,
        "distinct_topics": stats.topics.total,
        "distinct_contexts": stats.contexts.total,
        "distinct_sources": stats.sources.total,
    }


def _lists(stats: Stats) -> dict[str, Counts]:
    return {
        "years": stats.years,
        "months": stats.months,
        "busiest_days": stats.busiest,
        "topics": stats.topics.counts,
        "contexts": stats.contexts.counts,
        "sources": stats.sources.counts,
    }
