"""Bundles: folders of one post, ``slug/index.md``, whose other files belong to it and are not posts."""

from __future__ import annotations

from collections.abc import Sequence

from newsarc.layout.presets import Layout


def post_paths(paths: Sequence[str], layout: Layout) -> list[str]:
    """Return the posts among ``paths``, all paths of the archive, without the other files of bundles."""
    posts = [path for path in paths if layout.is_post(path)]
    bundles = {path.rpartition("/")[0] for path in posts if _is_index(path)}
    return [path for path in posts if _is_index(path) or bundles.isdisjoint(_folders(path))] if bundles else posts


def _is_index(path: str) -> bool:
    return path.rpartition("/")[2].partition(".")[0] == "index"


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
