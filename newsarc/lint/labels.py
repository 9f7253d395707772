"""The labels of links: when they say a headline, and how they are written anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarc.lint.finding import Edit
from newsarc.model import Link
from newsarc.parser.contexts import headline_prefixes

# What makes no difference: quotation marks of all kinds, and punctuation and space, which the archive's own label
# writer changes ("http://a" → "http:--a") and headline editors mend without renaming anything.
_NO_DIFFERENCE = re.compile(r"[\W_]+")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)


def means_headline(label: str, headline: str) -> bool:
    """Whether a label says a headline, both folded: a topic before either of them, and punctuation, apart."""
    if label == headline:
        return True
    labels, headlines = _bare_forms(label), _bare_forms(headline)
    return not labels.isdisjoint(headlines)


def _bare_forms(text: str) -> set[str]:
    """Return ``text`` without punctuation, whole and without the topics that may begin it."""
    forms = {_NO_DIFFERENCE.sub("", text)}
    rest = text
    for prefix in headline_prefixes(text):
        rest = rest.partition(prefix)[2].lstrip(":. ")
        forms.add(_NO_DIFFERENCE.sub("", rest))
    return forms - {""}


def with_balanced_brackets(label: str) -> str:
    """Return ``label`` with a backslash before each bracket that has no partner, so that Markdown shows a link."""
    openers: list[int] = []
    odd: list[int] = []
    for match in _BRACKET.finditer(label):
        if match[0] == "[":
            openers.append(match.start())
        elif match[0] == "]":
            if openers:
                openers.pop()
            else:
                odd.append(match.start())
    for at in sorted(odd + openers, reverse=True):
        label = f"{label[:at]}\\{label[at:]}"
    return label


def label_edit(path: str, lines: Sequence[str], link: Link, label: str) -> Edit | None:
    """Return the edit that writes ``label`` on ``link``; None where the old one cannot be located on one line."""
    end = link.column - 2  # of the "]"
    start = end - len(link.label)
    line = lines[link.line - 1].removeprefix("\ufeff") if link.line <= len(lines) else ""
    if start < 1 or line[start - 1 : end + 1] != f"{link.label}](":
        return None
    return Edit(path, link.line, start, link.line, end, label)
