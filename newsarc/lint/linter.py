"""The linter. Decides which findings are reported."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from newsarc.archive.no_posts import why_no_posts
from newsarc.archive.reader import PageReader
from newsarc.errors import ArchiveError, ConfigError, PageError, UsageError
from newsarc.index.index import Index
from newsarc.layout import DAY_PAGE_NAMES, NEWS
from newsarc.lint.archive_pass import ArchivePass, apply_overlay, run_archive_pass
from newsarc.lint.baseline import BaselineKey, compare
from newsarc.lint.changes import Changes
from newsarc.lint.dead_links.link_fixes import LinkFixes
from newsarc.lint.dead_links.suggestions import RenameDetector
from newsarc.lint.edited_pages import edited_digests, edited_paths
from newsarc.lint.event_table import EventTable
from newsarc.lint.finding import Finding
from newsarc.lint.page import Page
from newsarc.lint.page_pass import CheckedPage, PageChecker, check_page
from newsarc.lint.posts.link_findings import PostLinkFindings, names_any
from newsarc.lint.rows import (
    count_pages,
    find_dead_links,
    find_digests,
    find_findings,
    find_suppressions,
    page_paths,
)
from newsarc.lint.rule_selection import selected_rules
from newsarc.lint.rules.files import UnreadableFile, UnusedSuppression
from newsarc.lint.rules.rule import ArchiveRule, PageRule, Rule, RuleScope
from newsarc.lint.suppressions import Suppressions, per_file_ignores
from newsarc.parser.targets import spellings
from newsarc.storage.tree import Day

if TYPE_CHECKING:
    from newsarc.storage.workers import Progress

_NO_DAY = Day(0, 0, 0, "")  # for the front page


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of lint found: findings in the order of path, line and column; pages checked, or as many of them as
    were asked about; seconds taken.

    ``findings`` are sorted by path, line and column. ``files`` is the number of pages that were checked, ``seconds``
    the duration. ``accepted`` is the number of findings in the baseline; ``stale`` are its obsolete entries.
    ``digests`` has the digest (:func:`newsarc.storage.hashing.digest_text`) of each page that a fix changes.
    ``is_complete`` is false if a page or a folder could not be read.
    """

    findings: tuple[Finding, ...]
    files: int
    seconds: float
    accepted: int = 0
    stale: tuple[BaselineKey, ...] = ()
    digests: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    is_complete: bool = True

    def relative_to(self, folder: str) -> Report:
        """Return the report with ``folder``, a prefix that ends in a slash or is empty, before each path."""
        return (
            replace(self, findings=tuple(_relative_to(folder, finding) for finding in self.findings))
            if folder
            else self
        )

    def with_path(self, page: str) -> Report:
        """Return the report with ``page`` as the path of each finding, for a report on one page."""
        return replace(self, findings=tuple(finding._replace(path=page) for finding in self.findings))

    @property
    def errors(self) -> int:
        """The number of errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """The number of warnings."""
        return len(self.findings) - self.errors

    @property
    def fixable(self) -> int:
        """The number of findings with a safe fix."""
        return sum(finding.is_fixable for finding in self.findings)

    @property
    def fixable_unsafely(self) -> int:
        """The number of findings with an unsafe fix."""
        return sum(finding.fix is not None for finding in self.findings) - self.fixable


def lint(
    reader: PageReader,
    paths: Collection[str] | None = None,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    *,
    changes: Changes | None = None,
    baseline: Counter[BaselineKey] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Run the selected rules over the archive of ``reader``.

    ``paths``, relative to the root, limit the report to findings in these pages and folders (None: all); links are
    always checked against the whole archive. ``select`` replaces the configured selection, and ``ignore`` is added to
    the configured one. ``changes`` limit the report to findings in changed pages, and findings elsewhere about deleted
    pages; their renames are used for suggestions. Findings in ``baseline`` are accepted. ``progress`` gets the number
    of folders done and their total.

    If the archive has an overlay of unsaved pages, only findings in these are reported. The cache is used and updated
    for the saved archive, but never stores results for unsaved pages.

    Raises UsageError for an unknown rule and for rules of another kind of archive, ArchiveError if there is no page at
    all, and ConfigError for an unknown rule in the configuration, or if that lacks the site prefix that most links
    have: then every link would be reported.
    """
    started = time.perf_counter()
    configured = reader.config.lint
    wanted_rules = select or (*configured.select, *(("NA301",) if configured.sources_since else ()))
    try:
        selected_rules(configured.select, configured.ignore)
        is_ignored = per_file_ignores(dict(configured.per_file_ignores))
    except UsageError as error:
        raise ConfigError(f"[lint] in the configuration: {error}") from None
    rules = _for_archive(selected_rules(wanted_rules, (*configured.ignore, *(ignore or ()))), select, reader)
    fresh = reader.with_overlay(reader.tree.overlay)
    with _open_index(reader, rules, changes, progress or (lambda done, of: None)) as index:
        found = _FindingReader(index, fresh, rules, paths, changes).read()
    if not found.has_pages and not _is_new(fresh):
        why = next(iter(fresh.warnings_by_path().values()), "")
        if not why:
            is_site = reader.layout is not None
            why = why_no_posts(fresh) if is_site else "the archive root has its pages in news/YYYY/MM/D"
        raise ArchiveError(f"{reader.root}: there is no page to check; {why}")
    wanted = [
        finding
        for finding in found.findings
        if (paths is None or is_under(finding.path, paths))
        and (not reader.tree.overlay or finding.path in reader.tree.overlay)
        and (changes is None or _is_caused_by(changes, finding, reader))
        and not is_ignored(finding)
    ]
    wanted = _without_superseded(wanted, rules)
    wanted.sort(key=lambda finding: finding.sort_key)
    is_complete = paths is None and changes is None and not reader.tree.overlay
    compared = compare(wanted, baseline or Counter(), [rule.code for rule in rules] if is_complete else [])
    files = len(reader.tree.overlay) or found.files
    seconds = time.perf_counter() - started
    return Report(compared.new, files, seconds, compared.accepted, compared.stale, found.digests, found.is_complete)


