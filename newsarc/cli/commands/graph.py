"""``newsarc graph``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.analysis.graph import Graph, graph_of, graph_of_traversal
from newsarc.analysis.traversal import DIRECTIONS, Direction, Traversal, traverse
from newsarc.archive.dates import DayRange
from newsarc.archive.refs import EventRef, events_in, former_slug_note
from newsarc.cli.completion.archive_values import complete_query
from newsarc.cli.event_filter import Filters, Selection, no_matches, nothing_found, select_events
from newsarc.cli.options import FILTERS_PANEL, RefsArgument, expand_refs
from newsarc.cli.output_target import Drawing, OutputOptions, OutputTarget
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.index import Index
    from newsarc.output.story import Story

_DEPTH = 2
_MAX_WALK = 5000  # events to traverse before filters are applied
_TRAVERSAL = "Links to follow"


@dataclass(frozen=True, slots=True)
class TraversalOptions:
    """Which links to follow from one event, and how far."""

    depth: Annotated[
        int | None,
        typer.Option(
            "--depth", "-d", min=1, max=20, help="Follow links up to N steps. [default: 2]", rich_help_panel=_TRAVERSAL
        ),
    ] = None
    related: Annotated[
        bool, typer.Option("--related", help="Follow outgoing links only.", rich_help_panel=_TRAVERSAL)
    ] = False
    backlinks: Annotated[
        bool, typer.Option("--backlinks", help="Follow incoming links only.", rich_help_panel=_TRAVERSAL)
    ] = False
    both: Annotated[
        bool, typer.Option("--both", help="Follow links in both directions (default).", rich_help_panel=_TRAVERSAL)
    ] = False

    @property
    def is_given(self) -> bool:
        """Whether any of the options is set."""
        return bool(self.depth or self.related or self.backlinks or self.both)

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions of links to follow."""
        if self.both or self.related == self.backlinks:
            return DIRECTIONS
        return ("related",) if self.related else ("backlink",)


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
    traversal: TraversalOptions,
    filters: Filters,
    output: OutputOptions,
    refs: RefsArgument = None,
    query: Annotated[
        str | None,
        typer.Option(
            "--query",
            metavar="QUERY",
            help="Only events that match this search query.",
            rich_help_panel=FILTERS_PANEL,
            autocompletion=complete_query,
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", "-n", min=1, max=1000, help="Maximum number of events.", rich_help_panel=FILTERS_PANEL),
    ] = 150,
) -> None:
    """Draw an event and its neighbours.

    The REF of one event draws the events around it. Days, several events, filters or --query draw these events and the
    links among them. .html is an interactive page that works offline; .svg is a picture for documents.

    Examples:
        newsarc graph 2017-06-16/russian -o story.html
        newsarc graph --topic "Syrian Civil War" -o story.svg
    """
    drawing = Drawing(OutputTarget.of(output))
    archive = session.archive
    texts = expand_refs(refs)
    context = next(iter(filters.context or ()), None)
    asked = _GraphRequest(traversal.directions, traversal.depth or _DEPTH, context, query, limit)
    start = _start(session, texts)
    if start is None and traversal.is_given:
        raise UsageError("--depth, --related, --backlinks and --both require the REF of one event")
    if start is None:
        selection = select_events(archive, session.resolve(texts), filters)
        if not texts and not query and selection.is_everything:
            raise UsageError("specify an event, a day or a month, or use --topic, --context, --since or --query")
        story = _of_events(session, selection, asked, _heading(texts, filters, query))
    else:
        if len(filters.context or ()) > 1:
            raise UsageError("--context chooses links around an event; give it once")
        story = _around(session, start, select_events(archive, (), replace(filters, context=None)), asked)
    counts = f"{plural(len(story.graph.nodes), 'event')}, {plural(len(story.graph.edges), 'link')}"
    drawing.write(session, story, counts)


def _start(session: Session, refs: list[str]) -> str | None:
    """Return the path of the event to start from: a single REF that means one event. None otherwise."""
    if len(refs) != 1:
        return None
    archive = session.archive
    found = archive.ref(refs[0])
    if isinstance(found, EventRef):
        if found.is_former:
            session.note(former_slug_note(found, archive.tree))
        return found.path
    paths = (
        [path for _, paths in events_in(found, archive.tree) for path in paths]
        if isinstance(found, DayRange) and found.is_day
        else []
    )
    return paths[0] if len(paths) == 1 else None


def _around(session: Session, start: str, wanted: Selection, asked: _GraphRequest) -> Story:
    from newsarc.index import Filter
    from newsarc.output.story import build_story

    archive = session.archive
    index = archive.index()  # it has the links among the events and the names of contexts
    event = archive.load(start)
    is_filtered = asked.query is not None or wanted.filter != Filter()
    most = asked.limit - 1  # one of them is the event itself
    limit = _MAX_WALK if is_filtered else most
    walked = traverse(archive, index, event, asked.depth, asked.directions, asked.context, limit)
    if is_filtered:
        passing = _passing(index, wanted, asked.query)
        kept = tuple(step for step in walked.steps if step.path in passing)
        session.note(f"{len(kept)} of {plural(len(walked.steps), 'event')} around it match the filters")
        walked = Traversal(kept[:most], len(kept) > most or walked.is_truncated)
    if walked.is_truncated:
        session.note(f"only the {plural(len(walked.steps), 'nearest event')} are shown (change with --limit)")
    return build_story(archive, graph_of_traversal(index, event, walked, asked.context), event.title, start)


def _of_events(session: Session, wanted: Selection, asked: _GraphRequest, heading: str) -> Story:
    from newsarc.output.story import build_story

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
    return build_story(archive, Graph(found.nodes, found.edges, total > limit), heading)


def _passing(index: Index, wanted: Selection, query: str | None) -> set[str]:
    if query is None:
        return {row.path for row in index.events(wanted.filter)}
    from newsarc.search.engine import matching

    return {row.path for row in matching(index, query, wanted.filter)}


def _heading(refs: list[str], filters: Filters, query: str | None) -> str:
    """Return the title: REFs and filters in words."""
    named = ", ".join(refs) if len(refs) <= 3 else plural(len(refs), "REF")
    words = " · ".join(part for part in (filters.title([named]), query and f"“{query}”") if part)
    return words[:1].upper() + words[1:]
