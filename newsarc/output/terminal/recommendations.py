"""Recommended links on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from newsarc.analysis.recommendations import Recommendation
from newsarc.model import Event
from newsarc.output.terminal.events import DIM, TOPIC, hanging_row, print_related
from newsarc.text.sanitize import visible


def print_recommendations(
    console: Console, event: Event, found: Sequence[Recommendation], refs: Mapping[str, str]
) -> None:
    """Print the headline of an event and its recommended links with reasons. ``refs`` are short REFs, by path."""
    print_related(console, event, refs.get(event.path, event.path), (), (), {}, {})
    console.print()
    console.print(Text("Suggested links", style="bold").append(f"  {len(found)}", style=DIM))
    for recommendation in found:
        row = recommendation.row
        reasons = Text(visible("; ".join(recommendation.reasons)), style=TOPIC)
        ref = Text(f"{visible(refs.get(row.path, row.path))} · score {recommendation.score:.2f}", style=DIM)
        note = Text("\n").join((reasons, ref))
        console.print(hanging_row("+", Text(visible(row.title)), note, row.day or "no date"))
