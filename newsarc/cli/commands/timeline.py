"""``newsarc timeline``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsarc.api import Archive
from newsarc.archive.refs import EventRef, former_slug_note, looks_like_ref, short_refs
from newsarc.cli.completion.archive_values import complete_ref_or_query
from newsarc.cli.event_filter import Filters, date_hint, no_matches, nothing_found, select_events
from newsarc.cli.options import (
    FormatOption,
    JsonOption,
    expand_refs,
)
from newsarc.cli.session import Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, NotFoundError, UsageError

if TYPE_CHECKING:
    from newsarc.analysis.timeline import Timeline
    from newsarc.index import EventRow, Filter, Index
    from newsarc.model import Event
    from newsarc.output.json_types import Record

HEADER = ("date", "slug", "topics", "headline")
_STDIN = "-"
_MOST_PERIODS = 100  # of the density in JSON


def timeline(
    session: Session,
    filters: Filters,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REF|QUERY]...",
            help="An event, days, or a search query.",
            show_default=False,
            autocompletion=complete_ref_or_query,
        ),
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option("--depth", "-d", min=0, max=20, help="Steps to follow around an event. [default: 1]"),
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="Newest first.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="Maximum number of events (0 for no limit).")] = 0,
    summary: Annotated[bool, typer.Option("--summary", "-s", help="Include summaries.")] = False,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show events in chronological order.

    The REF of one event shows the events around it, following links in both directions. Days or several REFs (- reads
    them from standard input) show their events. Anything else is a QUERY, as for search. Without arguments, shows all
    events that match the filters.

    Slug prefixes are not REFs here: "raqqa" is searched for. If any argument is not a REF, all arguments form a query.
    Quote a REF to search for it: '"2017"'.

    Columns in a pipe: date, slug, topics, headline, and summary with --summary.

    Examples:
        newsarc timeline kilauea
        newsarc timeline --topic "Syrian Civil War" --since 2017
        newsarc timeline 2017-06-16/russian-intervention-in-syria --depth 2
    """
    archive = session.archive
    output = session.format(format, as_json)
    may_be_empty = output in ("json", "jsonl")
    refs = _refs(archive, words or [])
    query = " ".join(words) if words and not refs else None
    start = _start(session, archive, refs) if words != [_STDIN] else None
    if depth is not None and start is None:
        raise UsageError("--depth requires the REF of one event (its full slug, 2017-06-16/slug or path)")
    found = [] if start else session.resolve(refs, may_be_empty=may_be_empty)
    wanted = select_events(archive, found, filters)
    # Contexts depend on the whole archive; plain lines have none.
    is_plain = output in ("plain", "csv", "paths") and not start and query is None
    index = archive.index(wanted.days if is_plain else None)
    story = _story(archive, index, query, start, 1 if depth is None else depth, wanted.filter)
    rows = _in_order(story.rows, reverse)[: limit or None]
    write_view(session, _view(session, _Result(index, story, rows, query, filters, words or [], summary)), output)
    for line in _cuts(story, len(rows)) if output != "table" else ():  # a table contains the notes
        session.note(line)
    if not rows:
        if may_be_empty:
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        raise _nothing(archive, query, start, wanted.filter)


def _refs(archive: Archive, words: Sequence[str]) -> list[str]:
    """Return ``words`` as REFs, or an empty list if any of them is not a REF."""
    if not all(word == _STDIN or looks_like_ref(word) or _is_slug(archive, word) for word in words):
        return []
    return expand_refs(words)


def _is_slug(archive: Archive, word: str) -> bool:
    index = archive.index()
    return any(index.has_slug(spelling) for spelling in dict.fromkeys((word, word.casefold())))


def _start(session: Session, archive: Archive, refs: Sequence[str]) -> Event | None:
    """Return the event to start from: the one that a single REF means. None for days and several REFs."""
    if len(refs) != 1 or not isinstance(found := archive.ref(refs[0]), EventRef):
        return None
    if found.is_former:
        session.note(former_slug_note(found, archive.tree))
    return archive.load(found.path)


