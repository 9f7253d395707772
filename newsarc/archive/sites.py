"""The layout of a folder on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.layout import NEWS
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
NOT_SEARCHED = frozenset(("node_modules", "vendor", "_site", "public", "resources", "target", "build", "dist"))
_MAX_CONFIG = 1 << 20  # bytes


def is_site(folder: Path) -> bool:
    """Whether ``folder`` is the root of a site of posts."""
    return layout_at(folder) is not None


def layout_at(root: Path) -> Layout | None:
    """Return the layout of the site of posts at ``root``.

    Returns None for an archive with day folders, and for a folder without the configuration of a generator.
    """
    if not may_be_site(root):
        return None
    from newsarc.archive.site_detection import detect_layout

    return detect_layout(sorted(_files(root)), lambda path: _text(root / path))


def may_be_site(root: Path) -> bool:
    """Whether ``root`` has the configuration of a generator, but no day folders. It need not have posts."""
    base = os.path.join(root, "")
    return any(os.path.exists(base + name) for name in _GENERATORS) and not _has_days(root)  # noqa: PTH110  # faster


def _has_days(root: Path) -> bool:
    try:
        years = [name for name in os.listdir(root / NEWS) if name.isdigit() and len(name) == 4]
        months = [f"{year}/{name}" for year in years for name in os.listdir(root / NEWS / year) if name.isdigit()]
        return any(name.isdigit() for month in months for name in os.listdir(root / NEWS / month))
    except OSError:
        return False


def _files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name[0] != "." and name not in NOT_SEARCHED]
        lead = Path(folder).relative_to(root).as_posix()
        yield from (name if lead == "." else f"{lead}/{name}" for name in names)


def _text(file: Path) -> str | None:
    try:
        return read_file(file, _MAX_CONFIG).decode("utf-8", "surrogateescape")
    except OSError:
        return None
