"""``newsarc related --discover``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from newsarc.analysis.recommendations import Recommendation, recommend
from newsarc.api import Archive
from newsarc.archive.refs import refs_by_path
from newsarc.cli.graph_formats import RelatedFormat
from newsarc.cli.session import Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import NotFoundError
from newsarc.model import Event

if TYPE_CHECKING:
    from newsarc.output.json_types import Record

# Date and slug come first, so that a line is a REF, as those of list and search are.
HEADER = ("date", "slug", "reasons", "headline", "score", "path")
_LIMIT = 10


def show_discovered(session: Session, ref: str, context: str | None, limit: int | None, output: RelatedFormat) -> None:
    """Write suggested links for the event ``ref``. Raises NotFoundError if there are none, and as ``Archive.ref``."""
    archive = session.archive
    path = archive.event_path(ref)
    index = archive.index()
    event = archive.load(path)
    found = recommend(index, path, limit or _LIMIT, context)
    json = json_of(
        "discovered",
        _records(archive, found),
        lambda: {"event": _event_record(event), "links": [], "backlinks": []},
    )
    paths = (discovery.row.path for discovery in found)
    view = OutputView(HEADER, map(_row, found), json, lambda: _print(session, archive, event, found), paths)
    write_view(session, view, output)
    if not found:
        why = f"shares the context {context}" if context else "has enough in common with it"
        raise NotFoundError(f"no suggestions: no unlinked event {why}")


def _event_record(event: Event) -> Record:
    from newsarc.output.json import event_record

    return event_record(event)


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
    if not found:
        return
    from newsarc.output.terminal.recommendations import print_recommendations

    refs = refs_by_path([event.path, *(discovery.row.path for discovery in found)], archive.tree)
    with session.console() as console:
        print_recommendations(console, event, found, refs)
