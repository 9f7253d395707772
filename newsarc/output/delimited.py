"""Delimited output for pipes: tab-separated lines without a header, and CSV with one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from newsarc.text.sanitize import csv_cell, visible


def tab_separated(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield each row as a line. None is an empty field. Tabs, line ends and other controls are escaped."""
    for row in rows:
        yield "\t".join("" if value is None else visible(str(value)) for value in row) + "\n"


def comma_separated(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a CSV document (RFC 4180, but with ``\\n``). Formulas of spreadsheets are escaped."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(
            ["" if value is None else csv_cell(value) if isinstance(value, str) else value for value in row]
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
