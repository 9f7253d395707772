"""Base classes of lint rules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from newsarc.lint.finding import Finding, Fix, Severity, Suggestion
from newsarc.model import Link, Source

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.event_table import EventTable
    from newsarc.lint.page import Page


class Rule(ABC):
    """A lint rule.

    The docstring of a rule is its documentation (``newsarc rule CODE``, ``docs/rules.md``): why it matters, a bad and a
    good example. ``summary`` states the problem in one line, without a full stop. A rule with ``default`` false runs
    only if it is selected by its code or name. ``checks_day_pages`` is false for rules that ignore day pages; if all
    selected rules do, day pages are not read. ``supersedes`` are the codes of rules whose findings are not reported at
    the place of one of this rule. ``in_day_folders`` and ``in_sites`` state which archives the rule is for: those with
    day folders (the layout ``context``), and sites of posts. ``depends_on_ledger`` is true for rules whose findings
    depend on the ledger of sources (:mod:`newsarc.sources.ledger`), so that a suppression may be unused today and
    needed tomorrow.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    severity: ClassVar[Severity]
    default: ClassVar[bool] = True
    checks_day_pages: ClassVar[bool] = True
    supersedes: ClassVar[tuple[str, ...]] = ()
    in_day_folders: ClassVar[bool] = True
    in_sites: ClassVar[bool] = False
    depends_on_ledger: ClassVar[bool] = False

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
        """Return a finding of this rule on one line. Without ``end_column`` it marks one character."""
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
        """Return a finding about the target of ``link``, or about the URL of a source."""
        target = link.url if isinstance(link, Source) else link.target
        return self.finding(
            path, link.line, message, column=link.column, end_column=link.end_column, target=target, fix=fix
        )


class PageRule(Rule):
    """A rule that checks one page, given the paths of the archive. Its fixes change that page alone.

    ``checks_front_page`` is true for rules that also check the front page of the archive. ``finds_dead_links`` is true
    for rules that report broken links; their findings get rename suggestions.

    ``silent_on_canonical`` is true for rules that never report canonical pages (:mod:`newsarc.parser.canonical`),
    whatever other files contain. ``silent_on_valid_links`` is true for rules that never report such a page if all its
    links point to other events, each once and in canonical form. The linter then skips the rule; tests verify both.
    """

    checks_front_page: ClassVar[bool] = False
    finds_dead_links: ClassVar[bool] = False
    silent_on_canonical: ClassVar[bool] = False
    silent_on_valid_links: ClassVar[bool] = False

    @abstractmethod
    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        """Yield the findings on ``page``."""


def missing_page(target: str) -> str:
    """Return the message for a link whose ``target`` does not exist."""
    return f"link to a page that does not exist: {target}" if target else "the link has no target"


class RuleScope(NamedTuple):
    """The ``pages`` (by id) and day ``folders`` that an archive rule checks; None for all."""

    pages: Collection[int] | None = None
    folders: Collection[str] | None = None


class ArchiveRule(Rule):
    """A rule that needs more than one page.

    ``reach`` states what the findings on a page depend on. ``links``: the page itself and the headlines of its targets;
    the scope names pages. ``day``: the pages of its day, and former names that other pages give to events of the day;
    the scope names folders. ``archive``: everything; the rule runs each time.
    """

    reach: ClassVar[Literal["links", "day", "archive"]] = "archive"

    @abstractmethod
    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        """Yield the findings in ``scope``. May read pages again to locate them."""