def _for_archive(rules: Sequence[Rule], select: Sequence[str] | None, reader: PageReader) -> tuple[Rule, ...]:
    """Return those of ``rules`` that are for this kind of archive.

    Raises UsageError if none of them is, though ``select`` names some.
    """
    is_site = reader.layout is not None
    found = tuple(rule for rule in rules if (rule.in_sites if is_site else rule.in_day_folders))
    if select and rules and not found:
        names = ", ".join(rule.code for rule in rules)
        kind = "day folders (news/YYYY/MM/D); this is a site of posts" if is_site else "sites of posts"
        raise UsageError(f"{names}: only for archives with {kind}" if is_site else f"{names}: only for {kind}")
    return found


def _is_new(reader: PageReader) -> bool:
    """Whether the archive is one that ``newsarc init`` started: its ``news`` folder is there, and empty."""
    tree = reader.tree
    return tree.has_folder(NEWS) and not tree.folders(NEWS) and not reader.warnings_by_path()


def _is_caused_by(changes: Changes, finding: Finding, reader: PageReader) -> bool:
    """Whether a finding is on a changed page, or is about a deleted page."""
    if finding.path in changes.changed:
        return True
    if reader.layout is not None:
        return names_any(finding, changes.gone, reader.layout)
    return any(
        path in changes.gone for path in spellings(finding.target or "", finding.path, reader.config.site_prefix)
    )


def _relative_to(folder: str, finding: Finding) -> Finding:
    suggestion, fix = finding.suggestion, finding.fix
    return finding._replace(
        path=folder + finding.path,
        suggestion=suggestion and suggestion._replace(path=folder + suggestion.path),
        fix=fix and fix._replace(edits=tuple(edit._replace(path=folder + edit.path) for edit in fix.edits)),
    )


