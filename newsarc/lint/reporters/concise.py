"""``path:line:column: CODE message``, which editors turn into links."""

from __future__ import annotations

from collections.abc import Iterator

from newsarc.lint.finding import Finding
from newsarc.lint.linter import Report
from newsarc.text.sanitize import visible


def concise(report: Report) -> Iterator[str]:
    """Yield one line per finding."""
    return map(concise_line, report.findings)


def concise_line(finding: Finding) -> str:
    """Return the line for a finding, including the newline."""
    suffix = f" ({text})" if (text := hint(finding)) else ""
    place = f"{finding.path}:{finding.line}:{finding.column}"
    return visible(f"{place}: {finding.code} {finding.message}{suffix}") + "\n"


def hint(finding: Finding) -> str | None:
    """Return the rename suggestion on one line, or None."""
    suggestion = finding.suggestion
    return None if suggestion is None else visible(f"renamed? {suggestion.path}: {suggestion.reason}")
