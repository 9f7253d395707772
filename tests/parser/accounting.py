"""The parts of a page that the model covers: its links, and the lines that belong to some part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsarc.model import DayPage, Event, Link

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|\Z)")
_NEW_ITEM = re.compile(r" {0,3}(?:\d{1,9}[.)]|[-*+])[ \t]+(?=\S)")


def all_links(page: Event | DayPage) -> Iterator[tuple[Link, bool]]:
    """Yield each link of a page, and whether it is an item of a list section or a heading."""
    for link in (*page.formats, *page.links):
        yield link, False
    if isinstance(page, Event):
        for link in (*page.changes, *page.related, *([page.date_link] if page.date_link else [])):
            yield link, True
    else:
        for link in (*page.headings, *(entry.link for entry in page.entries)):
            yield link, True


def accounted_lines(page: Event | DayPage, text: str) -> set[int]:
    """Return the numbers of the lines of ``text`` that belong to some part of ``page``.

    The model has one line of an item that spans several; the others count as well, from the first line of the item
    down to a blank line or another item.
    """
    found = {link.line for link, _ in all_links(page)}
    found.update(prose.line for prose in page.prose)
    for comment in page.comments:
        found.update(range(comment.line, comment.end_line + 1))
    if page.formats_line is not None:
        found.add(page.formats_line)
    if isinstance(page, Event):
        items = {link.line for link in (*page.changes, *page.related)} | {source.line for source in page.sources}
        found |= items | _continued(items, text)
        found.update(page.summary_lines)
        found.update(section.line for section in page.sections)
        found.update(topic.line for topic in page.topic_lines)
        if page.headline_line is not None:
            found.add(page.headline_line)
        if page.front_matter is not None:
            found.update(range(page.front_matter.line, page.front_matter.end_line + 1))
    else:
        for entry in page.entries:
            found.update(entry.lines)
            found.update(topic.line for topic in entry.topic_lines)
    return found


def _continued(items: set[int], text: str) -> set[int]:
    lines = ["", *_lines(text), ""]
    found: set[int] = set()
    for item in items:
        first = item
        while first > 1 and not _NEW_ITEM.match(lines[first]) and lines[first - 1].strip():
            first -= 1
        last = item
        while lines[last + 1].strip() and not _HEADING.match(lines[last + 1]) and not _NEW_ITEM.match(lines[last + 1]):
            last += 1
        found.update(range(first, last + 1))
    return found


def filled_lines(text: str) -> set[int]:
    """Return the numbers of the lines that are not blank."""
    return {number for number, line in enumerate(_lines(text), 1) if line.strip()}


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").split("\n")
