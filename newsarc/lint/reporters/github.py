"""GitHub Actions annotations: workflow commands, one line per finding."""

from __future__ import annotations

from collections.abc import Iterator

from newsarc.lint.linter import Report
from newsarc.lint.reporters.concise import hint
from newsarc.text.sanitize import visible


def github(report: Report) -> Iterator[str]:
    """Yield one ``::error file=…,line=…,col=…,endColumn=…,title=…::message`` or ``::warning …`` per finding."""
    for finding in report.findings:
        place = {
            "file": finding.path,
            "line": finding.line,
            "endLine": finding.end_line,
            "col": finding.column,
            "endColumn": finding.end_column,
            "title": f"{finding.code} {finding.name}",
        }
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items())
        message = "\n".join(line for line in (visible(finding.message), hint(finding)) if line)
        yield f"::{finding.severity} {properties}::{_data(message)}\n"


def _data(text: str) -> str:
    """Escape as GitHub's toolkit does (``packages/core/src/command.ts``, ``escapeData``)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape as GitHub's toolkit does (``escapeProperty``)."""
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
