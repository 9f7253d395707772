"""``newsarc export``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.cli.event_filter import nothing_found, wanted_events
from newsarc.cli.options import (
    OUTPUT_PANEL,
    ContextOption,
    RefsArgument,
    SinceOption,
    SourceOption,
    TopicOption,
    UntilOption,
    expand_refs,
)
from newsarc.cli.session import Session
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.output.export import Exported

# As newsarc.output.export.tables has them, which is imported when it is needed; a test holds the two together.
TableName = Literal[
    "day", "event", "topic", "event_topic", "context", "event_context", "source", "change", "related_link",
    "link_context",
]  # fmt: skip
Format = Literal["sqlite", "parquet", "jsonl", "csv"]


def export(
    session: Session,
    refs: RefsArgument = None,
    since: SinceOption = None,
    until: UntilOption = None,
    topic: TopicOption = None,
    context: ContextOption = None,
    source: SourceOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="The file to write: .db, .jsonl, .parquet, .csv; a folder; or - for standard output (jsonl, csv).",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None,
    format: Annotated[
        Format | None,
        typer.Option("--format", help="Otherwise what PATH ends in.", rich_help_panel=OUTPUT_PANEL),
    ] = None,
    table: Annotated[
        TableName | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="Of a .csv or .parquet file, the table in it; otherwise event. A folder has all of them.",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None,
    spreadsheet_safe: Annotated[
        bool,
        typer.Option(
            "--spreadsheet-safe",
            help="CSV for Excel and its like: no text is taken for a formula. Programs want it without.",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace what is there.", rich_help_panel=OUTPUT_PANEL)
    ] = False,
) -> None:
    """Write events as SQLite, Parquet, JSON Lines or CSV, for other programs.

    All of them, or those of the given days, topics, contexts and sources, whole. Parquet and CSV are a folder with a
    file for each table, or a file with one. docs/export.md describes tables and views.

    Examples:
        newsarc export --output news.db
        newsarc export 2017 --topic "Battle of Raqqa" --output raqqa.jsonl
        newsarc export --format csv --output tables
    """
    from newsarc.output.export import ExportTarget, exported_events
    from newsarc.output.terminal.console import is_terminal
    from newsarc.output.terminal.progress import ProgressBar
    from newsarc.text.sanitize import visible

    target = ExportTarget.of(output, format, table, spreadsheet_safe, force)
    archive = session.archive
    wanted = wanted_events(archive, expand_refs(refs), since, until, topic, context, source)
    index = archive.index()  # of all of it: topics, contexts and what links reach are told from the whole archive
    chosen = index.select(wanted.filter)
    if not len(chosen):
        raise nothing_found(index, wanted.filter)
    counts = _Counts(target.table)
    progress = ProgressBar("Writing", is_wanted=not session.quiet)
    with progress, closing(exported_events(archive, chosen, progress, target.workers)) as events:
        if target.place is None:
            session.write(target.pieces(counts.of(events), is_terminal(sys.stdout)))
            session.note(str(counts))
        else:
            target.write(counts.of(events))
            session.write([f"{visible(str(target.place))}: {counts}\n"])


class _Counts:
    """What passed on its way into the export, for the user."""

    def __init__(self, table: str | None = None) -> None:
        self._table = table
        self._events = self._links = self._broken = 0

    def of(self, events: Iterable[Exported]) -> Iterator[Exported]:
        """Yield ``events``, counted."""
        for event in events:
            self._events += 1
            self._links += len(event.record["related"])
            self._broken += sum(link["broken"] for link in event.record["related"])
            yield event

    def __str__(self) -> str:
        if self._table is not None:
            return f"the table {self._table} of {plural(self._events, 'event')}; a folder in its place has all tables"
        links = plural(self._links, "related link")
        broken = f", {self._broken:,} of them broken" if self._broken else ""
        return f"{plural(self._events, 'event')}, {links}{broken}"
