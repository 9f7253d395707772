"""Labels and links of nodes and edges, shared by all graph formats."""

from __future__ import annotations

import re
from urllib.parse import quote

from newsarc.analysis.graph import Edge, Graph, Node
from newsarc.text.sanitize import visible

# Noncharacters of Unicode, which XML forbids.
_NONCHARACTERS = re.compile("[\ufffe\uffff]")
_MAX_LABELLED = 24  # labels of more edges would hide each other


def shown(text: str) -> str:
    """Return ``text`` with control characters and noncharacters escaped."""
    return _NONCHARACTERS.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", visible(text))


def date_of(node: Node) -> str:
    """Return the date of ``node``, or ``no date``."""
    return node.day or "no date"


def contexts_of(edge: Edge) -> str:
    """Return the contexts of ``edge`` on one line."""
    return shown(", ".join(edge.contexts))


def starts_of(graph: Graph) -> frozenset[str]:
    """Return the paths of the starting events of a traversal or path; none if all events have depth 0."""
    starts = frozenset(node.path for node in graph.nodes if node.depth == 0)
    return starts if len(starts) < len(graph.nodes) else frozenset()


def has_labelled_edges(graph: Graph) -> bool:
    """Whether edges have labels: only if there are few of them."""
    return len(graph.edges) <= _MAX_LABELLED


def address(node: Node) -> str:
    """Return the path of ``node`` as a percent-encoded URL, relative to the archive root."""
    return quote(node.path, safe="/", errors="surrogatepass")
