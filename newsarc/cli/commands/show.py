"""``newsarc show``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from newsarc.cli.options import FormatOption, JsonOption, RequiredRefsArgument, expand_refs
from newsarc.cli.session import Format, Session
from newsarc.cli.streams import write_bytes
from newsarc.output.delimited import comma_separated, tab_separated
from newsarc.output.terminal.console import is_terminal
from newsarc.text.sanitize import visible_lines

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.model import Event
    from newsarc.storage.tree import Day

HEADER = ("date", "slug", "topics", "headline", "summary", "sources", "related", "broken")


def show(
    session: Session,
    refs: RequiredRefsArgument,
    raw: Annotated[bool, typer.Option("--raw", help="Print the source of the page.")] = False,
    path: Annotated[
        bool, typer.Option("--path", help="Print only the path of the file. Short for --format paths.")
    ] = False,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a day, or one event in full.

    In a pipe, a day is one line per event: date, slug, topics, headline, summary, sources, number of related links,
    number of broken ones. One event is one line per field.

    Examples:
        newsarc show latest
        newsarc show 2017-06-16/russian
        newsarc show 2017-06-16 --json
    """
    from newsarc.archive.refs import EventRef, event_refs, events_in  # imported here to keep completion fast

    archive = session.archive
    output: Format = "paths" if path else session.format(format, as_json)
    found = [archive.ref(ref) for ref in expand_refs(refs)]
    parts: list[Part] = []
    for ref in found:
        if isinstance(ref, EventRef):
            if ref.is_former:
                session.note(f"{ref.ref} is a former slug of {next(event_refs((ref.path,), archive.tree))}")
            parts.append(ref.path)
        else:
            parts.extend(day for day, _ in events_in(ref, archive.tree))
    if raw:
        _write_raw(session, archive, [page for part in parts for page in _paths(archive, part)])
    elif output == "paths":
        session.write(tab_separated((str(archive.root / page),) for part in parts for page in _paths(archive, part)))
    elif output == "table":
        _print(session, archive, parts)
    elif output in ("json", "jsonl"):
        _write_json(session, archive, parts, output)
    elif output == "plain" and len(parts) == 1 and isinstance(parts[0], str):
        session.write(tab_separated(_facts(archive.load(parts[0]))))
    else:
        rows = (_row(event) for event in _events(archive, parts))
        session.write(comma_separated(HEADER, rows) if output == "csv" else tab_separated(rows))


# A day with its events, or the path of one event.
Part: TypeAlias = "Day | str"


def _paths(archive: Archive, part: Part) -> list[str]:
    return [part] if isinstance(part, str) else archive.tree.event_paths(part)


def _events(archive: Archive, parts: list[Part]) -> Iterator[Event]:
    for part in parts:
        if isinstance(part, str):
            yield archive.load(part)
        else:
            yield from archive.events_of(part)


def _print(session: Session, archive: Archive, parts: list[Part]) -> None:
    from newsarc.archive.refs import event_refs, refs_by_path
    from newsarc.output.terminal.events import print_day, print_event

    with session.console() as console:
        for number, part in enumerate(parts):
            if not isinstance(part, str):
                if number:
                    console.print()
                events = archive.events_of(part)
                refs = event_refs((event.path for event in events), archive.tree)
                print_day(console, part.date, list(zip(events, refs, strict=True)))
                continue
            if number:
                console.rule(style="dim")
            event = archive.load(part)
            known = refs_by_path([part, *(link.path for link in event.related if link.path)], archive.tree)
            print_event(console, event, known.get(part, part), known)


def _write_json(session: Session, archive: Archive, parts: list[Part], output: Format) -> None:
    from newsarc.output.json import event_record, json_document, json_line

    index = archive.index()
    events = list(_events(archive, parts))
    records = (event_record(event, index.backlinks(event.path)) for event in events)
    if output == "json":
        session.write(json_document({"archive": str(archive.root), "count": len(events)}, "events", records))
    else:
        session.write(json_line(record) + "\n" for record in records)


def _write_raw(session: Session, archive: Archive, paths: list[str]) -> None:
    if is_terminal(sys.stdout):
        session.write(visible_lines(archive.tree.read(page)) for page in paths)
        return
    for page in paths:
        write_bytes(archive.tree.read_bytes(page))


def _row(event: Event) -> tuple[object, ...]:
    broken = sum(link.broken is True for link in event.related)
    sources = "; ".join(source.text for source in event.sources)
    topics = "; ".join(event.topics)
    return event.date, event.slug, topics, event.headline, event.summary, sources, len(event.related), broken


def _facts(event: Event) -> Iterator[tuple[object, ...]]:
    """Yield the fields of an event as name and values; a name occurs once for each of its entries."""
    yield "path", event.path
    yield "slug", event.slug
    yield "date", event.date
    yield "headline", event.headline
    for topic in event.topics:
        yield "topic", topic
    if event.summary:
        yield "summary", event.summary
    for source in event.sources:
        yield "source", source.text, source.url
    for change in event.changes:
        yield "change", change.timestamp, change.note, change.text, change.target
    for alias in event.aliases:
        yield "alias", alias
    for link in event.related:
        state = "broken" if link.broken else "related"
        yield state, link.path or link.target, ", ".join(link.contexts), link.text
