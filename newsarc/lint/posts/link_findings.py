"""The findings about links of posts that lead nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from newsarc.archive.other_pages import OtherPages
from newsarc.index.index import Index
from newsarc.layout.addresses import read_post
from newsarc.layout.link_keys import link_keys, post_keys
from newsarc.lint.changes import Changes
from newsarc.lint.event_table import EventTable
from newsarc.lint.finding import Edit, Finding, Fix, Renames, Suggestion
from newsarc.lint.posts.post_table import PostTable
from newsarc.lint.posts.suggestions import PostSuggester
from newsarc.lint.posts.unresolved_links import UnresolvedLink, UnresolvedLinks
from newsarc.lint.posts.written_form import rewritten_target
from newsarc.lint.rules.links import BrokenRelatedLink
from newsarc.lint.rules.posts import RelativeLinkNowhere
from newsarc.lint.rules.rule import Rule, missing_page
from newsarc.parser.page import page_lines

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.layout.presets import Layout


class PostLinkFindings:
    """The findings of NA101 and NA112 in a site, of those that are among ``rules``."""

    def __init__(
        self, events: EventTable, reader: PageReader, rules: Sequence[Rule], changes: Changes | None = None
    ) -> None:
        assert reader.layout is not None
        self.layout = reader.layout
        self.reader = reader
        self.posts = PostTable(events)
        self._broken = next((rule for rule in rules if isinstance(rule, BrokenRelatedLink)), None)
        self._nowhere = next((rule for rule in rules if isinstance(rule, RelativeLinkNowhere)), None)
        self._suggester = PostSuggester(self.posts, self.layout, changes)

    def find(self) -> Iterator[Finding]:
        """Yield the findings."""
        if self._broken is None and self._nowhere is None:
            return
        for link in UnresolvedLinks(self.posts, self.reader, OtherPages(self.reader)).links:
            if link.names_post and self._broken is not None:
                yield self._broken_link(self._broken, link)
            elif not link.names_post and self._nowhere is not None:
                yield self._nowhere.about(link.page, link.link)

    def _broken_link(self, rule: BrokenRelatedLink, link: UnresolvedLink) -> Finding:
        suggestion = self._suggester.suggest(link)
        finding = rule.at(link.page, link.link, missing_page(link.link.target))
        fix = None if suggestion is None else self._fix(finding, link, suggestion)
        return finding._replace(suggestion=suggestion, fix=fix)

    def _fix(self, finding: Finding, link: UnresolvedLink, suggestion: Suggestion) -> Fix | None:
        """Return the fix that writes the address of the suggested post in place of the one that the link has."""
        target = link.link.target
        line = page_lines(link.text)[finding.line - 1]
        if line[finding.column - 1 : finding.end_column - 1] != target:
            return None  # a key of front matter
        meant = self.reader.parse_post(suggestion.path, self.reader.tree.read(suggestion.path)).post
        is_address = link.meaning.wanted is not None
        new = rewritten_target(target, link.parsed.post, meant, self.layout, is_address=is_address)
        if new is None or new == target:
            return None
        edit = Edit(finding.path, finding.line, finding.column, finding.end_line, finding.end_column, new)
        return Fix(suggestion.certain, (edit,))


def suggest_posts(pages: Collection[str], reader: PageReader, index: Index) -> Renames:
    """Return the posts that broken links of the posts at ``pages`` probably meant, by page and target."""
    assert reader.layout is not None
    posts = PostTable(EventTable(index.connection))
    suggester = PostSuggester(posts, reader.layout)
    links = UnresolvedLinks(posts, reader, index.elsewhere.pages or OtherPages(reader))
    found = {(link.page, link.link.target): suggester.suggest(link) for page in pages for link in links.on_page(page)}
    return {place: suggestion for place, suggestion in found.items() if suggestion is not None}


def names_any(finding: Finding, gone: Collection[str], layout: Layout) -> bool:
    """Whether the target of a finding is one of the deleted posts ``gone``, as far as their paths tell."""
    page = read_post(finding.path, {}, layout)
    if page is None or not finding.target:
        return False
    keys = set(link_keys(finding.target, page, layout).keys)
    posts = (post for path in gone if (post := read_post(path, {}, layout)) is not None)
    return any(not keys.isdisjoint(post_keys(post)) for post in posts)
