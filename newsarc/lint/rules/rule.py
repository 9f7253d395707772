"""What a rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from newsarc.lint.finding import Finding, Fix, Severity, Suggestion
from newsarc.model import Link, Source

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint.event_table import EventTable
    from newsarc.lint.page import Page


class Rule(ABC):
    """Something that can be wrong in an archive.

    The docstring of a rule is its documentation (``newsarc rule CODE``, ``docs/rules.md``): why it matters, a bad and a
    good example. ``summary`` says in one line, without a full stop, what is wrong. ``default`` is false for a rule that
    only runs when it is selected by its code or name. ``checks_day_pages`` is false for a rule that day pages are
    nothing to: where all are so, day pages are not read.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    severity: ClassVar[Severity]
    default: ClassVar[bool] = True
    checks_day_pages: ClassVar[bool] = True

    def finding(
        self,
        path: str,
        line: int,
        message: str,
        *,
        column: int = 1,
        end_column: int | None = None,
        target: str | None = None,
        suggestion: Suggestion | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """Return a finding of this rule on one line; without ``end_column`` it marks one character."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=self.severity,
            message=message,
            path=path,
            line=line,
            column=column,
            end_line=line,
            end_column=column + 1 if end_column is None else end_column,
            target=target,
            suggestion=suggestion,
            fix=fix,
        )

    def at(self, path: str, link: Link | Source, message: str, *, fix: Fix | None = None) -> Finding:
        """Return a finding that marks the target of ``link``, or the address of a source, and is about it."""
        target = link.url if isinstance(link, Source) else link.target
        return self.finding(
            path, link.line, message, column=link.column, end_column=link.end_column, target=target, fix=fix
        )


class PageRule(Rule):
    """A rule that needs one page, and which paths the archive has.

    ``checks_front_page`` is true for a rule that also looks at the archive's front page, which is of no day.
    ``finds_dead_links`` is true for a rule whose findings are about links that lead nowhere: they are told where the
    event went that was meant.

    ``silent_on_canonical`` is true for a rule that has nothing to report on canonical pages
    (:mod:`newsarc.parser.canonical`), whatever other files say; ``silent_on_valid_links`` for one that has nothing to
    report on such a page if all its links lead to other events, each once, as the archive writes links. Then lint need
    not ask. Tests hold rules to both.
    """

    checks_front_page: ClassVar[bool] = False
    finds_dead_links: ClassVar[bool] = False
    silent_on_canonical: ClassVar[bool] = False
    silent_on_valid_links: ClassVar[bool] = False

    @abstractmethod
    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        """Yield what is wrong with ``page``; nothing for pages that the rule is not about."""


class RuleScope(NamedTuple):
    """What an archive rule is to look at: ``pages``, by their ids, and day ``folders``; None for all."""

    pages: Collection[int] | None = None
    folders: Collection[str] | None = None


class ArchiveRule(Rule):
    """A rule that needs more than one page.

    ``reach`` says on what its findings about a page depend. On ``links``: on the page itself and the headlines of the
    events, and its findings are wanted for the pages of a scope. On the ``day``: on the pages of its day, and on the
    former names that other pages give for events of this day; they are wanted for the folders of a scope. On the whole
    ``archive``: then they are worked out in each run.
    """

    reach: ClassVar[Literal["links", "day", "archive"]] = "archive"

    @abstractmethod
    def check(self, events: EventTable, archive: Pages, scope: RuleScope) -> Iterator[Finding]:
        """Yield what is wrong in ``scope``; pages may be read again for the places of the findings."""
