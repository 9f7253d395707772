"""Findings, broken links and suppressions as rows of the index.

The linter creates and reads them; the index only stores them.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.model import DayPage, Event
    from newsarc.storage.tree import Day


class FindingRow(NamedTuple):
    """A finding without its page. ``fix`` is serialized."""

    code: str
    message: str | bytes
    line: int
    column: int
    end_line: int
    end_column: int
    target: str | bytes | None
    fix: bytes | None = None


class DeadLinkRow(NamedTuple):
    """The broken link of a finding, as a row of ``dead_link`` without a suggestion."""

    path: bytes | None
    folder: bytes | None
    slug: bytes | None
    kind: str
    target: bytes
    label: bytes
    contexts: bytes
    words: int


class SuppressionRow(NamedTuple):
    """A suppression without its page."""

    written: bytes
    rules: str
    first_line: int | None
    last_line: int | None
    line: int
    column: int
    end_column: int


@dataclass(slots=True)
class PageFindings:
    """The findings and suppressions of one page. A finding about a broken link comes with that link.

    ``digest`` is the hash of the page. ``is_cacheable`` is false if the unchanged page may have other findings
    tomorrow.
    """

    digest: bytes
    findings: list[tuple[FindingRow, DeadLinkRow | None]] = field(default_factory=list)
    suppressions: list[SuppressionRow] = field(default_factory=list)
    is_cacheable: bool = True


def add_findings(db: sqlite3.Connection, page: int, found: PageFindings) -> None:
    """Store the findings and suppressions of ``page``, an id."""
    add_digest(db, page, found.digest)
    for finding, dead in found.findings:
        add_finding(db, page, finding, dead, is_of_page=True)
    db.executemany(
        "INSERT INTO suppression VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ((page, *row) for row in found.suppressions)
    )


def add_finding(
    db: sqlite3.Connection, page: int, finding: FindingRow, dead: DeadLinkRow | None = None, *, is_of_page: bool
) -> None:
    """Store a finding on ``page``. ``is_of_page``: a page rule reported it."""
    cursor = db.execute("INSERT INTO finding VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (page, is_of_page, *finding))
    if dead is not None:
        db.execute(
            "INSERT INTO dead_link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)", (cursor.lastrowid, *dead)
        )


def add_digest(db: sqlite3.Connection, page: int, digest: bytes) -> None:
    """Store the digest of ``page``. If it has a different one, the page changed meanwhile: store an empty digest."""
    known = db.execute("SELECT digest FROM digest WHERE page = ?", (page,)).fetchone()
    value = digest if known is None or known[0] == digest else b""
    db.execute("INSERT OR REPLACE INTO digest VALUES (?, ?)", (page, value))


def delete_findings(db: sqlite3.Connection, pages: str) -> None:
    """Delete the findings of page rules and the suppressions of ``pages``, a JSON list of ids."""
    of_pages = "page IN (SELECT value FROM json_each(?))"
    found = f"finding IN (SELECT id FROM finding WHERE is_of_page AND {of_pages})"
    db.execute(f"INSERT INTO changed_event SELECT path, 0, '' FROM dead_link WHERE path NOTNULL AND {found}", (pages,))
    db.execute(f"DELETE FROM dead_link WHERE {found}", (pages,))
    db.execute(f"DELETE FROM finding WHERE is_of_page AND {of_pages}", (pages,))
    db.execute(f"DELETE FROM suppression WHERE {of_pages}", (pages,))
    db.execute(f"DELETE FROM digest WHERE {of_pages}", (pages,))


class PageChecks(Protocol):
    """The page rules, as the index calls them for each page that it reads. May run in a worker.

    The methods return None if there is nothing to store. ``today`` is the date that the rules use.
    """

    today: dt.date

    def check_event(
        self, reader: PageReader, text: str, day: Day, event: Event, *, is_canonical: bool
    ) -> PageFindings | None:
        """Check the page of an event whose links are not checked yet. ``is_canonical``: the fast path parsed it."""

    def check_post(self, reader: PageReader, text: str, folder: Day, event: Event) -> PageFindings | None:
        """Check a post of a site, which is in ``folder``."""

    def check_day_page(self, reader: PageReader, text: str, day: Day, page: DayPage) -> PageFindings | None:
        """Check a day page."""
