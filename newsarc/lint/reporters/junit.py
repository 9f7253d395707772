"""JUnit XML, for servers that only show test results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from operator import attrgetter

from newsarc.lint.finding import Finding
from newsarc.lint.linter import Report
from newsarc.lint.reporters.concise import concise_line
from newsarc.text.sanitize import visible

# XML 1.0 forbids these two even as references; ``visible`` has replaced all other forbidden characters.
_NO_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}


def junit(report: Report) -> Iterator[str]:
    """Yield a test suite with a failed test case for each page with findings.

    A test case has a single failure with all findings of the page, because most servers only show the first one.
    Without findings, there is one passed test case, because some servers reject an empty report.
    """
    pages = [(path, list(found)) for path, found in groupby(report.findings, key=attrgetter("path"))]
    counts = f'tests="{max(1, len(pages))}" failures="{len(pages)}" errors="0" time="{report.seconds:.3f}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="newsarc" {counts}>\n<testsuite name="newsarc lint" skipped="0" {counts}>\n'
    for path, findings in pages:
        yield from _failed(_text(path), findings)
    if not pages:
        yield '<testcase classname="newsarc" name="no findings" time="0"/>\n'
    yield "</testsuite>\n</testsuites>\n"


def _failed(path: str, findings: Sequence[Finding]) -> Iterator[str]:
    yield f'<testcase classname="newsarc" name="{path}" file="{path}" time="0">\n'
    kind = "error" if any(finding.severity == "error" for finding in findings) else "warning"
    codes = Counter(f"{finding.code} {finding.name}" for finding in findings)
    message = ", ".join(code if number == 1 else f"{number} × {code}" for code, number in sorted(codes.items()))
    yield f'<failure type="{kind}" message="{_text(message)}">'
    yield from (f"{_text(concise_line(finding)[:-1])}\n" for finding in findings)
    yield "</failure>\n</testcase>\n"


def _text(text: str) -> str:
    return escape(visible(text).translate(_NO_XML))
