"""The sources that a command is about, and the ledger that knows of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.model import Event
    from newsarc.output.json_types import Record

RowsOption = Annotated[
    int, typer.Option("--limit", "-n", min=0, help="Maximum number of rows (0 for no limit).", show_default=False)
]


def ledger_file(session: Session) -> Path:
    """Return the path of the ledger. Raises ConfigError, and UsageError if there is no place for it."""
    from newsarc.sources.ledger_place import find_ledger

    archive = session.archive
    file = find_ledger(archive.root, archive.config.sources, archive.cache)
    if file is None:
        raise UsageError(
            "no place for the ledger of sources without a cache folder; create an empty sources.jsonl in the archive "
            "root"
        )
    return file


def ledger_head(session: Session, file: Path, count: int, total: int) -> Record:
    """Return the head of a JSON document about what the ledger says: ``count`` records of ``total``."""
    ledger = str(file) if file.exists() else None
    return {"archive": str(session.archive.root), "ledger": ledger, "count": count, "total": total}


def read_events(session: Session, refs: list[str], filters: Filters) -> Iterator[Event]:
    """Yield the events that ``refs`` and ``filters`` select, with a progress bar. Raises NotFoundError without any."""
    from newsarc.output.terminal.progress import ProgressBar

    archive = session.archive
    selection = select_events(archive, session.resolve(refs), filters)
    index = archive.index(selection.days)
    paths = [row.path for row in index.events(selection.filter)]
    if not paths:
        raise nothing_found(archive.index(), selection.filter)
    with ProgressBar("Reading sources", is_wanted=not session.quiet) as progress:
        for number, path in enumerate(paths, 1):
            event = archive.try_load(path)
            progress(number, len(paths))
            if event is not None:
                yield event


def no_sources() -> NotFoundError:
    """Return the error for events without a source that can be checked."""
    return NotFoundError("no event has a source with a web address")
