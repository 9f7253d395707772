"""``newsarc related``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsarc.archive import Archive
from newsarc.cli.completion import complete_ref
from newsarc.cli.options import FormatOption, JsonOption, expand_refs
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError
from newsarc.links import is_external
from newsarc.model import Event, RelatedLink
from newsarc.output.plain import comma_separated, tab_separated
from newsarc.refs import refs_by_path
from newsarc.text import fold

if TYPE_CHECKING:
    from newsarc.output.records import Backlinks
    from newsarc.related import Direction, Walk

_MAX_EVENTS = 500  # of a walk
HEADER = ("depth", "relation", "date", "slug", "contexts", "headline", "path")


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
    discover: Annotated[
        bool, typer.Option("--discover", help="Events that belong to its story and are not linked with it, and why.")
    ] = False,
    context: Annotated[str | None, typer.Option(metavar="NAME", help="Only links with this context.")] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, help="At most so many events, of --depth (500) or --discover (10)."),
    ] = None,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the events around one: those it names as related and, on request, those that name it.

    In a pipe: depth, relation (related, broken, backlink), date, slug, contexts, headline, path (or the target that is
    dead), separated by tabs. With --discover: date, slug, reasons, headline, score, path.
    """
    if discover:
        from newsarc.cli.discovered import show_discovered

        if backlinks or both or depth > 1:
            raise UsageError("--discover looks for events without links; leave out --backlinks, --both and --depth")
        show_discovered(session, _one_ref(ref), context, limit, session.format(format, as_json))
        return
    from newsarc.related import DIRECTIONS, walk, with_context

    archive = session.archive
    limit = limit or _MAX_EVENTS
    output = session.format(format, as_json)
    if output in ("json", "jsonl"):
        archive.index()  # which context names contain a comma is known from the whole archive
    event = archive.load(archive.event_path(_one_ref(ref)))
    directions: tuple[Direction, ...] = DIRECTIONS if both else ("backlink",) if backlinks else ("related",)
    links = with_context(event.related, context) if "related" in directions else ()
    naming = _backlinks(archive, event, context) if "backlink" in directions else []
    walked = walk(archive, event, depth, directions, context, limit) if depth > 1 else None
    if output == "json":
        session.write([_document(event, links, naming, walked)])
    elif output == "jsonl":
        session.write(_lines(links, naming, walked))
    elif output == "table":
        _print(session, archive, event, links, naming, walked)
    else:
        rows = list(_walk_rows(links, walked) if walked else _rows(archive, links, naming))
        if output == "paths":
            whole = dict.fromkeys(str(row[6]) for row in rows if row[1] != "broken" and not is_external(str(row[6])))
            session.write(tab_separated((str(archive.root / path),) for path in whole))
        else:
            session.write(comma_separated(HEADER, rows) if output == "csv" else tab_separated(rows))
    if walked and walked.is_cut and output != "table":
        session.note(f"cut at {limit} events; --limit sets how many")
    if not links and not naming:
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


def _lines(links: tuple[RelatedLink, ...], naming: Backlinks, walked: Walk | None) -> Iterator[str]:
    from newsarc.output.records import backlink_records, json_line, link_record

    records = _steps(walked) if walked else [*map(link_record, links), *backlink_records(naming)]
    for record in records:
        yield json_line(record) + "\n"


def _steps(walked: Walk) -> list[dict[str, Any]]:
    return [
        {
            "depth": step.depth,
            "relation": step.direction,
            "via": step.via,
            "path": step.path,
            "date": step.day,
            "headline": step.headline,
            "contexts": list(step.contexts),
        }
        for step in walked.steps
    ]


def _document(event: Event, links: tuple[RelatedLink, ...], naming: Backlinks, walked: Walk | None) -> str:
    from newsarc.output.records import backlink_records, event_record, json_document, link_record

    head: dict[str, Any] = {
        "event": event_record(event),
        "links": [link_record(link) for link in links],
        "backlinks": backlink_records(naming),
    }
    if walked:
        head["cut"] = walked.is_cut
    return "".join(json_document(head, "walk", _steps(walked) if walked else []))


def _print(
    session: Session,
    archive: Archive,
    event: Event,
    links: tuple[RelatedLink, ...],
    naming: Backlinks,
    walked: Walk | None,
) -> None:
    from newsarc.output.reading import print_related
    from newsarc.output.walks import print_walk

    with session.console() as console:
        if walked:
            print_walk(console, event, walked, sum(link.broken is True for link in links))
        else:
            paths = [event.path, *(link.path for link in links if link.path), *(row.path for row, _ in naming)]
            refs = refs_by_path(paths, archive.tree)
            print_related(console, event, refs.get(event.path, event.path), links, naming, refs)


def _rows(archive: Archive, links: tuple[RelatedLink, ...], naming: Backlinks) -> Iterator[tuple[object, ...]]:
    for link in links:
        relation, path = ("broken", link.target) if link.broken else ("related", link.path or link.target)
        yield 1, relation, _day(link.path), _slug(path), ", ".join(link.contexts), link.text, path
    for row, contexts in naming:
        yield 1, "backlink", row.day, row.slug, ", ".join(contexts), row.headline, row.path


def _walk_rows(links: tuple[RelatedLink, ...], walked: Walk) -> Iterator[tuple[object, ...]]:
    for link in links:
        if link.broken:
            yield 1, "broken", None, _slug(link.target), ", ".join(link.contexts), link.text, link.target
    for step in walked.steps:
        yield step.depth, step.direction, step.day, _slug(step.path), ", ".join(step.contexts), step.headline, step.path


def _day(path: str | None) -> str | None:
    from newsarc.parser.page import folder_date

    date = folder_date(path) if path else None
    return date.isoformat() if date else None


def _slug(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")
