"""The layout of a folder on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.layout import NEWS
from newsarc.layout.settings import LAYOUT_KEYS, LayoutSettings
from newsarc.storage.files import read_file
from newsarc.storage.paths import is_within

if TYPE_CHECKING:
    from newsarc.layout.presets import Layout

# The configuration files of generators.
_GENERATORS = (
    "_config.yml", "docs/_config.yml", "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml",
    "config.yml", "config/_default", "pelicanconf.py", "docusaurus.config.js", "docusaurus.config.ts",
    "docusaurus.config.mjs", "docusaurus.config.cjs", "mkdocs.yml", ".eleventy.js", "eleventy.config.js",
    "eleventy.config.mjs", "eleventy.config.cjs", "eleventy.config.ts",
)  # fmt: skip
_NOT_SEARCHED = frozenset(("node_modules", "vendor", "_site", "public", "resources", "target", "build", "dist"))
_MAX_CONFIG = 1 << 20  # bytes


def is_site(folder: Path) -> bool:
    """Whether ``folder`` is the root of a site of posts."""
    return layout_at(folder) is not None


def layout_at(root: Path, settings: LayoutSettings | None = None, prefix: str = "") -> Layout | None:
    """Return the layout of the site of posts at ``root``: as detected, with what ``settings`` replace.

    Returns None for an archive with day folders, and, without settings, for a folder without the configuration of a
    generator. Raises ConfigError for settings that are invalid here; ``prefix`` precedes their names.
    """
    is_configured = settings is not None and any(
        getattr(settings, key.replace("-", "_")) is not None for key in LAYOUT_KEYS
    )
    has_generator = any((root / name).exists() for name in _GENERATORS)
    has_days = (is_configured or has_generator) and _has_days(root)
    detected = None
    if has_generator and not has_days:
        from newsarc.archive.site_detection import detect_layout

        detected = detect_layout(sorted(_files(root)), lambda path: _text(root, path))
    if settings is None or not is_configured:
        return detected
    from newsarc.layout.config_keys import configured_layout

    return configured_layout(settings, detected, has_days, lambda path: _text(root, path), prefix)


def redirect_tables(root: Path) -> tuple[str, ...]:
    """Return the redirect tables that a site has in the usual places."""
    from newsarc.archive.site_detection import REDIRECT_NAMES

    return tuple(name for name in REDIRECT_NAMES if _text(root, name) is not None)


def _has_days(root: Path) -> bool:
    """Whether there is a day folder, news/YYYY/MM/D."""
    years = [year for year in _numbered(root / NEWS) if len(year.name) == 4]
    return any(_numbered(month) for year in years for month in _numbered(year))


def _numbered(folder: Path) -> list[Path]:
    """Return the folders in ``folder`` whose names are numbers, without symbolic links."""
    try:
        with os.scandir(folder) as entries:
            return [Path(one.path) for one in entries if one.name.isdigit() and one.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name[0] != "." and name not in _NOT_SEARCHED]
        lead = Path(folder).relative_to(root).as_posix()
        yield from (name if lead == "." else f"{lead}/{name}" for name in names)


def _text(root: Path, path: str) -> str | None:
    """Return the text of a file of a site; None if there is none, or if it is outside of ``root``."""
    try:
        if not is_within(root / path, root):
            return None
        return read_file(root / path, _MAX_CONFIG).decode("utf-8", "surrogateescape")
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None
