"""The links around an event, or a traversal, as rows and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from newsarc.analysis.graph import Graph
from newsarc.analysis.traversal import LinkNeighbourhood, Traversal
from newsarc.model import RelatedLink
from newsarc.output.json import (
    backlink_records,
    event_record,
    graph_record,
    json_document,
    json_line,
    link_record,
    step_record,
)
from newsarc.output.json_types import LinkJson, Record, RelatedHead
from newsarc.storage.tree import Tree
from newsarc.text.urls import is_web_address

if TYPE_CHECKING:
    from newsarc.lint.finding import Renames

HEADER = ("depth", "relation", "date", "slug", "contexts", "headline", "path")
Row = tuple[object, ...]


def rows(links: LinkNeighbourhood, traversal: Traversal | None, tree: Tree) -> Iterator[Row]:
    """Yield a row with the columns of HEADER for each link or, with a ``traversal``, each broken link and each step.

    ``tree`` is that of the archive.
    """
    return _link_rows(links, tree) if traversal is None else _traversal_rows(links.links, traversal, tree)


def paths(links: LinkNeighbourhood, traversal: Traversal | None, tree: Tree) -> list[str]:
    """Return the paths of the events that valid links or steps reach, each once."""
    reached = (str(row[6]) for row in rows(links, traversal, tree) if row[1] != "broken")
    return [path for path in dict.fromkeys(reached) if not is_web_address(path)]


def lines(links: LinkNeighbourhood, traversal: Traversal | None, renames: Renames) -> Iterator[str]:
    """Yield a line of JSON for each link, backlink or step. ``renames`` are the suggestions for broken links."""
    records: Iterable[Record]
    if traversal:
        records = map(step_record, traversal.steps)
    else:
        records = (*_links(links, renames), *backlink_records(links.backlinks))
    for record in records:
        yield json_line(record) + "\n"


def document(
    links: LinkNeighbourhood, traversal: Traversal | None, graph: Graph | None, renames: Renames
) -> Iterator[str]:
    """Yield the pieces of the JSON document about an event and, with a ``traversal``, its steps and their ``graph``.

    ``renames`` are the suggestions for its broken links.
    ``networkx.node_link_graph(document["graph"], edges="links", name="path")`` reads the graph.
    """
    head: RelatedHead = {
        "event": event_record(links.event, renames=renames),
        "links": _links(links, renames),
        "backlinks": backlink_records(links.backlinks),
    }
    if traversal and graph:
        head["cut"] = traversal.is_truncated
        head["graph"] = graph_record(graph)
    return json_document(head, "walk", map(step_record, traversal.steps) if traversal else ())


def _links(links: LinkNeighbourhood, renames: Renames) -> list[LinkJson]:
    return [link_record(link, renames.get((links.event.path, link.target))) for link in links.links]


def _link_rows(links: LinkNeighbourhood, tree: Tree) -> Iterator[Row]:
    for link in links.links:
        relation, path = ("broken", link.target) if link.broken else ("related", link.path or link.target)
        yield 1, relation, _day(link.path, tree), _slug(path, tree), ", ".join(link.contexts), link.text, path
    for row, contexts in links.backlinks:
        yield 1, "backlink", row.day, row.slug, ", ".join(contexts), row.headline, row.path


def _traversal_rows(links: tuple[RelatedLink, ...], traversal: Traversal, tree: Tree) -> Iterator[Row]:
    for link in links:
        if link.broken:
            yield 1, "broken", None, _slug(link.target, tree), ", ".join(link.contexts), link.text, link.target
    for step in traversal.steps:
        yield (
            step.depth,
            step.direction,
            step.day,
            _slug(step.path, tree),
            ", ".join(step.contexts),
            step.headline,
            step.path,
        )


def _day(path: str | None, tree: Tree) -> str | None:
    date = tree.date(path) if path else None
    return date.isoformat() if date else None


def _slug(path: str, tree: Tree) -> str:
    """Return the slug of the event at a path, or the last part of a broken target."""
    return tree.slug(path.rstrip("/"))
