"""Recommended links on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarc.analysis.recommendations import Recommendation
from newsarc.model import Event
from newsarc.output.terminal.events import DIM, TOPIC, print_related
from newsarc.text.sanitize import visible


def print_recommendations(
    console: Console, event: Event, found: Sequence[Recommendation], refs: Mapping[str, str]
) -> None:
    """Print the headline of an event and its recommended links with reasons. ``refs`` are short REFs, by path."""
    print_related(console, event, refs.get(event.path, event.path), (), (), {})
    console.print()
    console.print(Text("Suggested links", style="bold").append(f"  {len(found)}", style=DIM))
    for recommendation in found:
        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(width=3, justify="right", no_wrap=True)
        grid.add_column(width=10, no_wrap=True)
        grid.add_column(ratio=1, overflow="fold")
        day = Text(recommendation.row.day or "no date", style=DIM)
        grid.add_row(Text("+", style=DIM), day, _body(recommendation, refs))
        console.print(grid)


def _body(recommendation: Recommendation, refs: Mapping[str, str]) -> Text:
    row = recommendation.row
    reasons = Text(visible("; ".join(recommendation.reasons)), style=TOPIC)
    note = Text(f"{visible(refs.get(row.path, row.path))} · {recommendation.score:.2f}", style=DIM)
    return Text("\n").join((Text(visible(row.title)), reasons, note))
