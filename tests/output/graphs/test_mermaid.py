"""Mermaid flowcharts, read back by a strict parser of the few statements that newsarc writes.

The grammar: the line ``flowchart LR``, then nodes ``n0["TEXT"]``, links ``n0 --> n1`` and ``n0 -->|"TEXT"| n1``,
``click n0 href "URL" "TEXT"`` and ``style n0 stroke-width:3px``, one statement a line. TEXT has none of the characters
that mean something to Mermaid, Markdown or HTML, except as ``#123;`` and ``#quot;``, and one ``<br/>`` after the date;
URL is plain ASCII. Mermaid's own parser (10.9, 11 and 12, in a browser) took all of these texts and showed them so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.analysis.graph import Edge, Graph, Node
from newsarc.output.graphs import graph_pieces
from newsarc.output.graphs.mermaid import beyond_limits
from newsarc.output.graphs.node_labels import shown
from newsarc.text.width import cut
from tests.output.graphs.texts import TEXTS, graph_with

TEXT = r"""(?:#\d+;|#quot;|[^\x00-\x1f\x7f"#;<>&|{}\[\]`*_~$%@=^\\:])*"""
NODE = re.compile(rf'  (n\d+)\["([\d-]+|no date)<br/>({TEXT})"\]')
LINK = re.compile(rf'  (n\d+) -->(?:\|"({TEXT})"\|)? (n\d+)')
CLICK = re.compile(rf'  click (n\d+) href "([A-Za-z0-9%/._~-]+)" "({TEXT})"')
STYLE = re.compile(r"  style (n\d+) stroke-width:3px")


@dataclass
class Chart:
    nodes: dict[str, tuple[str, str]] = field(default_factory=dict)
    links: dict[tuple[str, str], str] = field(default_factory=dict)
    clicks: dict[str, tuple[str, str]] = field(default_factory=dict)
    marked: list[str] = field(default_factory=list)


def mermaid(graph: Graph) -> str:
    return "".join(graph_pieces(graph, "mermaid"))


def parsed(text: str) -> Chart:
    chart = Chart()
    first, *lines = text.removesuffix("\n").split("\n")
    assert first == "flowchart LR"
    for line in lines:
        if match := NODE.fullmatch(line):
            chart.nodes[match[1]] = (match[2], decoded(match[3]))
        elif match := LINK.fullmatch(line):
            chart.links[match[1], match[3]] = decoded(match[2] or "")
        elif match := CLICK.fullmatch(line):
            chart.clicks[match[1]] = (unquote(match[2], errors="surrogatepass"), decoded(match[3]))
        elif match := STYLE.fullmatch(line):
            chart.marked.append(match[1])
        else:
            raise AssertionError(line)
    return chart


def decoded(text: str) -> str:
    whole = re.sub(r"#(quot|\d+);", lambda match: '"' if match[1] == "quot" else chr(int(match[1])), text)
    # No item of a list, no link, and nothing that Mermaid reads even where it is made of entities.
    assert not re.match(r"[-+]|\d+[.)] ", text)
    assert not re.search(r"www\.\w", text)
    assert not re.search(r"\\n|\$\$|ﬂ°|¶ß|:fa-", whole)
    return whole


def plain(text: str) -> str:
    return text.replace("\u200c", "")


def holds(graph: Graph) -> None:
    chart = parsed(mermaid(graph))
    ids = {node.path: f"n{number}" for number, node in enumerate(graph.nodes)}
    assert list(chart.nodes) == list(chart.clicks) == list(ids.values())
    for node in graph.nodes:
        date, label = chart.nodes[ids[node.path]]
        path, tooltip = chart.clicks[ids[node.path]]
        assert (date, path) == (node.day or "no date", node.path)
        assert plain(label) == plain(cut(shown(node.title), 90))
        assert plain(tooltip) == plain(cut(shown(node.title), 200))
    assert {pair: plain(text) for pair, text in chart.links.items()} == {
        (ids[edge.source], ids[edge.target]): plain(cut(shown(", ".join(edge.contexts)), 40)) for edge in graph.edges
    }
    assert chart.marked == [ids[node.path] for node in graph.nodes if node.depth == 0]


@pytest.mark.parametrize("name", TEXTS)
def test_any_text(name: str) -> None:
    holds(graph_with(TEXTS[name]))


@given(st.text(st.characters()))
def test_any_text_at_all(text: str) -> None:
    holds(graph_with(text))


@given(st.lists(st.sampled_from([*'"\\#;:$.-+)&<1 n', "www.", "ﬂ°", "¶ß", "fa-", "#quot;", "style"]), max_size=12))
def test_any_text_of_what_mermaid_reads(parts: list[str]) -> None:
    holds(graph_with("".join(parts)))


def test_what_is_more_than_mermaid_draws() -> None:
    nodes = tuple(Node(f"news/2020/01/1/{number}.md", "x", "2020-01-01", "X", ()) for number in range(30))
    edges = tuple(Edge(one.path, other.path, ()) for one in nodes for other in nodes)
    small, large = Graph(nodes[:2], edges[:1]), Graph(nodes, edges)
    assert beyond_limits(small, mermaid(small)) is None
    assert "900 links" in (beyond_limits(large, mermaid(large)) or "")
    assert "50,001 characters" in (beyond_limits(small, "x" * 50_001) or "")
    assert '|"' not in mermaid(large)
