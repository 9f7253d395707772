"""DOT output for Graphviz: ``newsarc related REF --depth 2 --format dot | dot -Tsvg > story.svg``.

Time runs from left to right, in columns of a year, a month or a day. The nodes ``t0``, ``t1`` and so on are the
headings of these columns. Nodes have the extra attributes ``path``, ``date``, ``headline``, ``topics`` and ``depth``,
edges have ``contexts``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from newsarc.analysis.graph import Edge, Graph, Node
from newsarc.output.graphs.node_labels import (
    address,
    contexts_of,
    date_of,
    has_labelled_edges,
    shown,
    starts_of,
)
from newsarc.text.width import cut, wrap_lines

_HEAD = """\
digraph newsarc {
  graph [rankdir=LR, ranksep=0.7, nodesep=0.2, fontname="Helvetica"];
  node [shape=box, style="rounded,filled", fillcolor="white", color="gray55", fontname="Helvetica", fontsize=10];
  edge [color="gray55", arrowsize=0.6, fontname="Helvetica", fontsize=8, constraint=false];
"""
_START = ', fillcolor="lightgoldenrod1"'
_LABEL = (30, 5)  # cells and lines
_EDGE_LABEL = (24, 3)
_TOOLTIP = 500  # cells
_MIN_COLUMN = 8  # events that a column may always have, however small the graph
_PERIODS = (4, 7, 10)  # the lengths of the year, month and day in an ISO date
# Text that Graphviz would read as an HTML entity.
_ENTITY = re.compile(r"&(?=#?\w+;)")


def pieces(graph: Graph) -> Iterator[str]:
    """Yield the lines of ``graph`` in the DOT language."""
    ids = {node.path: f"n{number}" for number, node in enumerate(graph.nodes)}
    yield _HEAD
    starts = starts_of(graph)
    for node in graph.nodes:
        yield f"  {ids[node.path]} [{_node(node)}{_START if node.path in starts else ''}];\n"
    yield from _columns(graph.nodes, ids)
    has_labels = has_labelled_edges(graph)
    for edge in graph.edges:
        attributes = _edge(edge, has_labels)
        yield f"  {ids[edge.source]} -> {ids[edge.target]}{f' [{attributes}]' if attributes else ''};\n"
    yield "}\n"


def _node(node: Node) -> str:
    title = shown(node.title)
    attributes = {
        "label": r"\n".join(map(_escaped, (date_of(node), *wrap_lines(title, *_LABEL)))),
        "tooltip": _tooltip(title),
        "URL": _escaped(address(node)),
        "path": _escaped(shown(node.path)),
        "date": _escaped(node.day or ""),
        "headline": _escaped(shown(node.headline)),
        "topics": _escaped(shown(", ".join(node.topics))),
        "depth": str(node.depth),
    }
    return _attributes(attributes)


def _edge(edge: Edge, has_label: bool) -> str:
    contexts = contexts_of(edge)
    if not contexts:
        return ""
    label = r"\n".join(map(_escaped, wrap_lines(contexts, *_EDGE_LABEL))) if has_label else ""
    tooltip = _tooltip(contexts)
    attributes = {"label": label, "tooltip": tooltip, "labeltooltip": label and tooltip, "contexts": _escaped(contexts)}
    return _attributes(attributes)


def _attributes(attributes: dict[str, str]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in attributes.items() if value)


def _columns(nodes: Sequence[Node], ids: dict[str, str]) -> Iterator[str]:
    """Yield the headings of the columns, a line through them, and the events of each column."""
    most = max(_MIN_COLUMN, math.isqrt(4 * len(nodes)))  # keeps large graphs from getting much wider than high
    columns = list(_periods(nodes, most, _PERIODS))
    heads = [f"t{number}" for number in range(len(columns))]
    for head, (period, _) in zip(heads, columns, strict=True):
        yield f'  {head} [label="{_escaped(period)}", shape=plaintext, style="", fontsize=12];\n'
    if len(heads) > 1:
        yield f"  {' -> '.join(heads)} [arrowhead=none, color=gray85, constraint=true];\n"
    for head, (_, column) in zip(heads, columns, strict=True):
        yield f"  {{rank=same; {head}; {' '.join(f'{ids[node.path]};' for node in column)}}}\n"


def _periods(nodes: Sequence[Node], most: int, lengths: tuple[int, ...]) -> Iterator[tuple[str, list[Node]]]:
    """Yield the periods and their events in chronological order: years, or months or days if there are more than
    ``most`` events.
    """
    for period, group in groupby(nodes, key=lambda node: date_of(node)[: lengths[0]] if node.day else date_of(node)):
        column = list(group)
        if len(column) > most and len(lengths) > 1 and column[0].day:
            yield from _periods(column, most, lengths[1:])
        else:
            yield period, column


def _escaped(text: str) -> str:
    """Return ``text``, which has no control characters, for use between double quotes."""
    return _ENTITY.sub("&amp;", text.replace("\\", "\\\\").replace('"', '\\"'))


def _tooltip(text: str) -> str:
    # Graphviz unescapes tooltips twice.
    return _escaped(cut(text, _TOOLTIP).replace("\\", "\\\\"))
