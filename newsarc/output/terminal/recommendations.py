"""What else belongs to an event's story, on a terminal."""

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
    """Print an event's headline with the events that it should perhaps be linked with, the reasons, and their REFs.

    ``refs`` gives the REF of each path.
    """
    print_related(console, event, refs.get(event.path, event.path), (), (), {})
    console.print()
    console.print(Text("Not linked yet", style="bold").append(f"  {len(found)}", style=DIM))
    for discovery in found:
        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(width=3, justify="right", no_wrap=True)
        grid.add_column(width=10, no_wrap=True)
        grid.add_column(ratio=1, overflow="fold")
        row = discovery.row
        grid.add_row(Text("+", style=DIM), Text(row.day or "no date", style=DIM), _body(discovery, refs))
        console.print(grid)


def _body(discovery: Recommendation, refs: Mapping[str, str]) -> Text:
    row = discovery.row
    reasons = Text(visible("; ".join(discovery.reasons)), style=TOPIC)
    note = Text(f"{visible(refs.get(row.path, row.path))} · {discovery.score:.2f}", style=DIM)
    return Text("\n").join((Text(visible(row.title)), reasons, note))
