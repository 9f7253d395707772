"""Addresses that files of a site other than the posts that newsarc reads have: pages, and posts in other formats."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from newsarc.archive.sites import site_files
from newsarc.layout.addresses import ALIAS_KEYS, read_post, written_addresses
from newsarc.layout.presets import Layout
from newsarc.parser.post_front_matter import read_post_front_matter
from newsarc.storage.files import read_file
from newsarc.storage.paths import is_within

_MARKDOWN = (".md", ".markdown", ".mdx")
_OTHERS = (".html", ".htm", ".rst", ".org", ".adoc", ".asciidoc", ".textile", ".mkd", ".mkdn", ".mkdown")
_FIELD = re.compile(r"(?:#\+|:)(\w+):[ \t]+(\S.*)")  # of Org, of AsciiDoc and of reStructuredText
_MAX_FIELDS = 30  # lines
_HEAD = 1 << 16  # bytes, which front matter rarely exceeds


def other_addresses(root: Path, layout: Layout) -> Iterator[str]:
    """Yield the addresses that front matter gives to the pages of a site, also former ones, and those of its posts in
    formats that are not read. Reads the beginning of each of these files.
    """
    keys = (*layout.address_keys, *ALIAS_KEYS)
    for path in site_files(root):
        stem, ending = posixpath.splitext(path)
        is_markdown = ending.lower() in _MARKDOWN and not layout.is_post(path)
        if is_markdown or ending.lower() in _OTHERS:
            head = _head(root, path)
            if is_markdown and not any(key in head for key in keys):
                continue  # to parse it takes longer
            lines = head.split("\n")
            fields = (found for line in lines[:_MAX_FIELDS] if (found := _FIELD.match(line)))
            values: dict[str, object] = {found[1].lower(): found[2] for found in fields}
            values |= read_post_front_matter(lines, layout.headers).values
            yield from written_addresses(values, layout)
            post = read_post(f"{stem}.md", values, layout) if ending.lower() in _OTHERS else None
            if post is not None and not post.is_draft:
                yield from (post.address, *post.aliases)


def _head(root: Path, path: str) -> str:
    """Return the beginning of a file; nothing if it cannot be read or is outside of ``root``."""
    try:
        return read_file(root / path, _HEAD).decode("utf-8", "surrogateescape") if is_within(root / path, root) else ""
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return ""
