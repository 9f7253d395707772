"""Output formats of graphs of related links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.cli.options import OUTPUT_PANEL
from newsarc.cli.session import Session

if TYPE_CHECKING:
    from newsarc.analysis.graph import Graph
    from newsarc.output.graphs import GraphFormat

RelatedFormat = Literal["table", "plain", "tree", "json", "jsonl", "csv", "paths", "dot", "mermaid", "graphml"]
RelatedFormatOption = Annotated[
    RelatedFormat | None,
    typer.Option("--format", help="Default: table on a terminal, plain in a pipe.", rich_help_panel=OUTPUT_PANEL),
]


def write_graph(session: Session, graph: Graph, format: GraphFormat) -> None:
    """Write ``graph`` to standard output, with a note if it exceeds the limits of Mermaid."""
    from newsarc.output.graphs import graph_pieces

    text = "".join(graph_pieces(graph, format))
    session.write([text])
    if format == "mermaid":
        from newsarc.output.graphs.mermaid import beyond_limits

        if reason := beyond_limits(graph, text):
            session.note(f"{reason}; use --limit, --depth or --context for fewer events")
