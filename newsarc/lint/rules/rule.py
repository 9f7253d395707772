"""What a rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from newsarc.lint.finding import Finding, Fix, Severity, Suggestion
from newsarc.model import Link, Source

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint.facts import Facts
    from newsarc.lint.page import Page
    from newsarc.storage.tree import Day


class Rule(ABC):
    """Something that can be wrong in an archive.

    The docstring of a rule is its documentation (``newsarc rule CODE``, ``docs/rules.md``): why it matters, a bad and a
    good example. ``summary`` says in one line, without a full stop, what is wrong. ``default`` is false for a rule that
    only runs when it is selected by its code or name. ``about_day_pages`` is false for a rule that day pages are
    nothing to: where all are so, day pages are not read.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    severity: ClassVar[Severity]
    default: ClassVar[bool] = True
    about_day_pages: ClassVar[bool] = True

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

    ``about_front_page`` is true for a rule that also looks at the archive's front page, which is of no day.

    ``quiet`` says on which pages the rule is known to have nothing to say, so that it need not be asked: on ``regular``
    ones (:mod:`newsarc.lint.regular`), on those that are ``whole`` as well (all their links lead to other events, each
    once, as the archive writes links), on any page that is ``linked``
    (:class:`newsarc.lint.linked.LinkReader`), or ``never``. Tests hold rules to it.
    """

    about_front_page: ClassVar[bool] = False
    quiet: ClassVar[Literal["regular", "whole", "linked", "never"]] = "never"

    @abstractmethod
    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        """Yield what is wrong with ``page``; nothing for pages that the rule is not about."""


class ArchiveRule(Rule):
    """A rule that needs the facts of all pages.

    ``of_day`` is true for a rule whose findings on the pages of a day folder depend on nothing but the pages in that
    folder, which paths the archive has, and what all events are called, now and formerly. Then they are kept until one
    of these changes. All others are asked anew in each run.
    """

    of_day: ClassVar[bool] = False

    @abstractmethod
    def check(self, facts: Facts, archive: Pages, days: Sequence[Day]) -> Iterator[Finding]:
        """Yield what is wrong; pages may be loaded again for the places of the findings.

        ``days`` are all days, or, for a rule that is ``of_day``, those whose pages the findings are wanted for.
        """
