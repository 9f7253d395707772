"""A graph as a Mermaid flowchart, which code hosts draw from a block of Markdown marked ``mermaid``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarc.analysis.graph import Graph, Node
from newsarc.output.graphs.node_labels import address, contexts_of, cut, date_of, has_labelled_edges, shown, starts_of

_HEADLINE = 90  # cells; Mermaid wraps
_CONTEXTS = 40
_TOOLTIP = 200
# What code hosts draw of one diagram: Mermaid's own bounds, which they leave as they are.
_MAX_EDGES = 500
_MAX_CHARACTERS = 50_000
# All but letters, digits and what is harmless in the middle of a text: Mermaid's own syntax, Markdown, HTML, entities,
# and the colon, since a later "#…;" loses its ";" after "style:".
_SPECIAL = re.compile(r"[^\w ,.?!'()/+\-\x80-\U0010ffff]|_")
# What Markdown would make an item of a list of, at the beginning of a line, and a link of: "www.example".
_MARKUP = re.compile(r"\A[-+]|(?<=\d)[.)](?= )|\.(?=\w)")
# Pairs that Mermaid takes for a line end, a formula, an entity or an icon even where entities stand for them: something
# without width goes in between.
_PAIR = re.compile(r"\\(?=n)|\$(?=\$)|ﬂ(?=°)|¶(?=ß)|:(?=fa-)")
_NO_WIDTH = "\u200c"


def pieces(graph: Graph) -> Iterator[str]:
    """Yield the lines of ``graph`` as a flowchart; the address of a node is its path below the archive root."""
    ids = {node.path: f"n{number}" for number, node in enumerate(graph.nodes)}
    yield "flowchart LR\n"
    for node in graph.nodes:
        yield f'  {ids[node.path]}["{_label(node)}"]\n'
    has_labels = has_labelled_edges(graph)
    for edge in graph.edges:
        contexts = _escaped(cut(contexts_of(edge), _CONTEXTS)) if has_labels else ""
        label = f'|"{contexts}"|' if contexts else ""
        yield f"  {ids[edge.source]} -->{label} {ids[edge.target]}\n"
    for node in graph.nodes:
        yield f'  click {ids[node.path]} href "{address(node)}" "{_escaped(cut(shown(node.title), _TOOLTIP))}"\n'
    for path in sorted(starts_of(graph)):
        yield f"  style {ids[path]} stroke-width:3px\n"


def beyond_bounds(graph: Graph, text: str) -> str | None:
    """Return why Mermaid would not draw ``text``, made of ``graph``, unless told to; None where it does."""
    if len(graph.edges) > _MAX_EDGES:
        return f"{len(graph.edges)} links; Mermaid draws {_MAX_EDGES} at most unless its maxEdges says more"
    if len(text) > _MAX_CHARACTERS:
        return f"{len(text):,} characters; Mermaid draws {_MAX_CHARACTERS:,} at most unless its maxTextSize says more"
    return None


def _label(node: Node) -> str:
    return f"{date_of(node)}<br/>{_escaped(cut(shown(node.title), _HEADLINE))}"


def _escaped(text: str) -> str:
    """Return ``text``, which must be shown text, for a place between double quotes."""
    apart = _PAIR.sub(rf"\g<0>{_NO_WIDTH}", text)
    return _MARKUP.sub(_entity, _SPECIAL.sub(_entity, apart))


def _entity(match: re.Match[str]) -> str:
    return "#quot;" if match[0] == '"' else f"#{ord(match[0])};"
