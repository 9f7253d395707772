"""Files of a site, other than its posts, that name the file of a post: ``mv`` leaves them as they are."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from newsarc.archive.sites import site_files
from newsarc.layout.presets import Layout
from newsarc.storage.files import read_file
from newsarc.storage.paths import is_within

_TEXTS = re.compile(r"\.(?:md|markdown|mdx|html?|rst|org|adoc|textile|njk|liquid|ya?ml|toml|json)\Z", re.IGNORECASE)
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-.", re.ASCII)
_MAX_BYTES = 1 << 20


def mentions(root: Path, layout: Layout, old: str) -> Iterator[tuple[str, int]]:
    """Yield the path and the line of the first mention of the file ``old`` in each other page and data file.

    The name of the file counts; without its extension, only if it begins with a date.
    """
    name = posixpath.basename(old)
    stem = posixpath.splitext(name)[0]
    if stem.partition(".")[0] == "index":
        return
    written = re.compile(rf"(?<![\w-]){re.escape(stem if _DATED.match(stem) else name)}(?![\w-])")
    for path in sorted(site_files(root)):
        if _TEXTS.search(path) and not layout.is_post(path):
            found = written.search(text := _text(root, path))
            if found is not None:
                yield path, text.count("\n", 0, found.start()) + 1


def _text(root: Path, path: str) -> str:
    """Return the text of a file; an empty one if it cannot be read or is outside of ``root``."""
    try:
        is_inside = is_within(root / path, root)
        return read_file(root / path, _MAX_BYTES).decode("utf-8", "surrogateescape") if is_inside else ""
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return ""
