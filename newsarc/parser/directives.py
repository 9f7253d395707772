"""Comments to newsarc in a page: ``<!-- newsarc: ignore NA105 -->`` and ``<!-- newsarc: ignore-file NA301 -->``."""

from __future__ import annotations

import re

from newsarc.model import Directive

_MARK = "<!-- newsarc:"
_COMMENT = re.compile(r"<!-- newsarc:[ \t]*(ignore-file|ignore)[ \t]([\w,\- \t]*)-->")
_SEPARATOR = re.compile(r"[,\s]+")


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
            rules = tuple(rule for rule in _SEPARATOR.split(match[2]) if rule)
            is_for_file = match[1] == "ignore-file"
            place = (index + 1, match.start() + 1, match.end() + 1)
            directives.append(Directive(rules, is_for_file, is_alone, *place))
        lines[index] = blanked.rstrip() if not is_alone else ""
    return lines, tuple(directives)
