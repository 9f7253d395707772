"""Rules over pages → findings. The one place that decides what is reported."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from newsarc.archive.reader import Pages
from newsarc.errors import ArchiveError, ConfigError, PageError, UsageError
from newsarc.index.index import Index
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.archive_pass import ArchivePass, overlay, run_archive_pass
from newsarc.lint.baseline import Key, compare
from newsarc.lint.changes import Changes
from newsarc.lint.event_table import EventTable
from newsarc.lint.finding import Finding
from newsarc.lint.link_fixes import LinkFixes
from newsarc.lint.page import Page
from newsarc.lint.page_pass import CheckedPage, PageChecker, check_page, digest
from newsarc.lint.rename_detection import RenameDetector
from newsarc.lint.rows import (
    count_pages,
    find_dead_links,
    find_digests,
    find_findings,
    find_suppressions,
    page_paths,
)
from newsarc.lint.rules.files import UnreadableFile, UnusedSuppression
from newsarc.lint.rules.rule import ArchiveRule, PageRule, Rule, RuleScope
from newsarc.lint.select import selected_rules
from newsarc.lint.suppress import Suppressions, per_file_ignores
from newsarc.parser.targets import spellings
from newsarc.storage.tree import Day

_NO_DAY = Day(0, 0, 0, "")  # what the front page is filed under
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of lint found: findings in the order of path, line and column; pages checked, or as many of them as
    were asked about; seconds taken.

    ``accepted`` counts the findings that the baseline knows; ``stale`` are its entries that nothing needs any more.
    ``texts`` has the digest (:func:`newsarc.lint.page_pass.digest`) of each page that a finding may mend. Not
    ``is_whole``: a page or a folder could not be read, whatever the rules.
    """

    findings: tuple[Finding, ...]
    files: int
    seconds: float
    accepted: int = 0
    stale: tuple[Key, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    is_whole: bool = True

    def seen_from(self, folder: str) -> Report:
        """Return the report with ``folder``, where the archive root is for other programs, before each path."""
        return (
            replace(self, findings=tuple(_seen_from(folder, finding) for finding in self.findings)) if folder else self
        )

    def called(self, page: str) -> Report:
        """Return the report with ``page`` in the place of each finding's path: what a user calls the only page."""
        return replace(self, findings=tuple(finding._replace(path=page) for finding in self.findings))

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
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
    archive: Pages,
    paths: Collection[str] | None = None,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    *,
    changes: Changes | None = None,
    baseline: Counter[Key] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Run the selected rules over ``archive``.

    ``paths``, from the root, are the pages and folders whose findings are wanted (None: all); links are checked against
    the whole archive whatever they are. ``select`` stands in for the configuration's, ``ignore`` is added to it.
    With ``changes``, only findings in changed pages are wanted, and those anywhere about a page that is gone; renames
    that they know tell where events went. Findings that ``baseline`` knows are accepted. ``progress`` is told how many
    days are done, and of how many. Raises UsageError for an unknown rule, ArchiveError where there is no page at all,
    and ConfigError for an unknown rule in the configuration, or where it lacks the site prefix that most links carry:
    then every finding would be false.

    Where the archive has unsaved pages (:meth:`newsarc.pages.Pages.with_overlay`), no other findings are wanted than
    those in them. Nothing of these is kept; what is kept of the saved archive is used, and first brought up to date
    where much of it changed.
    """
    started = time.perf_counter()
    configured = archive.config.lint
    wanted_rules = select or (*configured.select, *(("NA301",) if configured.sources_since else ()))
    try:
        selected_rules(configured.select, configured.ignore)
        is_ignored = per_file_ignores(dict(configured.per_file_ignores))
    except UsageError as error:
        raise ConfigError(f"[lint] in the configuration: {error}") from None
    rules = selected_rules(wanted_rules, (*configured.ignore, *(ignore or ())))
    pages = archive.with_overlay(archive.tree.unsaved)
    with _open_index(archive, rules, changes, progress or (lambda done, of: None)) as index:
        found = _Selection(index, pages, rules, paths).found()
    if not found.has_pages:
        why = next(iter(pages.warnings_by_path().values()), "the archive root has its pages in news/YYYY/MM/D")
        raise ArchiveError(f"{archive.root}: there is no page to check; {why}")
    wanted = [
        finding
        for finding in found.findings
        if (paths is None or is_in(finding.path, paths))
        and (not archive.tree.unsaved or finding.path in archive.tree.unsaved)
        and (changes is None or _is_due_to(changes, finding, archive))
        and not is_ignored(finding)
    ]
    wanted = _without_superseded(wanted, rules)
    wanted.sort(key=lambda finding: finding.place)
    is_whole = paths is None and changes is None and not archive.tree.unsaved
    compared = compare(wanted, baseline or Counter(), [rule.code for rule in rules] if is_whole else [])
    files = len(archive.tree.unsaved) or found.files
    seconds = time.perf_counter() - started
    return Report(compared.new, files, seconds, compared.accepted, compared.stale, found.digests, found.is_whole)


def _is_due_to(changes: Changes, finding: Finding, archive: Pages) -> bool:
    """Whether a finding stands in a changed page, or is about a page that is gone."""
    if finding.path in changes.changed:
        return True
    return any(
        path in changes.gone for path in spellings(finding.target or "", finding.path, archive.config.site_prefix)
    )


def _seen_from(folder: str, finding: Finding) -> Finding:
    suggestion, fix = finding.suggestion, finding.fix
    return finding._replace(
        path=folder + finding.path,
        suggestion=suggestion and suggestion._replace(path=folder + suggestion.path),
        fix=fix and fix._replace(edits=tuple(edit._replace(path=folder + edit.path) for edit in fix.edits)),
    )


@contextlib.contextmanager
def _open_index(archive: Pages, rules: Sequence[Rule], changes: Changes | None, progress: Progress) -> Iterator[Index]:
    """Yield the index of the archive with all findings up to date: as it would be with the pages that are not saved,
    and with what version control knows of renames. Neither of these is cached.

    Raises ConfigError where the configuration lacks the site prefix.
    """
    archive.close()  # an index that is open may keep this one from being cached
    unsaved = archive.tree.unsaved
    cache = archive.cache
    checker = PageChecker() if cache is not None else PageChecker(rules)
    with contextlib.ExitStack() as stack:
        saved = archive.with_overlay({} if cache is not None else unsaved)
        index = stack.enter_context(contextlib.closing(Index.open(saved, cache, progress, checker, for_lint=True)))
        _refuse_missing_prefix(index, archive)
        run_archive_pass(index, archive.with_overlay(saved.tree.unsaved), checker, progress)
        if unsaved and cache is not None:
            index = stack.enter_context(_with_unsaved(index, archive, checker, progress))
        if changes is not None and changes.renamed:
            db = stack.enter_context(index.trying())
            ArchivePass(db, archive.with_overlay(unsaved), checker, changes).suggest_renamed()
        yield index


def _refuse_missing_prefix(index: Index, archive: Pages) -> None:
    if index.missing_prefix is not None:
        archive.missing_prefix = index.missing_prefix
        raise ConfigError(archive.missing_prefix_warning)


@contextlib.contextmanager
def _with_unsaved(index: Index, archive: Pages, checker: PageChecker, progress: Progress) -> Iterator[Index]:
    """Yield the index as it would be with the pages that are not saved."""
    pages = archive.with_overlay(archive.tree.unsaved)
    with index.trying() as db:
        if overlay(db, pages, checker):
            ArchivePass(db, pages, checker).run()
            yield index
            return
    with contextlib.closing(Index.open(pages, None, progress, checker, for_lint=True)) as other:
        run_archive_pass(other, pages, checker, progress)
        yield other


class _Found(NamedTuple):
    """What a selection of rules found: findings, how many pages were looked at, digests of pages that fixes change.

    Not ``is_whole``: a page or a folder could not be read.
    """

    findings: list[Finding]
    files: int
    digests: Mapping[str, bytes]
    is_whole: bool
    has_pages: bool


class _Selection:
    """The findings of some rules, from an index whose findings are up to date."""

    def __init__(self, index: Index, pages: Pages, rules: Sequence[Rule], paths: Collection[str] | None) -> None:
        self.db = index.tables
        self.events = EventTable(self.db)
        self.pages = pages
        self.pages.add_warnings(index.notes())
        self.rules = rules
        self.paths = paths  # the pages and folders to count pages in; None for all
        self.front_page: list[tuple[str, bytes]] = []  # digests of its copies
        self.files = 0
        self.is_whole = not index.has_unread

    def found(self) -> _Found:
        """Return all findings but for those that a page suppresses."""
        with_day_pages = any(rule.about_day_pages for rule in self.rules)
        checked = self.files = count_pages(self.db, with_day_pages=with_day_pages)
        has_pages = bool(checked) or count_pages(self.db, with_day_pages=True) > 0
        if self.paths is not None:
            self.files = sum(is_in(path, self.paths) for path in page_paths(self.db, with_day_pages=with_day_pages))
        findings = find_findings(self.db, [rule.code for rule in self.rules])
        suppressions = Suppressions()
        for path, of_page in find_suppressions(self.db).items():
            suppressions.add(path, of_page)
        for rule in self.rules:
            if isinstance(rule, ArchiveRule) and rule.reach == "archive":
                findings.extend(rule.check(self.events, self.pages, RuleScope()))
        if checked and with_day_pages:
            findings.extend(self._in_front_page(suppressions))
        wanted = [finding for finding in findings if not suppressions.covers(finding)]
        for rule in self.rules:
            if isinstance(rule, UnusedSuppression):
                wanted.extend(suppressions.unused(rule, {rule.code for rule in self.rules}))
        fixed = {edit.path for finding in wanted if finding.fix is not None for edit in finding.fix.edits}
        digests = {path: digest for path, digest in (*find_digests(self.db), *self.front_page) if path in fixed}
        return _Found(wanted, self.files, digests, self.is_whole, has_pages)

    def _in_front_page(self, suppressions: Suppressions) -> Iterator[Finding]:
        rules = [rule for rule in self.rules if isinstance(rule, PageRule) and rule.about_front_page]
        for path in filter(self.pages.tree.exists, DAY_PAGE_NAMES):
            self.files += self.paths is None or is_in(path, self.paths)
            try:
                text = self.pages.tree.read(path)
            except PageError as error:
                self.is_whole = False
                self.pages.add_warnings({path: str(error)})
                unreadable = (rule for rule in self.rules if isinstance(rule, UnreadableFile))
                yield from (rule.finding(path, 1, f"not read: {error.reason}", target="") for rule in unreadable)
                continue
            page = Page(path, text, _NO_DAY, day_page=self.pages.parse_day_page(path, text))
            checked = check_page(rules, page, self.pages)
            suppressions.add(path, checked.suppressions)
            self.front_page.append((path, digest(text)))
            yield from self._judged(checked)

    def _judged(self, checked: CheckedPage) -> Iterator[Finding]:
        """Yield the findings in the front page, those about broken links with where they lead."""
        detector = RenameDetector(self.pages, self.events)
        links = list(checked.dead.values())
        if links:
            detector.register([*links, *find_dead_links(self.db, {link.path for link in links if link.path})])
        pairs = [
            (checked.findings[place]._replace(suggestion=detector.suggest(link)), link)
            for place, link in checked.dead.items()
        ]
        yield from LinkFixes(detector).of_all(pairs)
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


def is_in(path: str, paths: Collection[str]) -> bool:
    """Whether ``path`` is one of ``paths``, or inside one of them; an empty one is the root."""
    return any(path == wanted or path.startswith(f"{wanted}/") or not wanted for wanted in paths)
