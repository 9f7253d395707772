"""Suppression comments: ``<!-- newsarc: ignore NA105 -->`` and ``<!-- newsarc: ignore-file NA301 -->``.

A reason may follow after a colon or dash, or in parentheses: ``<!-- newsarc: ignore NA301 (source lost) -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsarc.model import Comment, Directive

_DIRECTIVE = re.compile(r"\s*newsarc\s*(?::|(?=ignore))\s*(.*)", re.DOTALL | re.IGNORECASE)
_SUPPRESSION = re.compile(r"(ignore(?:-file)?)(?:\s+|\Z)(.*)", re.DOTALL | re.IGNORECASE)
_SEPARATOR = re.compile(r"[,，\s]+")
# A hyphen starts a reason only after white space, because rule names contain hyphens.
_REASON = re.compile(r"[:：(（‒–—―−]|(?:(?<=\s)|\A)-")


def directives(comments: Iterable[Comment]) -> tuple[Directive, ...]:
    """Return the directives in ``comments``."""
    return tuple(_directive(match[1], comment) for comment in comments if (match := _DIRECTIVE.match(comment.text)))


def _directive(written: str, comment: Comment) -> Directive:
    suppression = _SUPPRESSION.match(written)
    named = (
        [rule for rule in _SEPARATOR.split(_REASON.split(suppression[2], maxsplit=1)[0]) if rule] if suppression else []
    )
    # Anything else counts as the name of a rule, which lint then reports as unknown.
    return Directive(
        tuple(named) or (" ".join(written.split()),),
        suppression is not None and suppression[1].lower() == "ignore-file",
        comment.is_alone,
        comment.line,
        comment.column,
        comment.end_line,
        comment.end_column,
    )
