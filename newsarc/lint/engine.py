"""Rules over pages → findings. The one place that decides what is reported."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsarc.errors import ArchiveError, ConfigError, PageError, UsageError
from newsarc.links import DAY_PAGE_NAMES, spellings
from newsarc.lint.baseline import Key, compare
from newsarc.lint.changes import Changes
from newsarc.lint.finding import Finding
from newsarc.lint.moved import Moves, with_suggestions
from newsarc.lint.page import Facts, load_page
from newsarc.lint.rules import ArchiveRule, PageRule, Rule
from newsarc.lint.rules.files import UnreadableFile, UnusedSuppression
from newsarc.lint.select import selected_rules
from newsarc.lint.suppress import Suppressions, per_file_ignores
from newsarc.pages import Pages
from newsarc.tree import Day

_NO_DAY = Day(0, 0, 0, "")  # what the front page is filed under
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of lint found: findings in the order of path, line and column; pages looked at; seconds taken.

    ``accepted`` counts the findings that the baseline knows; ``stale`` are its entries that nothing needs any more.
    ``texts`` are the hashes of the pages' texts, as Python makes them: good in this process alone.
    """

    findings: tuple[Finding, ...]
    files: int
    seconds: float
    accepted: int = 0
    stale: tuple[Key, ...] = ()
    texts: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def seen_from(self, folder: str) -> Report:
        """Return the report with ``folder``, where the archive root is for other programs, before each path."""
        return (
            replace(self, findings=tuple(_seen_from(folder, finding) for finding in self.findings)) if folder else self
        )

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
        """How many findings can be mended safely."""
        return sum(finding.fix is not None and finding.fix.safe for finding in self.findings)


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
    if archive.missing_prefix:
        raise ConfigError(archive.prefix_note)
    run = _Run(archive, rules)
    files = run.look_at_pages(progress or (lambda done, all_: None))
    if not files:
        raise ArchiveError(
            f"{archive.root}: there is no page to check; the archive root has its pages in news/YYYY/MM/D"
        )
    findings = with_suggestions(run.all_findings(), Moves(archive, run.facts, changes))
    wanted = [
        finding
        for finding in run.without_suppressed(findings)
        if (paths is None or is_in(finding.path, paths))
        and (changes is None or _is_due_to(changes, finding, archive))
        and not is_ignored(finding)
    ]
    wanted.sort(key=lambda finding: finding.place)
    is_whole = paths is None and changes is None
    compared = compare(wanted, baseline or Counter(), [rule.code for rule in rules] if is_whole else [])
    return Report(compared.new, files, time.perf_counter() - started, compared.accepted, compared.stale, run.texts)


def _is_due_to(changes: Changes, finding: Finding, archive: Pages) -> bool:
    """Whether a finding stands in a changed page, or is about a page that is gone."""
    if finding.path in changes.changed:
        return True
    return any(
        path in changes.gone for path in spellings(finding.target or "", finding.path, archive.config.site_prefix)
    )


def _seen_from(folder: str, finding: Finding) -> Finding:
    suggestion, fix = finding.suggestion, finding.fix
    return replace(
        finding,
        path=folder + finding.path,
        suggestion=suggestion and replace(suggestion, path=folder + suggestion.path),
        fix=fix and replace(fix, edits=tuple(replace(edit, path=folder + edit.path) for edit in fix.edits)),
    )


class _Run:
    """One run: first page by page, then over the facts that the pages left behind."""

    def __init__(self, archive: Pages, rules: Sequence[Rule]) -> None:
        self.archive = archive
        self.rules = rules
        self.page_rules = [rule for rule in rules if isinstance(rule, PageRule)]
        self.archive_rules = [rule for rule in rules if isinstance(rule, ArchiveRule)]
        self.facts = Facts()
        self.suppressions = Suppressions()
        self.findings: list[Finding] = []
        self.texts: dict[str, int] = {}

    def look_at_pages(self, progress: Progress) -> int:
        """Check each page by itself; return how many there are."""
        days = list(self.archive.tree.days())
        files = 0
        for done, day in enumerate(days):
            progress(done, len(days))
            for path in (*self.archive.tree.event_paths(day), *self.archive.tree.day_page_paths(day)):
                files += 1
                self._look_at(path, day)
        for path in filter(self.archive.tree.exists, DAY_PAGE_NAMES) if files else ():
            files += 1
            self._look_at(path, _NO_DAY)
        return files

    def _look_at(self, path: str, day: Day) -> None:
        try:
            page = load_page(path, day, self.archive)
        except PageError as error:
            self.findings.extend(
                rule.unreadable(path, error.reason) for rule in self.rules if isinstance(rule, UnreadableFile)
            )
            return
        self.texts[path] = hash(page.text)
        self.suppressions.add(page)
        if day is not _NO_DAY:
            self.facts.add(page)
        for rule in self.page_rules:
            if day is not _NO_DAY or rule.about_front_page:
                self.findings.extend(rule.check(page, self.archive))

    def all_findings(self) -> Iterator[Finding]:
        """Yield the findings of the pages and those of the whole."""
        yield from self.findings
        for rule in self.archive_rules:
            yield from rule.check(self.facts, self.archive)

    def without_suppressed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings that no page has asked not to hear of, then those about needless wishes."""
        for finding in findings:
            if not self.suppressions.covers(finding):
                yield finding
        for rule in self.rules:
            if isinstance(rule, UnusedSuppression):
                yield from self.suppressions.unused(rule, {rule.code for rule in self.rules})


def is_in(path: str, paths: Collection[str]) -> bool:
    """Whether ``path`` is one of ``paths``, or inside one of them; an empty one is the root."""
    return any(path == wanted or path.startswith(f"{wanted}/") or not wanted for wanted in paths)
