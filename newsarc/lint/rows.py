"""Findings and suppressions as rows of the index, and back."""

from __future__ import annotations

import json
import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from newsarc.index.findings import DeadLinkRow, FindingRow, SuppressionRow
from newsarc.index.schema import PATH, as_stored, as_text
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
from newsarc.lint.rules import RULES
from newsarc.lint.suppress import Suppression
from newsarc.model import Change, Link, RelatedLink
from newsarc.parser.targets import canonical, intended
from newsarc.text.headlines import label_hash
from newsarc.text.normalize import display

_IN_PAGE = "JOIN page ON page.id = finding.page JOIN folder ON folder.id = page.folder"
_NAMES = {rule.code: (rule.name, rule.severity) for rule in RULES}


class DeadLink(NamedTuple):
    """A broken link and where it stands. ``path`` is that of the event that it means, None where it means none.

    ``kind`` is related, change, current (the item of Changes that is marked as the current version), or entry of a day
    page. ``target`` and ``label`` are as written; ``column`` and ``end_column`` bound the target.
    """

    page: str
    path: str | None
    kind: str
    target: str
    label: str
    contexts: tuple[str, ...]
    line: int
    column: int
    end_column: int

    @property
    def text(self) -> str:
        """The label for reading."""
        return display(self.label)

    @property
    def is_change(self) -> bool:
        """Whether it is an item of Changes."""
        return self.kind in ("change", "current")

    @classmethod
    def of(cls, link: Link, page: str, site_prefix: str) -> DeadLink:
        """Return ``link``, which stands in ``page``, as a broken one."""
        kind = "related" if isinstance(link, RelatedLink) else "entry"
        if isinstance(link, Change):
            kind = "current" if link.is_current else "change"
        contexts = link.contexts if isinstance(link, RelatedLink) else ()
        path = dead_path(link.target, page, site_prefix)
        return cls(page, path, kind, link.target, link.label, contexts, link.line, link.column, link.end_column)

    def row(self) -> DeadLinkRow:
        """Return what the index has of it; its place is that of its finding."""
        folder, _, name = (self.path or "").rpartition("/")
        has_path = self.path is not None
        return DeadLinkRow(
            as_stored(self.path) if self.path is not None else None,
            as_stored(folder) if has_path else None,
            as_stored(name) if has_path else None,
            self.kind,
            as_stored(self.target),
            as_stored(self.label),
            as_stored(json.dumps(self.contexts)),
            label_hash(self.label),
        )


DEAD_LINK = """
    finding.id, finding.page, finding.line, finding.column, finding.end_column,
    dead_link.path, dead_link.kind, dead_link.target, dead_link.label, dead_link.contexts
    FROM dead_link JOIN finding ON finding.id = dead_link.finding"""


def to_dead_link(row: tuple[Any, ...], page: str) -> DeadLink:
    """Return the broken link in a row that has the columns of DEAD_LINK; ``page`` is the path of its page."""
    line, column, end_column, path, kind, target, label, contexts = row[2:]
    return DeadLink(
        page,
        None if path is None else as_text(path),
        kind,
        as_text(target),
        as_text(label),
        tuple(json.loads(as_text(contexts))),
        line,
        column,
        end_column,
    )


def dead_path(target: str, page: str, site_prefix: str) -> str | None:
    """Return the path of the event that a broken ``target``, written in ``page``, means; None where it means none."""
    meant = intended(target, page, site_prefix)
    path = meant.path if meant is not None else canonical(target, page, site_prefix)
    return path if path is None or path.endswith(".md") else f"{path}.md"


def finding_row(finding: Finding) -> FindingRow:
    """Return what the index has of ``finding``."""
    return FindingRow(
        finding.code,
        _value(finding.message),
        finding.line,
        finding.column,
        finding.end_line,
        finding.end_column,
        None if finding.target is None else _value(finding.target),
        packed_fix(finding.fix),
    )


FINDING = """
    finding.id, finding.page, finding.code, finding.message, finding.line, finding.column, finding.end_line,
    finding.end_column, finding.target, finding.fix, dead_link.suggestion, dead_link.reason, dead_link.certain
    FROM finding LEFT JOIN dead_link ON dead_link.finding = finding.id"""


