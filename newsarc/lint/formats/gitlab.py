"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import json
from collections.abc import Iterator

from newsarc.lint.engine import Report
from newsarc.lint.formats.concise import hint
from newsarc.lint.formats.fingerprints import with_fingerprints
from newsarc.safe import json_text, visible

_SEVERITIES = {"error": "major", "warning": "minor"}


def gitlab(report: Report) -> Iterator[str]:
    """Yield one JSON array with an object per finding."""
    yield "["
    separator = "\n"
    for finding, fingerprint in with_fingerprints(report.findings):
        said = "; ".join(line for line in (visible(finding.message), hint(finding)) if line)
        record = {
            "description": f"{finding.code} {finding.name}: {said}",
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": finding.path.encode("utf-8", "replace").decode("utf-8"),
                "lines": {"begin": finding.line, "end": finding.end_line},
            },
        }
        yield separator + json_text(json.dumps(record, ensure_ascii=False))
        separator = ",\n"
    yield "\n]\n" if separator != "\n" else "]\n"