def _story(
    archive: Archive, index: Index, query: str | None, start: Event | None, depth: int, wanted: Filter
) -> Timeline:
    from newsarc.analysis.timeline import timeline_about, timeline_around, timeline_of

    if query is not None:
        return timeline_about(index, query, wanted)
    return timeline_of(index, wanted) if start is None else timeline_around(archive, index, start, depth, wanted)


def _in_order(rows: Sequence[EventRow], reverse: bool) -> list[EventRow]:
    """Return ``rows`` in display order. Those without a date stay last."""
    if not reverse:
        return list(rows)
    return [*(row for row in reversed(rows) if row.day), *(row for row in rows if not row.day)]


def _nothing(archive: Archive, query: str | None, start: Event | None, wanted: Filter) -> NotFoundError:
    if query is None:
        if start is not None:
            return NotFoundError("no event of this story matches these filters")
        return nothing_found(archive.index(), wanted)
    return NotFoundError(no_matches(query, has_filters=wanted != type(wanted)()) + date_hint(query))


def _cuts(story: Timeline, shown: int) -> list[str]:
    """Return notes on the events that were left out."""
    from newsarc.analysis.timeline import MAX_WALKED

    lines = []
    if shown < len(story.rows):
        lines.append(f"{shown:,} of {len(story.rows):,} events shown (--limit 0 shows all)")
    if story.is_truncated:
        lines.append(f"truncated at {MAX_WALKED:,} events; use a smaller --depth")
    return lines


@dataclass(frozen=True, slots=True)
class _Result:
    """The events to show, and the options that chose them."""

    index: Index
    story: Timeline
    rows: list[EventRow]
    query: str | None
    filters: Filters
    words: list[str]
    with_summary: bool

    @property
    def title(self) -> str:
        """The title on a terminal; empty for the whole archive."""
        return self.story.start.title if self.story.start else self.filters.title(self.words)

    @property
    def marked(self) -> list[str]:
        """What to mark on a terminal."""
        names = [*(self.filters.topic or ()), *(self.filters.context or ())]
        return [*names, self.query] if self.query is not None else names


def _view(session: Session, result: _Result) -> OutputView:
    archive, index, story, rows = session.archive, result.index, result.story, result.rows

    def print_table() -> None:
        if not rows:
            return
        from newsarc.output.terminal.chronology import Entry, print_timeline

        refs = short_refs((row.path for row in rows), archive.tree)
        entries = (
            Entry(row, ref, index.topics(row.id), index.contexts(row.id), story.steps.get(row.path))
            for row, ref in zip(rows, refs, strict=True)
        )
        title, cuts = result.title or archive.root.resolve().name, _cuts(story, len(rows))
        with session.console() as console:
            print_timeline(console, title, story, entries, result.marked, result.with_summary, cuts)

    header = (*HEADER, "summary") if result.with_summary else HEADER
    return OutputView(
        header,
        (
            (row.day, row.slug, "; ".join(index.topics(row.id)), row.headline, row.summary)[: len(header)]
            for row in rows
        ),
        json_of(
            "events",
            _records(archive, story, rows),
            lambda: {"archive": str(archive.root), **_head(story, rows, result.query)},
        ),
        print_table,
        (row.path for row in rows),
    )


def _head(story: Timeline, rows: list[EventRow], query: str | None) -> dict[str, Any]:
    from newsarc.analysis.timeline import density
    from newsarc.output.json import event_record

    spread = density(story.days, _MOST_PERIODS)
    return {
        "query": query,
        "event": event_record(story.start) if story.start else None,
        "count": len(rows),
        "total": len(story.rows),
        "cut": story.is_truncated,
        "since": min(story.days, default=None),
        "until": max(story.days, default=None),
        "density": [
            {"from": period.first.isoformat(), "to": period.last.isoformat(), "count": period.count}
            for period in spread.periods
        ],
    }


def _records(archive: Archive, story: Timeline, rows: list[EventRow]) -> Iterator[Record]:
    """Yield the EVENTs. LinkNeighbourhood an event, each states how it was reached."""
    from newsarc.output.json import event_record

    for row in rows:
        if (event := archive.try_load(row.path)) is None:
            continue
        record = event_record(event)
        if story.start is not None:
            step = story.steps.get(row.path)
            record["relation"] = step.direction if step else "start"
            record["depth"] = step.depth if step else 0
            record["via"] = step.via if step else None
        yield record
