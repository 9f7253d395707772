"""A block per page: its path, then a line per finding, as Ruff's format of that name has it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from newsarc.lint.linter import Report
from newsarc.lint.reporters.concise import finding_text
from newsarc.text.sanitize import visible


def grouped(report: Report) -> Iterator[str]:
    """Yield for each page ``path:``, its findings as ``line:column E CODE message``, indented, and an empty line."""
    for path, findings in groupby(report.findings, key=attrgetter("path")):
        yield f"{visible(path)}:\n"
        for finding in findings:
            yield f"  {finding.line}:{finding.column} {finding.letter} {finding_text(finding)}\n"
        yield "\n"
