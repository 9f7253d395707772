"""The entry of an event on its day page: its text and its position."""

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
    from newsarc.archive.reader import PageReader
    from newsarc.lint.page import Page

_MAX_SUMMARY = 300  # characters; day pages truncate longer summaries and add "..."
_CUT_ENTITY = re.compile(r"&#?\w{0,31}\Z")


def previous_day(page: DayPage) -> Link | None:
    """Return the link to the previous day, even if it is the only heading of the page."""
    if page.previous is not None or len(page.headings) != 1:
        return page.previous
    only = page.headings[0]
    is_last = all(entry.link.line < only.line for entry in page.entries)
    return only if is_last and not DATE_LABEL.match(only.label) else None


def entry_lines(
    event: Event, text: str, reader: PageReader, contexts: Collection[str] = (), context_word: str | None = None
) -> Iterator[str]:
    """Yield the lines of the day page entry for ``event``. ``text`` is the text of its page.

    ``contexts`` are additional ones, for which the page of the event has no place. ``context_word`` is the label for
    the list of contexts, if the page does not use one itself.
    """
    front = event.front_matter
    if (front is not None and front.topics) or any(topic.name for topic in event.topic_lines):
        yield from (heading_line(5, topic) for topic in event.topics)
    yield f"### [{headline_label(event)}]({written_target(event.path, reader.config.site_prefix)})"
    lines = without_comments(page_lines(text), event.comments)
    summary = " ".join(lines[number - 1].strip() for number in event.summary_lines)
    names = sorted({*contexts, *(name for link in event.related for name in link.contexts)})
    if summary:
        is_long = len(summary) > _MAX_SUMMARY
        yield f"{_CUT_ENTITY.sub('', summary[:_MAX_SUMMARY])}..." if is_long else summary
    elif names:
        words = reader.config.labels.context
        word = next((word for word in words if f"_{word}:" in text), context_word or words[0])
        yield f"_{word}: {', '.join(names)}_"


def insertion(entry: Sequence[str], page: Page) -> Edit | None:
    """Return the edit that inserts ``entry`` before the link to the previous day, or else at the end.

    Returns None if ``page`` does not list events, or ends within a comment.
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
        return None  # the page ends within a comment
    else:
        line, column = len(lines), len(lines[-1]) + 1
        block = ["", *entry, ""] if lines[-1] else [*entry, "", ""]
        before = lines[-1] or (lines[-2] if len(lines) > 1 else "")
    if before.strip():
        block = ["", *block]
    return Edit(page.path, line, column, line, column, end.join(block))
