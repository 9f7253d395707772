"""Names with their values on a terminal: settings, the cache."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarc.output.terminal.events import DIM
from newsarc.text.sanitize import visible


def print_table(console: Console, rows: Sequence[Sequence[str]]) -> None:
    """Print ``rows``. The first column keeps its width, and a third one is dimmed."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    for row in rows:
        name, value, *notes = map(visible, row)
        cells = [Text(value, overflow="fold"), *(Text(note, DIM, overflow="fold") for note in notes)]
        table.add_row(Text(name), *cells)
    console.print(table)
