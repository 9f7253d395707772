"""The events around one as rows for pipes and as records for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsarc.analysis.graph import Graph
from newsarc.analysis.traversal import LinkNeighbourhood, Traversal
from newsarc.model import RelatedLink
from newsarc.output.json import (
    Record,
    backlink_records,
    event_record,
    json_document,
    json_line,
    link_record,
)
from newsarc.parser.page import folder_date
from newsarc.text.urls import is_web_address

HEADER = ("depth", "relation", "date", "slug", "contexts", "headline", "path")
Row = tuple[object, ...]


def rows(around: LinkNeighbourhood, walked: Traversal | None) -> Iterator[Row]:
    """Yield a row with the columns of HEADER for each link, or for each step of a walk; broken links first there."""
    return _link_rows(around) if walked is None else _walk_rows(around.links, walked)


def paths(around: LinkNeighbourhood, walked: Traversal | None) -> list[str]:
    """Return the paths that whole links or steps reach, each once."""
    reached = (str(row[6]) for row in rows(around, walked) if row[1] != "broken")
    return [path for path in dict.fromkeys(reached) if not is_web_address(path)]


def lines(around: LinkNeighbourhood, walked: Traversal | None) -> Iterator[str]:
    """Yield a line of JSON for each link, backlink or step."""
    records = _steps(walked) if walked else [*map(link_record, around.links), *backlink_records(around.backlinks)]
    for record in records:
        yield json_line(record) + "\n"


def document(around: LinkNeighbourhood, walked: Traversal | None, graph: Graph | None) -> Iterator[str]:
    """Yield the pieces of the JSON document about the event; with a walk, its steps and the ``graph`` of its events.

    That is what ``networkx.node_link_graph(document["graph"], edges="links", name="path")`` reads.
    """
    head: dict[str, Any] = {
        "event": event_record(around.event),
        "links": [link_record(link) for link in around.links],
        "backlinks": backlink_records(around.backlinks),
    }
    if walked and graph:
        head |= {"cut": walked.is_truncated, "graph": _graph(graph)}
    return json_document(head, "walk", _steps(walked) if walked else [])


def _graph(graph: Graph) -> Record:
    return {
        "directed": True,
        "multigraph": False,
        "nodes": [
            {
                "path": node.path,
                "slug": node.slug,
                "date": node.day,
                "headline": node.headline,
                "topics": list(node.topics),
                "depth": node.depth,
            }
            for node in graph.nodes
        ],
        "links": [
            {"source": edge.source, "target": edge.target, "contexts": list(edge.contexts)} for edge in graph.edges
        ],
    }


def _steps(walked: Traversal) -> list[Record]:
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


def _link_rows(around: LinkNeighbourhood) -> Iterator[Row]:
    for link in around.links:
        relation, path = ("broken", link.target) if link.broken else ("related", link.path or link.target)
        yield 1, relation, _day(link.path), _slug(path), ", ".join(link.contexts), link.text, path
    for row, contexts in around.backlinks:
        yield 1, "backlink", row.day, row.slug, ", ".join(contexts), row.headline, row.path


def _walk_rows(links: tuple[RelatedLink, ...], walked: Traversal) -> Iterator[Row]:
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
