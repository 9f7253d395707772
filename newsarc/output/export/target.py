"""The target of an export: its place and format, checked in advance and written atomically."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from newsarc.errors import UsageError
from newsarc.storage.atomic import atomic_write

if TYPE_CHECKING:
    from newsarc.output.export.csv import Cell
    from newsarc.output.export.records import ExportedEvent

ExportFormat = Literal["sqlite", "parquet", "jsonl", "csv"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
STANDARD_OUTPUT = "-"
_ENDINGS: dict[str, ExportFormat] = {
    ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite",
    ".parquet": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv",
}  # fmt: skip
_WHERE = (
    "--output news.db (or .parquet, .jsonl, .csv, or a folder with --format parquet or csv), "
    "or use --format jsonl or csv in a pipe"
)


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """The format and place of an export. ``place`` is None for standard output.

    ``table`` is the table in a single Parquet or CSV file; without it these formats are a folder with a file for each
    table.
    """

    format: ExportFormat
    place: Path | None
    table: str | None = None
    is_for_spreadsheets: bool = False
    may_replace: bool = False

    @classmethod
    def of(
        cls,
        output: Path | None,
        format: ExportFormat | None,
        table: str | None = None,
        is_for_spreadsheets: bool = False,
        may_replace: bool = False,
    ) -> ExportTarget:
        """Return the target for the options of the command. Raises UsageError if they are incomplete or contradictory,
        or if the place cannot be written.
        """
        if output is None:
            raise UsageError(f"specify an output file: {_WHERE}")
        place = None if str(output) == STANDARD_OUTPUT else output
        ending = None if place is None else _ENDINGS.get(place.suffix.lower())
        wanted = format or ending
        if wanted is None:
            if place is None:
                raise UsageError("standard output: cannot tell the format; add --format jsonl or csv")
            raise UsageError(f"{place}: cannot tell the format; add --format {', '.join(FORMATS[:-1])} or csv")
        if place is None and wanted in {"sqlite", "parquet"}:
            raise UsageError(f"{wanted} cannot be written to standard output; use --output FILE")
        if is_for_spreadsheets and wanted != "csv":
            raise UsageError("--spreadsheet-safe requires --format csv")
        has_one_table = wanted in {"parquet", "csv"} and (place is None or ending == wanted)
        if table is not None and not has_one_table:
            raise UsageError("--table requires a single file: --output NAME.csv, NAME.parquet, or - with --format csv")
        target = cls(wanted, place, (table or "event") if has_one_table else None, is_for_spreadsheets, may_replace)
        target.check()
        if wanted == "parquet":
            from newsarc.output.export.parquet import require_library

            require_library()
        return target

    @property
    def is_folder(self) -> bool:
        """Whether the export is a folder with a file for each table."""
        return self.format in {"parquet", "csv"} and self.table is None

    @property
    def workers(self) -> int | None:
        """The number of processes that read events; None for one for each core."""
        # pyarrow starts threads, and a process with threads should not fork.
        return 1 if self.format == "parquet" else None

    def check(self) -> None:
        """Raise UsageError if the place cannot be written or already exists."""
        place = self.place
        if place is None:
            return
        if not place.absolute().parent.is_dir():
            raise UsageError(f"{place}: folder {place.parent} does not exist")
        if self.is_folder:
            self._check_folder(place)
        elif place.is_dir():
            raise UsageError(f"{place}: is a folder; use a file in it")
        elif place.exists() and not place.is_file():
            raise UsageError(f"{place}: not a regular file")
        elif place.exists() and not self.may_replace:
            raise UsageError(f"{place}: already exists; use --force to overwrite")

    def _check_folder(self, place: Path) -> None:
        if place.exists() and not place.is_dir():
            raise UsageError(
                f"{place}: not a folder; {self.format} needs a folder of tables, or NAME.{self.format} for one table"
            )
        names = {entry.name for entry in place.iterdir()} if place.exists() else set()
        if names and not self.may_replace:
            raise UsageError(f"{place}: already exists and is not empty; use --force to overwrite an export in it")
        if others := sorted(names - _table_files()):
            raise UsageError(f"{place}: not overwritten: it contains {others[0]}, which is not part of an export")

    def write(self, events: Iterable[ExportedEvent]) -> None:
        """Write ``events`` to the place, completely or not at all. Raises UsageError if that fails."""
        if self.place is None:
            raise ValueError("for standard output use pieces()")
        # Replace the file that a symbolic link points to, not the link.
        place = Path(os.path.realpath(self.place))
        self._refuse_open_database(place)
        if place == Path.cwd():
            raise UsageError(f"{self.place}: cannot overwrite the current folder; use one inside it or next to it")
        try:
            with atomic_write(place) as beside:
                self._writer(beside)(events)
                self.check()  # again, because writing may take long
        except OSError as error:
            raise UsageError(f"{self.place}: not written: {error.strerror or error}") from None

    def _refuse_open_database(self, place: Path) -> None:
        """Raise UsageError if another program, which would write its journal into the new database, has it open."""
        for ending in ("-wal", "-journal"):
            if place.with_name(f"{place.name}{ending}").exists():
                raise UsageError(
                    f"{self.place}: the database is open in another program, or was not closed properly "
                    f"({place.name}{ending} exists); close it, or use another file"
                )

    def pieces(self, events: Iterable[ExportedEvent], is_terminal: bool = False) -> Iterator[str]:
        """Yield the pieces of the output for standard output, with controls escaped if it is a terminal."""
        if self.format == "jsonl":
            from newsarc.output.export import jsonl

            return jsonl.pieces(events)
        from newsarc.output.export import csv

        return csv.pieces(events, self.table or "event", csv.for_terminals if is_terminal else self._cell())

    def _writer(self, beside: Path) -> Callable[[Iterable[ExportedEvent]], None]:
        if self.format == "sqlite":
            from newsarc.output.export import sqlite

            return lambda events: sqlite.write(events, beside)
        if self.format == "parquet":
            from newsarc.output.export import parquet

            return lambda events: parquet.write(events, beside, self.table)
        if self.is_folder:
            from newsarc.output.export import csv

            return lambda events: csv.write(events, beside, self._cell())
        return lambda events: _write_text(self.pieces(events), beside)

    def _cell(self) -> Cell:
        from newsarc.output.export import csv

        return csv.for_spreadsheets if self.is_for_spreadsheets else csv.as_it_is


def _write_text(pieces: Iterable[str], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(pieces)


def _table_files() -> set[str]:
    from newsarc.output.export.tables import TABLE_NAMES

    return {f"{name}.{ending}" for name in TABLE_NAMES for ending in ("csv", "parquet")}
