"""Comments to newsarc in a page: ``<!-- newsarc: ignore NA105 -->`` and ``<!-- newsarc: ignore-file NA301 -->``.

A reason may follow behind a colon or a dash: ``<!-- newsarc: ignore NA301: nobody reported it -->``.
"""

from __future__ import annotations

import re

from newsarc.model import Directive
from newsarc.parser.page import page_lines

_MARK = "<!-- newsarc:"
_COMMENT = re.compile(r"<!-- newsarc:([^<>]*)-->")
_SEPARATOR = re.compile(r"[,\s]+")
_REASON = re.compile(r":|[ \t]-+[ \t].*", re.DOTALL)


def lines_and_directives(text: str) -> tuple[list[str], tuple[Directive, ...]]:
    """Return the lines of a page without such comments, as :func:`take_directives` does, and what these say."""
    lines = page_lines(text)
    return take_directives(lines) if _MARK in text else (lines, ())


def take_directives(lines: list[str]) -> tuple[list[str], tuple[Directive, ...]]:
    """Return ``lines`` with such comments blanked out, so that columns keep their meaning, and what they say."""
    if not any(_MARK in line for line in lines):
        return lines, ()
    directives: list[Directive] = []
    for index, line in enumerate(lines):
        if _MARK not in line:
            continue
        blanked = _COMMENT.sub(lambda match: " " * len(match[0]), line)
        is_alone = not blanked.strip()
        for match in _COMMENT.finditer(line):
            directives.append(_directive(match, is_alone, index + 1))
        lines[index] = blanked.rstrip() if not is_alone else ""
    return lines, tuple(directives)


def _directive(match: re.Match[str], is_alone: bool, line: int) -> Directive:
    action, _, rest = match[1].strip().partition(" ")
    named = [rule for rule in _SEPARATOR.split(_REASON.split(rest, maxsplit=1)[0]) if rule]
    # What is no wish, or names no rule, is kept whole: a rule that does not exist, which lint reports.
    rules = named if action in ("ignore", "ignore-file") and named else [" ".join(match[1].split())]
    return Directive(tuple(rules), action == "ignore-file", is_alone, line, match.start() + 1, match.end() + 1)
