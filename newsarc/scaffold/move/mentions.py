"""Files of a site that still name a file that moved: ``mv`` leaves them as they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsarc.archive.sites import site_files
from newsarc.layout.presets import Layout
from newsarc.scaffold.move.move import Move
from newsarc.storage.files import read_file
from newsarc.storage.paths import is_within

_TEXTS = re.compile(r"\.(?:md|markdown|mdx|html?|rst|org|adoc|textile|njk|liquid|ya?ml|toml|json)\Z", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-(?=.)", re.ASCII)
_MAX_BYTES = 1 << 20


def mentions(root: Path, layout: Layout, move: Move) -> Iterator[tuple[str, int, str]]:
    """Yield each file that still names one that moved: its path, the line of the first name, and the former file.

    The name of a page counts, without its extension only if it begins with a date; not in posts, whose links to posts
    were changed. Of the other files of a folder, the name with that of the folder counts, in posts, too.
    """
    if move.page.new == move.page.old:
        return
    files, pages = _former_files(move), {_name(page.old): page.old for page in move.pages}
    in_posts, elsewhere = _pattern(files), _pattern(files | pages)
    for path in sorted(site_files(root)):
        if _TEXTS.search(path):
            pattern = in_posts if layout.is_post(path) else elsewhere
            found = pattern.search(text := _text(root, path))
            if found is not None:
                yield path, text.count("\n", 0, found.start()) + 1, (files | pages)[found[1]]


def _former_files(move: Move) -> dict[str, str]:
    """Return the other files of a folder that moved, by the folder and file name under which links find them."""
    if move.folder is None:
        return {}
    old = move.folder.old
    names = {posixpath.basename(old), _DATE.sub("", posixpath.basename(old))}
    return {f"{name}/{path}": f"{old}/{path}" for name in names for path in move.files}


def _name(path: str) -> str:
    """Return how links name the file of a page: of an index page, with its folder."""
    folder, _, name = path.rpartition("/")
    stem = posixpath.splitext(name)[0]
    if stem.partition(".")[0] == "index":
        return f"{posixpath.basename(folder)}/{stem}"
    return stem if _DATE.match(stem) else name


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first)) or '(?!)'})(?![\w-])")


def _text(root: Path, path: str) -> str:
    """Return the text of a file; an empty one if it cannot be read or is outside of ``root``."""
    try:
        is_inside = is_within(root / path, root)
        return read_file(root / path, _MAX_BYTES).decode("utf-8", "surrogateescape") if is_inside else ""
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return ""
