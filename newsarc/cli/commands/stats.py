"""``newsarc stats``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.options import (
    JsonOption,
    RefsArgument,
    expand_refs,
)
from newsarc.cli.session import Session
from newsarc.cli.source_states import source_states
from newsarc.cli.view import Json, OutputView, json_lines, write_view
from newsarc.errors import ExitCode

if TYPE_CHECKING:
    from newsarc.analysis.statistics import Stats
    from newsarc.sources.states import SourceTotals

# Without paths: numbers have none.
StatsFormat: TypeAlias = Literal["table", "plain", "json", "jsonl", "csv"]
HEADER = ("section", "name", "value")


def stats(
    session: Session,
    filters: Filters,
    refs: RefsArgument = None,
    by: Annotated[
        Literal["year", "month"], typer.Option(help="Count per year (and per month of the last one), or per month.")
    ] = "year",
    top: Annotated[int, typer.Option("--top", min=0, help="How many entries to show per section (0 for all).")] = 10,
    format: Annotated[
        StatsFormat | None,
        typer.Option("--format", help="Default: table on a terminal, plain in a pipe.", rich_help_panel="Output"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show archive statistics.

    Counts events by year, month, topic, context and source, and shows the busiest days, the state of links and the most
    linked events. Items labelled "Cover Image" are not counted as sources. Columns in a pipe: section, name, value.

    Without a REF or filter, it also says how many sources were checked, are alive, are dead, and have an archived copy,
    if newsarc sources check has recorded that.

    Examples:
        newsarc stats
        newsarc stats 2017 --top 3
        newsarc stats --context Raqqa --by month
    """
    from newsarc.analysis.statistics import stats as count

    archive = session.archive
    output = session.format(format, as_json)
    may_be_empty = output in ("json", "jsonl")
    selection = select_events(archive, session.resolve(expand_refs(refs), may_be_empty=may_be_empty), filters)
    index = archive.index()
    counted = count(index, selection.filter, by, top or None)
    if counted.events or may_be_empty:
        sources = _checked_sources(session) if selection.is_everything else None
        write_view(session, _view(session, counted, filters.title(refs or ()), sources), output)
    if not counted.events:
        if may_be_empty:
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        raise nothing_found(index, selection.filter)


def _checked_sources(session: Session) -> SourceTotals | None:
    """Return what the ledger says of the sources of the archive; None without a ledger."""
    states = source_states(session)
    return states.totals() if states is not None else None


def _view(session: Session, counted: Stats, title: str, sources: SourceTotals | None) -> OutputView:
    archive = session.archive

    def rows() -> Iterator[tuple[object, ...]]:
        from newsarc.output.json import stats_rows

        yield from stats_rows(counted, sources)

    def document() -> Iterator[str]:
        from newsarc.output.json import VERSION, stats_record

        record = stats_record(counted, sources)
        return json_lines([{"version": VERSION, "archive": str(archive.root), **record}])

    def print_table() -> None:
        from newsarc.archive.refs import refs_by_path
        from newsarc.output.terminal.stats import WIDEST, print_stats

        refs = refs_by_path((row.path for row, _ in counted.most_linked), archive.tree)
        with session.console(WIDEST) as console:
            print_stats(console, counted, title or archive.root.resolve().name, refs, sources)

    json = Json(document, lambda: json_lines(dict(zip(HEADER, row, strict=True)) for row in rows()))
    return OutputView(HEADER, rows(), json, print_table)
