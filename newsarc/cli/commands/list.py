"""``newsarc list``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.api import Archive
from newsarc.archive.refs import short_refs
from newsarc.cli.completion.fixed_values import complete_fields
from newsarc.cli.counts import CountOptions, write_count, write_counts
from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.fields import DEFAULT_COLUMNS, default_rows, flat_rows, need_whole_archive, parse_fields
from newsarc.cli.options import (
    OUTPUT_PANEL,
    FormatOption,
    JsonOption,
    RefsArgument,
    expand_refs,
)
from newsarc.cli.session import Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, UsageError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.index import EventRow, Index
    from newsarc.output.json_types import Record

SortKey = Literal["date", "headline", "related", "backlinks", "count", "name"]


def list_(
    session: Session,
    filters: Filters,
    counting: CountOptions,
    refs: RefsArgument = None,
    sort: Annotated[
        SortKey | None,
        typer.Option(
            help="Sort by date (default), headline, or number of links (most first); --count-by by count or name.",
            show_default=False,
        ),
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="Reverse the order (newest first).")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="Maximum number of results (0 for no limit).")] = 0,
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields",
            metavar="NAME,...",
            help="Columns: any of date, headline, topics, contexts, sources, urls, summary, path, ref ...",
            rich_help_panel=OUTPUT_PANEL,
            autocompletion=complete_fields,
        ),
    ] = None,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """List events.

    Without REFs and filters, lists all events. Columns in a pipe: date, slug, topics, headline, and with --sort related
    or backlinks their number.

    Examples:
        newsarc list 2017-06
        newsarc list --topic "Syrian Civil War" --reverse
        newsarc list --since 2017-05 --count-by month
        newsarc list --fields date,headline,topics,sources --format csv
    """
    archive = session.archive
    output = session.format(format, as_json)
    counting.check(sort, reverse, limit)
    columns = parse_fields(fields) if fields is not None else ()
    if columns and counting.is_given:
        raise UsageError("--fields lists events, so it cannot be combined with --count or --count-by")
    if columns and output in ("json", "paths"):
        raise UsageError(f"--fields is for csv, jsonl, plain and table; --format {output} has fields of its own")
    # Programs get a number or a document even if it is empty.
    may_be_empty = counting.count or output in ("json", "jsonl")
    selection = select_events(archive, session.resolve(expand_refs(refs), may_be_empty=may_be_empty), filters)
    # Backlinks, and the names of topics and contexts, depend on the whole archive.
    needs_all = sort == "backlinks" or counting.count_by in ("topic", "context") or need_whole_archive(columns)
    days = None if needs_all else selection.days
    # JSON has the number of all events, and so has the note below a table if it can be had quickly.
    is_counted = counting.is_given or output == "json" or (output == "table" and archive.is_indexed)
    is_beginning = limit and sort in (None, "date") and not (needs_all or is_counted)
    first = selection.days_of_first(archive, limit, reverse) if is_beginning else None
    index = archive.index(first or days)
    number = index.count(selection.filter)
    if first and number < limit:  # some pages of these days cannot be read
        index, first = archive.index(days), None
        number = index.count(selection.filter)
    if counting.count:
        write_count(session, number, output)
    elif counting.count_by is not None:
        key, wanted = counting.count_by, selection.filter
        write_counts(session, index, wanted, key, output, sort=sort, reverse=reverse, limit=limit)
    else:
        rows = list(index.events(selection.filter, sort or "date", reverse, limit or None))
        shown = _flat_view(session, index, rows, columns) if columns else _view(session, index, rows, number, sort)
        write_view(session, shown, output)
        if output == "table" and (first or len(rows) < number):
            shown_of = plural(len(rows), "event") if first else f"{len(rows):,} of {plural(number, 'event')}"
            session.note(f"{shown_of} shown (--limit 0 shows all)")
    if not number:
        if output in ("json", "jsonl") or counting.count:
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        raise nothing_found(archive.index(), selection.filter)


def _view(session: Session, index: Index, rows: list[EventRow], total: int, sort: str | None) -> OutputView:
    archive = session.archive
    numbers: Mapping[int, int] | None = None  # what the events are sorted by, if it does not show otherwise
    if sort == "related":
        numbers = {row.id: row.related for row in rows}
    elif sort == "backlinks":
        numbers = index.backlink_counts(row.id for row in rows)

    def number(row: EventRow) -> tuple[int, ...]:
        return () if numbers is None else (numbers.get(row.id, 0),)

    def print_table() -> None:
        from newsarc.output.terminal.events import print_rows

        refs = short_refs((row.path for row in rows), archive.tree)
        with session.console() as console:
            events = ((row, ref, index.topics(row.id)) for row, ref in zip(rows, refs, strict=True))
            print_rows(console, events, str(sort), numbers)

    return OutputView(
        DEFAULT_COLUMNS if numbers is None else (*DEFAULT_COLUMNS, str(sort)),
        ((*values, *number(row)) for values, row in zip(default_rows(index, rows), rows, strict=True)),
        json_of(
            "events",
            _records(archive, rows),
            lambda: {"archive": str(archive.root), "count": len(rows), "total": total},
        ),
        print_table,
        (row.path for row in rows),
    )


def _flat_view(session: Session, index: Index, rows: list[EventRow], columns: Sequence[str]) -> OutputView:
    values = flat_rows(session.archive, index, rows, columns)

    def print_table() -> None:
        from newsarc.output.terminal.events import print_columns

        with session.console() as console:
            print_columns(console, columns, values)

    return OutputView(
        columns,
        values,
        json_of("events", (dict(zip(columns, row, strict=True)) for row in values), dict),
        print_table,
    )


def _records(archive: Archive, rows: list[EventRow]) -> Iterator[Record]:
    from newsarc.output.json import event_record

    for row in rows:
        event = archive.try_load(row.path)
        if event is not None:
            yield event_record(event)
