"""``newsarc search``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.archive import Archive
from newsarc.cli.options import (
    ContextOption,
    FormatOption,
    JsonOption,
    SinceOption,
    SourceOption,
    TopicOption,
    UntilOption,
)
from newsarc.cli.selection import wanted_events
from newsarc.cli.session import Format, Session
from newsarc.errors import ExitCode, NotFoundError
from newsarc.output.plain import comma_separated, tab_separated
from newsarc.refs import event_refs

if TYPE_CHECKING:
    from newsarc.index import Index
    from newsarc.output.records import Record
    from newsarc.search import Result

HEADER = ("date", "slug", "topics", "headline", "snippet", "score")


def search(
    session: Session,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...", help='Words and "phrases", all of them required; -word excludes.', show_default=False
        ),
    ],
    since: SinceOption = None,
    until: UntilOption = None,
    topic: TopicOption = None,
    context: ContextOption = None,
    source: SourceOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="At most so many; 0 for all.")] = 20,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find events by words in headline, topics, contexts, summary and sources, best first.

    All words are required, in any order; "a phrase" as it stands, -word excludes (after --, or in quotes with the
    rest),
    word* goes on. Case and accents do not count. In a pipe: date, slug, topics, headline, snippet, score, separated
    by tabs.
    """
    from newsarc.search import search as find

    archive = session.archive
    text = " ".join(query)
    wanted = wanted_events(archive, (), since, until, topic, context, source)
    index = archive.index()
    result = find(index, text, wanted.filter, limit or None)
    output = session.format(format, as_json)
    _write(session, archive, index, text, result, output)
    if not result.total:
        if output in ("json", "jsonl"):
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        everywhere = find(index, text, type(wanted.filter)(), 0).total
        hint = f"; without the filters, {everywhere} would" if everywhere else ""
        raise NotFoundError(f"no event {'that passes the filters ' if everywhere else ''}has {text}{hint}")


def _write(session: Session, archive: Archive, index: Index, query: str, result: Result, output: Format) -> None:
    from newsarc.output.records import json_document, json_line

    if output == "json":
        head = {"query": query, "count": len(result.hits), "total": result.total}
        session.write(json_document(head, "hits", _records(archive, result)))
    elif output == "jsonl":
        session.write(json_line(record) + "\n" for record in _records(archive, result))
    elif output == "paths":
        session.write(tab_separated((str(archive.root / hit.row.path),) for hit in result.hits))
    elif output == "table":
        if result.total:
            from newsarc.output.reading import print_hits

            refs = event_refs((hit.row.path for hit in result.hits), archive.tree)
            with session.console() as console:
                print_hits(console, list(zip(result.hits, refs, strict=True)), result.total)
    else:
        rows = (
            (
                hit.row.day,
                hit.row.slug,
                "; ".join(index.topics(hit.row.id)),
                hit.row.headline,
                hit.snippet.text,
                hit.score,
            )
            for hit in result.hits
        )
        session.write(comma_separated(HEADER, rows) if output == "csv" else tab_separated(rows))


def _records(archive: Archive, result: Result) -> Iterator[Record]:
    from newsarc.output.records import hit_record

    for hit in result.hits:
        event = archive.try_load(hit.row.path)
        if event is not None:
            yield hit_record(hit, event)
