"""Parquet output with pyarrow: a single table, or a folder with a file for each table."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

from newsarc.errors import UsageError, missing_package
from newsarc.output.export.records import ExportedEvent
from newsarc.output.export.tables import TABLES, Row, Rows, Table

REQUIREMENT = "pyarrow>=18,<27"  # as in pyproject.toml
# Rows of a row group, which are held in memory and compressed together.
_ROWS_AT_ONCE = 10_000


def require_library() -> None:
    """Raise UsageError if pyarrow is not installed."""
    if find_spec("pyarrow") is None:
        raise UsageError(f"{missing_package('Parquet', REQUIREMENT)}; SQLite, JSON Lines and CSV need no package")


def write(events: Iterable[ExportedEvent], place: Path, table: str | None) -> None:
    """Write ``table`` to the file ``place`` or, if it is None, each table to a file in the folder ``place``, which must
    not exist yet. Raises OSError.
    """
    if table is None:
        place.mkdir()
    with ExitStack() as stack:
        writers = {
            one.name: stack.enter_context(_Writer(one, place if table else place / f"{one.name}.parquet"))
            for one in TABLES
            if table in {None, one.name}
        }
        rows = Rows()
        for event in events:
            for name, row in rows.of(event):
                if name in writers:
                    writers[name].add(row)


class _Writer:
    """A writer of one table. It collects rows until there are enough for a row group."""

    def __init__(self, table: Table, file: Path) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {"integer": pa.int64(), "text": pa.string(), "boolean": pa.bool_(), "date": pa.date32()}
        fields = [pa.field(column.name, kinds[column.kind], column.is_optional) for column in table.columns]
        self._schema = pa.schema(fields)
        self._dates = [number for number, column in enumerate(table.columns) if column.kind == "date"]
        self._rows: list[Row] = []
        self._writer: Any = parquet.ParquetWriter(file, self._schema, compression="zstd")

    def __enter__(self) -> _Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self._write()
            self._writer.close()
            return
        with contextlib.suppress(OSError):  # the original error is raised anyway
            self._writer.close()

    def add(self, row: Row) -> None:
        """Write a row, now or later."""
        self._rows.append(row)
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa

        columns: list[Sequence[Any]] = list(zip(*self._rows, strict=True)) or [()] * len(self._schema)
        for number in self._dates:
            columns[number] = [text and dt.date.fromisoformat(text) for text in columns[number]]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._rows.clear()
