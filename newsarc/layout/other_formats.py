"""Posts in formats that newsarc does not read: reStructuredText, HTML with front matter, and that of Franklin."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from newsarc.layout.bundles import post_paths
from newsarc.layout.path_patterns import path_pattern
from newsarc.layout.presets import MARKDOWN, Layout

_FORMATS = {".rst": "reStructuredText", ".html": "HTML", ".htm": "HTML"}
_OTHERS = "{rst,html,htm}"
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:---|\+\+\+)")
HEAD = 16  # bytes of a file that tell whether it begins with front matter


def unread_posts(paths: Sequence[str], layout: Layout, head: Callable[[str], bytes]) -> dict[str, str]:
    """Return the posts among ``paths`` that newsarc does not read, each with its format.

    ``head`` returns the first bytes of a file. HTML without front matter is a file of a post, or a page.
    """
    found = {path: _FORMATS.get(posixpath.splitext(path)[1].lower(), "") for path in paths}
    patterns = [path_pattern(text.replace(MARKDOWN, _OTHERS)) for text in layout.posts if MARKDOWN in text]
    others = [
        path
        for path, format_ in found.items()
        if format_ and not path.startswith(layout.excludes) and any(pattern.match(path) for pattern in patterns)
    ]
    posts = post_paths(paths, layout) if others or layout.is_franklin else []
    bundles = {posixpath.dirname(path) for path in posts if _is_index(path)}
    unread = {
        path: found[path]
        for path in others
        if posixpath.dirname(path) not in bundles
        and not _is_index(path)
        and (found[path] != "HTML" or _FRONT_MATTER.match(head(path)))
    }
    if layout.is_franklin:
        unread |= {path: "the format of Franklin" for path in posts if head(path).lstrip().startswith(b"@def")}
    return unread


def note_on(unread: Mapping[str, str]) -> tuple[str, str]:
    """Return the folder of posts that newsarc does not read, of which there must be some, and a note about them."""
    folders = [posixpath.dirname(path) for path in unread]
    folder = posixpath.commonpath(folders) if all(folders) else ""
    (first, number), *others = Counter(unread.values()).most_common()
    counted = [
        f"{number:,} post{'s' if number > 1 else ''} in {first}",
        *(f"{more:,} in {name}" for name, more in others),
    ]
    verb = "are" if len(unread) > 1 else "is"
    return folder, f"{folder or '.'}: {' and '.join(counted)} {verb} not read (newsarc reads Markdown)"


def _is_index(path: str) -> bool:
    return posixpath.basename(path).partition(".")[0] in ("index", "_index")
