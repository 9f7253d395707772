"""NA9: the files themselves, and the comments that silence rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsarc.lint.finding import Finding
from newsarc.lint.rules.rule import ArchiveRule, RuleScope

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint.event_table import EventTable


class UnreadableFile(ArchiveRule):
    """A page cannot be read: no permission, an error of the disk, or larger than `max-page-bytes`.

    What cannot be read cannot be checked. A symbolic link that leads out of the archive, and a name that is not
    UTF-8, are not followed and reported here too.

    Bad: an event that only its author may read, so that CI passes it over.

    Good: `chmod a+r news/2019/03/1/two-bridges-close.md`
    """

    code = "NA901"
    name = "unreadable-file"
    summary = "a page cannot be read, so nothing in it is checked"
    severity = "error"

    def check(self, events: EventTable, archive: Pages, scope: RuleScope) -> Iterator[Finding]:
        for path, line in archive.warnings_by_path().items():
            _, _, reason = line.partition(": not read: ")
            if reason:  # a folder that is no day is the business of NA202
                yield self.finding(path, 1, f"not read: {reason}", target="")


class UnusedSuppression(ArchiveRule):
    """A comment or front matter asks to ignore a rule that finds nothing there, or that does not exist.

    Such wishes outlive their reason, and would hide the next real finding.

    Bad, on a link that is whole:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_ <!-- newsarc: ignore NA101 -->

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA902"
    name = "unused-suppression"
    summary = "a rule is ignored where it finds nothing"
    severity = "warning"

    def check(self, events: EventTable, archive: Pages, scope: RuleScope) -> Iterator[Finding]:
        yield from ()  # found where suppressions are applied, after all other rules


RULES = (UnreadableFile(), UnusedSuppression())