@contextlib.contextmanager
def _open_index(
    reader: PageReader, rules: Sequence[Rule], changes: Changes | None, progress: Progress
) -> Iterator[Index]:
    """Yield the index of the archive with up-to-date findings.

    They take unsaved pages and renames in git into account, but these results are not cached. Raises ConfigError if the
    configuration lacks the site prefix.
    """
    reader.close()  # another open index would hold the lock
    unsaved = reader.tree.overlay
    cache = reader.cache
    checker = PageChecker() if cache is not None else PageChecker(rules)
    with contextlib.ExitStack() as stack:
        saved = reader.with_overlay({} if cache is not None else unsaved)
        index = stack.enter_context(contextlib.closing(Index.open(saved, cache, progress, checker, for_lint=True)))
        _require_site_prefix(index, reader)
        if reader.layout is None:
            run_archive_pass(index, reader.with_overlay(saved.tree.overlay), checker, progress)
        if unsaved and cache is not None:
            index = stack.enter_context(_with_overlay(index, reader, checker, progress))
        if changes is not None and changes.renamed and reader.layout is None:
            db = stack.enter_context(index.temporary_transaction())
            ArchivePass(db, reader.with_overlay(unsaved), checker, changes).suggest_renamed()
        yield index


def _require_site_prefix(index: Index, reader: PageReader) -> None:
    if index.missing_prefix is not None:
        reader.missing_prefix = index.missing_prefix
        raise ConfigError(reader.missing_prefix_warning)


@contextlib.contextmanager
def _with_overlay(index: Index, reader: PageReader, checker: PageChecker, progress: Progress) -> Iterator[Index]:
    """Yield the index with the unsaved pages applied."""
    reader = reader.with_overlay(reader.tree.overlay)
    if reader.layout is not None:
        with contextlib.closing(Index.open(reader, None, progress, checker, for_lint=True)) as other:
            yield other
        return
    with index.temporary_transaction() as db:
        if apply_overlay(db, reader, checker):
            ArchivePass(db, reader, checker).run()
            yield index
            return
    with contextlib.closing(Index.open(reader, None, progress, checker, for_lint=True)) as other:
        run_archive_pass(other, reader, checker, progress)
        yield other


class _Findings(NamedTuple):
    """The findings of the selected rules.

    ``files`` is the number of pages that were checked. ``digests`` are those of the pages that fixes change.
    ``is_complete`` is false if a page or a folder could not be read.
    """

    findings: list[Finding]
    files: int
    digests: Mapping[str, bytes]
    is_complete: bool
    has_pages: bool


