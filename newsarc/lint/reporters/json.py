"""JSON: one document, or one finding per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from newsarc.lint.finding import Finding
from newsarc.lint.linter import Report
from newsarc.lint.reporters.json_stream import stream_items
from newsarc.text.sanitize import json_text

VERSION = 1


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return the JSON object for ``finding``."""
    suggestion, fix = finding.suggestion, finding.fix
    return {
        **finding._asdict(),
        "suggestion": suggestion and suggestion._asdict(),
        "fix": fix and {"safe": fix.safe, "edits": [edit._asdict() for edit in fix.edits]},
    }


def json_document(report: Report) -> Iterator[str]:
    """Yield a JSON document with a summary and all findings, one per line."""
    head: dict[str, Any] = {
        "version": VERSION,
        "summary": {
            "errors": report.errors,
            "warnings": report.warnings,
            "files": report.files,
            "seconds": round(report.seconds, 3),
            "accepted": report.accepted,
            "stale": [dict(zip(("path", "code", "about"), key, strict=True)) for key in report.stale],
        },
        "findings": [],
    }
    return stream_items(head, map(finding_record, report.findings))


def json_lines(report: Report) -> Iterator[str]:
    """Yield one JSON object per finding, one per line."""
    for finding in report.findings:
        yield json_text(json.dumps(finding_record(finding), ensure_ascii=False)) + "\n"
