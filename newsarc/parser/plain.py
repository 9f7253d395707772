"""The lines that most pages consist of nearly alone, each read by one regular expression.

What they say is defined by the general way: :mod:`newsarc.text.inline` finds the links, :mod:`newsarc.parser.page`
makes them, and the event's and the day's parser take them apart. What is read here is what comes to the same there, in
a fraction of the time; every other line is left to them. `tests/parser/test_plain.py` holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from newsarc.config import Config, Labels
from newsarc.model import Link, RelatedLink, Source
from newsarc.parser.contexts import splitter
from newsarc.parser.page import ITEM, begins_anew, note_words
from newsarc.parser.targets import canonical

# Whoever uses it sees to it that the label has no "[" and no backslash: to say so here takes 1 µs.
_LABEL = r"\[([^\]]*)\]"
# Here and in the slug, what most are made of goes first: it is twice as fast. A ")" must stand behind each.
_TARGET = r"(?:[A-Za-z0-9/:._-]+|[^\s()<>\\\x00-\x20\x7f]+)"
# The path of an event as `canonical` takes it without a further look.
_PATH = r"news/[0-9]{4}/[0-9]{2}/(?:[1-9]|[12][0-9]|3[01])/(?:[a-z0-9-]+|[^\s()<>\\\x00-\x20\x7f/#?%&]+)\.md"
_EVENT_TARGET = rf"(/({_PATH})|{_TARGET})"

_SOURCE = re.compile(rf"{ITEM.pattern}{_LABEL}\(({_TARGET})\)(?:[ \t]*\[IMG\]\(({_TARGET})\))?[ \t]*\Z")
_LINK_HEADING = re.compile(rf" {{0,3}}##?#?[ \t]+{_LABEL}\({_EVENT_TARGET}\)[ \t]*\Z")
_FORMATS = re.compile(
    rf"Formats:[ \t]+\[(HTML)\]\(({_TARGET})\)[ \t]*\[(JSON)\]\(({_TARGET})\)[ \t]*\[(XML)\]\(({_TARGET})\)[ \t]*\Z"
)


def plain_related(
    lines: Sequence[str], at: int, page: str, config: Config, known: frozenset[str], first: int = 1
) -> list[RelatedLink]:
    """Return the related links that begin at line index ``at``, up to the first that is no plain item of one line:
    ``1. [label](target) _Context: a, b_``. ``first`` is the number of the first of ``lines``.
    """
    # Measured: 3 µs an item, 18 in the general way.
    split = splitter(known)
    links: list[RelatedLink] = []
    for number, match in enumerate(_items(_related_item(config.labels), lines, at), at + first):
        label, target, path, written = match.groups()
        if "[" in label or "\\" in label:
            break
        column = match.start(2) + 1
        links.append(
            RelatedLink(
                label,
                target,
                path or canonical(target, page, config.site_prefix),
                number,
                column,
                column + len(target),
                True,
                () if written is None else split(written),
                written is not None,
            )
        )
    return links


def plain_sources(lines: Sequence[str], at: int) -> list[Source]:
    """Return the sources that begin at line index ``at``, up to the first that is no plain item of one line:
    ``1. [label](url)``, perhaps with `` [IMG](url)`` behind it.
    """
    # Measured: 2 µs an item, 10 in the general way.
    sources: list[Source] = []
    for number, match in enumerate(_items(_SOURCE, lines, at), at + 1):
        label, url, image = match.groups()
        if "[" in label or "\\" in label:
            break
        column = match.start(2) + 1
        sources.append(Source(label, url, number, column, column + len(url), image))
    return sources


def plain_formats(line: str, number: int, page: str, config: Config) -> list[Link]:
    """Return the links of a line ``Formats: [HTML](…)  [JSON](…)  [XML](…)``; none for any other line."""
    # Measured: 9 µs, 33 in the general way.
    match = _FORMATS.match(line)
    if match is None:
        return []
    links: list[Link] = []
    for group in (2, 4, 6):
        label, target = match[group - 1], match[group]
        column = match.start(group) + 1
        path = canonical(target, page, config.site_prefix)
        links.append(Link(label, target, path, number, column, column + len(target)))
    return links


def plain_heading(line: str, number: int, page: str, config: Config) -> Link | None:
    """Return the link of a heading that is nothing but a link, ``### [label](target)``; None for any other."""
    # Measured: 4 µs with what becomes of the link, 9 in the general way.
    match = _LINK_HEADING.match(line)
    if match is None:
        return None
    label, target, path = match.groups()
    if "[" in label or "\\" in label:
        return None
    column = match.start(2) + 1
    return Link(
        label, target, path or canonical(target, page, config.site_prefix), number, column, column + len(target)
    )


def _items(pattern: re.Pattern[str], lines: Sequence[str], at: int) -> Iterator[re.Match[str]]:
    """Yield the matches of the lines from index ``at`` on, as long as each is plain and an item of its own."""
    match = pattern.match(lines[at])
    while match:
        at += 1
        following = lines[at] if at < len(lines) else ""
        behind = pattern.match(following)
        if behind is None and not begins_anew(following):
            return
        yield match
        match = behind


@cache
def _related_item(labels: Labels) -> re.Pattern[str]:
    words = note_words(labels)
    if "]" in words:  # such a word could make a link of the note
        return re.compile("(?!)")
    note = rf"(?:[ \t]*_(?i:{words})[ \t]*[:：]([^\]]*)_)?[ \t]*\Z"
    return re.compile(rf"{ITEM.pattern}{_LABEL}\({_EVENT_TARGET}\){note}")
