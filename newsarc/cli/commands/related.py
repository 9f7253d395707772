"""``newsarc related``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.archive.refs import refs_by_path
from newsarc.cli.completion.archive_values import complete_context, complete_ref
from newsarc.cli.graph_formats import RelatedFormat, RelatedFormatOption, write_graph
from newsarc.cli.options import JsonOption, one_ref
from newsarc.cli.session import Session, refuse_json_with
from newsarc.cli.view import Json, OutputView, write_view
from newsarc.errors import NotFoundError, UsageError
from newsarc.output.graphs import GRAPH_FORMATS

if TYPE_CHECKING:
    from newsarc.analysis.graph import Graph
    from newsarc.analysis.traversal import Direction, LinkNeighbourhood, Traversal
    from newsarc.api import Archive
    from newsarc.lint.finding import Renames
    from newsarc.model import Event

_DEPTH, _LIMIT = 1, 500
_WALKS: tuple[RelatedFormat, ...] = ("tree", *GRAPH_FORMATS)  # formats that need a traversal even for one step
# Formats for programs, which need the names of contexts as the whole archive defines them.
_EXACT: tuple[RelatedFormat, ...] = ("json", "jsonl", *GRAPH_FORMATS)


@dataclass(frozen=True, slots=True)
class RelatedOptions:
    """Which links to follow."""

    backlinks: Annotated[bool, typer.Option("--backlinks", help="Show incoming links instead.")] = False
    both: Annotated[bool, typer.Option("--both", help="Show outgoing and incoming links.")] = False
    depth: Annotated[int | None, typer.Option("--depth", "-d", min=1, max=20, help="Follow links up to N steps.")] = (
        None
    )
    path: Annotated[
        str | None,
        typer.Option(
            "--to",
            "--path",
            metavar="REF",
            help="Show the shortest path to this event, following links in either direction.",
            autocompletion=complete_ref,
        ),
    ] = None
    discover: Annotated[bool, typer.Option("--discover", help="Suggest events that should be linked, and why.")] = False
    context: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only links with this context.", autocompletion=complete_context),
    ] = None
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=1, help=f"Maximum number of events. [default: {_LIMIT}, or 10 with --discover]"
        ),
    ] = None

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The directions of links to follow."""
        if self.both:
            return ("related", "backlink")
        return ("backlink",) if self.backlinks else ("related",)


