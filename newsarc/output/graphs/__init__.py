"""Graphs of events in DOT, Mermaid and GraphML.

The ids of nodes are ``n0``, ``n1`` and so on, in chronological order; archive text is never used as an id. Control
characters in texts are escaped (see :func:`newsarc.text.sanitize.visible`).
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
    """Yield the pieces of a document in ``format``."""
    module = import_module(f"newsarc.output.graphs.{format}")  # lazy, because importing XML is slow
    return cast("Callable[[Graph], Iterator[str]]", module.pieces)(graph)
