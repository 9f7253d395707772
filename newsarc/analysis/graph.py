"""Graphs of events and the links among them, independent of any output format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from newsarc.analysis.shortest_path import LinkPath
from newsarc.analysis.traversal import Traversal
from newsarc.index import Index
from newsarc.model import Event


@dataclass(frozen=True, slots=True)
class Node:
    """One event. ``day`` is the ISO date it is filed under, or None.

    ``depth`` is the number of links from the start of a traversal or path; 0 for all events of any other graph.
    """

    path: str
    slug: str
    day: str | None
    headline: str
    topics: tuple[str, ...]
    depth: int = 0

    @property
    def title(self) -> str:
        """The headline, or the slug if there is none."""
        return self.headline or self.slug


@dataclass(frozen=True, slots=True)
class Edge:
    """A link from one event to another: the paths of both, and the contexts of all links between them this way."""

    source: str
    target: str
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Events, and the valid related links among them.

    Nodes are sorted by date (undated ones last), then by path; edges by source, then by target, in the order of nodes.
    An ordered pair of events has at most one edge, so two events that link to each other have two. An event that links
    to itself has an edge to itself. ``is_truncated`` is true if a traversal had more events than its limit.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    is_truncated: bool = False


def graph_of(index: Index, paths: Iterable[str], context: str | None = None) -> Graph:
    """Return the graph of the events at ``paths`` and all valid related links among them.

    Paths without an event are skipped. With ``context``, compared without case and accents, only links that carry it
    are included.
    """
    rows = index.rows_of(index.ids(paths))
    topics = index.topics_of(row.id for row in rows)
    nodes = tuple(Node(row.path, row.slug, row.day, row.headline, topics.get(row.id, ())) for row in rows)
    places = {row.id: place for place, row in enumerate(rows)}
    links = index.links_among(list(places), context)
    edges = tuple(
        Edge(nodes[places[source]].path, nodes[places[target]].path, links[source, target])
        for source, target in sorted(links, key=lambda pair: (places[pair[0]], places[pair[1]]))
    )
    return Graph(nodes, edges)


def graph_of_traversal(index: Index, start: Event, traversal: Traversal, context: str | None = None) -> Graph:
    """Return the graph of a traversal from ``start``, which has depth 0.

    It includes all valid related links among the events, not only those that the traversal followed.
    """
    depths = {start.path: 0} | {step.path: step.depth for step in traversal.steps}
    return replace(_with_depths(graph_of(index, depths, context), depths), is_truncated=traversal.is_truncated)


def graph_of_path(index: Index, path: LinkPath, context: str | None = None) -> Graph:
    """Return the graph of the events of a path, its start at depth 0, with all valid related links among them."""
    depths = {event.path: depth for depth, event in enumerate(path.events)}
    return _with_depths(graph_of(index, depths, context), depths)


def _with_depths(graph: Graph, depths: Mapping[str, int]) -> Graph:
    return replace(graph, nodes=tuple(replace(node, depth=depths[node.path]) for node in graph.nodes))
