"""The second look: what only all pages together show, and where dead links might lead.

What it found about the pages of a day is kept with the day's record. It holds as long as no path came or went anywhere
and all events are called the same, now and formerly: then it is worked out again only for the days that changed, and
for those dead links elsewhere that meant an event of such a day, or that a page of such a day has too.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, TypeVar

from newsarc.archive.reader import Pages
from newsarc.lint.facts import Facts
from newsarc.lint.finding import Finding, Suggestion
from newsarc.lint.link_fixes import LinkFixes
from newsarc.lint.look import digest
from newsarc.lint.moved import Moves, dead_path, learn_all, suggestions
from newsarc.lint.plan import Plan, listings, merge
from newsarc.lint.record import DayRecord, DeadLink, Later, columns_in, dead_in, events_in, later_in, pack_later
from newsarc.lint.rules import ArchiveRule
from newsarc.model import Change, Link, RelatedLink
from newsarc.storage.tree import Day
from newsarc.storage.workers import in_order

_LINKS_AT_ONCE = 200
_PLACES_AT_ONCE = 20
_DAYS_AT_ONCE = 1500
# A dead link: the path that it names, its target, its label, its contexts.
_Said = tuple[str | None, str, str, tuple[str, ...]]
_Part = TypeVar("_Part")
_Told = Mapping[_Said, Suggestion | None]


class _Result(NamedTuple):
    findings: list[Finding]
    suggestions: list[Suggestion | None]
    texts: dict[str, bytes]
    others: dict[str, bytes]
    said_keys: bytes | None


@dataclass(slots=True)
class _Open:
    """A dead link whose finding is still to be made: its place among the days and among the dead links there."""

    place: int
    at: int
    pair: DeadLink


class SecondLook:
    """A second look at the days of ``records``, which all had their first, and whose facts are known.

    What it finds about the pages of days goes into their records. ``findings`` are all others, ``texts`` digests of the
    pages that those may mend; ``others`` are the listings of other folders than days that it went by, and ``said_keys``
    those of the facts, where they are known.
    """

    def __init__(
        self,
        archive: Pages,
        rules: Sequence[ArchiveRule],
        facts: Facts,
        moves: Moves,
        records: list[DayRecord],
        workers: Callable[[int], int | None],
    ) -> None:
        self.archive = archive
        self.rules = rules
        self.facts = facts
        self.moves = moves
        self.records = records
        self.workers = workers
        self.findings: list[Finding] = []
        self.texts: dict[str, bytes] = {}
        self.others: dict[str, bytes] = {}
        self.said_keys: bytes | None = None
        self._folders = {day.path for day in facts.days}

    def whole(self, front: Sequence[DeadLink]) -> None:
        """Look at everything. ``front`` are the dead links of the front page."""
        later = {place: Later([], [], {}) for place in range(len(self.records))}
        dead = [
            _Open(place, at, pair)
            for place, record in enumerate(self.records)
            for at, pair in enumerate(dead_in(record))
        ]
        learn_all([*(link.pair for link in dead), *front], self.moves)
        for link in dead:
            later[link.place].dead.append(link.pair[0])
        self._look(self.facts.days, dead, front, later, len(self.facts))

    def partial(self, plan: Plan, front: Sequence[DeadLink]) -> None:
        """Look again at what the days that were just looked at may have changed. Only where :func:`still_holds`."""
        changed = set(plan.missing)
        self.said_keys = plan.kept.said_keys
        if self.said_keys is not None:
            self.facts.said_keys = array("q", self.said_keys)
        self.facts.take_file_keys(plan.kept.file_keys)
        told = {place: _told(plan.before[self.records[place].path], self._prefix) for place in changed}
        wanted = self._wanted(plan, told, front)
        later: dict[int, Later] = {}
        learnt: list[DeadLink] = list(front)
        dead: list[_Open] = []
        for place, record in enumerate(self.records):
            if place not in changed and (not record.dead_paths or wanted.isdisjoint(record.dead_paths)):
                continue
            pairs = dead_in(record)
            learnt.extend(pairs)
            known = later_in(record) if place not in changed else None
            later[place] = Later([], [], {}) if known is None else Later(known.findings, list(known.dead), known.texts)
            for at, (finding, link) in enumerate(pairs):
                said = _said(finding, link, self._prefix)
                if known is None:
                    later[place].dead.append(finding._replace(suggestion=told[place].get(said)))
                if said[0] in wanted or (known is None and (said not in told[place] or isinstance(link, Change))):
                    dead.append(_Open(place, at, (finding, link)))
        learn_all(learnt, self.moves)
        events = sum(self.records[place].number for place in changed)
        self._look([self.facts.days[place] for place in sorted(changed)], dead, front, later, events + len(dead))

    def of_pages(self, pages: Collection[str], plan: Plan, front: Sequence[DeadLink]) -> None:
        """Look only at what findings in ``pages`` can come of; what it finds of other pages is not complete."""
        if plan.is_same_tree and plan.kept.said_keys is not None:
            # Measured for 100,000 events: 0.3 s that a page with a stale label would take more.
            self.facts.take_said_keys(plan.kept.said_keys, plan.missing)
        if plan.is_same_tree:
            self.facts.take_file_keys(plan.kept.file_keys)
        places = sorted({place for page in pages if (place := self._place(page)) is not None})
        later = {place: Later([], [pair[0] for pair in dead_in(self.records[place])], {}) for place in places}
        dead = [
            _Open(place, at, pair)
            for place in places
            for at, pair in enumerate(dead_in(self.records[place]))
            if pair[0].path in pages
        ]
        front = [pair for pair in front if pair[0].path in pages]
        # What comes of a dead link depends on the other links to the same path, and on no more.
        named = {
            dead_path(target or "", finding.path, self._prefix)
            for finding, link in (*(link.pair for link in dead), *front)
            for target in (finding.target, link.target)
        }
        named.discard(None)
        for record in self.records:
            if record.dead_paths and not named.isdisjoint(record.dead_paths):
                learn_all(dead_in(record), self.moves)
        learn_all(front, self.moves)
        self._look([self.facts.days[place] for place in places], dead, front, later, len(dead))

    def _look(
        self, days: Sequence[Day], dead: Sequence[_Open], front: Sequence[DeadLink], later: dict[int, Later], size: int
    ) -> None:
        """Ask the rules about ``days`` and make the findings about dead links; put them into ``later``, and that into
        the records.
        """
        pairs = [*(link.pair for link in dead), *front]
        # Those to one folder together: each worker then gets to know the events of half of the folders, not of all.
        order = sorted(range(len(pairs)), key=lambda at: pairs[at][0].target or "")
        parts = [[pairs[at] for at in part] for part in _parts(order, _LINKS_AT_ONCE)]
        if len(parts) > 1:
            self.moves.prepare()
        of_day = [rule for rule in self.rules if rule.of_day]
        others = [rule for rule in self.rules if not rule.of_day]
        if of_day and len(days) > _DAYS_AT_ONCE:
            self.facts.prepare()
            self.said_keys = self.facts.said_keys.tobytes()
        # All rules about one part of the days together: then one process unpacks the facts of these days, and no other.
        asked = [(of_day, part) for part in _parts(days, _DAYS_AT_ONCE) if of_day]
        asked += [([rule], self.facts.days) for rule in others]
        tasks: list[Callable[[], _Result]] = [self._rules_task(rules, part) for rules, part in asked]
        tasks += [self._links_task(part) for part in parts]
        results = in_order(lambda task: task(), tasks, self.workers(size))
        told: list[Suggestion | None] = []
        for number, result in enumerate(results):
            merge(self.others, result.others)
            self.said_keys = result.said_keys or self.said_keys
            if number < len(asked):
                self._sort_in(asked[number][0] is of_day, result, later)
            else:
                told.extend(result.suggestions)
        for at, suggestion in zip(order, told, strict=True):
            pairs[at] = (pairs[at][0]._replace(suggestion=suggestion), pairs[at][1])
            if at < len(dead):
                later[dead[at].place].dead[dead[at].at] = pairs[at][0]
        self._make_fixes(later, pairs[len(dead) :])
        for place, found in later.items():
            self.records[place] = self.records[place]._replace(later=pack_later(found))

    def _make_fixes(self, later: dict[int, Later], front: Sequence[DeadLink]) -> None:
        """Give the findings about dead links, whose suggestions are known, their fixes."""
        fixes = LinkFixes(self.moves)
        self.findings.extend(fixes.of_all(front))
        places = [place for place, found in later.items() if any(finding.suggestion for finding in found.dead)]

        def make(part: Sequence[int]) -> list[list[Finding]]:
            links = ([link for _, link in dead_in(self.records[place])] for place in part)
            pairs = (list(zip(later[place].dead, of, strict=True)) for place, of in zip(part, links, strict=True))
            return [fixes.of_all(of_place) for of_place in pairs]

        parts = _parts(places, _PLACES_AT_ONCE)
        for part, made in zip(parts, in_order(make, parts, self.workers(len(places))), strict=True):
            for place, findings in zip(part, made, strict=True):
                later[place].dead[:] = findings

    def _rules_task(self, rules: Sequence[ArchiveRule], days: Sequence[Day]) -> Callable[[], _Result]:
        def find() -> tuple[list[Finding], list[Suggestion | None], dict[str, bytes]]:
            found = [finding for rule in rules for finding in rule.check(self.facts, self.archive, days)]
            pages = {edit.path for finding in found if finding.fix for edit in finding.fix.edits}
            return found, [], {path: digest(self.archive.tree.read(path)) for path in pages}

        return lambda: self._result(find)

    def _links_task(self, pairs: Sequence[DeadLink]) -> Callable[[], _Result]:
        return lambda: self._result(lambda: ([], list(suggestions(pairs, self.moves)), {}))

    def _result(self, find: Callable[[], tuple[list[Finding], list[Suggestion | None], dict[str, bytes]]]) -> _Result:
        tree = self.archive.tree
        tree.asked = set()
        findings, told, texts = find()
        others = listings(tree, self._folders)
        tree.asked = None
        is_new = self.said_keys is None and "said_keys" in self.facts.__dict__
        said_keys = self.facts.said_keys.tobytes() if is_new else None
        return _Result(findings, told, texts, others, said_keys)

    def _sort_in(self, is_of_day: bool, result: _Result, later: dict[int, Later]) -> None:
        """Put what rules found where it belongs."""
        for finding in result.findings:
            place = self._place(finding.path) if is_of_day else None
            (self.findings if place is None else later[place].findings).append(finding)
        for path, text in result.texts.items():
            place = self._place(path) if is_of_day else None
            texts = self.texts if place is None else later[place].texts
            texts[path] = text if texts.get(path, text) == text else b""

    def _place(self, page: str) -> int | None:
        return self.facts.place(page.rpartition("/")[0])

    @property
    def _prefix(self) -> str:
        return self.facts.site_prefix

    def _wanted(self, plan: Plan, told: Mapping[int, _Told], front: Iterable[DeadLink]) -> set[str | None]:
        """Return the paths of the dead links that may lead elsewhere now, or that nothing is known of."""
        wanted: set[str | None] = {_said(finding, link, self._prefix)[0] for finding, link in front}
        folders: set[str] = set()
        for place in plan.missing:
            record, day = self.records[place], self.facts.days[place]
            folders.add(day.path)
            sets: dict[frozenset[int], int] = {}
            now = _beside(record, day, self._prefix, sets)
            before = _beside(plan.before[day.path], day, self._prefix, sets)
            wanted.update(path for path in now.keys() | before.keys() if now.get(path) != before.get(path))
            said = (_said(finding, link, self._prefix) for finding, link in dead_in(record))
            wanted.update(one[0] for one in said if one not in told[place])
        for record in self.records:
            if record.dead_paths:
                wanted.update(path for path in record.dead_paths if path.rpartition("/")[0] in folders)
        wanted.discard(None)
        return wanted


def _parts(whole: Sequence[_Part], size: int) -> list[Sequence[_Part]]:
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def still_holds(plan: Plan, records: Sequence[DayRecord]) -> bool:
    """Whether what the second look found before holds still, but for the days that were looked at again."""
    if not plan.is_same_tree or any(record.later is None for record in plan.kept.records):
        return False
    if any(record.has_day_pages for record in records) != any(record.has_day_pages for record in plan.kept.records):
        return False
    for place in plan.missing:
        new, old = records[place], plan.before[records[place].path]
        day = plan.days[place]
        if not columns_in(new, day).says_as(columns_in(old, day)):
            return False
    return True


def _told(record: DayRecord, site_prefix: str) -> _Told:
    """Return what was found out about the dead links of a day."""
    pairs = zip(dead_in(record), later_in(record).dead, strict=True)
    return {
        _said(finding, link, site_prefix): after.suggestion
        for (finding, link), after in pairs
        if not isinstance(link, Change)
    }


def _said(finding: Finding, link: Link, site_prefix: str) -> _Said:
    contexts = link.contexts if isinstance(link, RelatedLink) else ()
    return dead_path(link.target, finding.path, site_prefix), link.target, link.text, contexts


def _beside(
    record: DayRecord, day: Day, site_prefix: str, sets: dict[frozenset[int], int]
) -> dict[str | None, set[int]]:
    """Return, for each path that a dead link of the day names, what the pages with it name besides: for each page the
    number in ``sets`` of the set of those events, the page itself among them as a negative number.
    """
    beside: dict[str | None, set[int]] = {}
    if not record.dead_paths:
        return beside
    columns = columns_in(record, day)
    ends = [0, *accumulate(columns.counts)]
    places = {name: at for at, name in enumerate(events_in(record).split("/"))}
    entries = {page.path: page.entries for page in columns.day_pages}
    pages: dict[str, int] = {}
    for finding, _ in dead_in(record):
        named = beside.setdefault(dead_path(finding.target or "", finding.path, site_prefix), set())
        if finding.path not in pages:
            events: frozenset[int] = frozenset()
            if finding.path in entries:
                events = frozenset(entries[finding.path])
            elif (at := places.get(finding.path.rpartition("/")[2])) is not None:
                events = frozenset((-2 - at, *columns.targets[ends[at] : ends[at + 1]]))
            pages[finding.path] = sets.setdefault(events, len(sets))
        named.add(pages[finding.path])
    return beside
