"""The layout of a folder on disk, and the cache of an archive with it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.layout import NEWS
from newsarc.layout.settings import LAYOUT_KEYS, LayoutSettings
from newsarc.storage.files import read_file
from newsarc.storage.paths import is_utf8, is_within

if TYPE_CHECKING:
    from newsarc.config import Config
    from newsarc.layout.presets import Layout
    from newsarc.storage.cache import Cache

# The configuration files of generators.
_GENERATORS = (
    "_config.yml", "docs/_config.yml", "hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml",
    "config.yml", "config/_default", "pelicanconf.py", "docusaurus.config.js", "docusaurus.config.ts",
    "docusaurus.config.mjs", "docusaurus.config.cjs", "mkdocs.yml", ".eleventy.js", "eleventy.config.js",
    "eleventy.config.mjs", "eleventy.config.cjs", "eleventy.config.ts", "config.md",
)  # fmt: skip
# Folders that generators and package managers write; they hold no sources of posts.
GENERATED = frozenset(("node_modules", "vendor", "_site", "public", "resources", "target", "build", "dist"))
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
    detected = None
    if may_be_site(root):
        from newsarc.archive.site_detection import detect_layout

        detected = detect_layout(sorted(filter(is_utf8, site_files(root))), lambda path: _text(root, path))
    if settings is None or not is_configured:
        return detected
    from newsarc.layout.config_keys import configured_layout

    return configured_layout(settings, detected, has_days(root), lambda path: _text(root, path), prefix)


def redirect_tables(root: Path) -> tuple[str, ...]:
    """Return the redirect tables that a site has in the usual places."""
    from newsarc.archive.site_detection import REDIRECT_NAMES

    return tuple(name for name in REDIRECT_NAMES if _text(root, name) is not None)


def cache_of(root: Path, config: Config, layout: Layout | None = None) -> Cache | None:
    """Return the cache of the archive at ``root`` with this layout; None if there can be no cache."""
    from newsarc.storage.cache import open_cache

    return open_cache(root, cache_key(config, layout), "drafts" if layout is not None and layout.drafts else "")


def cache_key(config: Config, layout: Layout | None) -> object:
    """Return what a cache of an archive depends on besides its pages."""
    return config if layout is None else (config, layout)


def may_be_site(root: Path) -> bool:
    """Whether ``root`` has the configuration of a generator, but no day folders. It need not have posts."""
    base = os.path.join(root, "")
    return any(os.path.exists(base + name) for name in _GENERATORS) and not has_days(root)  # noqa: PTH110  # faster


def site_without_posts(root: Path) -> str:
    """Return what to say of a folder that may be a site whose posts are not found; empty for any other folder."""
    name = next((name for name in _GENERATORS if (root / name).exists()), None)
    if name is None or not may_be_site(root):
        return ""
    return f'; if {name} is that of a site, say where its posts are in newsarc.toml: posts = ["posts/{{slug}}.md"]'


def has_days(root: Path) -> bool:
    """Whether ``root`` contains a day folder, ``news/YYYY/MM/D``."""
    years = [year for year in _numbered(root / NEWS) if len(year.name) == 4]
    return any(_numbered(month) for year in years for month in _numbered(year))


def _numbered(folder: Path) -> list[Path]:
    """Return the folders in ``folder`` whose names are numbers, without symbolic links."""
    try:
        with os.scandir(folder) as entries:
            return [Path(one.path) for one in entries if one.name.isdigit() and one.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def site_files(root: Path) -> Iterator[str]:
    """Yield the paths of the files of a site, without those that generators and package managers write."""
    base = os.path.join(root, "")
    waiting = [""]
    while waiting:
        lead = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(base + lead) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    yield lead + entry.name
                elif entry.name[0] != "." and entry.name not in GENERATED:
                    waiting.append(f"{lead}{entry.name}/")


def _text(root: Path, path: str) -> str | None:
    """Return the text of a file of a site; None if there is none, or if it is outside of ``root``."""
    try:
        if not is_within(root / path, root):
            return None
        return read_file(root / path, _MAX_CONFIG).decode("utf-8", "surrogateescape")
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None
