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
    """Return the line of one finding, with its end."""
    return f"{visible(finding.path)}:{finding.line}:{finding.column}: {finding_text(finding)}\n"


def finding_text(finding: Finding) -> str:
    """Return code, message and suggestion of a finding, on one line."""
    meant = f" ({said})" if (said := hint(finding)) else ""
    return visible(f"{finding.code} {fixable_mark(finding)}{finding.message}{meant}")


def fixable_mark(finding: Finding) -> str:
    """Return ``[*]`` and a space for a finding with a safe fix, as Ruff does, else nothing."""
    return "[*] " if finding.is_fixable else ""


def hint(finding: Finding) -> str | None:
    """Return the rename suggestion on one line, or None."""
    suggestion = finding.suggestion
    return None if suggestion is None else visible(f"renamed? {suggestion.path}: {suggestion.reason}")
