"""Where an export goes and in which format, and how it gets there whole."""

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
    from newsarc.output.export.records import Exported

ExportFormat = Literal["sqlite", "parquet", "jsonl", "csv"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
STANDARD_OUTPUT = "-"
_ENDINGS: dict[str, ExportFormat] = {
    ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite",
    ".parquet": "parquet",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv",
}  # fmt: skip
_WHERE = "--output news.db (or .parquet, .jsonl, .csv, or a folder with --format parquet or csv)"


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """What is to be written, and where: ``place`` is None for standard output.

    ``table`` is the one table of a Parquet or CSV file; None, and they are a folder with a file for each.
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
        """Return what the options mean. Raises UsageError where that is unclear, or nothing that could be written."""
        if output is None:
            raise UsageError(f"say where to: {_WHERE}")
        place = None if str(output) == STANDARD_OUTPUT else output
        ending = None if place is None else _ENDINGS.get(place.suffix.lower())
        wanted = format or ending
        if wanted is None:
            where = "standard output" if place is None else str(place)
            raise UsageError(f"{where}: not clear what to write; add --format {', '.join(FORMATS[:-1])} or csv")
        if place is None and wanted in {"sqlite", "parquet"}:
            raise UsageError(f"{wanted} cannot be written to standard output: name a file")
        if is_for_spreadsheets and wanted != "csv":
            raise UsageError("--spreadsheet-safe is about --format csv")
        has_one_table = wanted in {"parquet", "csv"} and (place is None or ending == wanted)
        if table is not None and not has_one_table:
            raise UsageError("--table is about one file: --output NAME.csv, NAME.parquet, or - with --format csv")
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
        """How many processes may read the events meanwhile; None for as many as there are cores."""
        # The library of Parquet starts threads, and a process that has some should not fork.
        return 1 if self.format == "parquet" else None

    def check(self) -> None:
        """Raise UsageError where the place cannot be written, or is taken."""
        place = self.place
        if place is None:
            return
        if not place.absolute().parent.is_dir():
            raise UsageError(f"{place}: there is no folder {place.parent}")
        if self.is_folder:
            self._check_folder(place)
        elif place.is_dir():
            raise UsageError(f"{place}: is a folder; name a file in it")
        elif place.exists() and not place.is_file():
            raise UsageError(f"{place}: no regular file")
        elif place.exists() and not self.may_replace:
            raise UsageError(f"{place}: is there already; --force replaces it")

    def _check_folder(self, place: Path) -> None:
        if place.exists() and not place.is_dir():
            raise UsageError(
                f"{place}: is no folder; {self.format} is a folder of tables, or one table in NAME.{self.format}"
            )
        names = {entry.name for entry in place.iterdir()} if place.exists() else set()
        if names and not self.may_replace:
            raise UsageError(f"{place}: is there already, and not empty; --force replaces an export in it")
        if others := sorted(names - _table_files()):
            raise UsageError(f"{place}: is not replaced: it holds {others[0]}, which is no table of an export")

    def write(self, events: Iterable[Exported]) -> None:
        """Write ``events`` to the place: all of them, or nothing at all. Raises UsageError where that fails."""
        if self.place is None:
            raise ValueError("standard output is written by whoever has it")
        # What is behind a symbolic link is replaced, and not the link.
        place = Path(os.path.realpath(self.place))
        self._refuse_open_database(place)
        if place == Path.cwd():
            raise UsageError(
                f"{self.place}: the folder that you are in cannot be replaced; name one in it or beside it"
            )
        try:
            with atomic_write(place) as beside:
                self._writer(beside)(events)
                self.check()  # once more: it took its time
        except OSError as error:
            raise UsageError(f"{self.place}: not written: {error.strerror or error}") from None

    def _refuse_open_database(self, place: Path) -> None:
        """Raise UsageError where a program that has the database open would read its own changes into the new one."""
        for ending in ("-wal", "-journal"):
            if place.with_name(f"{place.name}{ending}").exists():
                raise UsageError(
                    f"{self.place}: another program has it open, or has left it in the middle of a change "
                    f"({place.name}{ending} is there); close it, or write elsewhere"
                )

    def pieces(self, events: Iterable[Exported], is_terminal: bool = False) -> Iterator[str]:
        """Yield the pieces of what goes to standard output, which may be a terminal."""
        if self.format == "jsonl":
            from newsarc.output.export import jsonl

            return jsonl.pieces(events)
        from newsarc.output.export import csv

        return csv.pieces(events, self.table or "event", csv.for_terminals if is_terminal else self._cell())

    def _writer(self, beside: Path) -> Callable[[Iterable[Exported]], None]:
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
