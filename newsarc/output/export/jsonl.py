"""JSON Lines output: the record of each event on a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsarc.output.export.records import ExportedEvent
from newsarc.output.json import json_line


def pieces(events: Iterable[ExportedEvent]) -> Iterator[str]:
    """Yield a line for each event; for its schema see ``newsarc schema export``."""
    for event in events:
        yield json_line(event.record) + "\n"
