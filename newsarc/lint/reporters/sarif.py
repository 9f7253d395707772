"""SARIF 2.1.0, the OASIS standard for static analysis results, which GitHub code scanning reads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import quote

from newsarc.__about__ import __version__
from newsarc.lint.docs import explanation, first_line, rule_markdown
from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.linter import Report
from newsarc.lint.reporters.concise import hint
from newsarc.lint.reporters.fingerprints import with_fingerprints
from newsarc.lint.reporters.json_stream import stream_items
from newsarc.lint.rules import RULES
from newsarc.lint.rules.rule import Rule
from newsarc.text.sanitize import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "newsarc/v1"

_Record = dict[str, Any]


def sarif(report: Report) -> Iterator[str]:
    """Yield a SARIF log with one run: all rules, and one result per finding."""
    places = {rule.code: number for number, rule in enumerate(RULES)}
    run: _Record = {
        "tool": {
            "driver": {
                "name": "newsarc",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_descriptor(rule) for rule in RULES],
            }
        },
        "columnKind": "unicodeCodePoints",
        "defaultEncoding": "UTF-8",
        "results": [],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    results = (
        _result(finding, fingerprint, places[finding.code])
        for finding, fingerprint in with_fingerprints(report.findings)
    )
    return stream_items(log, results)


def _descriptor(rule: Rule) -> _Record:
    text = rule_markdown(rule)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _braced(first_line(rule))},
        "fullDescription": {"text": _braced(explanation(rule))},
        "help": {"text": _braced(text), "markdown": _braced(text)},
        "defaultConfiguration": {"enabled": rule.default, "level": rule.severity},
    }


def _result(finding: Finding, fingerprint: str, rule_index: int) -> _Record:
    result: _Record = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(finding.path), "region": _region(finding)}}],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if finding.fix is not None and all(_is_text(edit.text) for edit in finding.fix.edits):
        result["fixes"] = [_fix(finding.fix)]
    return result


def _fix(fix: Fix) -> _Record:
    certainty = "certain: newsarc lint --fix" if fix.safe else "only probable: newsarc lint --fix --unsafe-fixes"
    changes = groupby(sorted(fix.edits, key=attrgetter("path")), key=attrgetter("path"))
    return {
        "description": {"text": certainty},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path),
                "replacements": [
                    {"deletedRegion": _region(edit), "insertedContent": {"text": edit.text}} for edit in edits
                ],
            }
            for path, edits in changes
        ],
    }


def _region(place: Finding | Edit) -> _Record:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _artifact(path: str) -> _Record:
    return {"uri": quote(path, safe="/", errors="surrogateescape")}


def _message(finding: Finding) -> str:
    """Return the message as plain text, without placeholders, links or control characters from the archive."""
    lines = (line for line in (visible(finding.message), hint(finding)) if line)
    return _braced("\n".join(lines).replace("](", "] ("))


def _braced(text: str) -> str:
    # In SARIF message strings (3.11.5), single braces delimit placeholders.
    return text.replace("{", "{{").replace("}", "}}")


def _is_text(text: str) -> bool:
    """Whether ``text`` can be encoded as UTF-8. A fix with other bytes cannot be represented in SARIF."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
