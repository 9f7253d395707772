"""Rules over pages → findings. The one place that decides what is reported."""

from __future__ import annotations

import contextlib
import gc
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from newsarc.archive.reader import Pages
from newsarc.errors import ArchiveError, ConfigError, UsageError
from newsarc.lint.baseline import Key, compare
from newsarc.lint.changes import Changes
from newsarc.lint.facts import Facts
from newsarc.lint.finding import Finding
from newsarc.lint.first import FirstLook
from newsarc.lint.kept import Memory
from newsarc.lint.look import Look, Seen
from newsarc.lint.moved import Moves
from newsarc.lint.plan import Plan, merge
from newsarc.lint.record import DayRecord, columns_in, found_in, later_in
from newsarc.lint.rules import ArchiveRule, Rule
from newsarc.lint.rules.dates import today
from newsarc.lint.rules.files import UnusedSuppression
from newsarc.lint.second import SecondLook, still_holds
from newsarc.lint.select import selected_rules
from newsarc.lint.shelf import DamagedError
from newsarc.lint.suppress import Suppressions, per_file_ignores
from newsarc.parser.targets import spellings
from newsarc.storage.workers import in_order

_DAYS_AT_ONCE = 50
_FEW_EVENTS = 400
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of lint found: findings in the order of path, line and column; pages looked at; seconds taken.

    ``accepted`` counts the findings that the baseline knows; ``stale`` are its entries that nothing needs any more.
    ``texts`` has the digest (:func:`newsarc.lint.look.digest`) of each page that a finding may mend. Not ``is_whole``:
    a page or a folder could not be read, whatever the rules.
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

    Where the archive has unsaved pages (:meth:`newsarc.archive.reader.Pages.with_unsaved`), no other findings are
    wanted than those in them. Nothing of these is kept; what is kept of the saved archive is used, and first brought up
    to date where much of it changed.
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
    progress = progress or (lambda done, all_: None)
    run = _Run(archive, rules, changes, progress)
    with _nothing_collected():
        try:
            if archive.tree.unsaved and run.is_much_unknown:
                lint(archive.with_unsaved({}), (), select, ignore, progress=progress)
                run = run.once_more()
            findings = run.findings()
        except DamagedError:
            run = run.anew()
            findings = run.findings()
    if not run.files and not any(archive.tree.day_page_paths(day) for day in archive.tree.days()):
        raise ArchiveError(
            f"{archive.root}: there is no page to check; the archive root has its pages in news/YYYY/MM/D"
        )
    wanted = [
        finding
        for finding in findings
        if (paths is None or is_in(finding.path, paths))
        and (not archive.tree.unsaved or finding.path in archive.tree.unsaved)
        and (changes is None or _is_due_to(changes, finding, archive))
        and not is_ignored(finding)
    ]
    wanted.sort(key=lambda finding: finding.place)
    is_whole = paths is None and changes is None and not archive.tree.unsaved
    compared = compare(wanted, baseline or Counter(), [rule.code for rule in rules] if is_whole else [])
    seconds = time.perf_counter() - started
    return Report(compared.new, run.files, seconds, compared.accepted, compared.stale, run.texts, run.is_whole)


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


