"""Mermaid flowcharts, which code hosts draw from a fenced code block with the language ``mermaid``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarc.analysis.graph import Graph, Node
from newsarc.output.graphs.node_labels import address, contexts_of, date_of, has_labelled_edges, shown, starts_of
from newsarc.text.width import cut

_HEADLINE = 90  # cells; Mermaid wraps
_CONTEXTS = 40
_TOOLTIP = 200
# Mermaid's default limits, which code hosts do not change.
_MAX_EDGES = 500
_MAX_CHARACTERS = 50_000
# Everything except letters, digits and harmless punctuation: Mermaid syntax, Markdown, HTML, entities, and the colon,
# since a later "#…;" loses its ";" after "style:".
_SPECIAL = re.compile(r"[^\w ,.?!'()/+\-\x80-\U0010ffff]|_")
# Text that Markdown would turn into a list item, at the beginning of a line, or into a link ("www.example").
_MARKUP = re.compile(r"\A[-+]|(?<=\d)[.)](?= )|\.(?=\w)")
# Pairs that Mermaid reads as a line end, a formula, an entity or an icon even if they are written as entities; a
# character without width between them prevents that.
_PAIR = re.compile(r"\\(?=n)|\$(?=\$)|ﬂ(?=°)|¶(?=ß)|:(?=fa-)")
_NO_WIDTH = "\u200c"


def pieces(graph: Graph) -> Iterator[str]:
    """Yield the lines of ``graph`` as a flowchart. Nodes link to their path, relative to the archive root."""
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


def beyond_limits(graph: Graph, text: str) -> str | None:
    """Return why Mermaid would not draw ``text``, the chart of ``graph``, with its default limits; None if it would."""
    if len(graph.edges) > _MAX_EDGES:
        return f"{len(graph.edges)} links; Mermaid draws at most {_MAX_EDGES} (maxEdges)"
    if len(text) > _MAX_CHARACTERS:
        return f"{len(text):,} characters; Mermaid draws at most {_MAX_CHARACTERS:,} (maxTextSize)"
    return None


def _label(node: Node) -> str:
    return f"{date_of(node)}<br/>{_escaped(cut(shown(node.title), _HEADLINE))}"


def _escaped(text: str) -> str:
    """Return ``text``, which has no control characters, for use between double quotes."""
    apart = _PAIR.sub(rf"\g<0>{_NO_WIDTH}", text)
    return _MARKUP.sub(_entity, _SPECIAL.sub(_entity, apart))


def _entity(match: re.Match[str]) -> str:
    return "#quot;" if match[0] == '"' else f"#{ord(match[0])};"
