"""Links of posts that lead to no post and to no file of the site."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from newsarc.archive.other_pages import OtherPages
from newsarc.errors import PageError
from newsarc.layout.link_keys import LinkMeaning, link_keys
from newsarc.layout.local_files import needs_page, needs_post
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
    """Finds the unresolved links of a site, whose other pages are ``pages``."""

    def __init__(self, posts: PostTable, reader: PageReader, pages: OtherPages) -> None:
        self.posts = posts
        self.reader = reader
        self.pages = pages

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
            if is_unresolved and not self.pages.has(link.target, meaning, parsed.post):
                yield UnresolvedLink(parsed, text, link, meaning, needs_post(link.target, meaning, layout))
