"""The labels of links: when they say a headline, and how they are written anew."""

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

# What two headlines must share, in bytes, to be one behind its topic: less could be two events of one kind.
MIN_SHARED = 24
_BARE_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)


class Labelled(Protocol):
    """A link: its label, as written, and where its target begins."""

    @property
    def label(self) -> str:
        """The label."""

    @property
    def line(self) -> int:
        """The line that it stands on."""

    @property
    def column(self) -> int:
        """Where its target begins."""


def means_headline(label: str, headline: str) -> bool:
    """Whether a label says a headline, both folded: punctuation and a topic before one of them apart."""
    if label == headline or strip_punctuation(label) == strip_punctuation(headline):
        return True
    return topic_between(label, headline, at_least=1) is not None


def topic_between(one: str, other: str, at_least: int = MIN_SHARED) -> str | None:
    """Return the topic that stands before one of two headlines, both folded, that are else the same; or None.

    What they share must have ``at_least`` so many bytes without punctuation. A stray ``p`` may stand behind the topic.
    """
    for longer, shorter in ((one, strip_punctuation(other)), (other, strip_punctuation(one))):
        rest = longer
        for prefix in headline_prefixes(longer):
            rest = rest.partition(prefix)[2].lstrip(":. ")
            rests = strip_punctuation(rest), strip_punctuation(rest.removeprefix("p"))
            if shorter in rests and size(shorter) >= at_least:
                return prefix
    return None


def size(text: str) -> int:
    """Return the size of ``text`` in bytes of UTF-8: a Chinese character says as much as three letters."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


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
    ends = [*sorted(odd + openers), len(label)]
    return label[: ends[0]] + "".join(f"\\{label[at:end]}" for at, end in pairwise(ends))


def label_for(written: str) -> str:
    """Return a headline, as written, as the label of a related link: brackets balanced, and without bytes that are not
    UTF-8 and control characters, which would be findings in that page too.
    """
    if visible(written) != written:
        written = "".join(char if visible(char) == char else " " * char.isspace() for char in written)
    return with_balanced_brackets(written)


def headline_label(event: Event) -> str:
    """Return the headline of ``event`` as the label of a link to it."""
    front = event.front_matter
    title = event.headline if front is not None and front.title else event.headline_written.strip()
    label = with_balanced_brackets(title)
    if "](" in label:  # a link in a label would end the link around it
        label = _BARE_BRACKET.sub(r"\\\g<0>", title)
    # A last backslash would keep the label from ending.
    return f"{label}\\" if (len(label) - len(label.rstrip("\\"))) % 2 else label


def label_edit(path: str, lines: Sequence[str], link: Labelled, label: str) -> Edit | None:
    """Return the edit that writes ``label`` on ``link``.

    None where the old one cannot be located on one line, where Markdown would not make one link of the new one, as for
    a link inside it, or where the new one has a comment, control characters or bytes that are not UTF-8.
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
