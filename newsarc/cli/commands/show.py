"""``newsarc show``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from newsarc.cli.options import FormatOption, JsonOption, RequiredRefsArgument, expand_refs
from newsarc.cli.session import Format, Session
from newsarc.cli.source_states import source_states
from newsarc.cli.streams import write_bytes
from newsarc.cli.view import Json, OutputView, json_of, write_view
from newsarc.errors import UsageError
from newsarc.output.terminal.console import is_terminal
from newsarc.text.sanitize import visible_lines

if TYPE_CHECKING:
    import datetime as dt

    from newsarc.api import Archive
    from newsarc.model import Event
    from newsarc.output.json_types import Record
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

    Below a single day are the days with events before and after it.

    In a pipe, a day is one line per event: date, slug, topics, headline, summary, sources, number of related links,
    number of broken ones. One event is one line per field.

    Sources that are dead, as far as newsarc sources check has found out, are marked, with their archived copies.

    Examples:
        newsarc show latest
        newsarc show 2017-06-16/russian
        newsarc show 2017-06-16 --json
    """
    from newsarc.archive.refs import (  # imported here to keep completion fast
        EventRef,
        events_in,
        former_slug_note,
    )

    archive = session.archive
    if raw and (path or format or as_json):
        raise UsageError("--raw cannot be combined with --path, --format or --json")
    if path and (as_json or format not in (None, "paths")):
        raise UsageError("--path cannot be combined with another --format or --json")
    output: Format = "paths" if path else session.format(format, as_json)
    parts: list[Part] = []
    for ref in session.resolve(expand_refs(refs)):
        if isinstance(ref, EventRef):
            if ref.is_former:
                session.note(former_slug_note(ref, archive.tree))
            parts.append(ref.path)
        else:
            parts.extend(day for day, _ in events_in(ref, archive.tree))
    if raw:
        _write_raw(session, archive, [page for part in parts for page in _paths(archive, part)])
    else:
        write_view(session, _view(session, parts, is_plain=output == "plain"), output)


def _view(session: Session, parts: list[Part], *, is_plain: bool) -> OutputView:
    archive = session.archive
    alone = parts[0] if len(parts) == 1 else None
    rows = _facts(archive, alone) if is_plain and isinstance(alone, str) else map(_row, _events(archive, parts))
    paths = (page for part in parts for page in _paths(archive, part))
    return OutputView(HEADER, rows, _json(session, parts), lambda: _print(session, archive, parts), paths)


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
    from newsarc.archive.refs import refs_by_path, short_refs
    from newsarc.output.terminal.events import print_day, print_event

    alone = (archive.try_load(part) for part in parts if isinstance(part, str))
    renames = archive.renames([event for event in alone if event is not None])
    with session.console() as console:
        for number, part in enumerate(parts):
            if not isinstance(part, str):
                if number:
                    console.print()
                events = archive.events_of(part)
                refs = short_refs((event.path for event in events), archive.tree)
                near = _neighbouring(archive, part) if len(parts) == 1 else (None, None)
                print_day(console, part.date, list(zip(events, refs, strict=True)), near)
                continue
            if number:
                console.rule(style="dim")
            event = archive.load(part)
            meant = [suggestion.path for (page, _), suggestion in renames.items() if page == part]
            known = refs_by_path([part, *(link.path for link in event.related if link.path), *meant], archive.tree)
            states = source_states(session, [event])
            print_event(console, event, known.get(part, part), known, renames, states)


def _json(session: Session, parts: list[Part]) -> Json:
    archive = session.archive

    @cache
    def events() -> list[Event]:
        archive.index()  # opened first: it knows which context names contain a comma
        return list(_events(archive, parts))

    def records() -> Iterator[Record]:
        from newsarc.output.json import event_record

        index = archive.index()
        renames = archive.renames(events())
        states = source_states(session, events())
        for event in events():
            yield event_record(event, index.backlinks(event.path), renames, states)

    def head() -> Record:
        record = {"archive": str(archive.root), "count": len(events())}
        if len(parts) != 1 or isinstance(parts[0], str):
            return record
        previous, following = (day and day.isoformat() for day in _neighbouring(archive, parts[0]))
        return {**record, "previous": previous, "next": following}

    return json_of("events", records(), head)


def _neighbouring(archive: Archive, day: Day) -> tuple[dt.date | None, dt.date | None]:
    """Return the days with events before and after ``day``; None where there is none, or if it has no date."""
    from newsarc.archive.refs import neighbouring_days

    return neighbouring_days(day.date, day.date, archive.tree) if day.date is not None else (None, None)


def _write_raw(session: Session, archive: Archive, paths: list[str]) -> None:
    if is_terminal(sys.stdout):
        session.write(visible_lines(archive.tree.read(page)) for page in paths)
        return
    for page in paths:
        write_bytes(archive.tree.read_bytes(page))


def _row(event: Event) -> tuple[object, ...]:
    sources = "; ".join(source.text for source in event.sources)
    topics = "; ".join(event.topics)
    return (
        event.date,
        event.slug,
        topics,
        event.headline,
        event.summary,
        sources,
        len(event.related),
        event.broken_count,
    )


def _facts(archive: Archive, path: str) -> Iterator[tuple[object, ...]]:
    """Yield the fields of an event as name and values; a name occurs once for each of its entries."""
    event = archive.load(path)
    yield "path", event.path
    yield "slug", event.slug
    yield "date", event.date
    yield "headline", event.headline
    if event.address:
        yield "address", event.address
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
