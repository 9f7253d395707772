"""Link labels: comparison with headlines, and edits that replace them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from newsarc.lint.finding import Edit
from newsarc.model import Event
from newsarc.parser.contexts import headline_prefixes
from newsarc.text.headlines import strip_punctuation
from newsarc.text.inline import find_links
from newsarc.text.sanitize import visible

# Bytes that two headlines must have in common after a topic to count as one: less could be two similar events.
MIN_SHARED = 24
_UNESCAPED_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)


class Labelled(Protocol):
    """A link with its label, as written, and the position of its target."""

    @property
    def label(self) -> str:
        """The label."""

    @property
    def line(self) -> int:
        """The line of the target."""

    @property
    def column(self) -> int:
        """The column where the target begins."""


def same_headline(label: str, headline: str) -> bool:
    """Whether a label equals a headline, both folded, ignoring punctuation and a topic prefix of either."""
    if label == headline or strip_punctuation(label) == strip_punctuation(headline):
        return True
    return topic_prefix(label, headline, at_least=1) is not None


def topic_prefix(one: str, other: str, at_least: int = MIN_SHARED) -> str | None:
    """Return the topic prefix by which two folded headlines differ, or None if they differ otherwise.

    The common part must have ``at_least`` that many bytes without punctuation. A stray ``p`` may follow the topic.
    """
    for longer, shorter in ((one, strip_punctuation(other)), (other, strip_punctuation(one))):
        rest = longer
        for prefix in headline_prefixes(longer):
            rest = rest.partition(prefix)[2].lstrip(":. ")
            rests = strip_punctuation(rest), strip_punctuation(rest.removeprefix("p"))
            if shorter in rests and byte_size(shorter) >= at_least:
                return prefix
    return None


def byte_size(text: str) -> int:
    """Return the size of ``text`` in bytes of UTF-8, since a Chinese character carries as much as three letters."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def balance_brackets(label: str) -> str:
    """Return ``label`` with unbalanced brackets escaped, so that Markdown renders a link."""
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
    ends = [*sorted(odd + openers), len(label)]
    return label[: ends[0]] + "".join(f"\\{label[at:end]}" for at, end in pairwise(ends))


def label_from_headline(written: str) -> str:
    """Return a headline, as written, as the label of a related link.

    Unbalanced brackets are escaped. Control characters and bytes that are not UTF-8 are removed, because they would be
    findings on the linking page as well.
    """
    if visible(written) != written:
        written = "".join(char if visible(char) == char else " " * char.isspace() for char in written)
    return balance_brackets(written)


def headline_label(event: Event) -> str:
    """Return the headline of ``event`` as the label of a link to it."""
    front = event.front_matter
    title = event.headline if front is not None and front.title else event.headline_written.strip()
    label = balance_brackets(title)
    if "](" in label:  # a link inside a label would end the outer link
        label = _UNESCAPED_BRACKET.sub(r"\\\g<0>", title)
    # A trailing backslash would escape the closing bracket.
    return f"{label}\\" if (len(label) - len(label.rstrip("\\"))) % 2 else label


def label_edit(path: str, lines: Sequence[str], link: Labelled, label: str) -> Edit | None:
    """Return the edit that changes the label of ``link`` to ``label``.

    Returns None if the old label is not on one line, if Markdown would not render the new one as one link, or if the
    new one contains comment marks, control characters or bytes that are not UTF-8.
    """
    if "<!--" in label or "-->" in label or visible(label) != label:
        return None
    found = find_links(f"[{label}](x)")
    if [(new.label, new.target, new.rendered) for new in found] != [(label, "x", True)]:
        return None
    end = link.column - 2  # of the "]"
    start = end - len(link.label)
    line = lines[link.line - 1].removeprefix("\ufeff") if link.line <= len(lines) else ""
    if start < 1 or line[start - 1 : end + 1] != f"{link.label}](":
        return None
    return Edit(path, link.line, start, link.line, end, label)
