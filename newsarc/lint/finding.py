"""What lint reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The page that a dead link probably meant, and why. ``certain`` where nothing else can have been meant."""

    path: str
    reason: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found. Lines and columns count characters from 1; the end column is the first behind it."""

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

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What findings are sorted by."""
        return self.path, self.line, self.column, self.code
