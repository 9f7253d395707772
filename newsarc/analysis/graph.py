"""Events and the links among them as a graph: the data of a picture, whoever draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from newsarc.analysis.shortest_path import Chain
from newsarc.analysis.traversal import Walk
from newsarc.index import Index
from newsarc.model import Event


@dataclass(frozen=True, slots=True)
class Node:
    """One event. ``day`` is the ISO date it is filed under, or None.

    ``depth`` says how many links away from the start of a walk or a chain it is; 0 for all events where there is none.
    """

    path: str
    slug: str
    day: str | None
    headline: str
    topics: tuple[str, ...]
    depth: int = 0

    @property
    def title(self) -> str:
        """The headline, or the slug where there is none."""
        return self.headline or self.slug


@dataclass(frozen=True, slots=True)
class Edge:
    """One event names another: the paths of both, and the contexts of all links that lead from one to the other."""

    source: str
    target: str
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Events by date, those without one last, then by path; and the whole related links among them, in the same order
    of their sources, then of their targets.

    Each ordered pair of events has one edge at most: where two events name each other, there are two. An event that
    names itself has an edge to itself. ``is_cut`` is true where a walk had more events than its limit.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    is_cut: bool = False


def graph_of(index: Index, paths: Iterable[str], context: str | None = None) -> Graph:
    """Return the events at ``paths`` and all whole related links among them; a path without an event is left out.

    With ``context``, compared without case and accents, only the links that carry it.
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


def graph_of_steps(index: Index, start: Event, walked: Walk, context: str | None = None) -> Graph:
    """Return the events of a walk from ``start``, which is the one of depth 0, and all whole related links among them:
    not only those that were walked along.
    """
    depths = {start.path: 0} | {step.path: step.depth for step in walked.steps}
    return replace(_with_depths(graph_of(index, depths, context), depths), is_cut=walked.is_cut)


def graph_of_chain(index: Index, chain: Chain, context: str | None = None) -> Graph:
    """Return the events of a chain, its start as the one of depth 0, and all whole related links among them."""
    depths = {event.path: depth for depth, event in enumerate(chain.events)}
    return _with_depths(graph_of(index, depths, context), depths)


def _with_depths(graph: Graph, depths: Mapping[str, int]) -> Graph:
    return replace(graph, nodes=tuple(replace(node, depth=depths[node.path]) for node in graph.nodes))