def to_finding(row: tuple[Any, ...], page: str) -> Finding:
    """Return the finding in a row that has the columns of FINDING; ``page`` is the path of its page."""
    _, _, code, message, line, column, end_line, end_column, target, fix, suggestion, reason, certain = row
    name, severity = _NAMES[code]
    return Finding(
        code, name, severity, _text(message), page, line, column, end_line, end_column,
        None if target is None else _text(target),
        None if suggestion is None else Suggestion(suggestion, reason, bool(certain)),
        unpacked_fix(fix),
    )  # fmt: skip


def packed_fix(fix: Fix | None) -> bytes | None:
    """Return ``fix`` as bytes."""
    return None if fix is None else marshal.dumps((fix.safe, tuple(map(tuple, fix.edits))))


def unpacked_fix(data: bytes | None) -> Fix | None:
    """Return the fix that :func:`packed_fix` made ``data`` of."""
    if data is None:
        return None
    safe, edits = marshal.loads(data)
    return Fix(safe, tuple([Edit(*edit) for edit in edits]))


def suppression_row(wish: Suppression) -> SuppressionRow:
    """Return what the index has of a suppression."""
    first, last = wish.lines or (None, None)
    codes = " ".join(sorted(wish.codes))
    return SuppressionRow(as_stored(wish.written), codes, first, last, wish.line, wish.column, wish.end_column)


def to_suppression(row: tuple[Any, ...]) -> Suppression:
    """Return the suppression in a row that has the columns of the table but for the page."""
    written, codes, first, last, line, column, end_column = row
    lines = None if first is None else (first, last)
    return Suppression(as_text(written), frozenset(codes.split()), lines, line, column, end_column)


def find_findings(db: sqlite3.Connection, codes: Iterable[str]) -> list[Finding]:
    """Return the findings of the rules with these codes."""
    query = f"SELECT {PATH}, {FINDING} {_IN_PAGE} WHERE finding.code IN (SELECT value FROM json_each(?))"
    return [to_finding(tuple(row), path) for path, *row in db.execute(query, (json.dumps(list(codes)),))]


def find_dead_links(db: sqlite3.Connection, paths: Iterable[str]) -> list[DeadLink]:
    """Return the broken links that mean the events at ``paths``."""
    query = f"SELECT {PATH}, {DEAD_LINK} {_IN_PAGE} WHERE dead_link.path = ?"
    rows = (row for path in paths for row in db.execute(query, (as_stored(path),)))
    return [to_dead_link(tuple(row), page) for page, *row in rows]


def find_suppressions(db: sqlite3.Connection) -> dict[str, list[Suppression]]:
    """Return all suppressions, by page."""
    columns = "written, rules, first_line, last_line, line, column, end_column"
    query = f"SELECT {PATH}, {columns} FROM suppression JOIN page ON page.id = suppression.page JOIN folder"
    found: dict[str, list[Suppression]] = {}
    for path, *row in db.execute(f"{query} ON folder.id = page.folder ORDER BY suppression.rowid"):
        found.setdefault(path, []).append(to_suppression(tuple(row)))
    return found


def find_digests(db: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """Yield the paths and the digests of all pages that have findings."""
    query = (
        f"SELECT {PATH}, digest FROM digest JOIN page ON page.id = digest.page JOIN folder ON folder.id = page.folder"
    )
    return iter(db.execute(query))


def count_pages(db: sqlite3.Connection, *, with_day_pages: bool) -> int:
    """Return how many pages of events there are, and of days."""
    query = f"SELECT count(*) FROM page WHERE {_pages(with_day_pages)}"
    return int(db.execute(query).fetchone()[0])


def page_paths(db: sqlite3.Connection, *, with_day_pages: bool) -> Iterator[str]:
    """Yield the paths of the pages that :func:`count_pages` counts."""
    query = f"SELECT {PATH} FROM page JOIN folder ON folder.id = page.folder WHERE {_pages(with_day_pages)}"
    return (path for (path,) in db.execute(query))


def _pages(with_day_pages: bool) -> str:
    return "page.folder <> 0" if with_day_pages else f"page.folder <> 0 AND page.name NOT IN {DAY_PAGE_NAMES}"


def _value(text: str) -> str | bytes:
    """Return what SQLite can store of ``text``, which may have bytes in it that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return as_stored(text)
    return text


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else as_text(value)
