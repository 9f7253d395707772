"""``newsarc related --discover``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from newsarc.analysis.recommendations import Discovery, discover
from newsarc.api import Archive
from newsarc.archive.refs import refs_by_path
from newsarc.cli.graph_formats import RelatedFormat
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError
from newsarc.model import Event
from newsarc.output.delimited import comma_separated, tab_separated

if TYPE_CHECKING:
    from newsarc.output.json import Record

# Date and slug come first, so that a line is a REF, as those of list and search are.
HEADER = ("date", "slug", "reasons", "headline", "score", "path")
_LIMIT = 10


def show_discovered(session: Session, ref: str, context: str | None, limit: int | None, output: RelatedFormat) -> None:
    """Write suggested links for the event ``ref``. Raises NotFoundError if there are none, and as ``Archive.ref``."""
    archive = session.archive
    path = archive.event_path(ref)
    index = archive.index()
    event = archive.load(path)
    found = discover(index, path, limit or _LIMIT, context)
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
        why = f"shares the context {context}" if context else "has enough in common with it"
        raise NotFoundError(f"no suggestions: no unlinked event {why}")


def _row(discovery: Discovery) -> tuple[object, ...]:
    row = discovery.row
    return row.day, row.slug, "; ".join(discovery.reasons), row.headline, discovery.score, row.path


def _records(archive: Archive, found: Sequence[Discovery]) -> Iterator[Record]:
    from newsarc.output.json import discovery_record

    for discovery in found:
        event = archive.try_load(discovery.row.path)
        if event is not None:
            yield discovery_record(discovery, event)


def _print(session: Session, archive: Archive, event: Event, found: Sequence[Discovery]) -> None:
    from newsarc.output.terminal.recommendations import print_discovered

    refs = refs_by_path([event.path, *(discovery.row.path for discovery in found)], archive.tree)
    with session.console() as console:
        print_discovered(console, event, found, refs)
