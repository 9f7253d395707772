"""``newsarc stats``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from newsarc.api import Archive
from newsarc.cli.event_filter import asked_for, nothing_found, wanted_events
from newsarc.cli.options import (
    ContextOption,
    JsonOption,
    RefsArgument,
    SinceOption,
    SourceOption,
    TopicOption,
    UntilOption,
    expand_refs,
)
from newsarc.cli.session import Session
from newsarc.errors import ExitCode
from newsarc.output.delimited import comma_separated, tab_separated

if TYPE_CHECKING:
    from newsarc.analysis.statistics import Stats

# Without paths: numbers have none.
StatsFormat: TypeAlias = Literal["table", "plain", "json", "jsonl", "csv"]
HEADER = ("section", "name", "value")


def stats(
    session: Session,
    refs: RefsArgument = None,
    since: SinceOption = None,
    until: UntilOption = None,
    topic: TopicOption = None,
    context: ContextOption = None,
    source: SourceOption = None,
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

    Examples:
        newsarc stats
        newsarc stats 2017 --top 3
        newsarc stats --context Raqqa --by month
    """
    from newsarc.analysis.statistics import stats as count

    archive = session.archive
    output = session.format(format, as_json)
    may_be_empty = output in ("json", "jsonl")
    wanted = wanted_events(archive, expand_refs(refs), since, until, topic, context, source, may_be_empty=may_be_empty)
    index = archive.index()
    counted = count(index, wanted.filter, by, top or None)
    if counted.events or may_be_empty:
        _write(session, archive, counted, asked_for(refs, since, until, topic, context, source), output)
    if not counted.events:
        if may_be_empty:
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        raise nothing_found(index, wanted.filter)


def _write(session: Session, archive: Archive, counted: Stats, title: str, output: str) -> None:
    from newsarc.output.json import VERSION, json_line, stats_record, stats_rows

    if output == "json":
        head = {"version": VERSION, "archive": str(archive.root)}
        session.write([json_line({**head, **stats_record(counted)}) + "\n"])
    elif output == "jsonl":
        session.write(json_line(dict(zip(HEADER, row, strict=True))) + "\n" for row in stats_rows(counted))
    elif output == "table":
        from newsarc.archive.refs import refs_by_path
        from newsarc.output.terminal.stats import WIDEST, print_stats

        refs = refs_by_path((row.path for row, _ in counted.most_linked), archive.tree)
        with session.console(WIDEST) as console:
            print_stats(console, counted, title or archive.root.resolve().name, refs)
    else:
        rows = stats_rows(counted)
        session.write(comma_separated(HEADER, rows) if output == "csv" else tab_separated(rows))