class _Run:
    """One run: first page by page, then over what the pages left behind; both on all cores, and both only as far as
    earlier runs do not know.
    """

    def __init__(self, archive: Pages, rules: Sequence[Rule], changes: Changes | None, progress: Progress) -> None:
        self.archive = archive
        self.rules = rules
        self.progress = progress
        self.changes = changes
        self.suppressions = Suppressions()
        self.texts: dict[str, bytes] = {}
        self.files = 0
        self.is_whole = True
        self.memory = Memory(archive, [rule.code for rule in rules], today())

    @cached_property
    def plan(self) -> Plan:
        """What is to be looked at, worked out before anything else is listed or read: what changes from then on is seen
        the next time.
        """
        return self.memory.plan(_workers)

    @property
    def is_much_unknown(self) -> bool:
        """Whether so much is not known from earlier runs, and could be, that it is worth a run of its own."""
        return self.memory.cache is not None and len(self.plan.missing) > _DAYS_AT_ONCE

    def once_more(self) -> _Run:
        """Return the same run over the archive as it is now, with what earlier runs have left by now."""
        archive = self.archive.with_unsaved(self.archive.tree.unsaved)
        return _Run(archive, self.rules, self.changes, self.progress)

    def anew(self) -> _Run:
        """Return the same run once more, without what is known from earlier ones, which is damaged."""
        self.memory.forget()
        self.archive.tree.asked = None
        run = _Run(self.archive, self.rules, self.changes, self.progress)
        run.memory.forget()
        return run

    def findings(self) -> list[Finding]:
        """Return all findings but for those which a page has asked not to hear of, and :attr:`files`.

        Raises ConfigError where the configuration lacks the site prefix, and DamagedError.
        """
        archive, plan = self.archive, self.plan
        # Where nothing changed it was not missing the last time either; to judge it takes 30 ms.
        is_known = plan.is_same_tree and plan.is_same_root and not plan.missing
        if not is_known and archive.missing_prefix:
            raise ConfigError(archive.prefix_note)
        facts = Facts(archive.tree, plan.days, archive.config.site_prefix, plan.names)
        skipped = dict(archive.tree.skipped)
        look = Look(archive, self.rules, facts)
        others, records = self._first_look(look, facts)
        self.files = sum(record.files for record in records)
        front = look.at_front_page() if self.files else Seen()
        self.is_whole = not (archive.tree.unlisted or front.unread or any(record.unread for record in records))
        self.files = len(archive.tree.unsaved) or self.files + front.files
        del look
        facts.let_go_of_spellings()
        archive.tree.skipped = skipped  # what was asked about in workers is not known here: nor is what was asked here
        for place, record in enumerate(records):
            facts.fill(place, partial(columns_in, record, plan.days[place]), record.former)
        facts.has_day_pages = any(record.has_day_pages for record in records)
        second = self._second_look(facts, records, front)
        found = self._all_found(self._wanted_records(records), front, second)
        merge(others, second.others)
        if self.changes is not None:  # what git knows of renames is known in this run alone
            is_same = plan.is_same_tree and not plan.missing
            records = plan.kept.records if is_same else [record._replace(later=None) for record in records]
        self.memory.keep(plan, records, facts, others, second.said_keys)
        return self._wanted(found)

    def _first_look(self, look: Look, facts: Facts) -> tuple[dict[str, bytes], list[DayRecord]]:
        """Look at each page by itself, as far as need be; return the listings of other folders that the records depend
        on, and the records of all days.
        """
        days, missing = self.plan.days, self.plan.missing
        parts = [missing[at : at + _DAYS_AT_ONCE] for at in range(0, len(missing), _DAYS_AT_ONCE)]
        size = sum(facts.joined_names(place)[0] for place in missing)
        others = dict(self.plan.others)
        made: dict[int, DayRecord] = {}
        done = len(days) - len(missing)
        first = FirstLook(look, facts, self.memory, self.plan)
        for part, (records, more) in zip(parts, in_order(first.at_days, parts, _workers(size)), strict=True):
            made.update(zip(part, records, strict=True))
            merge(others, more)
            done += len(part)
            self.progress(done, len(days))
        return others, [record or made[place] for place, record in enumerate(self.plan.known)]

    def _second_look(self, facts: Facts, records: list[DayRecord], front: Seen) -> SecondLook:
        """Look at what only all pages together show, and at where dead links might lead."""
        rules = [rule for rule in self.rules if isinstance(rule, ArchiveRule)]
        moves = Moves(self.archive, facts, self.changes)
        second = SecondLook(self.archive, rules, facts, moves, records, _workers)
        if self.archive.tree.unsaved:
            second.of_pages(self.archive.tree.unsaved, self.plan, front.dead)
        elif self.changes is None and still_holds(self.plan, records):
            second.partial(self.plan, front.dead)
        else:
            second.whole(front.dead)
        return second

    def _wanted_records(self, records: Sequence[DayRecord]) -> Sequence[DayRecord]:
        unsaved = {page.rpartition("/")[0] for page in self.archive.tree.unsaved}
        return [record for record in records if record.path in unsaved] if unsaved else records

    def _all_found(self, records: Sequence[DayRecord], front: Seen, second: SecondLook) -> list[Finding]:
        """Put together what was found, in this run and before; fill :attr:`texts` and :attr:`suppressions`."""
        self.texts.update(front.texts)
        found = list(front.findings)
        for path, wishes in front.wishes.items():
            self.suppressions.add(path, wishes)
        for record in records:
            if record.found:
                first = found_in(record)
                found.extend(first.findings)
                self.texts.update(first.texts)
                for path, wishes in first.wishes.items():
                    self.suppressions.add(path, wishes)
            if record.later:
                later = later_in(record)
                found.extend(later.findings)
                found.extend(later.dead)
                self._take_texts(later.texts)
        self._take_texts(second.texts)
        found.extend(second.findings)
        return found

    def _take_texts(self, texts: Mapping[str, bytes]) -> None:
        for path, text in texts.items():
            if self.texts.setdefault(path, text) != text:
                self.texts[path] = b""  # it changed between the two looks: it is not to be mended

    def _wanted(self, found: Sequence[Finding]) -> list[Finding]:
        wanted = [finding for finding in found if not self.suppressions.covers(finding)]
        for rule in self.rules:
            if isinstance(rule, UnusedSuppression):
                wanted.extend(self.suppressions.unused(rule, {rule.code for rule in self.rules}))
        return wanted


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """Have no garbage looked for meanwhile: there is none, and among the facts of 100,000 events that takes 0.4 s; 0.1
    more when the process ends. Who froze what was there before (newsarc.cli.main) wants what is new frozen as well.
    """
    is_collecting, is_frozen = gc.isenabled(), gc.get_freeze_count() > 0
    gc.disable()
    try:
        yield
    finally:
        if is_frozen:
            gc.freeze()
        if is_collecting:
            gc.enable()


def _workers(events: int) -> int | None:
    """Return how many processes an archive of so many events is worth: a fork and its way back take 10 ms."""
    return None if events > _FEW_EVENTS else 1


def is_in(path: str, paths: Collection[str]) -> bool:
    """Whether ``path`` is one of ``paths``, or inside one of them; an empty one is the root."""
    return any(path == wanted or path.startswith(f"{wanted}/") or not wanted for wanted in paths)
