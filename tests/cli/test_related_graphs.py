"""``newsarc related`` as graphs, trees and chains."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path

import networkx  # type: ignore[import-untyped]
import pytest
from rich.cells import cell_len

from newsarc.output.graphs.node_labels import shown
from newsarc.text.sanitize import visible
from tests.cli.driver import CASES, EXAMPLE, run
from tests.cli.payloads import CONTROL, PAYLOADS, write_hostile_archive
from tests.naive import Named, Page, folder_of, write
from tests.output.graphs import test_dot as dot
from tests.output.graphs import test_mermaid as mermaid

HARBOUR = CASES / "harbour"
GRAPHS = ["dot", "mermaid", "graphml"]
DAY = dt.date(2020, 3, 1)
FOLDER = folder_of(DAY)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    write_hostile_archive(root)
    return root


def graphml(text: str) -> networkx.DiGraph:
    return networkx.read_graphml(io.BytesIO(text.encode("utf-8")))


def links_in(output: str, text: str) -> set[tuple[str, str]]:
    """The links of a graph in one of the formats, as pairs of slugs."""
    if output == "graphml":
        read = graphml(text)
        return {(read.nodes[one]["slug"], read.nodes[other]["slug"]) for one, other in read.edges}
    if output == "mermaid":
        chart = mermaid.parsed(text)
        slugs = {id_: Path(path).stem for id_, (path, _) in chart.clicks.items()}
        return {(slugs[one], slugs[other]) for one, other in chart.links}
    graph = dot.parsed(text)
    slugs = {node.get_name(): Path(dot.unquoted(node.get("path"))).stem for node in graph.get_nodes()}
    edges = ((edge.get_source(), edge.get_destination()) for edge in graph.get_edges())
    return {(slugs[one], slugs[other]) for one, other in edges if one.startswith("n")}


def ring(root: Path, *, self_link: bool = False) -> Path:
    """Three events that name each other in a ring, and the first perhaps itself."""
    names = ["a", "b", "c"]
    pages = [
        Page(
            DAY,
            name,
            name.upper(),
            related=tuple(
                Named(f"{FOLDER}/{other}.md", (f"to {other}",))
                for other in [after, *(["a"] if name == "a" and self_link else [])]
            ),
        )
        for name, after in zip(names, ["b", "c", "a"], strict=True)
    ]
    return write(root, pages)


@pytest.mark.parametrize("output", GRAPHS)
def test_all_links_among_the_events_of_a_walk(tmp_path: Path, output: str) -> None:
    root = ring(tmp_path, self_link=True)
    result = run("-A", root, "related", "a", "--depth", "20", "--format", output)
    assert (result.code, result.err) == (0, "")
    assert links_in(output, result.out) == {("a", "a"), ("a", "b"), ("b", "c"), ("c", "a")}
    near = run("-A", root, "related", "a", "--format", output)
    assert links_in(output, near.out) == {("a", "a"), ("a", "b")}
    only = run("-A", root, "related", "a", "--both", "-d", "3", "--context", "TO B", "--format", output)
    assert links_in(output, only.out) == {("a", "b")}


def test_json_of_a_walk_is_a_graph_for_networkx() -> None:
    document = run("-A", HARBOUR, "related", "inquiry-opens", "--depth", "2", "--json").json
    assert list(document) == ["version", "event", "links", "backlinks", "cut", "graph", "walk"]
    for node in document["graph"]["nodes"]:
        assert list(node) == ["path", "slug", "date", "headline", "topics", "depth"]
    read = networkx.node_link_graph(document["graph"], edges="links", name="path")
    assert isinstance(read, networkx.DiGraph)
    depths = {step["path"]: step["depth"] for step in document["walk"]} | {document["event"]["path"]: 0}
    assert dict(read.nodes(data="depth")) == depths
    for step in document["walk"]:
        assert read.edges[step["via"], step["path"]]["contexts"] == step["contexts"]
    near = run("-A", HARBOUR, "related", "inquiry-opens", "--json").json
    assert list(near) == ["version", "event", "links", "backlinks", "walk"]


@pytest.mark.parametrize("output", GRAPHS)
def test_text_is_data_in_graphs(hostile: Path, output: str) -> None:
    """No text makes a node or a link that is not there."""
    walk: list[str | Path] = ["-q", "-A", hostile, "related", "2020-03-01/hub", "--both"]
    document = run(*walk, "--depth", "2", "--json").json
    links = {(Path(link["source"]).stem, Path(link["target"]).stem) for link in document["graph"]["links"]}
    result = run(*walk, "--depth", "2", "--format", output)
    assert (result.code, result.err) == (0, "")
    assert not CONTROL.search(result.out.replace("\u200c", ""))
    if output == "graphml":
        headlines = {data["headline"] for _, data in graphml(result.out).nodes(data=True)}
        assert headlines == {shown(node["headline"]) for node in document["graph"]["nodes"]}
    # test_injection has the same DOT parsed, which takes long, and counts the links in it.
    found = dot.LINK.findall(result.out) if output == "dot" else links_in(output, result.out)
    assert len(found) == len(links) > len(PAYLOADS)


def test_text_is_data_in_a_tree(hostile: Path) -> None:
    walk: list[str | Path] = ["-q", "-A", hostile, "related", "2020-03-01/hub", "--both", "--depth", "2"]
    result = run(*walk, "--format", "tree")
    assert (result.code, result.err) == (0, "")
    assert not CONTROL.search(result.out)
    nodes = run(*walk, "--json").json["graph"]["nodes"]
    assert len([line for line in result.lines if "✗ broken  " not in line]) == len(nodes)
    assert all(visible(node["headline"]) in result.out for node in nodes)


# --- trees ---


def test_tree() -> None:
    result = run("-A", HARBOUR, "related", "inquiry-opens", "--depth", "3", "--format", "tree")
    ferry = "2020-03-01/ferry-burns-off-port-ansel"
    missing = "page does not exist: /news/2020/03"
    assert result.lines == [
        "2020-03-09  Inquiry opens in Port Ansel  2020-03-09/inquiry-opens",
        "└─ → 2020-03-03  Captain held over the ferry fire  [Ferry fire, Port Ansel]  2020-03-03/captain-held",
        f"   ├─ → 2020-03-01  Ferry burns off Port Ansel  [Ferry fire, Port Ansel]  {ferry}",
        f"   │  └─ → 2020-03-01  Ferry burns off Port Ansel and sinks  [Ferry fire, Port Ansel]  {ferry}-and",
        "   ├─ → 2020-03-03  Storm warning lifted  [Weather]  2020-03-03/storm-warning",
        "   │  └─ → 2020-03-02  Storm warning for the bay  [Weather]  2020-03-02/storm-warning",
        "   ├─ ✗ broken  Ferry burns off Port Ansel [updated] and is lost  [Ferry fire]  "
        f"{missing}/1/ferry-burns-off-port-ansel-and-is-lost.md  renamed? {ferry}-and",
        f"   └─ ✗ broken  Council names members of the inquiry  [Inquiry]  {missing}/5/council-names-members.md",
    ]


def test_a_tree_says_each_event_once(tmp_path: Path) -> None:
    result = run("-A", ring(tmp_path, self_link=True), "related", "a", "--both", "-d", "20", "--format", "tree")
    assert result.lines == [
        "2020-03-01  A  2020-03-01/a",
        "├─ → 2020-03-01  B  [to b]  2020-03-01/b",
        "└─ ← 2020-03-01  C  [to a]  2020-03-01/c",
    ]


@pytest.mark.parametrize("width", [40, 80, 140])
def test_a_deep_tree_has_room_for_headlines(tmp_path: Path, width: int) -> None:
    line(tmp_path, 31)
    result = run("-A", tmp_path, "related", "e0", "-d", "20", "--format", "table", env={"COLUMNS": str(width)})
    assert all(cell_len(text) <= width for text in result.lines)
    for number in range(1, 21):
        assert f"Event number {number} of" in " ".join(result.out.split())
    assert "number 21 of" not in result.out


def line(root: Path, number: int) -> None:
    """Write events of which each names the next one."""
    days = [DAY + dt.timedelta(at) for at in range(number)]
    paths = [f"{folder_of(day)}/e{at}.md" for at, day in enumerate(days)]
    write(
        root,
        [
            Page(day, f"e{at}", f"Event number {at} of them all", related=tuple(map(Named, paths[at + 1 : at + 2])))
            for at, day in enumerate(days)
        ],
    )


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event that names 300 others, each of which names one more."""
    names = [f"n{number}" for number in range(300)]
    pages = [Page(DAY, "hub", "Hub", related=tuple(Named(f"{FOLDER}/{name}.md", ("Hub",)) for name in names))]
    for number, name in enumerate(names):
        far = [f"{FOLDER}/f{number}-{at}.md" for at in range(1)]
        pages.append(Page(DAY, name, f"Near {number}", related=tuple(Named(path, ("Far",)) for path in far)))
        pages += [Page(DAY, path.rpartition("/")[2][:-3], "Far", related=()) for path in far]
    return write(tmp_path_factory.mktemp("hub"), pages)


