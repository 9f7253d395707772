"""What a rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from newsarc.lint.finding import Finding, Severity, Suggestion
from newsarc.model import Event, Link

if TYPE_CHECKING:
    from newsarc.archive import Archive


class EventRule(ABC):
    """A rule that looks at one event, and at which paths the archive has.

    The docstring of a rule is its documentation: why it matters, a bad and a good example.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    severity: ClassVar[Severity]

    @abstractmethod
    def check(self, event: Event, archive: Archive) -> Iterator[Finding]:
        """Yield what is wrong with ``event``, whose related links are checked already."""

    def at_target(self, event: Event, link: Link, message: str, suggestion: Suggestion | None = None) -> Finding:
        """Return a finding that marks the target of ``link``."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=self.severity,
            message=message,
            path=event.path,
            line=link.line,
            column=link.column,
            end_line=link.line,
            end_column=link.end_column,
            target=link.target,
            suggestion=suggestion,
        )
