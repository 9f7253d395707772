"""``newsarc related``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.archive.refs import refs_by_path
from newsarc.cli.completion import complete_ref
from newsarc.cli.graph_formats import RelatedFormat, RelatedFormatOption, write_graph
from newsarc.cli.options import JsonOption, expand_refs
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError
from newsarc.output.delimited import comma_separated, tab_separated
from newsarc.output.graphs import GRAPH_FORMATS

if TYPE_CHECKING:
    from newsarc.analysis.traversal import Direction, LinkNeighbourhood, Traversal
    from newsarc.api import Archive

_DEPTH, _LIMIT = 1, 500
_WALKS: tuple[RelatedFormat, ...] = ("tree", *GRAPH_FORMATS)  # what makes a walk of one link too
# Formats for programs, in which names are told apart as the whole archive knows them.
_EXACT: tuple[RelatedFormat, ...] = ("json", "jsonl", *GRAPH_FORMATS)


def related(
    session: Session,
    ref: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="A slug or its beginning, 2017-06-16/slug, a path, a URL, or a day with one event.",
            autocompletion=complete_ref,
        ),
    ],
    backlinks: Annotated[bool, typer.Option("--backlinks", help="The events that name it, instead.")] = False,
    both: Annotated[bool, typer.Option("--both", help="The events it names and those that name it.")] = False,
    depth: Annotated[
        int | None, typer.Option("--depth", "-d", min=1, max=20, help="Walk on from there, so many links far.")
    ] = None,
    path: Annotated[
        str | None,
        typer.Option(
            "--path",
            metavar="REF",
            help="The shortest chain to this event, along related links in either direction.",
            autocompletion=complete_ref,
        ),
    ] = None,
    discover: Annotated[
        bool, typer.Option("--discover", help="Events that belong to its story and are not linked with it, and why.")
    ] = False,
    context: Annotated[str | None, typer.Option(metavar="NAME", help="Only links with this context.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "-n",
            min=1,
            help=f"At most so many events, of a walk ({_LIMIT}) or of --discover (10).",
        ),
    ] = None,
    format: RelatedFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the events around one: those it names as related and, on request, those that name it.

    In a pipe: depth, relation (related, broken, backlink), date, slug, contexts, headline, path (or the target that is
    dead), separated by tabs. With --discover: date, slug, reasons, headline, score, path.

    The formats dot (for Graphviz), mermaid (for Markdown on code hosts) and graphml (for programs that measure graphs)
    have all links among the events found; tree has each event below the one that led to it.

    Examples:
        newsarc related 2017-06-16/russian --both
        newsarc related 2017-06-16/russian --discover
        newsarc related 2017-06-16/russian --path 2017-10-17
    """
    archive = session.archive
    output = session.format(None, as_json) if as_json or format is None else format
    if discover:
        from newsarc.cli.related_discover import show_discovered

        if backlinks or both or depth is not None or path is not None:
            raise UsageError(
                "--discover looks for events without links: leave out --backlinks, --both, --depth and --path"
            )
        if output in _WALKS:
            raise UsageError(f"--discover finds events without links: there is no {output} of them")
        show_discovered(session, _one_ref(ref), context, limit, output)
        return
    from newsarc.analysis.traversal import DIRECTIONS, neighbourhood, traverse

    if output in _EXACT:
        archive.index()  # which context names contain a comma is known from the whole archive
    event = archive.load(archive.event_path(_one_ref(ref)))
    if path is not None:
        from newsarc.cli.related_path import show_chain

        if backlinks or depth is not None or limit is not None:
            raise UsageError("--path goes both ways and as far as it must: leave out --backlinks, --depth and --limit")
        show_chain(session, event, archive.load(archive.event_path(_one_ref(path))), context, output)
        return
    directions: tuple[Direction, ...] = DIRECTIONS if both else ("backlink",) if backlinks else ("related",)
    index = archive.index() if "backlink" in directions else None
    found = neighbourhood(index, event, directions, context)
    depth, limit = depth or _DEPTH, limit or _LIMIT
    is_walk = depth > 1 or output in _WALKS
    walked = traverse(archive, index, event, depth, directions, context, limit) if is_walk else None
    _write(session, archive, output, found, walked, context)
    if not found.links and not found.backlinks:
        raise NotFoundError(_nothing(directions, context))


def _nothing(directions: tuple[Direction, ...], context: str | None) -> str:
    what = "it names no event" if "related" in directions else "no event names it"
    if len(directions) > 1:
        what = "it names no event and none names it"
    return what + (f" for the context {context}" if context else "")


def _one_ref(ref: str) -> str:
    refs = expand_refs([ref])
    if len(refs) > 1:
        raise UsageError(f"related takes one REF, and standard input has {len(refs)}")
    return refs[0]


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

    if output == "table" or (output == "tree" and session.is_read_by_people):
        _print(session, archive, found, walked)  # says itself where it was cut
        return
    if output == "json" or output in GRAPH_FORMATS:
        from newsarc.analysis.graph import graph_of_traversal

        graph = graph_of_traversal(archive.index(), found.event, walked, context) if walked else None
        if output == "json":
            session.write(document(found, walked, graph))
        elif graph:
            write_graph(session, graph, output)
    elif output == "tree" and walked:
        session.write(tree_lines(found.event, walked), for_people=True)
    elif output == "jsonl":
        session.write(lines(found, walked))
    elif output == "paths":
        session.write(tab_separated((str(archive.root / path),) for path in paths(found, walked)))
    else:
        table = rows(found, walked)
        session.write(comma_separated(HEADER, table) if output == "csv" else tab_separated(table))
    if walked and walked.is_truncated:
        session.note(truncation_note(walked))


def _print(session: Session, archive: Archive, found: LinkNeighbourhood, walked: Traversal | None) -> None:
    from newsarc.model import broken_count
    from newsarc.output.terminal.events import print_related
    from newsarc.output.terminal.link_tree import print_traversal

    event, links, backlinks = found.event, found.links, found.backlinks
    with session.console() as console:
        if walked:
            print_traversal(console, event, walked, broken_count(links))
        else:
            reached = [event.path, *(link.path for link in links if link.path), *(row.path for row, _ in backlinks)]
            refs = refs_by_path(reached, archive.tree)
            print_related(console, event, refs.get(event.path, event.path), links, backlinks, refs)
