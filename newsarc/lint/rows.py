"""Conversion of findings, broken links and suppressions to rows of the index and back."""

from __future__ import annotations

import json
import marshal
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from newsarc.index.findings import DeadLinkRow, FindingRow, SuppressionRow
from newsarc.index.schema import PATH, decode_text, encode_text
from newsarc.lint.event_table import IN_LIST, json_ids
from newsarc.lint.finding import Edit, Finding, Fix, Suggestion
from newsarc.lint.rules import RULES
from newsarc.lint.suppressions import Suppression
from newsarc.model import Change, Link, RelatedLink
from newsarc.parser import targets
from newsarc.text.headlines import label_hash
from newsarc.text.normalize import display

_IN_PAGE = "JOIN page ON page.id = finding.page JOIN folder ON folder.id = page.folder"
_NAMES = {rule.code: (rule.name, rule.severity) for rule in RULES}


class DeadLink(NamedTuple):
    """A broken link on ``page``.

    ``path`` is that of the missing event, or None if the target is not an event path. ``kind`` is related, change,
    current (the item of Changes marked as the current version) or entry (of a day page). ``target`` and ``label`` are
    as written; ``column`` and ``end_column`` are the range of the target.
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
        """The label as plain text."""
        return display(self.label)

    @property
    def is_change(self) -> bool:
        """Whether it is an item of Changes."""
        return self.kind in ("change", "current")

    @classmethod
    def of(cls, link: Link, page: str, site_prefix: str) -> DeadLink:
        """Return the broken ``link`` on ``page``."""
        kind = "related" if isinstance(link, RelatedLink) else "entry"
        if isinstance(link, Change):
            kind = "current" if link.is_current else "change"
        contexts = link.contexts if isinstance(link, RelatedLink) else ()
        path = intended_path(link.target, page, site_prefix)
        return cls(page, path, kind, link.target, link.label, contexts, link.line, link.column, link.end_column)

    def row(self) -> DeadLinkRow:
        """Return the row for the index, which has no position: that is in the row of the finding."""
        folder, _, name = (self.path or "").rpartition("/")
        has_path = self.path is not None
        return DeadLinkRow(
            encode_text(self.path) if self.path is not None else None,
            encode_text(folder) if has_path else None,
            encode_text(name) if has_path else None,
            self.kind,
            encode_text(self.target),
            encode_text(self.label),
            encode_text(json.dumps(self.contexts)),
            label_hash(self.label),
        )


class StoredLink(NamedTuple):
    """A broken link with the ids of its finding and its page."""

    finding: int
    page: int
    link: DeadLink


_DEAD_LINK = """
    finding.id, finding.page, finding.line, finding.column, finding.end_column,
    dead_link.path, dead_link.kind, dead_link.target, dead_link.label, dead_link.contexts
    FROM dead_link JOIN finding ON finding.id = dead_link.finding"""


def to_dead_link(row: tuple[Any, ...], page: str) -> DeadLink:
    """Return the broken link in ``row``, which has the columns of _DEAD_LINK. ``page`` is the path of its page."""
    line, column, end_column, path, kind, target, label, contexts = row[2:]
    return DeadLink(
        page,
        None if path is None else decode_text(path),
        kind,
        decode_text(target),
        decode_text(label),
        tuple(json.loads(decode_text(contexts))),
        line,
        column,
        end_column,
    )


def intended_path(target: str, page: str, site_prefix: str) -> str | None:
    """Return the path of the event that a broken ``target`` on ``page`` means, or None."""
    meant = targets.intended_path(target, page, site_prefix)
    path = meant.path if meant is not None else targets.canonical_path(target, page, site_prefix)
    return path if path is None or path.endswith(".md") else f"{path}.md"


def finding_row(finding: Finding) -> FindingRow:
    """Return the row for ``finding``."""
    return FindingRow(
        finding.code,
        _encode(finding.message),
        finding.line,
        finding.column,
        finding.end_line,
        finding.end_column,
        None if finding.target is None else _encode(finding.target),
        serialize_fix(finding.fix),
    )


_FINDING = """
    finding.id, finding.page, finding.code, finding.message, finding.line, finding.column, finding.end_line,
    finding.end_column, finding.target, finding.fix, dead_link.suggestion, dead_link.reason, dead_link.certain
    FROM finding LEFT JOIN dead_link ON dead_link.finding = finding.id"""


def to_finding(row: tuple[Any, ...], page: str) -> Finding:
    """Return the finding in ``row``, which has the columns of _FINDING. ``page`` is the path of its page."""
    _, _, code, message, line, column, end_line, end_column, target, fix, suggestion, reason, certain = row
    name, severity = _NAMES[code]
    return Finding(
        code, name, severity, _decode(message), page, line, column, end_line, end_column,
        None if target is None else _decode(target),
        None if suggestion is None else Suggestion(suggestion, reason, bool(certain)),
        deserialize_fix(fix),
    )  # fmt: skip


def serialize_fix(fix: Fix | None) -> bytes | None:
    """Serialize ``fix``."""
    return None if fix is None else marshal.dumps((fix.safe, tuple(map(tuple, fix.edits))))


def deserialize_fix(data: bytes | None) -> Fix | None:
    """Return the fix that :func:`serialize_fix` serialized."""
    if data is None:
        return None
    safe, edits = marshal.loads(data)
    return Fix(safe, tuple([Edit(*edit) for edit in edits]))


def suppression_row(suppression: Suppression) -> SuppressionRow:
    """Return the row for a suppression."""
    first, last = suppression.lines or (None, None)
    codes = " ".join(sorted(suppression.codes))
    return SuppressionRow(
        encode_text(suppression.written),
        codes,
        first,
        last,
        suppression.line,
        suppression.column,
        suppression.end_column,
    )


def to_suppression(row: tuple[Any, ...]) -> Suppression:
    """Return the suppression in ``row``, which has the columns of the table without the page."""
    written, codes, first, last, line, column, end_column = row
    lines = None if first is None else (first, last)
    return Suppression(decode_text(written), frozenset(codes.split()), lines, line, column, end_column)


def find_findings(db: sqlite3.Connection, codes: Iterable[str]) -> list[Finding]:
    """Return the findings of the rules with these codes."""
    query = f"SELECT {PATH}, {_FINDING} {_IN_PAGE} WHERE finding.code IN (SELECT value FROM json_each(?))"
    return [to_finding(tuple(row), path) for path, *row in db.execute(query, (json.dumps(list(codes)),))]


def find_stored_findings(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Finding]:
    """Return the findings with these ids, by id."""
    query = f"SELECT {PATH}, {_FINDING} {_IN_PAGE} WHERE finding.id {IN_LIST}"
    return {row[0]: to_finding(tuple(row), path) for path, *row in db.execute(query, (json_ids(ids),))}


def find_stored_links(db: sqlite3.Connection, where: str, *values: str | bytes) -> list[StoredLink]:
    """Return the broken links that match the SQL condition ``where``, by path."""
    query = f"SELECT {PATH}, {_DEAD_LINK} {_IN_PAGE} WHERE {where} ORDER BY dead_link.path, finding.id"
    return [StoredLink(row[0], row[1], to_dead_link(tuple(row), page)) for page, *row in db.execute(query, values)]


def find_dead_links(db: sqlite3.Connection, paths: Iterable[str]) -> list[DeadLink]:
    """Return the broken links to the events at ``paths``."""
    stored = (find_stored_links(db, "dead_link.path = ?", encode_text(path)) for path in paths)
    return [row.link for rows in stored for row in rows]


def find_suppressions(db: sqlite3.Connection) -> dict[str, list[Suppression]]:
    """Return all suppressions, by path of the page."""
    columns = "written, rules, first_line, last_line, line, column, end_column"
    query = f"SELECT {PATH}, {columns} FROM suppression JOIN page ON page.id = suppression.page JOIN folder"
    found: dict[str, list[Suppression]] = {}
    for path, *row in db.execute(f"{query} ON folder.id = page.folder ORDER BY suppression.rowid"):
        found.setdefault(path, []).append(to_suppression(tuple(row)))
    return found


def find_digests(db: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """Yield the paths and digests of all pages with findings."""
    query = (
        f"SELECT {PATH}, digest FROM digest JOIN page ON page.id = digest.page JOIN folder ON folder.id = page.folder"
    )
    return iter(db.execute(query))


def count_pages(db: sqlite3.Connection, *, with_day_pages: bool) -> int:
    """Return the number of event pages, or, with ``with_day_pages``, of event and day pages."""
    query = f"SELECT count(*) FROM page WHERE {_pages(with_day_pages)}"
    return int(db.execute(query).fetchone()[0])


def page_paths(db: sqlite3.Connection, *, with_day_pages: bool) -> Iterator[str]:
    """Yield the paths of the pages that :func:`count_pages` counts."""
    query = f"SELECT {PATH} FROM page JOIN folder ON folder.id = page.folder WHERE {_pages(with_day_pages)}"
    return (path for (path,) in db.execute(query))


def _pages(with_day_pages: bool) -> str:
    return "page.folder <> 0" if with_day_pages else "page.folder <> 0 AND NOT page.is_day_page"


def _encode(text: str) -> str | bytes:
    """Return ``text`` in a form that SQLite can store: as bytes if it has bytes that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return encode_text(text)
    return text


def _decode(value: str | bytes) -> str:
    return value if isinstance(value, str) else decode_text(value)
