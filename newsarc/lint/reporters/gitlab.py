"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsarc.lint.finding import Finding
from newsarc.lint.linter import Report
from newsarc.lint.reporters.concise import hint
from newsarc.lint.reporters.fingerprints import with_fingerprints
from newsarc.lint.reporters.json_stream import stream_items
from newsarc.text.sanitize import visible

_SEVERITIES = {"error": "major", "warning": "minor"}


def gitlab(report: Report) -> Iterator[str]:
    """Yield a JSON array with one object per finding."""
    return stream_items([], (_record(*found) for found in with_fingerprints(report.findings)))


def _record(finding: Finding, fingerprint: str) -> dict[str, Any]:
    text = "; ".join(line for line in (visible(finding.message), hint(finding)) if line)
    return {
        "description": f"{finding.code} {finding.name}: {text}",
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": finding.path.encode("utf-8", "replace").decode("utf-8"),
            "lines": {"begin": finding.line, "end": finding.end_line},
        },
    }
