"""Findings and their fixes.

Named tuples, because there may be tens of thousands of each and frozen dataclasses are much slower to create.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

Severity = Literal["error", "warning"]


class Edit(NamedTuple):
    """Replacement of the range from (line, column) to (end line, end column), exclusive, by ``text``.

    Lines and columns count from 1. A byte order mark and the ``\\r`` at the end of a line do not count as characters.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fix(NamedTuple):
    """The edits that fix a finding. ``safe`` if they cannot change the meaning of the page."""

    safe: bool
    edits: tuple[Edit, ...]


class Suggestion(NamedTuple):
    """The page that a broken link probably meant, with a reason. ``certain`` if it cannot have meant anything else."""

    path: str
    reason: str
    certain: bool


Renames: TypeAlias = Mapping[tuple[str, str], Suggestion]  # by path of the page and target of the link, as written


class Finding(NamedTuple):
    """A finding of a rule.

    Lines and columns count characters from 1; the end column is exclusive. ``target`` is the link target, or another
    identification of the subject, by which the baseline recognizes the finding.
    """

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    target: str | None = None
    suggestion: Suggestion | None = None
    fix: Fix | None = None

    @property
    def letter(self) -> str:
        """The letter of the severity, which also selects rules: E or W."""
        return self.severity[0].upper()

    @property
    def is_fixable(self) -> bool:
        """Whether the finding has a safe fix."""
        return self.fix is not None and self.fix.safe

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """What findings are sorted by."""
        return self.path, self.line, self.column, self.code, self.message

    @property
    def about(self) -> str:
        """The subject of the finding, which does not depend on its line."""
        return self.message if self.target is None else self.target
