"""The first look at the pages of days, in any process → what is handed back and kept: a record of each day."""

from __future__ import annotations

from collections.abc import Sequence

from newsarc.lint.facts import Facts
from newsarc.lint.kept import Memory
from newsarc.lint.look import Look, Seen
from newsarc.lint.moved import dead_path
from newsarc.lint.plan import Plan, listings, merge
from newsarc.lint.record import DayRecord, made
from newsarc.lint.rules.dates import FutureDate
from newsarc.storage.tree import Day


class FirstLook:
    """Makes the records of days."""

    def __init__(self, look: Look, facts: Facts, memory: Memory, plan: Plan) -> None:
        self.look = look
        self.facts = facts
        self.memory = memory
        self.plan = plan
        self._folders = {day.path for day in facts.days}

    def at_days(self, places: Sequence[int]) -> tuple[list[DayRecord], dict[str, bytes]]:
        """Look at the days at ``places``; return their records, and the listings of other folders than days that these
        depend on.
        """
        others: dict[str, bytes] = {}
        return [self._at_day(place, others) for place in places], others

    def _at_day(self, place: int, others: dict[str, bytes]) -> DayRecord:
        day, tree = self.facts.days[place], self.look.archive.tree
        names = self.facts.joined_names(place)
        if self.memory.cache is None:
            seen = self.look.at_days([day])
            return made(day.path, seen, b"", names, (), self._dead_paths(seen))
        tree.asked = set()
        seen = self.look.at_days([day])
        seen.unread += bool(tree.unlisted)  # what it asked about these folders may not hold
        merge(others, listings(tree, self._folders))
        asked = tree.asked - {day.path}
        tree.asked = None
        record = made(day.path, seen, tree.listing(day.path), names, asked, self._dead_paths(seen))
        return self.memory.with_state(record, self.plan.states.get(place), self._may_hold(seen, day))

    def _dead_paths(self, seen: Seen) -> set[str]:
        prefix = self.facts.site_prefix
        targets = {
            (target or "", finding.path) for finding, link in seen.dead for target in (finding.target, link.target)
        }
        paths = {dead_path(target, page, prefix) for target, page in targets}
        return {path for path in paths if path is not None}

    def _may_hold(self, seen: Seen, day: Day) -> bool:
        """Whether what was seen depends on nothing but files: not on the date, nor on whether a page could be read."""
        is_past = day.date is None or day.date <= self.look.today
        return is_past and not seen.unread and not any(finding.code == FutureDate.code for finding in seen.findings)
