"""Rename suggestions for the broken links of a few events, without linting the archive."""

from __future__ import annotations

from collections.abc import Collection

from newsarc.archive.reader import PageReader
from newsarc.index.index import Index
from newsarc.lint.dead_links.suggestions import RenameDetector
from newsarc.lint.event_table import EventTable
from newsarc.lint.finding import Renames
from newsarc.lint.rows import DeadLink, find_dead_links
from newsarc.model import Event


def dead_links(pages: Collection[Event], site_prefix: str) -> list[DeadLink]:
    """Return the broken related links of events."""
    return [DeadLink.of(link, page.path, site_prefix) for page in pages for link in page.related if link.broken]


def suggest_renames(links: Collection[DeadLink], reader: PageReader, index: Index) -> Renames:
    """Return what broken ``links`` probably meant, as far as the events of ``index`` tell."""
    detector = RenameDetector(reader, EventTable(index.connection))
    detector.register([*links, *find_dead_links(index.connection, {link.path for link in links if link.path})])
    found = {(link.page, link.target): detector.suggest(link) for link in links}
    return {place: suggestion for place, suggestion in found.items() if suggestion is not None}
