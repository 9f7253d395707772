"""``newsarc list``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.api import Archive
from newsarc.archive.refs import short_refs
from newsarc.cli.counts import CountOptions, write_count, write_counts
from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.options import (
    FormatOption,
    JsonOption,
    RefsArgument,
    expand_refs,
)
from newsarc.cli.session import Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.index import EventRow, Index
    from newsarc.output.json_types import Record

SortKey = Literal["date", "headline", "related", "backlinks", "count", "name"]
HEADER = ("date", "slug", "topics", "headline")


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
    """
    archive = session.archive
    output = session.format(format, as_json)
    counting.check(sort, reverse, limit)
    # Programs get a number or a document even if it is empty.
    may_be_empty = counting.count or output in ("json", "jsonl")
    selection = select_events(archive, session.resolve(expand_refs(refs), may_be_empty=may_be_empty), filters)
    # Backlinks, and the names of topics and contexts, depend on the whole archive.
    needs_all = sort == "backlinks" or counting.count_by in ("topic", "context")
    index = archive.index(None if needs_all else selection.days)
    number = index.count(selection.filter)
    if counting.count:
        write_count(session, number, output)
    elif counting.count_by is not None:
        key, wanted = counting.count_by, selection.filter
        write_counts(session, index, wanted, key, output, sort=sort, reverse=reverse, limit=limit)
    else:
        rows = list(index.events(selection.filter, sort or "date", reverse, limit or None))
        write_view(session, _view(session, index, rows, number, sort), output)
        if output == "table" and len(rows) < number:
            session.note(f"{len(rows):,} of {plural(number, 'event')} shown (--limit 0 shows all)")
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
        HEADER if numbers is None else (*HEADER, str(sort)),
        ((row.day, row.slug, "; ".join(index.topics(row.id)), row.headline, *number(row)) for row in rows),
        json_of(
            "events",
            _records(archive, rows),
            lambda: {"archive": str(archive.root), "count": len(rows), "total": total},
        ),
        print_table,
        (row.path for row in rows),
    )


def _records(archive: Archive, rows: list[EventRow]) -> Iterator[Record]:
    from newsarc.output.json import event_record

    for row in rows:
        event = archive.try_load(row.path)
        if event is not None:
            yield event_record(event)
