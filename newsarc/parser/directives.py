"""Comments to newsarc in a page: ``<!-- newsarc: ignore NA105 -->`` and ``<!-- newsarc: ignore-file NA301 -->``.

A reason may follow behind a colon or a dash, or in parentheses: ``<!-- newsarc: ignore NA301 (none was kept) -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsarc.model import Comment, Directive

_DIRECTIVE = re.compile(r"\s*newsarc\s*(?::|(?=ignore))\s*(.*)", re.DOTALL | re.IGNORECASE)
_WISH = re.compile(r"(ignore(?:-file)?)(?:\s+|\Z)(.*)", re.DOTALL | re.IGNORECASE)
_SEPARATOR = re.compile(r"[,，\s]+")
# A hyphen begins a reason behind white space only: names of rules have some.
_REASON = re.compile(r"[:：(（‒–—―−]|(?:(?<=\s)|\A)-")


def directives(comments: Iterable[Comment]) -> tuple[Directive, ...]:
    """Return what ``comments`` say to newsarc."""
    return tuple(_directive(match[1], comment) for comment in comments if (match := _DIRECTIVE.match(comment.text)))


def _directive(written: str, comment: Comment) -> Directive:
    wish = _WISH.match(written)
    named = [rule for rule in _SEPARATOR.split(_REASON.split(wish[2], maxsplit=1)[0]) if rule] if wish else []
    # What asks for nothing, or names no rule, is kept as a whole: a rule that does not exist, which lint reports.
    return Directive(
        tuple(named) or (" ".join(written.split()),),
        wish is not None and wish[1].lower() == "ignore-file",
        comment.is_alone,
        comment.line,
        comment.column,
        comment.end_line,
        comment.end_column,
    )
