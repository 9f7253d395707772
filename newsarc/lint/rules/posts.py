"""NA1 and NA4, in sites of posts alone: relative links, links without a scheme, and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.rules.rule import ArchiveRule, PageRule, Rule, RuleScope
from newsarc.model import Link

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.event_table import EventTable
    from newsarc.lint.page import Page

_IN_PARENTHESES = re.compile(r"\((https?://[^()\s]+)\)\Z", re.IGNORECASE)
# A host of a domain that file names do not end in, and a path unless the domain is one of the old ones.
_HOST = re.compile(
    r"(?:www\.[\w-]+\.[a-z]{2,}(?:[/?#:]|\Z)"
    r"|(?:[\w-]+\.)+(?:com|org|net|gov|edu)(?:[/?#:]|\Z)"
    r"|(?:[\w-]+\.)+(?:io|dev|app|info|blog|news|co\.uk|de|fr|nl|eu|us|ca|au|jp)/)",
    re.IGNORECASE | re.ASCII,
)


class RelativeLinkNowhere(Rule):
    """A relative link of a post leads to no post and to no file.

    Often it is a placeholder that was never filled in, the name of a user or a page of another site, or a path that was
    right while the post had another address. Files are looked for beside the page, below the folders that generators
    publish, and at the place that the link has from the address of the post. Links whose address or file name can only
    be that of a post are `broken-related-link`.

    Bad:

        Discuss it [in the forum](FORUM_LINK_HERE).

    Good:

        Discuss it [in the forum](https://forum.example/t/12).
    """

    code = "NA112"
    name = "relative-link-nowhere"
    summary = "a relative link of a post leads to no post and to no file"
    severity = "warning"
    in_day_folders = False
    in_sites = True
    checks_day_pages = False

    def about(self, page: str, link: Link) -> Finding:
        """Return the finding about ``link`` in the post at ``page``."""
        return self.at(page, link, f"relative link to no post and no file: {link.target}")


class MissingScheme(PageRule):
    """The target of a link is the address of another site without `https://`, or has parentheses around it.

    Browsers take it for a path of the site itself. The fix writes the scheme, or removes the parentheses.

    Bad:

        See [the code](github.com/harbour/bridges) and [the report]((https://council.example/report)).

    Good:

        See [the code](https://github.com/harbour/bridges) and [the report](https://council.example/report).
    """

    code = "NA113"
    name = "missing-scheme"
    summary = "a link to another site lacks https://, or has parentheses around it"
    severity = "warning"
    supersedes = ("NA101", "NA112")
    in_day_folders = False
    in_sites = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        lines = page.lines
        for link in page.event.links if page.event is not None else ():
            wanted = _with_scheme(link.target)
            if wanted is None or lines[link.line - 1][link.column - 1 : link.end_column - 1] != link.target:
                continue
            edit = Edit(page.path, link.line, link.column, link.line, link.end_column, wanted)
            what = "parentheses around the address" if link.target.startswith("(") else "no https:// in the address"
            yield self.at(page.path, link, f"{what}: write {wanted}", fix=Fix(True, (edit,)))


class AddressTaken(ArchiveRule):
    """Two posts have the same address.

    One of them overwrites the other when the site is built, and links to either lead to the one that is left. The
    address comes from the permalink of the site, the date and the slug, or from a key of front matter.

    Bad, where the permalink is `/:slug/`, in `2024-05-02-bridge.md` and `2025-05-02-bridge.md` alike:

        ---
        title: Bridge
        ---

    Good: give one of them another `slug`, or another file name.
    """

    code = "NA408"
    name = "address-taken"
    summary = "two posts have the same address"
    severity = "error"
    supersedes = ("NA405",)  # of posts that also have the same date
    in_day_folders = False
    in_sites = True
    checks_day_pages = False

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        for address, first, second in events.sharing_address():
            post, other = events.event(second), events.path(first)
            yield self.finding(post.path, post.line, f"the address {address} is that of {other}", target=other)


def _with_scheme(target: str) -> str | None:
    """Return the URL that ``target`` was meant to be; None if it does not look like one."""
    if (inner := _IN_PARENTHESES.match(target)) is not None:
        return inner[1]
    return f"https://{target}" if _HOST.match(target) else None


RULES = (RelativeLinkNowhere(), MissingScheme(), AddressTaken())
