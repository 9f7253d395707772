"""Graphs of events in the languages that other programs read.

Nodes are called ``n0``, ``n1`` and so on, in the order of time: no text of the archive is ever an id. What people read
is as a terminal shows it (see :func:`newsarc.text.sanitize.visible`).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsarc.analysis.graph import Graph

GraphFormat = Literal["dot", "mermaid", "graphml"]
GRAPH_FORMATS: tuple[GraphFormat, ...] = get_args(GraphFormat)


def graph_pieces(graph: Graph, format: GraphFormat) -> Iterator[str]:
    """Yield the pieces of ``graph`` as a document in ``format``."""
    module = import_module(f"newsarc.output.graphs.{format}")  # XML costs start-up time
    return cast("Callable[[Graph], Iterator[str]]", module.pieces)(graph)