def related(
    session: Session,
    ref: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="A slug or its prefix, 2017-06-16/slug, a path, a URL, or a day with one event.",
            autocompletion=complete_ref,
        ),
    ],
    options: RelatedOptions,
    format: RelatedFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow the links of an event.

    Columns in a pipe: depth, relation (related, broken, backlink), date, slug, contexts, headline, path (or broken
    target). With --discover: date, slug, reasons, headline, score, path.

    The formats dot (Graphviz), mermaid (Markdown on code hosts) and graphml (graph tools) contain all links among the
    events found. tree shows each event below the one that links to it,
    with its REF, and broken links with the page that was probably meant.

    Examples:
        newsarc related 2017-06-16/russian --both
        newsarc related 2017-06-16/russian --discover
        newsarc related 2017-06-16/russian --to 2017-10-17
    """
    refuse_json_with(format, as_json)
    output = format or session.format(None, as_json)
    if options.discover:
        _show_discovered(session, ref, options, output)
        return
    archive = session.archive
    if output in _EXACT:
        archive.index()  # only the whole archive tells which context names contain a comma
    event = archive.load(archive.event_path(one_ref(ref)))
    if options.path is not None:
        _show_path(session, event, options, output)
    else:
        _show_links(session, event, options, output)


def _show_discovered(session: Session, ref: str, options: RelatedOptions, output: RelatedFormat) -> None:
    from newsarc.cli.related_discover import show_discovered

    if options.backlinks or options.both or options.depth is not None or options.path is not None:
        raise UsageError("--discover cannot be combined with --backlinks, --both, --depth or --to")
    if output in _WALKS:
        raise UsageError(f"--discover finds events without links, so it has no {output} format")
    show_discovered(session, one_ref(ref), options.context, options.limit, output)


def _show_path(session: Session, event: Event, options: RelatedOptions, output: RelatedFormat) -> None:
    from newsarc.cli.related_path import show_path

    if options.backlinks or options.depth is not None or options.limit is not None:
        raise UsageError("--to cannot be combined with --backlinks, --depth or --limit")
    archive = session.archive
    end = archive.load(archive.event_path(one_ref(options.path or "")))
    show_path(session, event, end, options.context, output)


def _show_links(session: Session, event: Event, options: RelatedOptions, output: RelatedFormat) -> None:

    from newsarc.analysis.traversal import neighbourhood, traverse

    archive, directions, context = session.archive, options.directions, options.context
    index = archive.index() if "backlink" in directions else None
    found = neighbourhood(index, event, directions, context)
    depth, limit = options.depth or _DEPTH, options.limit or _LIMIT
    is_walk = depth > 1 or output in _WALKS
    walked = traverse(archive, index, event, depth, directions, context, limit) if is_walk else None
    _write(session, archive, output, found, walked, context)
    if not found.links and not found.backlinks:
        raise NotFoundError(_nothing(directions, context))


def _nothing(directions: tuple[Direction, ...], context: str | None) -> str:
    if context:
        return f'no related links with context "{context}"'
    if len(directions) > 1:
        return "the event has no related links, and no event links to it"
    return "the event has no related links" if "related" in directions else "no event links to it"


def _write(
    session: Session,
    archive: Archive,
    output: RelatedFormat,
    found: LinkNeighbourhood,
    walked: Traversal | None,
    context: str | None,
) -> None:
    from newsarc.output.link_tree import tree_lines, truncation_note
    from newsarc.output.related import HEADER, document, lines, paths, rows

    def graph() -> Graph | None:
        from newsarc.analysis.graph import graph_of_traversal

        return graph_of_traversal(archive.index(), found.event, walked, context) if walked else None

    def reached() -> Iterator[str]:
        yield from paths(found, walked, archive.tree)

    if output == "tree" and session.is_read_by_people:
        output = "table"
    if output in GRAPH_FORMATS and (drawn := graph()):
        write_graph(session, drawn, output)
    elif output == "tree" and walked:
        refs, renames = _refs_and_renames(archive, found, walked)
        session.write(tree_lines(found.event, walked, refs, renames), for_people=True)
    else:
        json = Json(
            lambda: document(found, walked, graph(), archive.renames([found.event])),
            lambda: lines(found, walked, archive.renames([found.event])),
        )
        table = partial(_print, session, archive, found, walked)
        write_view(session, OutputView(HEADER, rows(found, walked, archive.tree), json, table, reached()), output)
    if walked and walked.is_truncated and output != "table":  # a table contains the note
        session.note(truncation_note(walked))


def _print(session: Session, archive: Archive, found: LinkNeighbourhood, walked: Traversal | None) -> None:
    from newsarc.output.terminal.events import print_related
    from newsarc.output.terminal.link_tree import print_traversal

    event = found.event
    refs, renames = _refs_and_renames(archive, found, walked)
    with session.console() as console:
        if walked:
            print_traversal(console, event, walked, refs, renames)
        else:
            ref = refs.get(event.path, event.path)
            print_related(console, event, ref, found.links, found.backlinks, refs, renames)


def _refs_and_renames(
    archive: Archive, found: LinkNeighbourhood, walked: Traversal | None
) -> tuple[dict[str, str], Renames]:
    """Return the short REFs of all events found, and the pages that broken links probably meant."""
    if walked:
        reached = [step.path for step in walked.steps]
        pages = dict.fromkeys(broken.via for broken in walked.broken)
        renames = archive.renames([archive.load(page) for page in pages])
    else:
        reached = [*(link.path for link in found.links if link.path), *(row.path for row, _ in found.backlinks)]
        renames = archive.renames([found.event] if found.links else [])
    meant = (suggestion.path for suggestion in renames.values())
    return refs_by_path([found.event.path, *reached, *meant], archive.tree), renames
