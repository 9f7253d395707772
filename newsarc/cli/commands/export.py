"""``newsarc export``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.options import (
    OUTPUT_PANEL,
    RefsArgument,
    expand_refs,
)
from newsarc.cli.session import Session
from newsarc.cli.source_states import source_states
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.output.export import ExportedEvent

# Same as in newsarc.output.export.tables, which is slow to import. A test compares the two.
TableName = Literal[
    "day", "event", "topic", "event_topic", "context", "event_context", "source", "change", "related_link",
    "link_context",
]  # fmt: skip
Format = Literal["sqlite", "parquet", "jsonl", "csv"]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Destination and format of an export."""

    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Output file (.db, .jsonl, .parquet, .csv) or folder; - for standard output (jsonl, csv), the default "
            "in a pipe.",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None
    format: Annotated[
        Format | None,
        typer.Option("--format", help="Default: by file extension; required in a pipe.", rich_help_panel=OUTPUT_PANEL),
    ] = None
    table: Annotated[
        TableName | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="Table to write to a single .csv or .parquet file. [default: event]",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None
    spreadsheet_safe: Annotated[
        bool,
        typer.Option(
            "--spreadsheet-safe",
            help="Escape CSV cells that spreadsheets would treat as formulas.",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = False
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing output.", rich_help_panel=OUTPUT_PANEL)] = (
        False
    )


def export(
    session: Session,
    filters: Filters,
    options: ExportOptions,
    refs: RefsArgument = None,
) -> None:
    """Export to SQLite, Parquet, JSON or CSV.

    Parquet and CSV write a folder with one file per table, or a single file with one table. docs/export.md describes
    tables and views.

    Examples:
        newsarc export --output news.db
        newsarc export 2017 --topic "Battle of Raqqa" --output raqqa.jsonl
        newsarc export --format csv --output tables
    """
    from newsarc.output.export import ExportTarget, exported_events
    from newsarc.output.export.target import STANDARD_OUTPUT
    from newsarc.output.terminal.console import is_terminal
    from newsarc.output.terminal.progress import ProgressBar
    from newsarc.text.sanitize import visible

    output = options.output
    if output is None and options.format is not None and not is_terminal(sys.stdout):
        output = Path(STANDARD_OUTPUT)
    target = ExportTarget.of(output, options.format, options.table, options.spreadsheet_safe, options.force)
    archive = session.archive
    selection = select_events(archive, session.resolve(expand_refs(refs)), filters)
    index = archive.index()  # topics, contexts and link targets depend on the whole archive
    chosen = index.select(selection.filter)
    if not len(chosen):
        raise nothing_found(index, selection.filter)
    counts = _Counts(target.table)
    progress = ProgressBar("Writing", is_wanted=not session.quiet)
    states = source_states(session)
    with progress, closing(exported_events(archive, chosen, progress, target.workers, states)) as events:
        if target.place is None:
            session.write(target.pieces(counts.of(events), is_terminal(sys.stdout)))
            session.note(str(counts))
        else:
            target.write(counts.of(events))
            session.write([f"{visible(str(target.place))}: {counts}\n"])


class _Counts:
    """Counts of exported events and links."""

    def __init__(self, table: str | None = None) -> None:
        self._table = table
        self._events = self._links = self._broken = 0

    def of(self, events: Iterable[ExportedEvent]) -> Iterator[ExportedEvent]:
        """Yield ``events`` and count them."""
        for event in events:
            self._events += 1
            self._links += len(event.record["related"])
            self._broken += sum(link["broken"] for link in event.record["related"])
            yield event

    def __str__(self) -> str:
        if self._table is not None:
            return f'wrote table "{self._table}" ({plural(self._events, "event")}); use a folder for all tables'
        links = plural(self._links, "related link")
        broken = f" ({self._broken:,} broken)" if self._broken else ""
        return f"{plural(self._events, 'event')}, {links}{broken}"
