"""The archive pass: runs the rules that need several pages, and finds rename suggestions for broken links.

Results are stored in the index. A later pass covers only the pages that an update of the index read again, and whatever
depends on them (:mod:`newsarc.lint.invalidation`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from newsarc.archive.reader import PageReader
from newsarc.errors import PageError
from newsarc.index.build import Snapshot, stale, update
from newsarc.index.findings import add_digest, add_finding, add_findings, delete_findings
from newsarc.index.index import Index
from newsarc.index.schema import PATH
from newsarc.index.target_numbers import path_number
from newsarc.lint.changes import Changes
from newsarc.lint.dead_links.link_fixes import LinkFixes, fix_unit
from newsarc.lint.dead_links.suggestions import RenameDetector
from newsarc.lint.edited_pages import edited_digests
from newsarc.lint.event_table import IN_LIST, EventTable, json_ids, json_texts
from newsarc.lint.finding import Finding, Suggestion
from newsarc.lint.invalidation import Invalidation, is_due
from newsarc.lint.page_pass import PageChecker
from newsarc.lint.rows import StoredLink, find_stored_findings, find_stored_links, finding_row, serialize_fix
from newsarc.lint.rules.rule import ArchiveRule, RuleScope
from newsarc.storage.workers import CAN_FORK, Progress, map_ordered

_PAGES_AT_ONCE = 10_000
_LINKS_AT_ONCE = 200
_GROUPS_AT_ONCE = 20
_FEW_LINKS = 400  # below this, forking costs more than it saves
_PAGES = "page JOIN folder ON folder.id = page.folder"
Part = TypeVar("Part")


class _RuleResult(NamedTuple):
    """The findings of a rule, and the digests of the pages that their fixes change."""

    findings: list[Finding]
    digests: dict[str, bytes]


# --- work for workers ---


@dataclass(frozen=True, slots=True)
class _RunRule:
    """A task for workers that runs a rule on a scope."""

    reader: PageReader
    events: EventTable

    def __call__(self, task: tuple[ArchiveRule, RuleScope]) -> _RuleResult:
        rule, scope = task
        with self.reader.tree.recorded_reads() as read:
            findings = list(rule.check(self.events, self.reader, scope))
        return _RuleResult(findings, edited_digests(findings, read, self.reader))


@dataclass(frozen=True, slots=True)
class _Suggest:
    """A task for workers that returns suggestions for broken links."""

    detector: RenameDetector

    def __call__(self, links: Sequence[StoredLink]) -> list[Suggestion | None]:
        return [self.detector.suggest(row.link) for row in links]


@dataclass(frozen=True, slots=True)
class _MakeFixes:
    """A task for workers that returns the serialized fixes for all broken links of some pages."""

    detector: RenameDetector
    findings: Mapping[int, Finding]

    def __call__(self, pages: Sequence[list[StoredLink]]) -> list[bytes | None]:
        pairs = [(self.findings[row.finding], row.link) for rows in pages for row in rows]
        return [serialize_fix(finding.fix) for finding in LinkFixes(self.detector).fix_all(pairs)]


def run_archive_pass(index: Index, reader: PageReader, checker: PageChecker, progress: Progress) -> None:
    """Update the findings of an index whose other rows are up to date.

    ``progress`` gets the number of parts done and their total.
    """
    if is_due(index.connection):
        with index.transaction() as db:
            ArchivePass(db, reader, checker, progress=progress).run()


def apply_overlay(db: sqlite3.Connection, reader: PageReader, checker: PageChecker) -> bool:
    """Update the tables for the unsaved pages that overlay ``reader``, inside the open transaction.

    Returns false if that requires a new index.
    """
    folders = {path.rpartition("/")[0] for path in reader.tree.overlay}
    folders = {folder for folder in folders if reader.tree.day_at(folder) is not None}
    known = {path for (path,) in db.execute("SELECT path FROM folder")}
    states = {folder: reader.tree.fingerprint(folder) for folder in folders}
    snapshot = Snapshot(reader, sorted(known | folders), states, 0, reader.tree.parents())
    return update(db, snapshot, stale(db, snapshot), checker)


class ArchivePass:
    """One archive pass over an up-to-date index, inside the open transaction of ``db``."""

    def __init__(
        self,
        db: sqlite3.Connection,
        reader: PageReader,
        checker: PageChecker,
        changes: Changes | None = None,
        progress: Progress = lambda done, of: None,
    ) -> None:
        self.progress = progress
        self.changes = changes
        self.db = db
        self.reader = reader
        self.checker = checker
        self.events = EventTable(db)
        self._can_share = False  # whether workers see the same database: only before the first change

    def run(self) -> None:
        """Update the findings."""
        invalidation = Invalidation(self.db, self.reader, self.events)
        relinked = invalidation.linking_pages()
        self._recheck(relinked)
        read = invalidation.read_pages() | relinked
        self._can_share = invalidation.is_first_pass and not read and (CAN_FORK or bool(self.events.file))
        affected = invalidation.affected(read)
        self._run_rules(affected.scope)
        self._update_suggestions(affected.links)
        invalidation.finish()

    def suggest_renamed(self) -> None:
        """Update the suggestions for broken links to events that git reports as renamed."""
        if self.changes is not None:
            wanted = "dead_link.path IN (SELECT CAST(value AS BLOB) FROM json_each(?))"
            self._update_suggestions(find_stored_links(self.db, wanted, json_texts(self.changes.renamed)))

    def _recheck(self, pages: Collection[int]) -> None:
        """Run the page rules again on ``pages``, whose links may have broken or become valid."""
        delete_findings(self.db, json_ids(pages))
        query = f"SELECT page.id, folder.path, page.name, is_day_page FROM {_PAGES} WHERE page.id {IN_LIST}"
        for page, folder, name, is_day_page in self.db.execute(query, (json_ids(pages),)).fetchall():
            path, day = f"{folder}/{name}", self.reader.tree.page_folder(folder)
            try:
                text = self.reader.tree.read(path)
            except PageError:  # it was readable a moment ago; the next run reports it
                continue
            if is_day_page:
                found = self.checker.check_day_page(self.reader, text, day, self.reader.parse_day_page(path, text))
            else:
                event = self.reader.parse_unchecked(path, text)
                found = self.checker.check_event(self.reader, text, day, event, is_canonical=False)
            if found is not None:
                add_findings(self.db, page, found)

    # --- rules ---

    def _run_rules(self, scope: RuleScope) -> None:
        """Run the archive rules on ``scope`` and replace their earlier findings there."""
        self._delete_findings(scope)
        rules = self.checker.archive_rules
        tasks = [(rule, part) for rule in rules for part in self._parts(rule, scope)]
        results = map_ordered(_RunRule(self.reader, self.events), tasks, self._workers(len(tasks) > len(rules)))
        found = list(self._with_progress(results, len(tasks)))
        paths = {finding.path for one in found for finding in one.findings}
        paths.update(path for one in found for path in one.digests)
        ids = self._ids_of(paths)
        for one in found:
            for finding in one.findings:
                add_finding(self.db, ids[finding.path], finding_row(finding), is_of_page=False)
            for path, data in one.digests.items():
                add_digest(self.db, ids[path], data)

    def _delete_findings(self, scope: RuleScope) -> None:
        if scope == RuleScope():
            self.db.execute("DELETE FROM finding WHERE NOT is_of_page")
            return
        of_links = [rule.code for rule in self.checker.archive_rules if rule.reach == "links"]
        query = f"DELETE FROM finding WHERE NOT is_of_page AND code {IN_LIST} AND page {IN_LIST}"
        self.db.execute(query, (json.dumps(of_links), json_ids(scope.pages or ())))
        of_days = json.dumps([rule.code for rule in self.checker.archive_rules if rule.reach == "day"])
        query = f"DELETE FROM finding WHERE NOT is_of_page AND code {IN_LIST}"
        if scope.folders is None:
            self.db.execute(query, (of_days,))
        else:
            inside = f"AND page IN (SELECT page.id FROM {_PAGES} WHERE folder.path {IN_LIST})"
            self.db.execute(f"{query} {inside}", (of_days, json_texts(scope.folders)))

    def _parts(self, rule: ArchiveRule, scope: RuleScope) -> Iterator[RuleScope]:
        if rule.reach == "links" and scope.pages is None:
            ids = [id_ for (id_,) in self.db.execute("SELECT id FROM event ORDER BY id")]
            yield from (RuleScope(pages=part) for part in _parts(ids, _PAGES_AT_ONCE))
        else:
            yield scope

    # --- broken links ---

    def _update_suggestions(self, links: Sequence[StoredLink]) -> None:
        """Store suggestions for ``links``, and the fixes on all pages that are concerned."""
        page_links = self._links_of_pages(links)
        detector = RenameDetector(self.reader, self.events, self.changes)
        detector.register(row.link for row in (*links, *page_links))
        in_parallel = len(links) > _FEW_LINKS
        if in_parallel:
            detector.precompute()

        parts = _parts(links, _LINKS_AT_ONCE)
        results = map_ordered(_Suggest(detector), parts, self._workers(in_parallel))
        for part, suggestions in zip(parts, self._with_progress(results, len(parts)), strict=True):
            self.db.executemany(
                "UPDATE dead_link SET suggestion = ?, reason = ?, certain = ? WHERE finding = ?",
                ((*(one or (None, None, None)), row.finding) for row, one in zip(part, suggestions, strict=True)),
            )
        self._make_fixes(page_links, detector, in_parallel)

    def _links_of_pages(self, links: Sequence[StoredLink]) -> list[StoredLink]:
        """Return all broken links of the pages that have ``links``, page by page.

        The two copies of a day page count as one page.
        """
        pages = json_ids({row.page for row in links})
        inside = f"""
            finding.page {IN_LIST} OR (page.is_day_page AND page.folder IN (
              SELECT folder FROM page WHERE is_day_page AND id {IN_LIST}))"""
        rows = find_stored_links(self.db, inside, pages, pages)
        return sorted(rows, key=lambda row: (fix_unit(row.link.page), row.link.page, row.link.line, row.link.column))

    def _make_fixes(self, rows: Sequence[StoredLink], detector: RenameDetector, in_parallel: bool) -> None:
        """Store the fixes for ``rows``, which must be all broken links of their pages."""
        findings = find_stored_findings(self.db, [row.finding for row in rows])
        groups: dict[str, list[StoredLink]] = {}
        for row in rows:
            groups.setdefault(fix_unit(row.link.page), []).append(row)

        parts = _parts(list(groups.values()), _GROUPS_AT_ONCE)
        made = map_ordered(_MakeFixes(detector, findings), parts, self._workers(in_parallel))
        for part, fixes in zip(parts, self._with_progress(made, len(parts)), strict=True):
            ids = [row.finding for group in part for row in group]
            self.db.executemany("UPDATE finding SET fix = ? WHERE id = ?", zip(fixes, ids, strict=True))

    # --- workers ---

    def _with_progress(self, results: Iterable[Part], total: int) -> Iterator[Part]:
        for done, result in enumerate(results, 1):
            self.progress(done, total)
            yield result

    def _workers(self, in_parallel: bool) -> int | None:
        """Return the number of processes to use; None for one per core."""
        return None if in_parallel and self._can_share else 1

    def _ids_of(self, paths: Iterable[str]) -> dict[str, int]:
        query = f"""
            SELECT {PATH}, page.id FROM json_each(?) AS wanted
            CROSS JOIN destination ON destination.target = wanted.value AND is_path
            CROSS JOIN page ON page.id = destination.page CROSS JOIN folder ON folder.id = page.folder"""
        return dict(self.db.execute(query, (json.dumps([path_number(path) for path in paths]),)))


def _parts(whole: Sequence[Part], size: int) -> list[Sequence[Part]]:
    return [whole[at : at + size] for at in range(0, len(whole), size)]
