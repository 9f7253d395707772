"""A table whose last columns wrap, on a terminal: settings, files."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsarc.output.terminal.events import DIM
from newsarc.text.sanitize import visible


def print_table(console: Console, rows: Sequence[Sequence[str]]) -> None:
    """Print ``rows``. The first column keeps its width, and the last one is dimmed."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    for row in rows:
        *cells, last = (visible(cell) for cell in row[1:])
        table.add_row(
            Text(visible(row[0])), *(Text(cell, overflow="fold") for cell in cells), Text(last, DIM, overflow="fold")
        )
    console.print(table)