@pytest.mark.parametrize("output", [*GRAPHS, "tree", "plain", "jsonl", "json", "table"])
def test_a_cut_is_said_out_loud(hub: Path, output: str) -> None:
    result = run("-A", hub, "related", "hub", "-d", "2", "-n", "310", "--format", output)
    told = result.out if output == "table" else result.err
    assert "stopped at 310 events, up to 2 links away (change with --limit)" in " ".join(told.split())
    if output in GRAPHS:
        assert len(re.findall(r"^ *(?:<edge |n\d+ --?> )", result.out, re.MULTILINE)) == 310


def test_a_hub_is_whole(hub: Path) -> None:
    result = run("-A", hub, "related", "hub", "--format", "graphml")
    assert (result.code, result.err, len(graphml(result.out))) == (0, "", 301)
    assert len(run("-A", hub, "related", "hub", "--format", "tree").lines) == 301
    assert (
        "stopped at 250 events, up to 1 link away"
        in run("-A", hub, "related", "hub", "-n", "250", "--format", "dot").err
    )


def test_more_than_mermaid_draws_is_said(hub: Path) -> None:
    result = run("-A", hub, "related", "hub", "-d", "2", "-n", "501", "--format", "mermaid")
    assert "501 links; Mermaid draws at most 500" in result.err


