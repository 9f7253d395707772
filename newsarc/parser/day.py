"""Parser for day pages (``index.md``, ``README.md``) and the front page, which lists several days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence

from newsarc.config import DEFAULT_CONFIG, Config
from newsarc.model import DayEntry, DayPage, Link, Problem, Prose, Topic
from newsarc.parser.comments import extract_comments
from newsarc.parser.contexts import names_with_comma, splitter
from newsarc.parser.directives import directives
from newsarc.parser.page import (
    DATE_LABEL,
    FORMATS,
    HEADING,
    RULE,
    Place,
    context_note,
    encoding_problems,
    folder_date,
    heading_text,
    make_date,
    make_links,
    page_lines,
    paragraphs,
    prose_links,
)
from newsarc.text.inline import find_links
from newsarc.text.normalize import display

Line = tuple[str, int]  # a line and its number, from 1


def parse_day(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> DayPage:
    """Parse any day page or the front page; see :func:`newsarc.parser.parse_day`."""
    return _DayParser(text, path, config, names).parse()


class _DayParser:
    """One pass over the lines. Topics are collected until the event heading below them."""

    def __init__(self, text: str, path: str, config: Config, names: Collection[str]) -> None:
        written = page_lines(text)
        self.lines, self.comments = extract_comments(text, written)
        self.path = path
        self.config = config
        self.names = frozenset(names)
        self.note = context_note(config.labels)
        self.date: dt.date | None = None
        self.headings: list[Link] = []
        self.entries_before = 0  # number of entries before the last heading
        self.entries: list[DayEntry] = []
        self.topics: list[Topic] = []
        self.entry: Link | None = None
        self.body: list[Line] = []
        self.formats: list[Link] = []
        self.formats_line: int | None = None
        self.links: list[Link] = []
        self.prose: list[Prose] = []
        self.problems: list[Problem] = list(encoding_problems(text, written))

    def parse(self) -> DayPage:
        for number, line in enumerate(self.lines, 1):
            if not line or line.isspace():
                continue
            heading = HEADING.match(line)
            if heading is None:
                self._text(line, number)
            elif len(heading[1]) == 5:
                self._finish_entry()
                self.topics.append(Topic(display(heading_text(heading)), number))
            else:
                self._link_heading(len(heading[1]), line, number)
        self._finish_entry()
        self.prose.extend(Prose(f"##### {topic.name}", topic.line) for topic in self.topics)  # topics without an event
        last = self.headings[-1] if len(self.headings) > 1 and self.entries_before == len(self.entries) else None
        previous = last if last is not None and not DATE_LABEL.match(last.label) else None
        return DayPage(
            path=self.path,
            date=folder_date(self.path) or self.date,
            headings=tuple(self.headings),
            previous=previous,
            entries=tuple(self.entries),
            formats=tuple(self.formats),
            formats_line=self.formats_line,
            links=tuple(self.links),
            prose=tuple(self.prose),
            comments=self.comments,
            directives=directives(self.comments),
            problems=tuple(sorted(self.problems, key=lambda problem: problem.line)),
        )

    def _link_heading(self, level: int, line: str, number: int) -> None:
        self._finish_entry()
        link = self._first_link(line, number) if level in (2, 3) and "](" in line else None
        if link is None:
            self._add_prose(line, number)
            return
        if level == 3:
            self.entry = link
            return
        self.headings.append(link)
        self.entries_before = len(self.entries)
        match = DATE_LABEL.match(link.label)
        if match and self.date is None:
            self.date = make_date(match)
            if self.date is None:
                self.problems.append(Problem("invalid-date", f"{link.label.strip()} is not a date", number))

    def _first_link(self, line: str, number: int) -> Link | None:
        """Return the first link of a heading that is not inside another label; add the others to ``links``."""
        found = find_links(line)
        own = next((link for link in found if not link.nested), None)
        if own is None:
            return None
        links = list(make_links(found, line, Place(self.path, number), self.config))
        first = links.pop(found.index(own))
        self.links.extend(other for other in links if other.rendered)
        return first

    def _text(self, line: str, number: int) -> None:
        if RULE.match(line):
            self._finish_entry()
            self._add_prose(line, number)
        elif self.entry is not None:
            self.body.append((line, number))
        elif not self.headings and self.formats_line is None and FORMATS.match(line):
            self.formats_line = number
            self.formats.extend(prose_links(line, Place(self.path, number), self.config))
        else:
            self._add_prose(line, number)

    def _add_prose(self, line: str, number: int) -> None:
        self.prose.append(Prose(line.strip(), number))
        self._add_prose_links(line, number)

    def _add_prose_links(self, line: str, number: int) -> None:
        if "](" in line:
            self.links.extend(prose_links(line, Place(self.path, number), self.config))

    def _finish_entry(self) -> None:
        if self.entry is None:
            return
        entry, summary = make_entry(self.entry, self.topics, self.body, self.note, self.names)
        self.entries.append(entry)
        for line, number in summary:
            self._add_prose_links(line, number)
        self.entry, self.topics, self.body = None, [], []


def make_entry(
    link: Link, topics: Sequence[Topic], body: Sequence[Line], note: re.Pattern[str], names: frozenset[str]
) -> tuple[DayEntry, list[Line]]:
    """Return the day-page entry for ``link``, and the lines of its ``body`` that are its summary.

    ``note`` is the pattern of a context note; ``names`` are context names that contain a comma.
    """
    topic_names = tuple(dict.fromkeys([topic.name for topic in topics if topic.name]))
    contexts: tuple[str, ...] = ()
    summary: list[Line] = []
    for line, number in body:
        match = note.match(line) if not contexts and "_" in line else None
        if match:
            contexts = splitter(names_with_comma(names, topic_names))(match[1])
        else:
            summary.append((line, number))
    lines = (link.line, *[number for _, number in body])
    shown = display(paragraphs(summary)) or None if summary else None
    return DayEntry(link, topic_names, tuple(topics), shown, contexts, lines), summary
