"""Links of posts that lead to no post and to no file of the site."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from newsarc.archive.other_addresses import other_addresses
from newsarc.errors import PageError
from newsarc.layout.link_keys import LinkMeaning, folded_key, link_keys
from newsarc.layout.local_files import names_post, needs_page, possible_files
from newsarc.lint.posts.post_table import PostTable
from newsarc.model import Link
from newsarc.parser.post import ParsedPost

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader


class UnresolvedLink(NamedTuple):
    """A link on the page of ``parsed``, whose ``text`` is the whole page.

    ``names_post`` is true if the link can only mean a post, as its address or its file name tells.
    """

    parsed: ParsedPost
    text: str
    link: Link
    meaning: LinkMeaning
    names_post: bool

    @property
    def page(self) -> str:
        """The path of the page."""
        return self.parsed.post.path


class UnresolvedLinks:
    """Finds the unresolved links of a site."""

    def __init__(self, posts: PostTable, reader: PageReader) -> None:
        self.posts = posts
        self.reader = reader

    @cached_property
    def links(self) -> list[UnresolvedLink]:
        """All unresolved links, by page and place."""
        return [link for path in self.posts.unresolved_pages() for link in self.on_page(path)]

    def on_page(self, path: str) -> Iterator[UnresolvedLink]:
        """Yield the unresolved links of the post at ``path``."""
        try:
            text = self.reader.tree.read(path)
        except PageError:  # it was readable a moment ago; the next run reports it
            return
        parsed = self.reader.parse_post(path, text)
        layout = self.reader.layout
        assert layout is not None
        links: list[tuple[Link, LinkMeaning]] = [
            # Those of front matter have no place of their own.
            (link, meaning)
            for link, meaning in zip(parsed.event.related, parsed.meanings, strict=True)
            if link.column == link.end_column
        ]
        links += [(link, link_keys(link.target, parsed.post, layout)) for link in parsed.event.links]
        for link, meaning in links:
            is_unresolved = needs_page(link.target, meaning, layout) and self.posts.reached(meaning.keys) is None
            if is_unresolved and not self._has_file(link, parsed) and self._others.isdisjoint(meaning.keys):
                is_post = meaning.wanted is not None or names_post(link.target, layout)
                yield UnresolvedLink(parsed, text, link, meaning, is_post)

    @cached_property
    def _others(self) -> frozenset[str]:
        """The keys of the addresses of pages, and of posts in formats that are not read."""
        assert self.reader.layout is not None
        return frozenset(map(folded_key, other_addresses(self.reader.root, self.reader.layout)))

    def _has_file(self, link: Link, parsed: ParsedPost) -> bool:
        assert self.reader.layout is not None
        tree = self.reader.tree
        paths = possible_files(link.target, parsed.post, self.reader.layout)
        return any(tree.exists(path) or tree.has_folder(path) for path in paths)
