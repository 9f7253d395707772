"""The states of sources in the ledger, for commands that show events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from newsarc.cli.cached_ledger import note_cached
from newsarc.cli.session import Session
from newsarc.errors import ArchiveError, ConfigError
from newsarc.sources.ledger_place import find_ledger

if TYPE_CHECKING:
    from newsarc.model import Event
    from newsarc.sources.states import SourceStates


def source_states(session: Session, events: Iterable[Event] | None = None) -> SourceStates | None:
    """Return the states of the sources of ``events``, or of all sources; None if there is no ledger.

    Ignores an invalid ledger, with a note.
    """
    archive = session.archive
    try:
        file = find_ledger(archive.root, archive.config.sources, archive.cache)
        note_cached(session)
        if file is None or not file.exists():
            return None
        from newsarc.sources.states import read_states  # here, so that this costs nothing without a ledger

        return read_states(file, events)
    except (ArchiveError, ConfigError) as error:
        session.note(str(error))
        return None
