"""``newsarc graph``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.analysis.graph import Graph, graph_of, graph_of_steps
from newsarc.analysis.traversal import DIRECTIONS, Direction, Walk, walk
from newsarc.archive.refs import EventRef, event_refs, events_in
from newsarc.cli.event_filter import Selection, no_matches, nothing_found, wanted_events
from newsarc.cli.options import (
    ContextOption,
    RefsArgument,
    SinceOption,
    SourceOption,
    TopicOption,
    UntilOption,
    expand_refs,
)
from newsarc.cli.output_target import Drawing, OutputTarget
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.index import Index
    from newsarc.output.story import Story

_DEPTH = 2
_MAX_WALK = 5000  # events to traverse before filters are applied
_WALK = "Links to follow"
_OUTPUT = "Output"


@dataclass(frozen=True, slots=True)
class _GraphRequest:
    """How to traverse links, and which events to keep."""

    directions: tuple[Direction, ...]
    depth: int
    context: str | None
    query: str | None
    limit: int


def graph(
    session: Session,
    refs: RefsArgument = None,
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth", "-d", min=1, max=20, help="Follow links up to N steps. [default: 2]", rich_help_panel=_WALK
        ),
    ] = None,
    named: Annotated[
        bool,
        typer.Option("--related", help="Follow outgoing links only.", rich_help_panel=_WALK),
    ] = False,
    backlinks: Annotated[
        bool, typer.Option("--backlinks", help="Follow incoming links only.", rich_help_panel=_WALK)
    ] = False,
    both: Annotated[
        bool, typer.Option("--both", help="Follow links in both directions (default).", rich_help_panel=_WALK)
    ] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    topic: TopicOption = None,
    context: ContextOption = None,
    source: SourceOption = None,
    query: Annotated[
        str | None,
        typer.Option(
            "--query", metavar="QUERY", help="Only events that match this search query.", rich_help_panel="Which events"
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", "-n", min=1, max=1000, help="Maximum number of events.", rich_help_panel="Which events"
        ),
    ] = 150,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Output file, .html or .svg; - for standard output.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    format: Annotated[
        Literal["html", "svg"] | None,
        typer.Option("--format", help="Default: by file extension; html in a pipe.", rich_help_panel=_OUTPUT),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a file not created by newsarc.", rich_help_panel=_OUTPUT)
    ] = False,
    open_: Annotated[
        bool,
        typer.Option(
            "--open",
            help="Open the result in the browser; without --output, as a temporary file.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False,
) -> None:
    """Draw an event and its neighbours.

    The REF of one event draws the events around it. Days, several events, filters or --query draw these events and the
    links among them. .html is an interactive page that works offline; .svg is a picture for documents.

    Examples:
        newsarc graph 2017-06-16/russian -o story.html
        newsarc graph --topic "Syrian Civil War" -o story.svg
    """
    drawing = Drawing(OutputTarget.of(output, format, force, open_))
    archive = session.archive
    texts = expand_refs(refs)
    asked = _GraphRequest(_directions(named, backlinks, both), depth or _DEPTH, context, query, limit)
    start = _start(session, texts)
    if start is None and (depth or named or backlinks or both):
        raise UsageError("--depth, --related, --backlinks and --both require the REF of one event")
    if start is None:
        wanted = wanted_events(archive, texts, since, until, topic, context, source)
        if not (texts or query or wanted.filter != type(wanted.filter)()):
            raise UsageError("specify an event, a day or a month, or use --topic, --context, --since or --query")
        story = _of_events(session, wanted, asked, _heading(texts, since, until, topic, context, source, query))
    else:
        story = _around(session, start, wanted_events(archive, (), since, until, topic, None, source), asked)
    counts = f"{plural(len(story.graph.nodes), 'event')}, {plural(len(story.graph.edges), 'link')}"
    drawing.write(session, story, counts)


def _directions(named: bool, backlinks: bool, both: bool) -> tuple[Direction, ...]:
    if both or named == backlinks:
        return DIRECTIONS
    return ("related",) if named else ("backlink",)


def _start(session: Session, refs: list[str]) -> str | None:
    """Return the path of the event to start from: a single REF that means one event. None otherwise."""
    if len(refs) != 1:
        return None
    archive = session.archive
    found = archive.ref(refs[0])
    if isinstance(found, EventRef):
        if found.is_former:
            session.note(f"{found.ref} is a former slug of {next(event_refs((found.path,), archive.tree))}")
        return found.path
    paths = [path for _, paths in events_in(found, archive.tree) for path in paths] if found.first == found.last else []
    return paths[0] if len(paths) == 1 else None


def _around(session: Session, start: str, wanted: Selection, asked: _GraphRequest) -> Story:
    from newsarc.index import Filter
    from newsarc.output.story import tell

    archive = session.archive
    index = archive.index()  # it has the links among the events and the names of contexts
    event = archive.load(start)
    is_filtered = asked.query is not None or wanted.filter != Filter()
    most = asked.limit - 1  # one of them is the event itself
    limit = _MAX_WALK if is_filtered else most
    walked = walk(archive, index, event, asked.depth, asked.directions, asked.context, limit)
    if is_filtered:
        passing = _passing(index, wanted, asked.query)
        kept = tuple(step for step in walked.steps if step.path in passing)
        session.note(f"{len(kept)} of {plural(len(walked.steps), 'event')} around it match the filters")
        walked = Walk(kept[:most], len(kept) > most or walked.is_cut)
    if walked.is_cut:
        session.note(f"only the {plural(len(walked.steps), 'nearest event')} are shown (change with --limit)")
    return tell(archive, graph_of_steps(index, event, walked, asked.context), event.title, start)


def _of_events(session: Session, wanted: Selection, asked: _GraphRequest, heading: str) -> Story:
    from newsarc.output.story import tell

    archive, limit = session.archive, asked.limit
    index = archive.index()
    if asked.query is not None:
        from newsarc.search.engine import search

        result = search(index, asked.query, wanted.filter, limit)
        paths, total = [hit.row.path for hit in result.hits], result.total
        which = "best matches"
        if not total:
            raise NotFoundError(no_matches(asked.query, has_filters=not wanted.is_everything))
    else:
        total = index.count(wanted.filter)
        paths = [row.path for row in index.events(wanted.filter, "backlinks", limit=limit)]
        which = "most linked"
        if not total:
            raise nothing_found(index, wanted.filter)
    if total > limit:
        session.note(f"only the {limit:,} {which} of {total:,} events are shown (change with --limit)")
    found = graph_of(index, paths)
    return tell(archive, Graph(found.nodes, found.edges, total > limit), heading)


def _passing(index: Index, wanted: Selection, query: str | None) -> set[str]:
    if query is None:
        return {row.path for row in index.events(wanted.filter)}
    from newsarc.search.engine import matching

    return {row.path for row in matching(index, query, wanted.filter)}


def _heading(
    refs: list[str],
    since: str | None,
    until: str | None,
    topic: str | None,
    context: str | None,
    source: str | None,
    query: str | None,
) -> str:
    """Return the title: REFs and filters in words."""
    few = len(refs) <= 3
    named = (("", ", ".join(refs) if few else plural(len(refs), "REF")), ("topic ", topic), ("context ", context),
             ("source ", source), ("since ", since), ("until ", until), ("", query and f"“{query}”"))  # fmt: skip
    words = " · ".join(f"{kind}{text}" for kind, text in named if text)
    return words[:1].upper() + words[1:]
