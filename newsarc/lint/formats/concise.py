"""``path:line:column: CODE message``, the form that editors know how to follow."""

from __future__ import annotations

from collections.abc import Iterator

from newsarc.lint.engine import Report
from newsarc.safe import visible


def concise(report: Report) -> Iterator[str]:
    """Yield one line per finding."""
    for finding in report.findings:
        hint = ""
        if finding.suggestion is not None:
            hint = f" (renamed? {finding.suggestion.path}: {finding.suggestion.reason})"
        place = f"{finding.path}:{finding.line}:{finding.column}"
        yield visible(f"{place}: {finding.code} {finding.message}{hint}") + "\n"