# --- chains ---

CHAIN = [
    "news/2020/03/9/quay-closed.md",
    "news/2020/03/3/captain-held.md",
    "news/2020/03/1/ferry-burns-off-port-ansel.md",
]
START, END = "quay-closed", "2020-03-01/ferry-burns-off-port-ansel"


def test_a_chain_starts_at_the_ref_that_stands_first() -> None:
    rows = run("-A", HARBOUR, "related", START, "--path", END).rows
    assert [row[6] for row in rows] == CHAIN
    assert [row[0] for row in rows] == ["0", "1", "2"]
    for words in (
        ["--path", START, END],
        ["--to", START, END],
        [f"--path={START}", END],
        ["--context", "Port Ansel", "--path", END, "inquiry-opens"],
    ):
        assert run("-A", HARBOUR, "related", *words).rows[0][6] == (CHAIN[0] if START in " ".join(words) else CHAIN[2])
    for option in ("--path", "--to"):
        assert [row[6] for row in run("-A", HARBOUR, "related", END, option, START).rows] == CHAIN[::-1]
    assert [row[6] for row in run("-A", HARBOUR, "related", "--both", "--path", "-", END, stdin=START).rows] == CHAIN


def test_the_formats_of_a_chain_agree() -> None:
    chain: list[str | Path] = ["-A", HARBOUR, "related", START, "--path", END]
    document = run(*chain, "--json").json
    assert list(document) == ["version", "from", "to", "chain"]
    assert [document["from"]["path"], document["to"]["path"]] == [CHAIN[0], CHAIN[2]]
    assert [event["path"] for event in document["chain"]] == CHAIN
    assert [event["relation"] for event in document["chain"]] == [None, "related", "related"]
    assert [event["contexts"] for event in document["chain"]] == [
        [],
        ["Harbours, Docks and Quays", "Washington, D.C."],
        ["Ferry fire", "Port Ansel"],
    ]
    assert run(*chain, "--format", "jsonl").jsonl == document["chain"]
    rows = run(*chain).rows
    assert [[row[6], row[2], row[5], row[1] or None] for row in rows] == [
        [event["path"], event["date"], event["headline"], event["relation"]] for event in document["chain"]
    ]
    assert list(csv.reader(io.StringIO(run(*chain, "--format", "csv").out)))[1:] == rows
    assert run(*chain, "--format", "paths").lines == [str(HARBOUR / path) for path in CHAIN]
    assert run(*chain, "--format", "tree").lines == [
        "2020-03-09  Northern quay closed until further notice",
        "  → Harbours, Docks and Quays, Washington, D.C.",
        "2020-03-03  Captain held over the ferry fire",
        "  → Ferry fire, Port Ansel",
        "2020-03-01  Ferry burns off Port Ansel",
    ]
    shown_ = " ".join(run(*chain, "--format", "table").out.split())
    assert all(event["headline"] in shown_ and ", ".join(event["contexts"]) in shown_ for event in document["chain"])
    for output in GRAPHS:
        assert links_in(output, run(*chain, "--format", output).out) >= {
            ("quay-closed", "captain-held"),
            ("captain-held", "ferry-burns-off-port-ansel"),
        }


def test_no_chain_says_how_far_it_looked() -> None:
    chain: list[str | Path] = [
        "-A",
        HARBOUR,
        "related",
        START,
        "--path",
        "inquiry-opens",
        "--context",
        "Washington, D.C.",
    ]
    result = run(*chain)
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1] == (
        "newsarc: no path from 2020-03-09/quay-closed to 2020-03-09/inquiry-opens: 2020-03-09/inquiry-opens has no "
        'links with the context "Washington, D.C." in either direction'
    )
    document = run(*chain, "--json")
    assert (document.code, document.json["chain"]) == (1, [])
    far = run("-A", EXAMPLE, "related", "2017-06-18/2017", "--path", "2017-06-16/russian")
    assert far.code == 1
    assert far.err == (
        "newsarc: no path from 2017-06-18/2017-portugal-wildfires-the to 2017-06-16/russian-intervention-in-syria: "
        "related links from 2017-06-18/2017-portugal-wildfires-the reach only 3 events, up to 1 step away\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--path", END], 2, "REF"),
        ([START, "--to"], 2, "--to"),
        ([START, END], 2, "unexpected"),
        ([START, "--path", "nowhere"], 1, "nowhere"),
        ([START, "--path", "2020-03-01"], 3, "2020-03-01/ferry-burns-off-port-ansel"),
        ([START, "--path", END, "--backlinks"], 2, "--backlinks"),
        ([START, "--path", END, "--depth", "1"], 2, "--depth"),
        ([START, "--path", END, "-n", "500"], 2, "--limit"),
    ],
)
def test_what_goes_wrong(words: list[str], code: int, said: str) -> None:
    result = run("-A", HARBOUR, "related", *words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "Traceback" not in result.err
