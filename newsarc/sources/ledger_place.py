"""Where the ledger of an archive is. Separate from the ledger, so that commands without one do not load it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.errors import ConfigError
from newsarc.storage.paths import is_valid_path, is_within, shorten

if TYPE_CHECKING:
    from newsarc.config import SourcesConfig
    from newsarc.storage.cache import Cache

LEDGER_NAME = "sources.jsonl"


def find_ledger(root: Path, config: SourcesConfig, cache: Cache | None) -> Path | None:
    """Return the path of the ledger of an archive, which may not exist; None if there is no place for one.

    It is the configured one, else ``sources.jsonl`` in the archive root if that exists, else a file in the cache
    folder. Raises ConfigError if it is outside the archive: a configuration that comes with an archive must not name
    other files.
    """
    named = config.ledger or LEDGER_NAME
    file = root / named
    if not is_valid_path(file):
        raise ConfigError(f"sources.ledger: {shorten(named)} is too long for a path")
    if not config.ledger and not os.path.lexists(file):
        return cache.ledger if cache is not None else None
    if not is_within(file, root):
        raise ConfigError(f"sources.ledger: {shorten(named)} is outside the archive")
    return file
