"""``newsarc related REF --to REF``: the shortest path between two events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarc.analysis.graph import graph_of_path
from newsarc.analysis.shortest_path import LinkPath, find_shortest_path
from newsarc.archive.refs import refs_by_path
from newsarc.cli.graph_formats import RelatedFormat, write_graph
from newsarc.cli.session import Session
from newsarc.cli.view import Json, OutputView, write_view
from newsarc.errors import NotFoundError
from newsarc.output.graphs import GRAPH_FORMATS
from newsarc.output.humanize import plural
from newsarc.output.related import HEADER
from newsarc.output.related_path import document, lines, rows, text_lines

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.model import Event


def show_path(session: Session, start: Event, end: Event, context: str | None, output: RelatedFormat) -> None:
    """Write the shortest path from ``start`` to ``end``. Raises NotFoundError if there is none."""
    archive = session.archive
    chain = find_shortest_path(archive.index(), start, end, context)
    if chain.events or output == "json":
        _write(session, start, end, chain, context, output)
    if not chain.events:
        raise NotFoundError(_how_far(archive, start, end, context, chain))


def _write(
    session: Session, start: Event, end: Event, chain: LinkPath, context: str | None, output: RelatedFormat
) -> None:
    if output == "tree" and not session.is_read_by_people:
        session.write(text_lines(chain), for_people=True)
        return
    if output in GRAPH_FORMATS:
        write_graph(session, graph_of_path(session.archive.index(), chain, context), output)
        return
    json = Json(lambda: document(start, end, chain), lambda: lines(chain))
    view = OutputView(HEADER, rows(chain), json, lambda: _print(session, chain), (event.path for event in chain.events))
    write_view(session, view, "table" if output == "tree" else output)


def _print(session: Session, chain: LinkPath) -> None:
    from newsarc.output.terminal.link_tree import print_path

    refs = refs_by_path([event.path for event in chain.events], session.archive.tree)
    with session.console() as console:
        print_path(console, chain, refs)


def _how_far(archive: Archive, start: Event, end: Event, context: str | None, chain: LinkPath) -> str:
    refs = refs_by_path([start.path, end.path], archive.tree)
    one, other = (refs.get(event.path, event.path) for event in (start, end))
    stuck = other if chain.exhausted_from == end.path else one  # the search starts at both ends
    links = f'links with the context "{context}"' if context else "related links"
    if chain.seen <= 1:
        return f"no path from {one} to {other}: {stuck} has no {links} in either direction"
    reached = plural(chain.seen - 1, "event")
    return (
        f"no path from {one} to {other}: {links} from {stuck} reach only {reached}, "
        f"up to {plural(chain.eccentricity, 'step')} away"
    )
