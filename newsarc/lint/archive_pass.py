"""The archive pass: runs the rules that need several pages, and finds rename suggestions for broken links.

Results are stored in the index. A later pass covers only the pages that an update of the index read again, and whatever
depends on them: pages with links to a page that was added, removed or got a new headline; their days; broken links that
may mean an event that changed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple, TypeVar

from newsarc.archive.reader import Pages
from newsarc.errors import PageError
from newsarc.index.build import ARCHIVE_PASS, Progress, Snapshot, get, put, stale, update
from newsarc.index.findings import add_digest, add_finding, add_findings, delete_findings
from newsarc.index.index import Index
from newsarc.index.schema import LINK_BITS, PATH, decode_text
from newsarc.index.targets import path_number
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.changes import Changes
from newsarc.lint.event_table import EventTable
from newsarc.lint.finding import Finding, Suggestion
from newsarc.lint.link_fixes import LinkFixes, fix_unit
from newsarc.lint.page_pass import PageChecker, page_digest
from newsarc.lint.rename_detection import RenameDetector
from newsarc.lint.rows import DEAD_LINK, FINDING, DeadLink, finding_row, serialize_fix, to_dead_link, to_finding
from newsarc.lint.rules.rule import ArchiveRule, RuleScope
from newsarc.parser.contexts import headline_prefixes
from newsarc.storage.tree import Day
from newsarc.storage.workers import CAN_FORK, map_ordered
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import fold

_LOGS = ("changed_page", "changed_event", "changed_target")
_PAGES_AT_ONCE = 10_000
_LINKS_AT_ONCE = 200
_GROUPS_AT_ONCE = 20
_FEW_LINKS = 400  # below this, forking costs more than it saves
_RARE = 2  # headlines; one more or less may make a prefix that so few have a known topic, or an unknown one
_IN_LIST = "IN (SELECT value FROM json_each(?))"
_PAGES = "page JOIN folder ON folder.id = page.folder"
Part = TypeVar("Part")


class _StoredLink(NamedTuple):
    """A broken link with the ids of its finding and its page."""

    finding: int
    page: int
    link: DeadLink


class _RuleResult(NamedTuple):
    """The findings of a rule, and the digests of the pages that their fixes change."""

    findings: list[Finding]
    digests: dict[str, bytes]


# --- work for workers ---


@dataclass(frozen=True, slots=True)
class _RunRule:
    """A task for workers that runs a rule on a scope."""

    pages: Pages
    events: EventTable

    def __call__(self, task: tuple[ArchiveRule, RuleScope]) -> _RuleResult:
        rule, scope = task
        findings = list(rule.check(self.events, self.pages, scope))
        pages = {edit.path for finding in findings if finding.fix for edit in finding.fix.edits}
        return _RuleResult(findings, {path: page_digest(self.pages.tree.read(path)) for path in pages})


@dataclass(frozen=True, slots=True)
class _Suggest:
    """A task for workers that returns suggestions for broken links."""

    detector: RenameDetector

    def __call__(self, links: Sequence[_StoredLink]) -> list[Suggestion | None]:
        return [self.detector.suggest(row.link) for row in links]


@dataclass(frozen=True, slots=True)
class _MakeFixes:
    """A task for workers that returns the serialized fixes for all broken links of some pages."""

    detector: RenameDetector
    findings: Mapping[int, Finding]

    def __call__(self, pages: Sequence[list[_StoredLink]]) -> list[bytes | None]:
        pairs = [(self.findings[row.finding], row.link) for rows in pages for row in rows]
        return [serialize_fix(finding.fix) for finding in LinkFixes(self.detector).fix_all(pairs)]


def run_archive_pass(index: Index, pages: Pages, checker: PageChecker, progress: Progress) -> None:
    """Update the findings of an index whose other rows are up to date.

    ``progress`` gets the number of parts done and their total.
    """
    if is_due(index.connection):
        with index.transaction() as db:
            ArchivePass(db, pages, checker, progress=progress).run()


def is_due(db: sqlite3.Connection) -> bool:
    """Whether the index changed since the last archive pass, or no pass has run yet."""
    changed = " UNION ALL ".join(f"SELECT 1 FROM (SELECT 1 FROM {log} LIMIT 1)" for log in _LOGS)
    return get(db, ARCHIVE_PASS) is None or db.execute(changed).fetchone() is not None


def apply_overlay(db: sqlite3.Connection, pages: Pages, checker: PageChecker) -> bool:
    """Update the tables for the unsaved pages that overlay ``pages``, inside the open transaction.

    Returns false if that requires a new index.
    """
    folders = {path.rpartition("/")[0] for path in pages.tree.unsaved}
    folders = {folder for folder in folders if pages.tree.day_at(folder) is not None}
    known = {path for (path,) in db.execute("SELECT path FROM folder")}
    states = {folder: pages.tree.state(folder) for folder in folders}
    snapshot = Snapshot(sorted(known | folders), states, 0, pages.tree.parents())
    return update(db, pages, snapshot, stale(db, pages, snapshot), checker)


class ArchivePass:
    """One archive pass over an up-to-date index, inside the open transaction of ``db``."""

    def __init__(
        self,
        db: sqlite3.Connection,
        pages: Pages,
        checker: PageChecker,
        changes: Changes | None = None,
        progress: Progress = lambda done, of: None,
    ) -> None:
        self.progress = progress
        self.changes = changes
        self.db = db
        self.pages = pages
        self.checker = checker
        self.events = EventTable(db)
        self._can_share = False  # whether workers see the same database: only before the first change

    def run(self) -> None:
        """Update the findings."""
        read = self._recheck_linking_pages()
        is_first_pass = get(self.db, ARCHIVE_PASS) is None
        self._can_share = is_first_pass and not read and (CAN_FORK or bool(self.events.file))
        scope, links = (RuleScope(), self._dead_links("1")) if is_first_pass else self._affected(read)
        self._run_rules(scope)
        self._update_suggestions(links)
        for log in _LOGS:
            self.db.execute(f"DELETE FROM {log}")
        put(self.db, ARCHIVE_PASS, {"has_day_pages": self.events.has_day_pages()})

    def suggest_renamed(self) -> None:
        """Update the suggestions for broken links to events that git reports as renamed."""
        if self.changes is not None:
            wanted = "dead_link.path IN (SELECT CAST(value AS BLOB) FROM json_each(?))"
            self._update_suggestions(self._dead_links(wanted, _texts(self.changes.renamed)))

    # --- what changed ---

    def _recheck_linking_pages(self) -> set[int]:
        """Run the page rules again on pages with links to a page that was added or removed.

        Returns the ids of these pages, and of those that were read again since the last pass.
        """
        read = {page for (page,) in self.db.execute("SELECT page FROM changed_page")}
        moved = [target for (target,) in self.db.execute("SELECT target FROM changed_target")]
        # Includes pages that were read again: their targets may have changed after that.
        relinked = self._pages_linking_to(moved) if moved else set()
        self._recheck(relinked)
        return read | relinked

    def _affected(self, read: Collection[int]) -> tuple[RuleScope, list[_StoredLink]]:
        """Return the scope and the broken links that depend on changes.

        ``read`` are the pages that were read again. The links are all those to paths that may mean a different event
        than before.
        """
        events = [
            (decode_text(path), words, headline)
            for path, words, headline in self.db.execute("SELECT DISTINCT path, words, headline FROM changed_event")
        ]
        paths = {path for path, _, _ in events}
        words = [words for _, words, _ in events if words]
        relabelled = self._pages_linking_to([path_number(path) for path, words, _ in events if words])
        pages = relabelled.union(read, self._pages_with_label(words))
        folders = self._folders_of(read) | {path.rpartition("/")[0] for path in paths}
        folders |= {sibling for folder in folders for sibling in _siblings(folder)}
        is_flipped = get(self.db, ARCHIVE_PASS) != {"has_day_pages": self.events.has_day_pages()}
        dead = self._affected_paths(read, folders, paths, words)
        dead |= self._paths_affected_by_topics({headline for _, _, headline in events})
        of_paths = "dead_link.path IN (SELECT CAST(value AS BLOB) FROM json_each(?))"
        links = self._dead_links(f"finding.page {_IN_LIST} OR {of_paths}", _ids(read), _texts(dead))
        return RuleScope(pages, None if is_flipped else folders), links

    def _pages_linking_to(self, targets: Collection[int]) -> set[int]:
        """Return the ids of the pages with a link to one of ``targets``, in any spelling."""
        written = "SELECT value FROM json_each(:targets)"
        spelled = f"{written} UNION SELECT target FROM spelling WHERE path IN ({written})"
        query = f"""
            SELECT id >> {LINK_BITS} FROM link WHERE target IN ({spelled})
            UNION SELECT page FROM mention WHERE target IN ({spelled})"""
        return {page for (page,) in self.db.execute(query, {"targets": _ids(targets)})}

    def _pages_with_label(self, words: Collection[int]) -> set[int]:
        """Return the ids of the pages with findings and a link whose label has one of these hashes."""
        query = f"""
            SELECT DISTINCT finding.page FROM finding
            JOIN link ON link.id BETWEEN finding.page << {LINK_BITS} AND (finding.page + 1 << {LINK_BITS}) - 1
            WHERE NOT finding.is_of_page AND link.label {_IN_LIST}"""
        return {page for (page,) in self.db.execute(query, (_ids(words),))}

    def _folders_of(self, pages: Collection[int]) -> set[str]:
        query = f"SELECT DISTINCT folder.path FROM {_PAGES} WHERE page.id {_IN_LIST}"
        return {path for (path,) in self.db.execute(query, (_ids(pages),))}

    def _recheck(self, pages: Collection[int]) -> None:
        """Run the page rules again on ``pages``, whose links may have broken or become valid."""
        delete_findings(self.db, _ids(pages))
        query = f"SELECT page.id, folder.path, page.name FROM {_PAGES} WHERE page.id {_IN_LIST}"
        for page, folder, name in self.db.execute(query, (_ids(pages),)).fetchall():
            path, day = f"{folder}/{name}", Day.at(folder)
            try:
                text = self.pages.tree.read(path)
            except PageError:  # it was readable a moment ago; the next run reports it
                continue
            if name in DAY_PAGE_NAMES:
                found = self.checker.check_day_page(self.pages, text, day, self.pages.parse_day_page(path, text))
            else:
                event = self.pages.parse_unchecked(path, text)
                found = self.checker.check_event(self.pages, text, day, event, is_canonical=False)
            if found is not None:
                add_findings(self.db, page, found)

    def _affected_paths(
        self, pages: Collection[int], folders: Collection[str], paths: Collection[str], words: Collection[int]
    ) -> set[str]:
        """Return the paths of the broken links that may mean a different event than before.

        These are links on changed pages, and links that share a folder, slug or label with a changed event.
        """
        stored = "(SELECT CAST(value AS BLOB) FROM json_each(?))"
        query = f"""
            SELECT DISTINCT dead_link.path FROM dead_link JOIN finding ON finding.id = dead_link.finding
            WHERE dead_link.path NOTNULL AND (
              finding.page {_IN_LIST} OR dead_link.folder IN {stored} OR dead_link.slug IN {stored}
              OR dead_link.path IN {stored} OR dead_link.words {_IN_LIST} OR dead_link.suggestion {_IN_LIST})"""
        names = {path.rpartition("/")[2] for path in paths}
        values = _ids(pages), _texts(folders), _texts(names), _texts(paths), _ids(words), _texts(paths)
        return {decode_text(path) for (path,) in self.db.execute(query, values)}

    def _paths_affected_by_topics(self, headlines: Collection[str]) -> set[str]:
        """Return the paths of the broken links that a topic in ``headlines`` affects.

        Only topics that hardly any other headline has matter, since others are known topics before and after.
        """
        topics = {topic for headline in headlines for topic in headline_prefixes(fold(headline))}
        if not topics:
            return set()
        known = RenameDetector(self.pages, self.events).prefixes
        rare = {topic for topic in topics if known[topic] <= _RARE}
        if not rare:
            return set()
        topic_words = set(filter(None, map(strip_punctuation, rare)))
        folders = {
            event.day.path
            for event in self.events.in_folders(None)
            if any(topic in event.headline for topic in rare) or _has_word(event.slug, topic_words)
        }
        return {
            row.link.path
            for row in self._dead_links("1")
            if row.link.path is not None
            and (
                row.link.path.rpartition("/")[0] in folders
                or any(topic in fold(row.link.text) for topic in rare)
                or _has_word(row.link.path.rpartition("/")[2], topic_words)
            )
        }

    def _dead_links(self, where: str, *values: str) -> list[_StoredLink]:
        query = f"SELECT {PATH}, {DEAD_LINK} JOIN page ON page.id = finding.page JOIN folder ON folder.id = page.folder"
        rows = self.db.execute(f"{query} WHERE {where} ORDER BY dead_link.path, finding.id", values)
        return [_StoredLink(row[0], row[1], to_dead_link(tuple(row), path)) for path, *row in rows]

    # --- rules ---

    def _run_rules(self, scope: RuleScope) -> None:
        """Run the archive rules on ``scope`` and replace their earlier findings there."""
        self._delete_findings(scope)
        rules = self.checker.archive_rules
        tasks = [(rule, part) for rule in rules for part in self._parts(rule, scope)]
        results = map_ordered(_RunRule(self.pages, self.events), tasks, self._workers(len(tasks) > len(rules)))
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
        query = f"DELETE FROM finding WHERE NOT is_of_page AND code {_IN_LIST} AND page {_IN_LIST}"
        self.db.execute(query, (json.dumps(of_links), _ids(scope.pages or ())))
        of_days = json.dumps([rule.code for rule in self.checker.archive_rules if rule.reach == "day"])
        query = f"DELETE FROM finding WHERE NOT is_of_page AND code {_IN_LIST}"
        if scope.folders is None:
            self.db.execute(query, (of_days,))
        else:
            inside = f"AND page IN (SELECT page.id FROM {_PAGES} WHERE folder.path {_IN_LIST})"
            self.db.execute(f"{query} {inside}", (of_days, _texts(scope.folders)))

    def _parts(self, rule: ArchiveRule, scope: RuleScope) -> Iterator[RuleScope]:
        if rule.reach == "links" and scope.pages is None:
            ids = [id_ for (id_,) in self.db.execute("SELECT id FROM event ORDER BY id")]
            yield from (RuleScope(pages=part) for part in _parts(ids, _PAGES_AT_ONCE))
        else:
            yield scope

    # --- broken links ---

    def _update_suggestions(self, links: Sequence[_StoredLink]) -> None:
        """Store suggestions for ``links``, and the fixes on all pages that are concerned."""
        page_links = self._links_of_pages(links)
        detector = RenameDetector(self.pages, self.events, self.changes)
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

    def _links_of_pages(self, links: Sequence[_StoredLink]) -> list[_StoredLink]:
        """Return all broken links of the pages that have ``links``, page by page.

        The two copies of a day page count as one page.
        """
        pages = _ids({row.page for row in links})
        inside = f"""
            finding.page {_IN_LIST} OR (page.name IN {DAY_PAGE_NAMES} AND page.folder IN (
              SELECT folder FROM page WHERE name IN {DAY_PAGE_NAMES} AND id {_IN_LIST}))"""
        rows = self._dead_links(inside, pages, pages)
        return sorted(rows, key=lambda row: (fix_unit(row.link.page), row.link.page, row.link.line, row.link.column))

    def _make_fixes(self, rows: Sequence[_StoredLink], detector: RenameDetector, in_parallel: bool) -> None:
        """Store the fixes for ``rows``, which must be all broken links of their pages."""
        findings = dict(self._findings([row.finding for row in rows]))
        groups: dict[str, list[_StoredLink]] = {}
        for row in rows:
            groups.setdefault(fix_unit(row.link.page), []).append(row)

        parts = _parts(list(groups.values()), _GROUPS_AT_ONCE)
        made = map_ordered(_MakeFixes(detector, findings), parts, self._workers(in_parallel))
        for part, fixes in zip(parts, self._with_progress(made, len(parts)), strict=True):
            ids = [row.finding for group in part for row in group]
            self.db.executemany("UPDATE finding SET fix = ? WHERE id = ?", zip(fixes, ids, strict=True))

    def _findings(self, ids: Iterable[int]) -> Iterator[tuple[int, Finding]]:
        query = f"SELECT {PATH}, {FINDING} JOIN page ON page.id = finding.page JOIN folder ON folder.id = page.folder"
        for path, *row in self.db.execute(f"{query} WHERE finding.id {_IN_LIST}", (_ids(ids),)):
            yield row[0], to_finding(tuple(row), path)

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


def _siblings(folder: str) -> Iterator[str]:
    """Yield all spellings of the day of ``folder``: 2019/03/1, 2019/03/01, and so on."""
    try:
        day = Day.at(folder)
    except ValueError:
        return
    year = folder.split("/")[1]
    for month, number in product({str(day.month), f"{day.month:02}"}, {str(day.day), f"{day.day:02}"}):
        yield f"news/{year}/{month}/{number}"


def _has_word(slug: str, words: Iterable[str]) -> bool:
    text = strip_punctuation(slug)
    return any(word in text for word in words)


def _parts(whole: Sequence[Part], size: int) -> list[Sequence[Part]]:
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def _ids(ids: Iterable[int]) -> str:
    return json.dumps(sorted(ids))


def _texts(texts: Iterable[str]) -> str:
    return json.dumps([text.encode("utf-8", "replace").decode() for text in texts])
