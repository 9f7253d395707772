"""Headlines that are something else to a graph language, a browser, a terminal or XML."""

from __future__ import annotations

from newsarc.analysis.graph import Edge, Graph, Node
from tests.cli.payloads import PAYLOADS

TEXTS = {
    **PAYLOADS,
    "quotes": 'A "quoted" word and \' and “these”',
    "backslash at the end": "A backslash at the end \\",
    "backslashes and a quote": 'Two \\\\" and \\" and \\\\\\',
    "dot escapes": r"\n \N \G \L \E \T \H \l \r of a node",
    "dot attributes": 'x", shape=none, URL="javascript:alert(1)"]; n9 -> n0 [label="',
    "dot html": "<<b>bold</b>> and <table border='1'>",
    "dot port": "n0:port:ne -> {n1 n2}; subgraph cluster_0 // comment /* and */ #define",
    "entities": "&amp; &lt;b&gt; &#65; &#x41; &eacute; &copy &notanentity; AT&T R&D; & &",
    "mermaid syntax": 'A["x"] -->|y| B{{z}}; end subgraph click n0 call f() %%{init: {"theme": "x"}}%%',
    "mermaid entities": "#quot; #35; #amp;lt; ﬂ°°60¶ß ﬂ°lt¶ßscript> straße 5° ¶",
    "mermaid style": 'style: fill:#f9f #quot; classDef x:#fff; "end"',
    "mermaid markdown": "`code` **bold** _it_ ~~s~~ `a` $$x^2$$ fa:fa-car :::class @{shape: x}",
    "markdown list": "1. first - second + third",
    "markdown heading": "# Heading === --- > quote",
    "web address": "www.example.com and https://e.example/?a=b&c=d#e and a@b.example",
    "arrows": "--> <-- ==> -.-> --- %% -->|x| &--> <!-- comment --> ]]>",
    "script": "</script><script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)",
    "cdata": "<![CDATA[x]]> <?xml version='1.0'?> <!DOCTYPE x [<!ENTITY a 'b'>]> &a;",
    "xml forbids": "\x00\x01\x0b\x1f and \ufffe\uffff and \ud800 \udfff and \x7f\x85\x9f",
    "surrogates": "half \ud83d of one \udc80 byte",
    "newlines": "one\ntwo\r\nthree\u2028four\x85five",
    "only symbols": '"\\<&#;`[]{}|',
    "chinese": "中国探测器“嫦娥四号”在月球背面软着陆，并借助中继卫星“鹊桥”传回首张近距离照片" * 3,
    "right to left": "مرحبا بالعالم (عربي) שלום",
    "combining": "e\u0301" * 80,
    "one long word": "x" * 400,
    "10 kB": "A very long headline; it says \"'<&>#\\ again, " * 230,
    "10 kB of Chinese": "震" * 3500,
    "": "",
}


def graph_with(text: str) -> Graph:
    """Two events that name each other, with ``text`` wherever the archive's text stands."""
    nodes = (
        Node("news/2020/03/1/a.md", "a", "2020-03-01", text, (text, "topic"), 0),
        Node(f"news/2020/03/2/{text[:80]}.md", text or "b", None, f"After {text}", (), 1),
    )
    edges = (
        Edge(nodes[0].path, nodes[1].path, (text, "Syria") if text else ()),
        Edge(nodes[1].path, nodes[0].path, ("Raqqa",)),
    )
    return Graph(nodes, edges)
