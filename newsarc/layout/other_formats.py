"""Posts in formats that newsarc does not read: reStructuredText, and HTML with front matter."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from newsarc.layout.bundles import post_paths
from newsarc.layout.path_patterns import path_pattern
from newsarc.layout.presets import MARKDOWN, Layout

_FORMATS = {".rst": "reStructuredText", ".html": "HTML", ".htm": "HTML"}
_OTHERS = "{rst,html,htm}"
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:---|\+\+\+)")
HEAD = 16  # bytes of a file that tell whether it begins with front matter


def unread_posts(paths: Sequence[str], layout: Layout, head: Callable[[str], bytes]) -> tuple[str, str] | None:
    """Return the folder of the posts among ``paths`` that newsarc does not read, and a note about them; None without.

    ``head`` returns the first bytes of a file. HTML without front matter is a file of a post, or a page.
    """
    found = [path for path in paths if posixpath.splitext(path)[1].lower() in _FORMATS]
    patterns = [path_pattern(text.replace(MARKDOWN, _OTHERS)) for text in layout.posts if MARKDOWN in text]
    found = [
        path
        for path in found
        if any(pattern.match(path) for pattern in patterns) and not path.startswith(layout.excludes)
    ]
    bundles = {posixpath.dirname(path) for path in post_paths(paths, layout) if _is_index(path)} if found else set()
    counts: dict[str, int] = {}
    folders = []
    for path in found:
        ending = posixpath.splitext(path)[1].lower()
        is_post = posixpath.dirname(path) not in bundles and (ending == ".rst" or _FRONT_MATTER.match(head(path)))
        if is_post and not _is_index(path):
            counts[_FORMATS[ending]] = counts.get(_FORMATS[ending], 0) + 1
            folders.append(posixpath.dirname(path))
    if not counts:
        return None
    folder = posixpath.commonpath(folders) if all(folders) else ""
    parts = [f"{number:,} in {name}" for name, number in sorted(counts.items(), reverse=True)]
    total = sum(counts.values())
    what = "post" if total == 1 else "posts"
    number, _, format_ = parts[0].partition(" ")
    text = " and ".join((f"{number} {what} {format_}", *parts[1:]))
    verb = "is" if total == 1 else "are"
    return folder, f"{folder or '.'}: {text} {verb} not read (newsarc reads Markdown)"


def _is_index(path: str) -> bool:
    return posixpath.basename(path).partition(".")[0] in ("index", "_index")
