"""The root of the archive that a command is about."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from newsarc.archive.sites import has_days, is_site, site_without_posts
from newsarc.errors import ArchiveError
from newsarc.storage.config_file import find_config

ARCHIVE_VARIABLE = "NEWSARC_ARCHIVE"


def archive_root(named: Path | None, near: Path | None = None, *, is_site: Callable[[Path], bool] = is_site) -> Path:
    """Return the archive folder: ``named``, otherwise ``$NEWSARC_ARCHIVE``, otherwise the nearest one.

    Searches ``near`` (default: the current folder) and its parents for a newsarc configuration, a ``news/YYYY`` folder
    or the root of a site of posts, as ``is_site`` tells. A ``news/YYYY`` folder without days may be a part of a site.
    Raises ArchiveError if there is no archive, and ConfigError if a configuration cannot be read.
    """
    if named or os.environ.get(ARCHIVE_VARIABLE):
        return named or Path(os.environ[ARCHIVE_VARIABLE])
    here = Path.cwd()
    start = Path(os.path.abspath(near)) if near is not None else here  # noqa: PTH100  # the page may not exist
    without_days: Path | None = None
    for folder in (start, *start.parents):
        if find_config(folder) is not None or has_days(folder) or is_site(folder):
            return Path(os.path.relpath(folder, here))
        if without_days is None and has_news(folder):
            without_days = folder
    if without_days is not None:
        return Path(os.path.relpath(without_days, here))
    raise ArchiveError(
        "no archive found in this folder or its parents (looked for newsarc.toml, news/YYYY or a site with posts); "
        f"use --archive DIR or ${ARCHIVE_VARIABLE}, or run newsarc init to start one here{site_without_posts(start)}"
    )


def has_news(folder: Path) -> bool:
    """Whether ``folder`` contains a folder ``news/YYYY``."""
    try:
        return any(name.isdigit() and len(name) == 4 for name in os.listdir(folder / "news"))
    except OSError:
        return False
