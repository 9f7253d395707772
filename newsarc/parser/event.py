"""Parser for event pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection
from functools import cached_property

from newsarc.config import DEFAULT_CONFIG, Config
from newsarc.model import Change, Event, FrontMatter, Link, Problem, Prose, RelatedLink, Section, Source, Topic
from newsarc.parser.comments import extract_comments
from newsarc.parser.contexts import inferred_topics, names_with_comma, splitter
from newsarc.parser.directives import directives
from newsarc.parser.front_matter import read_front_matter
from newsarc.parser.page import (
    ARCHIVED,
    DATE_LABEL,
    FORMATS,
    HEADING,
    ITEM,
    RULE,
    Place,
    context_note,
    encoding_problems,
    folder_date,
    heading_text,
    interrupts_item,
    make_date,
    make_links,
    page_lines,
    paragraphs,
    prose_links,
    section_kind,
)
from newsarc.text.inline import find_links
from newsarc.text.normalize import display

_CHANGE_NOTE = re.compile(
    r"[ \t\n]*_[ \t]*(?:(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)[ \t]*)?(?:\((.*)\)[ \t]*)?_[ \t]*\Z", re.DOTALL
)
_IMAGE_LABEL = "IMG"


def parse_event(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> Event:
    """Parse any event page; see :func:`newsarc.parser.parse_event`."""
    return _EventParser(text, path, config, names).parse()


class _EventParser:
    """One pass over the lines of a page; each line belongs to the part that the lines before it opened."""

    def __init__(self, text: str, path: str, config: Config, names: Collection[str]) -> None:
        written = page_lines(text)
        self.head = read_front_matter(written, "\n---" in text or "\n+++" in text)
        body = written
        if self.head.end:  # front matter has no HTML comments
            body = written.copy()
            body[self.head.start : self.head.end] = [""] * (self.head.end - self.head.start)
        self.lines, self.comments = extract_comments(text, body)
        # Line numbers of comments inside an item: blanked out, they must not end it like a blank line.
        self.comment_lines = {
            number
            for comment in self.comments
            if not comment.is_alone
            for number in range(comment.line, comment.end_line)
        }
        self.path = path
        self.config = config
        self.names = frozenset(names)
        self.note = context_note(config.labels)
        self.formats: list[Link] = []
        self.formats_line: int | None = None
        self.date_link: Link | None = None
        self.heading_date: dt.date | None = None
        self.topics: list[Topic] = []
        self.headline: str | None = None
        self.headline_line: int | None = None
        self.summary: list[tuple[str, int]] = []
        self.sections: list[Section] = []
        self.sources: list[Source] = []
        self.changes: list[Change] = []
        self.related: list[RelatedLink] = []
        self.links: list[Link] = []
        self.prose: list[Prose] = []
        self.problems: list[Problem] = [*self.head.problems, *encoding_problems(text, written)]
        self.items: Callable[[str, int], None] | None = None  # adds an item of the current section

    def parse(self) -> Event:
        at = 0
        while at < len(self.lines):
            line = self.lines[at]
            if not line or line.isspace():
                at += 1
            elif (line[0] == "#" or line[0] == " ") and (heading := HEADING.match(line)):
                self._heading(len(heading[1]), heading_text(heading), line, at + 1)
                at += 1
            elif self.items is not None:
                at = self._item(at)
            else:
                self._text(line, at + 1)
                at += 1
        self.items = None  # breaks a reference cycle, which workers, without a garbage collector, would leak
        return self._event(self.head.front_matter)

    # --- lines ---

    def _heading(self, level: int, content: str, line: str, number: int) -> None:
        if level == 1:
            self._headline_heading(content, line, number)
        elif level == 5 and not self.sections:
            self.topics.append(Topic(display(content), number))
            self._add_prose_links(line, number)
        elif level == 3 and self._is_date_heading(content, line, number):
            pass
        elif level == 3 and (kind := section_kind(content, self.config.labels)):
            self._section(kind, content, number)
        elif level == 3 and "](" not in content:
            self._section("other", content, number)
            self.problems.append(Problem("unknown-section", f'unknown section "{display(content)}"', number))
        else:
            self._add_prose(line, number)

    def _headline_heading(self, content: str, line: str, number: int) -> None:
        if self.headline is not None:
            self.problems.append(Problem("second-headline", "second headline; a page has one", number))
            self._add_prose(line, number)
            return
        self.headline, self.headline_line = content, number
        self._add_prose_links(line, number)

    def _is_date_heading(self, content: str, line: str, number: int) -> bool:
        if self.date_link is not None or self.sections or "](" not in content:
            return False
        found = list(make_links(find_links(line), line, Place(self.path, number), self.config))
        match = DATE_LABEL.match(found[0].label) if found else None
        if match is None:
            return False
        self.date_link = found[0]
        self.links.extend(link for link in found[1:] if link.rendered)
        self.heading_date = make_date(match)
        if self.heading_date is None:
            self.problems.append(Problem("invalid-date", f"{found[0].label.strip()} is not a date", number))
        return True

    def _section(self, kind: str, title: str, number: int) -> None:
        self.sections.append(Section(kind, title.strip(), number))
        self.items = {"sources": self._source, "changes": self._change, "related": self._related}.get(kind)

    def _text(self, line: str, number: int) -> None:
        if self.sections or RULE.match(line):
            self._add_prose(line, number)
        elif self.headline is None and self.formats_line is None and FORMATS.match(line):
            self.formats_line = number
            self.formats.extend(prose_links(line, Place(self.path, number), self.config))
        elif self.headline is None:
            self._add_prose(line, number)
        else:
            self.summary.append((line, number))
            self._add_prose_links(line, number)

    def _add_prose_links(self, line: str, number: int) -> None:
        if "](" in line:
            self.links.extend(prose_links(line, Place(self.path, number), self.config))

    def _add_prose(self, line: str, number: int) -> None:
        self.prose.append(Prose(line.strip(), number))
        self._add_prose_links(line, number)

    # --- items ---

    def _item(self, at: int) -> int:
        """Add the item that starts at line index ``at``, with its continuation lines; return the index after it."""
        assert self.items is not None
        first = self.lines[at]
        if not ITEM.match(first):
            self.problems.append(Problem("malformed-item", "not a list item", at + 1))
            self._add_prose(first, at + 1)
            return at + 1
        end = at + 1
        while end < len(self.lines) and (end in self.comment_lines or not interrupts_item(self.lines[end])):
            end += 1
        self.items(first if end == at + 1 else "\n".join(self.lines[at:end]).rstrip("\n"), at + 1)
        return end

    def _links_of_item(self, text: str, number: int) -> tuple[list[Link], str]:
        """Return an item's links and the text after the last; add links inside their labels to ``links``."""
        found = find_links(text)
        own: list[Link] = []
        for inline, link in zip(found, make_links(found, text, Place(self.path, number), self.config), strict=True):
            (self.links if inline.nested else own).append(link)
        if not own:
            self.problems.append(Problem("malformed-item", "list item without a link: [label](target)", number))
            self.prose.extend(Prose(line.strip(), at) for at, line in enumerate(text.split("\n"), number))
            return [], ""
        return own, text[found[-1].end :]

    def _source(self, text: str, number: int) -> None:
        found, rest = self._links_of_item(text, number)
        for link in found:
            is_first = link is found[0]
            if not is_first and link.label == _IMAGE_LABEL:
                self.sources[-1] = self.sources[-1]._replace(image=link.target)
            elif not is_first and ARCHIVED.match(link.label):
                self.sources[-1] = self.sources[-1]._replace(archived=link.target)
                rest = rest.removeprefix(")") if link is found[-1] else rest
            else:
                self.sources.append(Source(link.label, link.target, link.line, link.column, link.end_column))
        self._report_trailing_text(rest, text, number)

    def _change(self, text: str, number: int) -> None:
        found, rest = self._links_of_item(text, number)
        note = _CHANGE_NOTE.match(rest)
        for link in found:
            self.changes.append(
                Change(
                    *_fields(link),
                    timestamp=note[1] if note else None,
                    note=display(note[2]) if note and note[2] else None,
                )
            )
        if not note:
            self._report_trailing_text(rest, text, number)

    def _related(self, text: str, number: int) -> None:
        found, rest = self._links_of_item(text, number)
        note = self.note.match(rest) if rest else None
        contexts = splitter(self._known_names)(note[1]) if note else ()
        for link in found:
            self.related.append(RelatedLink(*_fields(link), contexts, note is not None))
        if not note:
            self._report_trailing_text(rest, text, number)

    def _report_trailing_text(self, rest: str, text: str, number: int) -> None:
        if rest.strip():
            line = number + text.count("\n", 0, len(text) - len(rest))
            self.problems.append(
                Problem(
                    "malformed-item", f'unexpected text after the link: "{display(rest, is_markdown=False)[:80]}"', line
                )
            )

    @cached_property  # used by items only, and all topics come before the first section
    def _known_names(self) -> frozenset[str]:
        return names_with_comma(self.names, (topic.name for topic in self.topics))

    # --- the result ---

    def _event(self, front: FrontMatter | None) -> Event:
        slug = self.path.rsplit("/", 1)[-1].removesuffix(".md")
        written = self.headline or ""
        headline = display(written)
        topics = tuple(dict.fromkeys(topic.name for topic in self.topics if topic.name))
        aliases: tuple[str, ...] = ()
        date = folder_date(self.path) or self.heading_date
        sources = tuple(self.sources)
        if front is not None:
            headline = display(front.title, is_markdown=False) if front.title else headline
            slug = front.slug or slug
            date = front.date or date
            topics = tuple(display(topic, is_markdown=False) for topic in front.topics) or topics
            sources = _merged(front.sources, sources)
            aliases = front.aliases
        if self.headline is None and not headline:
            self.problems.append(Problem("missing-headline", "the page has no headline (# …)", 1))
        return Event(
            path=self.path,
            slug=slug,
            date=date,
            headline=headline,
            headline_written=written,
            topics=topics or inferred_topics(headline, self.related),
            summary=display(paragraphs(self.summary)) or None,
            sources=sources,
            changes=tuple(self.changes),
            related=tuple(self.related),
            aliases=aliases,
            formats=tuple(self.formats),
            formats_line=self.formats_line,
            date_link=self.date_link,
            headline_line=self.headline_line,
            topic_lines=tuple(self.topics),
            summary_lines=tuple(number for _, number in self.summary),
            sections=tuple(self.sections),
            links=tuple(self.links),
            prose=tuple(self.prose),
            front_matter=front,
            comments=self.comments,
            directives=directives(self.comments),
            problems=tuple(sorted(self.problems, key=lambda problem: (problem.line, problem.column))),
        )


def _fields(link: Link) -> tuple[str, str, str | None, int, int, int, bool]:
    return link.label, link.target, link.path, link.line, link.column, link.end_column, link.rendered


def _merged(front: tuple[Source, ...], body: tuple[Source, ...]) -> tuple[Source, ...]:
    """Return all sources; those in both have the label in front matter and the position in the body."""
    first = {source.url: source for source in reversed(body)}
    named = {source.url for source in front}
    merged = (first[source.url]._replace(label=source.label) if source.url in first else source for source in front)
    rest = (source for source in body if source.url not in named or source is not first[source.url])
    return (*merged, *rest)
