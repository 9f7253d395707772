"""NA9: the files themselves, and the comments that silence rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsarc.lint.finding import Finding
from newsarc.lint.rules.rule import ArchiveRule, RuleScope

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.event_table import EventTable


class UnreadableFile(ArchiveRule):
    """A page cannot be read: no permission, a disk error, or larger than `max-page-bytes`.

    A page that cannot be read is not checked. Symbolic links out of the archive and file names that are not UTF-8 are
    not followed; they are reported here too.

    Bad: only its author may read the file, so CI skips it.

    Good: `chmod a+r news/2019/03/1/two-bridges-close.md`
    """

    code = "NA901"
    name = "unreadable-file"
    summary = "a page cannot be read, so it is not checked"
    severity = "error"
    in_sites = True

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        for path, line in reader.warnings_by_path().items():
            _, _, reason = line.partition(": not read: ")
            if reason:  # NA202 reports folders that are not dates
                yield self.finding(path, 1, f"not read: {reason}", target="")


class UnusedSuppression(ArchiveRule):
    """A suppression has no effect: the rule finds nothing there, or does not exist.

    Obsolete suppressions would hide the next real finding.

    Bad, on a valid link:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_ <!-- newsarc: ignore NA101 -->

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA902"
    name = "unused-suppression"
    summary = "a suppression has no effect"
    severity = "warning"
    in_sites = True

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        yield from ()  # reported when suppressions are applied, after all other rules


RULES = (UnreadableFile(), UnusedSuppression())
