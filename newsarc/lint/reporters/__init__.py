"""Output formats for reports, one module each. They yield text and neither filter nor print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from newsarc.lint.linter import Report
from newsarc.lint.reporters.concise import concise
from newsarc.lint.reporters.github import github
from newsarc.lint.reporters.gitlab import gitlab
from newsarc.lint.reporters.grouped import grouped
from newsarc.lint.reporters.json import json_document, json_lines
from newsarc.lint.reporters.junit import junit
from newsarc.lint.reporters.sarif import sarif

Reporter = Callable[[Report], Iterator[str]]

REPORTERS: Mapping[str, Reporter] = {
    "concise": concise,
    "grouped": grouped,
    "json": json_document,
    "jsonl": json_lines,
    "sarif": sarif,
    "github": github,
    "gitlab": gitlab,
    "junit": junit,
}

__all__ = ["REPORTERS", "Reporter"]
