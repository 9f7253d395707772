"""DOT, read back by pydot and drawn by Graphviz where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pydot
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarc.analysis.graph import Edge, Graph, Node
from newsarc.output.graphs import graph_pieces
from newsarc.output.graphs.node_labels import shown
from newsarc.text.width import cut
from tests.output.graphs.texts import TEXTS, graph_with

LINK = re.compile(r"^ *(n\d+) -> (n\d+) ", re.MULTILINE)
SVG = "{http://www.w3.org/2000/svg}"


def dot(graph: Graph) -> str:
    return "".join(graph_pieces(graph, "dot"))


def parsed(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pyparsing, about pydot
        graphs = pydot.graph_from_dot_data(text)
    assert graphs is not None and len(graphs) == 1, text
    return graphs[0]


def unquoted(value: str | None) -> str:
    """What Graphviz makes of a string: escaped quotes, then backslashes, then the entities that newsarc writes."""
    if value is None:
        return ""
    assert value[0] == value[-1] == '"'
    text = re.sub(r'\\(["\\])', r"\1", value[1:-1])
    return re.sub(r"&amp;(?=#?\w+;)", "&", text)


def label_lines(value: str) -> list[str]:
    """The lines of a label: ``\\n`` ends one where the backslash is not itself escaped."""
    marked = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[0], value[1:-1])
    return [unquoted(f'"{line}"') for line in marked.split("\n")]


def holds(graph: Graph) -> None:
    """pydot reads every node, edge and text of ``graph``; a label is the text, or its beginning."""
    read = parsed(dot(graph))
    ids = {node.path: f"n{number}" for number, node in enumerate(graph.nodes)}
    found = {node.get_name(): node.get_attributes() for node in read.get_nodes()}
    assert set(ids.values()) == {name for name in found if re.fullmatch(r"n\d+", name)}
    for node in graph.nodes:
        attributes = found[ids[node.path]]
        assert unquoted(attributes.get("headline")) == shown(node.headline)
        assert unquoted(attributes.get("topics")) == shown(", ".join(node.topics))
        assert unquoted(attributes.get("path")) == shown(node.path)
        assert unquoted(attributes.get("date")) == (node.day or "")
        assert unquote(unquoted(attributes["URL"]), errors="surrogatepass") == node.path
        assert attributes["depth"] == f'"{node.depth}"'
        date, *lines = label_lines(attributes["label"])
        assert date == (node.day or "no date")
        is_label_of(lines, shown(node.title))
    edges = {(edge.get_source(), edge.get_destination()): edge.get_attributes() for edge in read.get_edges()}
    links = {pair: data for pair, data in edges.items() if pair[0][0] == "n"}
    assert set(links) == {(ids[edge.source], ids[edge.target]) for edge in graph.edges}
    for edge in graph.edges:
        data = links[ids[edge.source], ids[edge.target]]
        assert unquoted(data.get("contexts")) == shown(", ".join(edge.contexts))


def is_label_of(lines: list[str], text: str) -> None:
    """The lines are ``text`` but for the white space at which lines end, or its beginning and an ellipsis."""
    said, whole = "".join("".join(lines).split()), "".join(text.split())
    if said != whole:
        assert said.endswith("…")
        assert whole.startswith(said.removesuffix("…"))
        assert len(lines) == 5


def test_any_text() -> None:
    """All of them in one graph: what one breaks out of, it breaks."""
    graphs = [graph_with(text) for text in TEXTS.values()]
    nodes = [replace(node, path=f"{n}/{node.path}") for n, graph in enumerate(graphs) for node in graph.nodes]
    edges = [
        replace(edge, source=f"{n}/{edge.source}", target=f"{n}/{edge.target}")
        for n, graph in enumerate(graphs)
        for edge in graph.edges
    ]
    holds(Graph(tuple(nodes), tuple(edges)))


OF_DOT = st.sampled_from(['"', "\\", "&", "amp;", "#65;", "n", "\\n", " ", "<", "…", "x"])


@given(st.text(st.characters()) | st.lists(OF_DOT, max_size=12).map("".join))
@settings(max_examples=15)
def test_any_text_at_all(text: str) -> None:
    holds(graph_with(text))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed: no program dot")
@pytest.mark.parametrize(
    "name", ["quotes", "dot escapes", "dot attributes", "entities", "xml forbids", "10 kB", "chinese"]
)
def test_graphviz_draws_what_the_archive_says(name: str) -> None:
    graph = graph_with(TEXTS[name])
    done = subprocess.run(["dot", "-Tsvg"], input=dot(graph).encode(), capture_output=True, timeout=600, check=True)
    assert done.stderr == b"", done.stderr
    groups = [group for group in ET.fromstring(done.stdout).iter(f"{SVG}g") if group.get("class") == "node"]
    drawn = {group.findtext(f"{SVG}title"): group for group in groups}
    for number, node in enumerate(graph.nodes):
        group = drawn[f"n{number}"]
        date, *lines = ["".join(element.itertext()) for element in group.iter(f"{SVG}text")]
        assert date == (node.day or "no date")
        is_label_of([line.replace("\u00a0", " ") for line in lines], shown(node.title))
        link = next(group.iter(f"{SVG}a"))
        assert unquote(link.get("{http://www.w3.org/1999/xlink}href") or "", errors="surrogatepass") == node.path
        assert link.get("{http://www.w3.org/1999/xlink}title") == cut(shown(node.title), 500)


def timeline(*days: str | None) -> Graph:
    return Graph(
        tuple(Node(f"news/{number}.md", f"{number}", day, f"E{number}", ()) for number, day in enumerate(days)), ()
    )


def columns(graph: Graph) -> list[tuple[str, list[str]]]:
    """The heads of the columns with the ids of their nodes."""
    text = dot(graph)
    heads = dict(re.findall(r'^  (t\d+) \[label="([^"]*)"', text, re.MULTILINE))
    ranks = re.findall(r"\{rank=same; (t\d+); ([^}]*)\}", text)
    assert list(heads) == [head for head, _ in ranks]
    if len(heads) > 1:
        assert f"  {' -> '.join(heads)} [" in text
    return [(heads[head], re.findall(r"n\d+", ids)) for head, ids in ranks]


def test_time_goes_from_left_to_right() -> None:
    assert columns(timeline("2014-06-29", "2017-06-01", "2017-06-16", None)) == [
        ("2014", ["n0"]),
        ("2017", ["n1", "n2"]),
        ("no date", ["n3"]),
    ]


def test_a_crowded_year_is_divided() -> None:
    days = ["2016-01-01", *["2017-06-16"] * 9, "2017-06-17", "2017-07-01", "2018-01-01"]
    assert [(head, len(ids)) for head, ids in columns(timeline(*days))] == [
        ("2016", 1),
        ("2017-06-16", 9),
        ("2017-06-17", 1),
        ("2017-07", 1),
        ("2018", 1),
    ]
    assert len(columns(timeline(*[None] * 20))) == 1
    assert columns(timeline()) == []


def test_only_a_small_graph_has_labels_at_its_links() -> None:
    nodes = timeline(*["2020-01-01"] * 26).nodes
    edges = [Edge(one.path, other.path, ("Raqqa", "Syria")) for one, other in pairwise(nodes)]
    assert 'label="Raqqa, Syria"' in dot(Graph(nodes, tuple(edges[:24])))
    large = dot(Graph(nodes, tuple(edges)))
    assert ' label="Raqqa' not in large
    assert large.count('tooltip="Raqqa, Syria"') == len(edges)


def test_the_start_is_marked_where_there_is_one() -> None:
    graph = graph_with("A")
    assert dot(graph).count("lightgoldenrod1") == 1
    assert "lightgoldenrod1" not in dot(timeline("2020-01-01", "2020-01-02"))
