"""CSV output: a single table, or a folder with a file for each table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from newsarc.output.export.records import ExportedEvent
from newsarc.output.export.tables import TABLES, Row, Rows, Table, Value
from newsarc.text.sanitize import csv_cell, visible

Cell = Callable[[str], str]


def as_it_is(text: str) -> str:
    """Return ``text`` unchanged, for programs."""
    return text


def for_spreadsheets(text: str) -> str:
    """Return ``text`` with spreadsheet formulas escaped."""
    return csv_cell(text)


def for_terminals(text: str) -> str:
    """Return ``text`` with control characters escaped."""
    return visible(text)


def pieces(events: Iterable[ExportedEvent], table: str, cell: Cell) -> Iterator[str]:
    """Yield the lines of one table, beginning with the names of its columns; ``cell`` escapes texts."""
    lines = _Lines(cell)
    (wanted,) = (one for one in TABLES if one.name == table)
    yield _beginning(wanted, lines)
    rows = Rows()
    for event in events:
        for name, row in rows.of(event):
            if name == table:
                yield lines.line(row)


def write(events: Iterable[ExportedEvent], folder: Path, cell: Cell) -> None:
    """Write each table to a file in ``folder``, which must not exist yet. Raises OSError."""
    folder.mkdir()
    lines = _Lines(cell)
    with ExitStack() as stack:
        files = {
            table.name: stack.enter_context((folder / f"{table.name}.csv").open("w", encoding="utf-8", newline=""))
            for table in TABLES
        }
        for table in TABLES:
            files[table.name].write(_beginning(table, lines))
        rows = Rows()
        for event in events:
            for name, row in rows.of(event):
                files[name].write(lines.line(row))


def _beginning(table: Table, lines: _Lines) -> str:
    # Excel detects UTF-8 only by this byte order mark.
    mark = "\ufeff" if lines.cell is for_spreadsheets else ""
    return mark + lines.line([column.name for column in table.columns])


class _Lines:
    """Formats rows as lines of CSV (RFC 4180, but with ``\\n``)."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self._buffer = io.StringIO()
        # Before Python 3.13, cells with a lone CR or LF are quoted only with this line end.
        self._writer = csv.writer(self._buffer, lineterminator="\r\n")

    def line(self, row: Row | list[str]) -> str:
        """Return the line of a row. Null and empty text are both an empty cell."""
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.writerow([self._shown(value) for value in row])
        return self._buffer.getvalue()[:-2] + "\n"

    def _shown(self, value: Value) -> Value:
        if isinstance(value, bool):
            return "true" if value else "false"
        return self.cell(value) if isinstance(value, str) else value
