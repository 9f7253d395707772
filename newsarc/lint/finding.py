"""What lint reports, and how it can be mended.

Named tuples, since there may be tens of thousands of each: they take a fifth of the time to make of frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

Severity = Literal["error", "warning"]


class Edit(NamedTuple):
    """Put ``text`` in the place of what stands from (line, column) up to, not including, (end line, end column).

    Lines and columns count from 1; a byte order mark and the ``\\r`` of a line's end do not count.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Fix(NamedTuple):
    """How to mend a finding. ``safe`` where the meaning of the page cannot suffer."""

    safe: bool
    edits: tuple[Edit, ...]


class Suggestion(NamedTuple):
    """The page that a dead link probably meant, and why. ``certain`` where nothing else can have been meant."""

    path: str
    reason: str
    certain: bool


Renames: TypeAlias = Mapping[tuple[str, str], Suggestion]  # by path of the page and target of the link, as written


class Finding(NamedTuple):
    """One thing that a rule found.

    Lines and columns count characters from 1; the end column is the first behind it. ``target`` is what the finding is
    about, a link target or whatever else names it: the baseline knows a finding by its path, code and target.
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
    def place(self) -> tuple[str, int, int, str, str]:
        """What findings are sorted by."""
        return self.path, self.line, self.column, self.code, self.message

    @property
    def about(self) -> str:
        """What the finding is about, in words that a change of lines does not touch."""
        return self.message if self.target is None else self.target
