"""``newsarc related --discover``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from newsarc.analysis.recommendations import Recommendation, recommend
from newsarc.api import Archive
from newsarc.archive.refs import refs_by_path
from newsarc.cli.graph_formats import RelatedFormat
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError
from newsarc.model import Event
from newsarc.output.delimited import comma_separated, tab_separated

if TYPE_CHECKING:
    from newsarc.output.json_types import Record

# Begins with what makes a line a REF, as those of list and search do.
HEADER = ("date", "slug", "reasons", "headline", "score", "path")
_LIMIT = 10


def show_discovered(session: Session, ref: str, context: str | None, limit: int | None, output: RelatedFormat) -> None:
    """Write what else belongs to the story of the event that ``ref`` means, in the format ``output``.

    Raises NotFoundError where there is nothing, and what the archive raises for a REF.
    """
    archive = session.archive
    path = archive.event_path(ref)
    index = archive.index()
    event = archive.load(path)
    found = recommend(index, path, limit or _LIMIT, context)
    if output == "json":
        from newsarc.output.json import event_record, json_document

        head = {"event": event_record(event), "links": [], "backlinks": []}
        session.write(json_document(head, "discovered", _records(archive, found)))
    elif output == "jsonl":
        from newsarc.output.json import json_line

        session.write(json_line(record) + "\n" for record in _records(archive, found))
    elif output == "paths":
        session.write(tab_separated((str(archive.root / discovery.row.path),) for discovery in found))
    elif output == "table":
        if found:
            _print(session, archive, event, found)
    else:
        rows = map(_row, found)
        session.write(comma_separated(HEADER, rows) if output == "csv" else tab_separated(rows))
    if not found:
        shared = f"shares {context} with it" if context else "has enough in common with it"
        raise NotFoundError(f"no event that is not linked yet {shared}")


def _row(discovery: Recommendation) -> tuple[object, ...]:
    row = discovery.row
    return row.day, row.slug, "; ".join(discovery.reasons), row.headline, discovery.score, row.path


def _records(archive: Archive, found: Sequence[Recommendation]) -> Iterator[Record]:
    from newsarc.output.json import recommendation_record

    for discovery in found:
        event = archive.try_load(discovery.row.path)
        if event is not None:
            yield recommendation_record(discovery, event)


def _print(session: Session, archive: Archive, event: Event, found: Sequence[Recommendation]) -> None:
    from newsarc.output.terminal.recommendations import print_recommendations

    refs = refs_by_path([event.path, *(discovery.row.path for discovery in found)], archive.tree)
    with session.console() as console:
        print_recommendations(console, event, found, refs)
