"""``newsarc list``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.api import Archive
from newsarc.archive.refs import event_refs
from newsarc.cli.event_filter import nothing_found, wanted_events
from newsarc.cli.options import (
    ContextOption,
    FormatOption,
    JsonOption,
    RefsArgument,
    SinceOption,
    SourceOption,
    TopicOption,
    UntilOption,
    expand_refs,
)
from newsarc.cli.session import Format, Session
from newsarc.errors import ExitCode, UsageError
from newsarc.output.delimited import comma_separated, tab_separated

if TYPE_CHECKING:
    from newsarc.index import EventRow, Index
    from newsarc.output.json import Record

SortKey = Literal["date", "headline", "related", "backlinks"]
CountKey = Literal["day", "month", "year", "topic", "context", "source"]
HEADER = ("date", "slug", "topics", "headline")


def list_(
    session: Session,
    refs: RefsArgument = None,
    since: SinceOption = None,
    until: UntilOption = None,
    topic: TopicOption = None,
    context: ContextOption = None,
    source: SourceOption = None,
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
    wanted = wanted_events(archive, expand_refs(refs), since, until, topic, context, source, may_be_empty=may_be_empty)
    # Backlinks, and the names of topics and contexts, depend on the whole archive.
    needs_all = sort == "backlinks" or count_by in ("topic", "context")
    index = archive.index(None if needs_all else wanted.days)
    number = index.count(wanted.filter)
    if count:
        _write_count(session, number, output)
    elif count_by is not None:
        _write_counts(session, count_by, index.count_by(count_by, wanted.filter), output)
    else:
        rows = list(index.events(wanted.filter, sort, reverse, limit or None))
        _write_rows(session, archive, index, rows, number, output)
    if not number:
        if output in ("json", "jsonl") or count:
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        raise nothing_found(archive.index(), wanted.filter)


def _write_count(session: Session, number: int, output: Format) -> None:
    from newsarc.output.json import VERSION, json_line

    if output in ("json", "jsonl"):
        session.write([json_line({"version": VERSION, "count": number}) + "\n"])
    else:
        session.write([f"{number}\n"])


def _write_rows(
    session: Session, archive: Archive, index: Index, rows: list[EventRow], total: int, output: Format
) -> None:
    from newsarc.output.json import json_document, json_line

    if output == "json":
        head = {"archive": str(archive.root), "count": len(rows), "total": total}
        session.write(json_document(head, "events", _records(archive, rows)))
    elif output == "jsonl":
        session.write(json_line(record) + "\n" for record in _records(archive, rows))
    elif output == "paths":
        session.write(tab_separated((str(archive.root / row.path),) for row in rows))
    elif output == "table":
        from newsarc.output.terminal.events import print_rows

        refs = event_refs((row.path for row in rows), archive.tree)
        with session.console() as console:
            print_rows(console, ((row, ref, index.topics(row.id)) for row, ref in zip(rows, refs, strict=True)))
    else:
        fields = ((row.day, row.slug, "; ".join(index.topics(row.id)), row.headline) for row in rows)
        session.write(comma_separated(HEADER, fields) if output == "csv" else tab_separated(fields))


def _records(archive: Archive, rows: list[EventRow]) -> Iterator[Record]:
    from newsarc.output.json import event_record

    for row in rows:
        event = archive.try_load(row.path)
        if event is not None:
            yield event_record(event)


def _write_counts(session: Session, key: str, counts: list[tuple[str, int]], output: Format) -> None:
    from newsarc.output.json import json_document, json_line

    if output == "json":
        records = ({"value": value or None, "count": number} for value, number in counts)
        session.write(json_document({"by": key}, "counts", records))
    elif output == "jsonl":
        session.write(json_line({"value": value or None, "count": number}) + "\n" for value, number in counts)
    elif output == "table":
        from newsarc.output.terminal.events import print_counts

        with session.console() as console:
            print_counts(console, counts)
    elif output == "csv":
        session.write(comma_separated((key, "count"), counts))
    else:
        session.write(tab_separated(counts))