class _FindingReader:
    """Reads the findings of the selected rules from an index with up-to-date findings."""

    def __init__(
        self,
        index: Index,
        reader: PageReader,
        rules: Sequence[Rule],
        paths: Collection[str] | None,
        changes: Changes | None = None,
    ) -> None:
        self.db = index.connection
        self.events = EventTable(self.db)
        self.reader = reader
        self.reader.add_warnings(index.warnings())
        self.rules = rules
        self.paths = paths  # the pages and folders to count pages in; None for all
        self.changes = changes
        self.files = 0
        self.is_complete = not index.has_unread

    def read(self) -> _Findings:
        """Return all findings except those that a page suppresses."""
        with_day_pages = any(rule.checks_day_pages for rule in self.rules)
        checked = self.files = count_pages(self.db, with_day_pages=with_day_pages)
        has_pages = bool(checked) or count_pages(self.db, with_day_pages=True) > 0
        if self.paths is not None:
            self.files = sum(is_under(path, self.paths) for path in page_paths(self.db, with_day_pages=with_day_pages))
        findings = find_findings(self.db, [rule.code for rule in self.rules])
        suppressions = Suppressions()
        for path, of_page in find_suppressions(self.db).items():
            suppressions.add(path, of_page)
        with self.reader.tree.recorded_reads() as read:
            found = self._check_now(suppressions, with_front_page=checked > 0 and with_day_pages)
        findings.extend(found)
        wanted = [finding for finding in findings if not suppressions.covers(finding)]
        for rule in self.rules:
            if isinstance(rule, UnusedSuppression):
                wanted.extend(
                    suppressions.unused(rule, {rule.code for rule in self.rules if not rule.depends_on_ledger})
                )
        digests = edited_digests(found, read, self.reader)
        fixed = edited_paths(wanted)
        for path, digest in find_digests(self.db):
            if path in fixed:  # and if it changed meanwhile, it has no digest that holds for all of its fixes
                digests[path] = digest if digests.get(path, digest) == digest else b""
        return _Findings(wanted, self.files, digests, self.is_complete, has_pages)

    def _check_now(self, suppressions: Suppressions, *, with_front_page: bool) -> list[Finding]:
        """Return the findings of rules that run each time, because the index does not store what they find."""
        is_site = self.reader.layout is not None
        findings: list[Finding] = []
        for rule in self.rules:
            if isinstance(rule, ArchiveRule) and (rule.reach == "archive" or is_site):
                findings.extend(rule.check(self.events, self.reader, RuleScope()))
        if is_site:
            findings.extend(PostLinkFindings(self.events, self.reader, self.rules, self.changes).find())
        elif with_front_page:
            findings.extend(self._check_front_page(suppressions))
        return findings

    def _check_front_page(self, suppressions: Suppressions) -> Iterator[Finding]:
        rules = [rule for rule in self.rules if isinstance(rule, PageRule) and rule.checks_front_page]
        for path in filter(self.reader.tree.exists, DAY_PAGE_NAMES):
            self.files += self.paths is None or is_under(path, self.paths)
            try:
                text = self.reader.tree.read(path)
            except PageError as error:
                self.is_complete = False
                self.reader.add_warnings({path: str(error)})
                unreadable = (rule for rule in self.rules if isinstance(rule, UnreadableFile))
                yield from (rule.finding(path, 1, f"not read: {error.reason}", target="") for rule in unreadable)
                continue
            page = Page(path, text, _NO_DAY, day_page=self.reader.parse_day_page(path, text))
            checked = check_page(rules, page, self.reader)
            suppressions.add(path, checked.suppressions)
            yield from self._with_suggestions(checked)

    def _with_suggestions(self, checked: CheckedPage) -> Iterator[Finding]:
        """Yield the findings on the front page, with suggestions and fixes for broken links."""
        detector = RenameDetector(self.reader, self.events)
        links = list(checked.dead.values())
        if links:
            detector.register([*links, *find_dead_links(self.db, {link.path for link in links if link.path})])
        pairs = [
            (checked.findings[place]._replace(suggestion=detector.suggest(link)), link)
            for place, link in checked.dead.items()
        ]
        yield from LinkFixes(detector).fix_all(pairs)
        yield from (finding for place, finding in enumerate(checked.findings) if place not in checked.dead)


def _without_superseded(findings: Sequence[Finding], rules: Sequence[Rule]) -> list[Finding]:
    """Return the findings except those that another one at the same place makes pointless."""
    superseding = {rule.code: rule.supersedes for rule in rules if rule.supersedes}
    superseded = {
        (finding.path, finding.line, finding.column, code)
        for finding in findings
        for code in superseding.get(finding.code, ())
    }
    return [one for one in findings if (one.path, one.line, one.column, one.code) not in superseded]


def is_under(path: str, paths: Collection[str]) -> bool:
    """Whether ``path`` is one of ``paths``, or inside one of them; an empty one is the root."""
    return any(path == wanted or path.startswith(f"{wanted}/") or not wanted for wanted in paths)
