"""GraphML, read back by networkx and by a strict XML parser."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import networkx  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.analysis.graph import Graph
from newsarc.output.graphs import graph_pieces
from newsarc.output.graphs.node_labels import shown
from tests.output.graphs.texts import TEXTS, graph_with

TYPES = {"depth": "int"}


def read_back(graph: Graph) -> networkx.DiGraph:
    text = "".join(graph_pieces(graph, "graphml"))
    read = networkx.read_graphml(io.BytesIO(text.encode("utf-8")))
    assert isinstance(read, networkx.DiGraph)
    return read


def holds(graph: Graph) -> None:
    """Everything in ``graph`` is in what networkx reads, as a reader may see it."""
    read = read_back(graph)
    ids = {node.path: f"n{number}" for number, node in enumerate(graph.nodes)}
    assert list(read.nodes) == list(ids.values())
    for node in graph.nodes:
        expected = {
            "label": shown(node.title),
            "path": shown(node.path),
            "slug": shown(node.slug),
            "date": node.day,
            "headline": shown(node.headline),
            "topics": shown(", ".join(node.topics)),
            "depth": node.depth,
        }
        assert read.nodes[ids[node.path]] == {
            name: value for name, value in expected.items() if value not in ("", None)
        }
    assert {(source, target): data.get("contexts", "") for source, target, data in read.edges(data=True)} == {
        (ids[edge.source], ids[edge.target]): shown(", ".join(edge.contexts)) for edge in graph.edges
    }


@pytest.mark.parametrize("name", TEXTS)
def test_any_text(name: str) -> None:
    holds(graph_with(TEXTS[name]))


@given(st.text(st.characters()))
def test_any_text_at_all(text: str) -> None:
    holds(graph_with(text))


def test_the_document() -> None:
    text = "".join(graph_pieces(graph_with("A headline"), "graphml"))
    root = ET.fromstring(text)
    names = [element.tag.rpartition("}")[2] for element in root]
    assert names == ["key"] * 8 + ["graph"]  # the order that the schema asks for
    for key in root[:-1]:
        assert key.get("attr.type") == TYPES.get(key.get("id") or "", "string")
        assert key.get("id") == key.get("attr.name")
    assert root[-1].get("edgedefault") == "directed"


def test_nothing_at_all() -> None:
    assert len(read_back(Graph((), ()))) == 0
