"""The events around one as rows for pipes and as records for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsarc.links import is_external
from newsarc.model import Event, RelatedLink
from newsarc.output.records import (
    Backlinks,
    Record,
    backlink_records,
    event_record,
    json_document,
    json_line,
    link_record,
)
from newsarc.parser.page import folder_date
from newsarc.related import Walk

HEADER = ("depth", "relation", "date", "slug", "contexts", "headline", "path")
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What was found around ``event``: its own links, those that name it, and, of a walk, the steps."""

    event: Event
    links: tuple[RelatedLink, ...]
    naming: Backlinks
    walked: Walk | None = None


def rows(around: Around) -> Iterator[Row]:
    """Yield a row with the columns of HEADER for each link, or for each step of a walk; broken links first there."""
    if around.walked is None:
        return _link_rows(around)
    return _walk_rows(around.links, around.walked)


def paths(around: Around) -> list[str]:
    """Return the paths that whole links or steps reach, each once."""
    reached = (str(row[6]) for row in rows(around) if row[1] != "broken")
    return [path for path in dict.fromkeys(reached) if not is_external(path)]


def lines(around: Around) -> Iterator[str]:
    """Yield a line of JSON for each link, backlink or step."""
    walked = around.walked
    records = _steps(walked) if walked else [*map(link_record, around.links), *backlink_records(around.naming)]
    for record in records:
        yield json_line(record) + "\n"


def document(around: Around) -> Iterator[str]:
    """Yield the pieces of the JSON document about the event."""
    head: dict[str, Any] = {
        "event": event_record(around.event),
        "links": [link_record(link) for link in around.links],
        "backlinks": backlink_records(around.naming),
    }
    if around.walked:
        head["cut"] = around.walked.is_cut
    return json_document(head, "walk", _steps(around.walked) if around.walked else [])


def _steps(walked: Walk) -> list[Record]:
    return [
        {
            "depth": step.depth,
            "relation": step.direction,
            "via": step.via,
            "path": step.path,
            "date": step.day,
            "headline": step.headline,
            "contexts": list(step.contexts),
        }
        for step in walked.steps
    ]


def _link_rows(around: Around) -> Iterator[Row]:
    for link in around.links:
        relation, path = ("broken", link.target) if link.broken else ("related", link.path or link.target)
        yield 1, relation, _day(link.path), _slug(path), ", ".join(link.contexts), link.text, path
    for row, contexts in around.naming:
        yield 1, "backlink", row.day, row.slug, ", ".join(contexts), row.headline, row.path


def _walk_rows(links: tuple[RelatedLink, ...], walked: Walk) -> Iterator[Row]:
    for link in links:
        if link.broken:
            yield 1, "broken", None, _slug(link.target), ", ".join(link.contexts), link.text, link.target
    for step in walked.steps:
        yield step.depth, step.direction, step.day, _slug(step.path), ", ".join(step.contexts), step.headline, step.path


def _day(path: str | None) -> str | None:
    date = folder_date(path) if path else None
    return date.isoformat() if date else None


def _slug(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")
