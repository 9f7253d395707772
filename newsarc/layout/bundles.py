"""Bundles: folders of one post, ``slug/index.md``, whose other files belong to it and are not posts."""

from __future__ import annotations

from collections.abc import Sequence

from newsarc.layout.presets import NOT_POSTS, Layout

_MARKDOWN = (".md", ".markdown", ".mdx")


def post_paths(paths: Sequence[str], layout: Layout) -> list[str]:
    """Return the posts among ``paths``, all paths of the archive, without the other files of bundles."""
    posts = [path for path in paths if layout.is_post(path)]
    bundles = {path.rpartition("/")[0] for path in posts if _is_index(path)}
    return [path for path in posts if _is_index(path) or bundles.isdisjoint(_folders(path))] if bundles else posts


def other_pages(paths: Sequence[str], layout: Layout) -> list[str]:
    """Return the Markdown files beside the posts among ``paths`` that are not posts.

    They are in the folder that a pattern begins with, or in that of a post; if there are no posts, all count. Index
    pages, README files and the files of bundles do not count.
    """
    posts = set(post_paths(paths, layout))
    bundles = {path.rpartition("/")[0] for path in posts if _is_index(path)}
    folders = {path.rpartition("/")[0] for path in posts} | {folder for folder in layout.folders() if folder}
    return [
        path
        for path in paths
        if path.lower().endswith(_MARKDOWN)
        and path not in posts
        and path.rpartition("/")[2].partition(".")[0].lower() not in NOT_POSTS
        and bundles.isdisjoint(_folders(path))
        and (not posts or not folders.isdisjoint(_folders(path)))
    ]


def _is_index(path: str) -> bool:
    return path.rpartition("/")[2].partition(".")[0] == "index"


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
