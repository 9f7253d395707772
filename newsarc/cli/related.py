"""``newsarc related``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.archive import Archive
from newsarc.cli.completion import complete_ref
from newsarc.cli.options import FormatOption, JsonOption, expand_refs
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError
from newsarc.model import Event
from newsarc.output.plain import comma_separated, tab_separated
from newsarc.refs import refs_by_path
from newsarc.text import fold

if TYPE_CHECKING:
    from newsarc.output.records import Backlinks
    from newsarc.output.related import Around
    from newsarc.related import Direction


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
        int, typer.Option("--depth", "-d", min=1, max=20, help="Walk on from there, so many links far.")
    ] = 1,
    context: Annotated[str | None, typer.Option(metavar="NAME", help="Only links with this context.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="With --depth: at most so many events.")] = 500,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the events around one: those it names as related and, on request, those that name it.

    In a pipe: depth, relation (related, broken, backlink), date, slug, contexts, headline, path (or the target that is
    dead), separated by tabs.
    """
    from newsarc.output.related import HEADER, Around, document, lines, paths, rows
    from newsarc.related import DIRECTIONS, walk, with_context

    archive = session.archive
    output = session.format(format, as_json)
    if output in ("json", "jsonl"):
        archive.index()  # which context names contain a comma is known from the whole archive
    event = archive.load(archive.event_path(_one_ref(ref)))
    directions: tuple[Direction, ...] = DIRECTIONS if both else ("backlink",) if backlinks else ("related",)
    around = Around(
        event,
        with_context(event.related, context) if "related" in directions else (),
        _backlinks(archive, event, context) if "backlink" in directions else [],
        walk(archive, event, depth, directions, context, limit) if depth > 1 else None,
    )
    if output == "json":
        session.write(document(around))
    elif output == "jsonl":
        session.write(lines(around))
    elif output == "table":
        _print(session, archive, around)
    elif output == "paths":
        session.write(tab_separated((str(archive.root / path),) for path in paths(around)))
    else:
        session.write(comma_separated(HEADER, rows(around)) if output == "csv" else tab_separated(rows(around)))
    if around.walked and around.walked.is_cut and output != "table":
        session.note(f"cut at {limit} events; --limit sets how many")
    if not around.links and not around.naming:
        raise NotFoundError(_nothing(directions, context))


def _nothing(directions: tuple[Direction, ...], context: str | None) -> str:
    what = "it names no event" if "related" in directions else "no event names it"
    if len(directions) > 1:
        what = "it names no event and none names it"
    return what + (f" for the context {context}" if context else "")


def _backlinks(archive: Archive, event: Event, context: str | None) -> Backlinks:
    found = archive.index().backlinks(event.path)
    if context is None:
        return found
    return [(row, contexts) for row, contexts in found if fold(context) in map(fold, contexts)]


def _one_ref(ref: str) -> str:
    refs = expand_refs([ref])
    if len(refs) > 1:
        raise UsageError(f"related takes one REF, and standard input has {len(refs)}")
    return refs[0]


def _print(session: Session, archive: Archive, around: Around) -> None:
    from newsarc.output.reading import print_related
    from newsarc.output.walks import print_walk

    event, links, naming = around.event, around.links, around.naming
    with session.console() as console:
        if around.walked:
            print_walk(console, event, around.walked, sum(link.broken is True for link in links))
        else:
            reached = [event.path, *(link.path for link in links if link.path), *(row.path for row, _ in naming)]
            refs = refs_by_path(reached, archive.tree)
            print_related(console, event, refs.get(event.path, event.path), links, naming, refs)
