"""GraphML output for Gephi, yEd, Cytoscape, igraph or ``networkx.read_graphml``."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from newsarc.analysis.graph import Graph, Node
from newsarc.output.graphs.node_labels import contexts_of, shown

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = {
    "label": "string", "path": "string", "slug": "string", "date": "string", "headline": "string", "topics": "string",
    "depth": "int",
}  # fmt: skip
_EDGE_KEYS = {"contexts": "string"}


def pieces(graph: Graph) -> Iterator[str]:
    """Yield the lines of ``graph`` as an XML document.

    Nodes have ``label`` (the headline, or the slug), ``path``, ``slug``, ``date``, ``headline``, ``topics`` and
    ``depth``; edges have ``contexts``. Lists are separated by commas. Empty values are omitted.
    """
    yield "<?xml version='1.0' encoding='utf-8'?>\n"
    yield f'<graphml xmlns="{_NAMESPACE}">\n'
    for keys, owner in ((_NODE_KEYS, "node"), (_EDGE_KEYS, "edge")):
        for name, kind in keys.items():
            attributes = {"id": name, "for": owner, "attr.name": name, "attr.type": kind}
            yield f"  {_text(ET.Element('key', attributes))}\n"
    yield '  <graph id="newsarc" edgedefault="directed">\n'
    ids = {node.path: f"n{number}" for number, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        yield f"    {_element('node', {'id': ids[node.path]}, _node_data(node))}\n"
    for number, edge in enumerate(graph.edges):
        attributes = {"id": f"e{number}", "source": ids[edge.source], "target": ids[edge.target]}
        yield f"    {_element('edge', attributes, {'contexts': contexts_of(edge)})}\n"
    yield "  </graph>\n</graphml>\n"


def _node_data(node: Node) -> dict[str, str]:
    texts = {
        "label": node.title,
        "path": node.path,
        "slug": node.slug,
        "date": node.day or "",
        "headline": node.headline,
        "topics": ", ".join(node.topics),
        "depth": str(node.depth),
    }
    return {name: shown(text) for name, text in texts.items()}


def _element(tag: str, attributes: dict[str, str], data: dict[str, str]) -> str:
    element = ET.Element(tag, attributes)
    for name, text in data.items():
        if text:
            ET.SubElement(element, "data", {"key": name}).text = text
    return _text(element)


def _text(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode")
