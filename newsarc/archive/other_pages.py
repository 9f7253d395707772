"""Pages and files of a site other than the posts that newsarc reads: what links may lead to that lead to no post."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from newsarc.archive.sites import site_files
from newsarc.layout.addresses import ALIAS_KEYS, Post, read_post, written_addresses
from newsarc.layout.link_keys import LinkMeaning, folded_key
from newsarc.layout.local_files import possible_files
from newsarc.parser.post_front_matter import read_post_front_matter
from newsarc.storage.files import NO_LINKS, READING, read_all, read_file
from newsarc.storage.paths import is_within

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader

_MARKDOWN = (".md", ".markdown", ".mdx")
_OTHERS = (".html", ".htm", ".rst", ".org", ".adoc", ".asciidoc", ".textile", ".mkd", ".mkdn", ".mkdown")
_FIELD = re.compile(r"(?:#\+|:)(\w+):[ \t]+(\S.*)")  # of Org, of AsciiDoc and of reStructuredText
_MAX_FIELDS = 30  # lines
_HEAD = 1 << 16  # bytes, which front matter rarely exceeds


class OtherPages:
    """The other pages and files of the site that ``reader`` reads, as they are on disk when they are first needed."""

    def __init__(self, reader: PageReader) -> None:
        assert reader.layout is not None
        self._layout = reader.layout
        self._tree = reader.tree
        self._root = reader.root

    def has(self, target: str, meaning: LinkMeaning, post: Post) -> bool:
        """Whether one of them is what ``target`` leads to, a link in ``post`` that leads to no post."""
        paths = possible_files(target, post, self._layout)
        is_file = any(self._tree.exists(path) or self._tree.has_folder(path) for path in paths)
        return is_file or not self._keys.isdisjoint(meaning.keys)

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(map(folded_key, self.addresses()))

    def addresses(self) -> Iterator[str]:
        """Yield the addresses that front matter gives to pages, also former ones, and those of posts in formats that
        are not read. Reads the beginning of each of these files.
        """
        layout = self._layout
        keys = tuple(key.encode() for key in (*layout.address_keys, *ALIAS_KEYS))
        for path in site_files(self._root):
            stem, ending = posixpath.splitext(path)
            is_markdown = ending.lower() in _MARKDOWN and not layout.is_post(path)
            if is_markdown or ending.lower() in _OTHERS:
                head = self._head(path)
                if is_markdown and not any(key in head for key in keys):
                    continue  # to parse it takes longer
                lines = head.decode("utf-8", "surrogateescape").split("\n")
                fields = (found for line in lines[:_MAX_FIELDS] if (found := _FIELD.match(line)))
                values: dict[str, object] = {found[1].lower(): found[2] for found in fields}
                values |= read_post_front_matter(lines, layout).values
                yield from written_addresses(values, layout)
                post = read_post(f"{stem}.md", values, layout) if ending.lower() in _OTHERS else None
                if post is not None and not post.is_draft:
                    yield from (post.address, *post.aliases)

    def _head(self, path: str) -> bytes:
        """Return the beginning of a file; nothing if it cannot be read or is outside of the site."""
        file = os.path.join(self._root, path)
        try:
            descriptor = os.open(file, READING | NO_LINKS)  # pathlib takes several times as long as reading
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return self._linked_head(file)
        try:
            return read_all(descriptor, _HEAD)
        except OSError:
            return b""
        finally:
            os.close(descriptor)

    def _linked_head(self, file: str) -> bytes:
        """Return the beginning of the file that a symbolic link leads to."""
        try:
            return read_file(file, _HEAD) if is_within(file, self._root) else b""
        except (OSError, ValueError):
            return b""
