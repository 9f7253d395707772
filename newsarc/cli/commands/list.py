"""``newsarc list``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.api import Archive
from newsarc.archive.refs import short_refs
from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.options import (
    FormatOption,
    JsonOption,
    RefsArgument,
    expand_refs,
)
from newsarc.cli.session import Format, Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from newsarc.index import EventRow, Index
    from newsarc.output.json_types import Record

SortKey = Literal["date", "headline", "related", "backlinks"]
CountKey = Literal["day", "month", "year", "topic", "context", "source"]
HEADER = ("date", "slug", "topics", "headline")


def list_(
    session: Session,
    filters: Filters,
    refs: RefsArgument = None,
    sort: Annotated[
        SortKey, typer.Option(help="Sort by date or headline, or by number of links (most first).")
    ] = "date",
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="Reverse the order (newest first).")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="Maximum number of results (0 for no limit).")] = 0,
    count: Annotated[bool, typer.Option("--count", help="Print only the number of events.")] = False,
    count_by: Annotated[
        CountKey | None, typer.Option("--count-by", metavar="KEY", help="Count events by this.")
    ] = None,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """List events.

    Without REFs and filters, lists all events. Columns in a pipe: date, slug, topics, headline.

    Examples:
        newsarc list 2017-06
        newsarc list --topic "Syrian Civil War" --reverse
        newsarc list --since 2017-05 --count-by month
    """
    archive = session.archive
    output = session.format(format, as_json)
    if count and count_by is not None:
        raise UsageError("--count and --count-by cannot be combined")
    # Programs get a number or a document even if it is empty.
    may_be_empty = count or output in ("json", "jsonl")
    selection = select_events(archive, session.resolve(expand_refs(refs), may_be_empty=may_be_empty), filters)
    # Backlinks, and the names of topics and contexts, depend on the whole archive.
    needs_all = sort == "backlinks" or count_by in ("topic", "context")
    index = archive.index(None if needs_all else selection.days)
    number = index.count(selection.filter)
    if count:
        _write_count(session, number, output)
    elif count_by is not None:
        counts = index.count_by(count_by, selection.filter)
        write_view(session, _counts_view(session, count_by, counts), output)
    else:
        rows = list(index.events(selection.filter, sort, reverse, limit or None))
        write_view(session, _view(session, index, rows, number), output)
    if not number:
        if output in ("json", "jsonl") or count:
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        raise nothing_found(archive.index(), selection.filter)


def _write_count(session: Session, number: int, output: Format) -> None:
    from newsarc.output.json import VERSION, json_line

    if output in ("json", "jsonl"):
        session.write([json_line({"version": VERSION, "count": number}) + "\n"])
    else:
        session.write([f"{number}\n"])


def _view(session: Session, index: Index, rows: list[EventRow], total: int) -> OutputView:
    archive = session.archive

    def print_table() -> None:
        from newsarc.output.terminal.events import print_rows

        refs = short_refs((row.path for row in rows), archive.tree)
        with session.console() as console:
            print_rows(console, ((row, ref, index.topics(row.id)) for row, ref in zip(rows, refs, strict=True)))

    return OutputView(
        HEADER,
        ((row.day, row.slug, "; ".join(index.topics(row.id)), row.headline) for row in rows),
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


def _counts_view(session: Session, key: str, counts: list[tuple[str, int]]) -> OutputView:
    def print_table() -> None:
        from newsarc.output.terminal.events import print_counts

        with session.console() as console:
            print_counts(console, counts)

    records: Iterator[Record] = ({"value": value or None, "count": number} for value, number in counts)
    return OutputView((key, "count"), counts, json_of("counts", records, lambda: {"by": key}), print_table)
