"""Rules over pages → findings. The one place that decides what is reported."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsarc.errors import ArchiveError, ConfigError, UsageError
from newsarc.links import spellings
from newsarc.lint.baseline import Key, compare
from newsarc.lint.changes import Changes
from newsarc.lint.facts import Facts
from newsarc.lint.finding import Finding
from newsarc.lint.look import Look, Seen, digest
from newsarc.lint.moved import Moves, learn_all, with_suggestions
from newsarc.lint.rules import ArchiveRule, Rule
from newsarc.lint.rules.files import UnusedSuppression
from newsarc.lint.select import selected_rules
from newsarc.lint.suppress import Suppressions, per_file_ignores
from newsarc.model import Link
from newsarc.pages import Pages
from newsarc.parallel import in_order

_DAYS_AT_ONCE = 50
_LINKS_AT_ONCE = 200
_FEW_EVENTS = 400
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of lint found: findings in the order of path, line and column; pages looked at; seconds taken.

    ``accepted`` counts the findings that the baseline knows; ``stale`` are its entries that nothing needs any more.
    ``texts`` has the digest (:func:`newsarc.lint.look.digest`) of each page that a finding may mend.
    """

    findings: tuple[Finding, ...]
    files: int
    seconds: float
    accepted: int = 0
    stale: tuple[Key, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)

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
    run = _Run(archive, rules, changes, progress or (lambda done, all_: None))
    findings = run.findings()
    if not run.files:
        raise ArchiveError(
            f"{archive.root}: there is no page to check; the archive root has its pages in news/YYYY/MM/D"
        )
    wanted = [
        finding
        for finding in findings
        if (paths is None or is_in(finding.path, paths))
        and (changes is None or _is_due_to(changes, finding, archive))
        and not is_ignored(finding)
    ]
    wanted.sort(key=lambda finding: finding.place)
    is_whole = paths is None and changes is None
    compared = compare(wanted, baseline or Counter(), [rule.code for rule in rules] if is_whole else [])
    return Report(compared.new, run.files, time.perf_counter() - started, compared.accepted, compared.stale, run.texts)


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
    """One run: first page by page, then over what the pages left behind; both on all cores."""

    def __init__(self, archive: Pages, rules: Sequence[Rule], changes: Changes | None, progress: Progress) -> None:
        self.archive = archive
        self.rules = rules
        self.progress = progress
        self.changes = changes
        self.facts = Facts(archive.tree, list(archive.tree.days()), archive.config.site_prefix)
        self.suppressions = Suppressions()
        self.texts: dict[str, bytes] = {}
        self.files = 0

    def findings(self) -> list[Finding]:
        """Return all findings but for those which a page has asked not to hear of, and :attr:`files`."""
        found, dead = self._first_look()
        found.extend(self._second_look(dead))
        wanted = [finding for finding in found if not self.suppressions.covers(finding)]
        for rule in self.rules:
            if isinstance(rule, UnusedSuppression):
                wanted.extend(self.suppressions.unused(rule, {rule.code for rule in self.rules}))
        return wanted

    def _first_look(self) -> tuple[list[Finding], list[tuple[Finding, Link]]]:
        """Look at each page by itself; fill the facts."""
        look = Look(self.archive, self.rules, self.facts)
        days = self.facts.days
        parts = [days[at : at + _DAYS_AT_ONCE] for at in range(0, len(days), _DAYS_AT_ONCE)]
        found: list[Finding] = []
        dead: list[tuple[Finding, Link]] = []
        done = 0
        for part, seen in zip(parts, in_order(look.at_days, parts, _workers(len(self.facts))), strict=True):
            self._take(seen, found, dead)
            self.facts.extend(seen.columns)
            done += len(part)
            self.progress(done, len(days))
        if self.files:
            self._take(look.at_front_page(), found, dead)
        return found, dead

    def _take(self, seen: Seen, found: list[Finding], dead: list[tuple[Finding, Link]]) -> None:
        self.files += seen.files
        found.extend(seen.findings)
        dead.extend(seen.dead)
        self.texts.update(seen.texts)
        for path, wishes in seen.wishes.items():
            self.suppressions.add(path, wishes)

    def _second_look(self, dead: Sequence[tuple[Finding, Link]]) -> Iterator[Finding]:
        """Yield what only all pages together show, and the findings about dead links with where those might lead."""
        moves = Moves(self.archive, self.facts, self.changes)
        if dead:
            learn_all(dead, moves)
        tasks: list[ArchiveRule | Sequence[tuple[Finding, Link]]] = [
            rule for rule in self.rules if isinstance(rule, ArchiveRule)
        ]
        tasks += [dead[at : at + _LINKS_AT_ONCE] for at in range(0, len(dead), _LINKS_AT_ONCE)]

        def look(task: ArchiveRule | Sequence[tuple[Finding, Link]]) -> tuple[list[Finding], dict[str, bytes]]:
            if not isinstance(task, ArchiveRule):
                return list(with_suggestions(task, moves)), {}
            found = list(task.check(self.facts, self.archive))
            pages = {edit.path for finding in found if finding.fix for edit in finding.fix.edits}
            return found, {path: digest(self.archive.tree.read(path)) for path in pages}

        for found, texts in in_order(look, tasks, _workers(len(self.facts))):
            for path, text in texts.items():
                if self.texts.setdefault(path, text) != text:
                    self.texts[path] = b""  # it changed between the two looks: it is not to be mended
            yield from found


def _workers(events: int) -> int | None:
    """Return how many processes an archive of so many events is worth: a fork and its way back take 10 ms."""
    return None if events > _FEW_EVENTS else 1


def is_in(path: str, paths: Collection[str]) -> bool:
    """Whether ``path`` is one of ``paths``, or inside one of them; an empty one is the root."""
    return any(path == wanted or path.startswith(f"{wanted}/") or not wanted for wanted in paths)
