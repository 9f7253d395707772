"""The entry of an event on the page of its day: how it is written, and where it goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from newsarc.lint.finding import Edit
from newsarc.lint.labels import headline_label
from newsarc.model import DayPage, Event, Link
from newsarc.parser.comments import without_comments
from newsarc.parser.page import DATE_LABEL, heading_line, page_lines
from newsarc.parser.targets import written_target

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint.page import Page

_MAX_SUMMARY = 300  # characters; what is longer is cut on day pages and ends in "..."
_CUT_ENTITY = re.compile(r"&#?\w{0,31}\Z")


def previous_day(page: DayPage) -> Link | None:
    """Return the link to the previous day, also where it is the only heading of the page."""
    if page.previous is not None or len(page.headings) != 1:
        return page.previous
    only = page.headings[0]
    is_last = all(entry.link.line < only.line for entry in page.entries)
    return only if is_last and not DATE_LABEL.match(only.label) else None


def entry_lines(
    event: Event, text: str, archive: Pages, contexts: Collection[str] = (), context_word: str | None = None
) -> Iterator[str]:
    """Yield the lines of the entry that a day page has for ``event``, whose page says ``text``.

    ``contexts`` are those of the event that its own page has no place for, ``context_word`` what marks such a list
    where that page has none.
    """
    front = event.front_matter
    if (front is not None and front.topics) or any(topic.name for topic in event.topic_lines):
        yield from (heading_line(5, topic) for topic in event.topics)
    yield f"### [{headline_label(event)}]({written_target(event.path, archive.config.site_prefix)})"
    lines = without_comments(page_lines(text), event.comments)
    summary = " ".join(lines[number - 1].strip() for number in event.summary_lines)
    names = sorted({*contexts, *(name for link in event.related for name in link.contexts)})
    if summary:
        is_long = len(summary) > _MAX_SUMMARY
        yield f"{_CUT_ENTITY.sub('', summary[:_MAX_SUMMARY])}..." if is_long else summary
    elif names:
        words = archive.config.labels.context
        word = next((word for word in words if f"_{word}:" in text), context_word or words[0])
        yield f"_{word}: {', '.join(names)}_"


def insertion(entry: Sequence[str], page: Page) -> Edit | None:
    """Return the edit that puts ``entry`` before the link to the previous day, or at the end; None where the page is
    none that lists events.
    """
    day_page = page.day_page
    if day_page is None or not (day_page.headings or day_page.entries):
        return None
    lines, end = page.lines, "\r\n" if "\r\n" in page.text else "\n"
    previous = previous_day(day_page)
    if previous is not None:
        line, column = previous.line, 1
        block = [*entry, "", ""]
        before = lines[line - 2] if line > 1 else ""
    elif day_page.comments and not day_page.comments[-1].is_closed and day_page.comments[-1].end_line == len(lines):
        return None  # the end of the page is within a comment
    else:
        line, column = len(lines), len(lines[-1]) + 1
        block = ["", *entry, ""] if lines[-1] else [*entry, "", ""]
        before = lines[-1] or (lines[-2] if len(lines) > 1 else "")
    if before.strip():
        block = ["", *block]
    return Edit(page.path, line, column, line, column, end.join(block))
