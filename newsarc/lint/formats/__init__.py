"""A report → text, one module per format. A formatter prints nothing and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from newsarc.lint.formats.concise import concise
from newsarc.lint.formats.github import github
from newsarc.lint.formats.gitlab import gitlab
from newsarc.lint.formats.grouped import grouped
from newsarc.lint.formats.json import json_document, json_lines
from newsarc.lint.formats.junit import junit
from newsarc.lint.formats.sarif import sarif
from newsarc.lint.linter import Report

Formatter = Callable[[Report], Iterator[str]]

FORMATTERS: Mapping[str, Formatter] = {
    "concise": concise,
    "grouped": grouped,
    "json": json_document,
    "jsonl": json_lines,
    "sarif": sarif,
    "github": github,
    "gitlab": gitlab,
    "junit": junit,
}

__all__ = ["FORMATTERS", "Formatter"]
