"""A report → text, one module per format. A formatter prints nothing and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from newsarc.lint.engine import Report
from newsarc.lint.formats.concise import concise
from newsarc.lint.formats.json import json_document, json_lines

Formatter = Callable[[Report], Iterator[str]]

FORMATTERS: Mapping[str, Formatter] = {"concise": concise, "json": json_document, "jsonl": json_lines}

__all__ = ["FORMATTERS", "Formatter"]
