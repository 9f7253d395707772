"""The layout of a folder on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.layout import NEWS
from newsarc.layout.settings import LAYOUT_KEYS, LayoutSettings
from newsarc.storage.files import read_file

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
    has_days = _has_days(root)
    detected = None
    if not has_days and any((root / name).exists() for name in _GENERATORS):
        from newsarc.archive.site_detection import detect_layout

        detected = detect_layout(sorted(_files(root)), lambda path: _text(root / path))
    if settings is None or all(getattr(settings, key.replace("-", "_")) is None for key in LAYOUT_KEYS):
        return detected
    from newsarc.layout.config_keys import configured_layout

    return configured_layout(settings, detected, has_days, lambda path: _text(root / path), prefix)


def redirect_tables(root: Path) -> tuple[str, ...]:
    """Return the redirect tables that a site has in the usual places."""
    from newsarc.archive.site_detection import REDIRECT_NAMES

    return tuple(name for name in REDIRECT_NAMES if _text(root / name) is not None)


def _has_days(root: Path) -> bool:
    try:
        years = [name for name in os.listdir(root / NEWS) if name.isdigit() and len(name) == 4]
        months = [f"{year}/{name}" for year in years for name in os.listdir(root / NEWS / year) if name.isdigit()]
        return any(name.isdigit() for month in months for name in os.listdir(root / NEWS / month))
    except OSError:
        return False


def _files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name[0] != "." and name not in _NOT_SEARCHED]
        lead = Path(folder).relative_to(root).as_posix()
        yield from (name if lead == "." else f"{lead}/{name}" for name in names)


def _text(file: Path) -> str | None:
    try:
        return read_file(file, _MAX_CONFIG).decode("utf-8", "surrogateescape")
    except OSError:
        return None
