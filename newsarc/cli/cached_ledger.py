"""The ledger in the cache, which checks wrote before the archive had one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarc.cli.session import Session
from newsarc.errors import ConfigError
from newsarc.output.humanize import plural
from newsarc.sources.ledger_place import find_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.sources.ledger import Ledger


def read_with_cached(session: Session, file: Path) -> Ledger:
    """Return what ``file``, the ledger of the archive, and the one in the cache say. Raises ArchiveError."""
    from newsarc.sources.ledger import read_all

    ledger, cache = read_all(file), session.archive.cache
    if cache is not None and _is_beside(file, cache.ledger):
        ledger.update(read_all(cache.ledger))
    return ledger


def take_over_cached(session: Session, file: Path) -> None:
    """Move the ledger in the cache into ``file``, the ledger of the archive. A note says so.

    Raises ArchiveError if one of them is invalid, and LedgerInUseError if another run writes one.
    """
    cache = session.archive.cache
    if cache is None or not _is_beside(file, cache.ledger):
        return
    from newsarc.sources.check.run import locked
    from newsarc.sources.ledger import take_over

    with locked(cache.ledger_lock):
        number = take_over(file, cache.ledger)
    session.note(f"moved the records of {plural(number, 'source')} from the cache into {file}")


def note_cached(session: Session) -> None:
    """Say that the ledger in the cache does not count, if the archive has one of its own now."""
    archive = session.archive
    try:
        file = find_ledger(archive.root, archive.config.sources, archive.cache)
    except ConfigError:  # whoever needs the ledger reports it
        return
    if file is not None and archive.cache is not None and _is_beside(file, archive.cache.ledger):
        session.note(
            f"earlier checks are still in the cache; the next newsarc sources check or copies moves them into {file}"
        )


def _is_beside(file: Path, cached: Path) -> bool:
    """Whether there is a ledger in the cache besides ``file``."""
    return file != cached and cached.exists()
