"""A fast path in front of the parser, for canonical pages: those written exactly as the archive's generator does.

It matches whole sections with regular expressions. For a canonical page, the result must equal that of the tolerant
parser (:mod:`newsarc.parser.event`, :mod:`newsarc.parser.day`), which defines the format; for any other page it is
None.

Rules with ``silent_on_canonical`` cannot fire on a canonical page: its text is clean (:func:`is_clean`) and has no
comments, front matter or malformed items; the date heading has the date of the folder and links to its ``index.md``;
each source is a web address and listed once; each related link has a context. Anything that depends on other files or
on the clock is left to lint: missing targets, symbolic links to files outside the archive, future dates.

``tests/parser/test_canonical.py`` compares this reader with the parser and with those rules.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from newsarc.config import DEFAULT_CONFIG, SECTIONS, Config, Labels
from newsarc.model import Change, DayEntry, DayPage, Event, Link, RelatedLink, Section, Source, Topic
from newsarc.parser.contexts import MAX_CACHED, cached_splitter, inferred_topics, names_with_comma
from newsarc.parser.day import Line, make_entry
from newsarc.parser.page import (
    ARCHIVED_WORDS,
    DATE_LABEL,
    HEADING,
    Place,
    context_note,
    heading_text,
    make_date,
    note_words,
    paragraphs,
    prose_links,
    section_kind,
)
from newsarc.parser.targets import canonical_path
from newsarc.text.controls import is_clean
from newsarc.text.labels import COLONS, label_word
from newsarc.text.normalize import display


def read_event(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> Event | None:
    """Return the result of :func:`newsarc.parser.event.parse_event` if the page is canonical, None otherwise."""
    prefix = config.site_prefix
    folder, _, name = path.rpartition("/")
    day = _day(folder, prefix)
    grammar = _grammar(config.labels, prefix)
    page = grammar.event.match(text)
    if day is None or page is None:
        return None
    formats_line, heading, above, first, below, *sections_found = page.groups("")
    label = day.labels.get(heading)
    if label is None or not _is_plain(text):
        return None
    date_line = _line(text, page.start(2))
    headline_line = date_line + above.count("\n") + 1
    written = first.lstrip(" \t")
    headline = display(written)
    if not headline or written.rstrip()[-1] == "#":  # it may close the heading
        return None
    topics = _topics(above, date_line + 1)
    topic_names = [topic.name for topic in topics if topic.name]
    summary = _text_lines(below, headline_line + 1)
    formats = _formats(formats_line, _line(text, page.start(1)), path, prefix) if formats_line else ()
    if summary is None or formats is None:
        return None
    links: list[Link] = []
    if "](" in above or "](" in first or "](" in below:
        heads = [(content, line) for line, content in enumerate(above.split("\n"), date_line + 1)]
        for content, line in (*heads, (f"# {first}", headline_line), *summary):
            links += prose_links(content, Place(path, line), config)

    sections: list[Section] = []
    sources: tuple[Source, ...] | None = ()
    changes: tuple[Change, ...] | None = ()
    related: tuple[RelatedLink, ...] | None = ()
    source_title, source_items, change_title, change_items, related_title = sections_found
    if source_title:
        sections.append(Section("sources", source_title.strip(), _line(text, page.start(6))))
        sources = _sources(source_items, _line(text, page.start(7)))
    if change_title:
        sections.append(Section("changes", change_title.strip(), _line(text, page.start(8))))
        changes = _changes(change_items, _line(text, page.start(9)), path, prefix)
    if related_title:
        sections.append(Section("related", related_title.strip(), _line(text, page.start(10))))
        known = names_with_comma(frozenset(names), topic_names)
        related = _related(text[page.end() :], _line(text, page.end()), path, prefix, grammar, known)
    if sources is None or changes is None or related is None:
        return None
    column = len(label) + 8
    return Event(
        path,
        name.removesuffix(".md"),
        day.date,
        headline,
        written,
        tuple(dict.fromkeys(topic_names)) if topic_names else inferred_topics(headline, related),
        display(paragraphs(summary)) or None if summary else None,
        sources,
        changes,
        related,
        (),
        formats,
        _line(text, page.start(1)) if formats else None,
        Link(label, day.target, day.path, date_line, column, column + len(day.target)),
        headline_line,
        tuple(topics),
        tuple([line for _, line in summary]),
        tuple(sections),
        tuple(links),
    )


def read_day_page(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> DayPage | None:
    """Return the result of :func:`newsarc.parser.day.parse_day` if the page is canonical, None otherwise."""
    prefix = config.site_prefix
    day = _day(path.rpartition("/")[0], prefix)
    page = _DAY_PAGE.match(text)
    if day is None or page is None:
        return None
    formats_line, heading = page.groups("")
    label = day.labels.get(heading)
    formats = _formats(formats_line, _line(text, page.start(1)), path, prefix) if formats_line else ()
    if label is None or formats is None or not _is_plain(text):
        return None
    column = len(label) + 7
    line = _line(text, page.start(2))
    headings = [Link(label, day.target, day.path, line, column, column + len(day.target))]
    previous: Link | None = None
    end = text.rfind("\n## ", page.end() - 1) + 1 or len(text)
    if last := _PREVIOUS.match(text, end):
        label, target = last.groups()
        column = len(label) + 7
        linked_path = canonical_path(target, path, prefix)
        headings.append(Link(label, target, linked_path, _line(text, end), column, column + len(target)))
        previous = headings[1] if not DATE_LABEL.match(label) else None
    elif end < len(text):
        return None

    note, known = context_note(config.labels), frozenset(names)
    entries: list[DayEntry] = []
    links: list[Link] = []
    start = page.end()
    line += text.count("\n", page.end(2), start)
    read_entry = _grammar(config.labels, prefix).entry.match  # `search` would take quadratic time
    while match := read_entry(text, start, end):
        above, label, target, event, below = match.groups()
        topics = _topics(above, line)
        line += len(topics)
        body = _text_lines(below, line + 1)
        if body is None:
            return None
        column = len(label) + 8
        link = Link(label, target, event or canonical_path(target, path, prefix), line, column, column + len(target))
        entry, summary = make_entry(link, topics, body, note, known)
        entries.append(entry)
        if "](" in below:
            for content, number in summary:
                links += prose_links(content, Place(path, number), config)
        line += below.count("\n") + 1
        start = match.end()
    if start != end:
        return None
    return DayPage(
        path,
        day.date,
        tuple(headings),
        previous,
        tuple(entries),
        formats,
        _line(text, page.start(1)) if formats else None,
        tuple(links),
    )


# --- the parts of a page ---


class _Day(NamedTuple):
    """The date link in the headings of a day's pages.

    ``labels`` has the link's label by its Markdown. ``path`` is the page that ``target`` means.
    """

    date: dt.date
    labels: Mapping[str, str]
    target: str
    path: str | None


@lru_cache(maxsize=64)  # pages are read day by day
def _day(folder: str, site_prefix: str) -> _Day | None:
    match = _DAY_FOLDER.match(folder)
    date = make_date(match) if match else None
    if date is None or not _PLAIN_PREFIX.match(site_prefix):
        return None
    target = f"{site_prefix}/{folder}/index.md"
    padded = date.isoformat()
    unpadded = f"{padded[:8]}{date.day}"
    labels = {f"[{padded}]({target})": padded, f"[{unpadded}]({target})": unpadded}
    return _Day(date, labels, target, canonical_path(f"/{folder}/index.md", folder))


def _is_plain(text: str) -> bool:
    """Whether ``text`` has no comments, and no characters that a rule reports anywhere on a page."""
    return not ("<" in text and "<!--" in text) and is_clean(text)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _topics(text: str, line: int) -> list[Topic]:
    """Return the topics in ``text``, which has only topic headings and blank lines and starts on ``line``."""
    return [
        Topic(display(heading_text(topic)), number)
        for number, content in enumerate(text.split("\n") if "#" in text else (), line)
        if (topic := HEADING.match(content))
    ]


def _text_lines(text: str, line: int) -> list[Line] | None:
    """Return the numbered non-blank lines of ``text``, which starts on ``line``; None if one is not prose."""
    found: list[Line] = []
    for number, content in enumerate(text.split("\n"), line):
        if content and not content.isspace():
            if content[0] in " -+" and _NOT_PROSE.match(content):
                return None
            found.append((content, number))
    return found


def _formats(content: str, line: int, path: str, site_prefix: str) -> tuple[Link, ...] | None:
    match = _FORMATS.match(content)
    if match is None:
        return None
    links: list[Link] = []
    for group in (2, 4, 6):
        target, column = match[group], match.start(group) + 1
        linked_path = canonical_path(target, path, site_prefix)
        links.append(Link(match[group - 1], target, linked_path, line, column, column + len(target)))
    return tuple(links)


# The items of a section; each must be one line.


def _sources(items: str, line: int) -> tuple[Source, ...] | None:
    items = items.rstrip("\n")
    found = _SOURCE.findall(items)
    if len(found) != items.count("\n") + 1 or len({url for _, _, url, _ in found}) != len(found):
        return None
    return tuple([
        Source(
            label, url, number, column := len(marker) + len(label) + 4, column + len(url), None, archived or None
        )
        for number, (marker, label, url, archived) in enumerate(found, line)
    ])  # fmt: skip


def _changes(items: str, line: int, path: str, site_prefix: str) -> tuple[Change, ...] | None:
    items = items.rstrip("\n")
    found = _CHANGE.findall(items)
    if len(found) != items.count("\n") + 1:
        return None
    return tuple([
        Change(
            label, target, canonical_path(target, path, site_prefix), number,
            column := len(marker) + len(label) + 4, column + len(target), True, timestamp or None, note,
        )
        for number, (marker, label, target, timestamp, note) in enumerate(found, line)
    ])  # fmt: skip


def _related(
    items: str, line: int, path: str, site_prefix: str, grammar: _Grammar, known: frozenset[str]
) -> tuple[RelatedLink, ...] | None:
    items = items.rstrip("\n")
    size = items.count("\n") + 1
    # If no label contains a bracket, the plain pattern gives the same result faster.
    is_simple = items.count("[") == size and items.count("]") == size and "\\" not in items
    found = (grammar.plain_related if is_simple else grammar.related).findall(items)
    if len(found) != size:
        return None
    split = cached_splitter(known)
    return tuple([
        RelatedLink(
            label, target, event or canonical_path(target, path, site_prefix), number,
            column := len(marker) + len(label) + 4, column + len(target), True, split(contexts), True,
        )
        for number, (marker, label, target, event, contexts) in enumerate(found, line)
    ])  # fmt: skip


# --- patterns ---

# A label, and a target or address, that is unambiguous in Markdown.
_LABEL = r"([^\[\]\\\n]*+(?:\[[^\[\]\\\n]*+\](?!\()[^\[\]\\\n]*+)*+)"
_PLAIN_LABEL = r"([^\]]{0,1000})"  # with a limit: otherwise, lines without a closing bracket take quadratic time
_TARGET = r"[^()<>\\\x00-\x20\x7f]+"
_ADDRESS = r"https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(?::[0-9]{1,4})?(?:[/?#][!-'*-;=?-\[\]-~]*)?"
# An event path that `canonical_path` returns unchanged. The first alternative matches most slugs.
_EVENT_PATH = r"news/[0-9]{4}/[0-9]{2}/(?:[1-9]|[12][0-9]|3[01])/(?:[a-z0-9-]+|[^\s()<>\\\x00-\x20\x7f/#?%&]+)\.md"
_EVENT_TARGET = r"(?:/[^\s/()<>\\\[\]]+)*/news/[0-9]{4}/[0-9]{2}/(?:[1-9]|[12][0-9]|3[01])/[^/#?%\\&()<>\s]+\.md"
_MARKER = r"([0-9]{1,9}[.)] )"
_NOTE = r"_(?:([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?) )?\(([A-Z][a-z]+ version)\)_"
_HEAD = r"\n*+(?:(Formats:[ \t][^\n]*)\n\n*+)?"
_PROSE = r"((?:\n|(?!\#)[^\n]+(?:\n|\Z))*+)"

_DAY_FOLDER = re.compile(r"news/([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})\Z")
_PLAIN_PREFIX = re.compile(r"(?:/(?!\.)[A-Za-z0-9._-]+)*\Z")
_FORMATS = re.compile(
    rf"Formats:[ \t]+\[(HTML)\]\(({_TARGET})\)[ \t]*\[(JSON)\]\(({_TARGET})\)[ \t]*\[(XML)\]\(({_TARGET})\)[ \t]*\Z"
)
_NOT_PROSE = re.compile(r" {0,3}(?:#|-[ \t]*-[ \t]*-)|\+\+\+")  # a heading, a rule, a fence of front matter
_ARCHIVED = rf" \(\[(?:{'|'.join(ARCHIVED_WORDS)}) [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\]\(({_ADDRESS})\)\)"
_SOURCE = re.compile(rf"^{_MARKER}\[{_LABEL}\]\(({_ADDRESS})\)(?:{_ARCHIVED})?[ \t]*$", re.MULTILINE)
_CHANGE = re.compile(rf"^{_MARKER}\[{_LABEL}\]\(({_EVENT_TARGET})\) {_NOTE}$", re.MULTILINE)
_DAY_PAGE = re.compile(rf"{_HEAD}\#\# (\[[^\n]*)(?:\n|\Z)\n*+")
_PREVIOUS = re.compile(rf"## \[{_LABEL}\]\(({_TARGET})\)[ \t]*\n*\Z")


class _Grammar(NamedTuple):
    """The patterns that depend on the configuration.

    ``event`` matches an event page up to its related items, ``related`` a related item, ``plain_related`` one without
    brackets in its label, and ``entry`` an entry of a day page.
    """

    event: re.Pattern[str]
    related: re.Pattern[str]
    plain_related: re.Pattern[str]
    entry: re.Pattern[str]


@lru_cache(maxsize=4)
def _grammar(labels: Labels, site_prefix: str) -> _Grammar:
    sources, changes, related = (_titles(labels, kind) for kind in SECTIONS)
    items = r"((?:[0-9][^\n]*+(?:\n|\Z))++)\n*+"
    event = rf"""
        {_HEAD}  # 1: the Formats line
        \#\#\#[ ](\[[^\n]*)\n  # 2: the date heading
        ((?:\n|\#\#\#\#\#(?:[ \t][^\n]*)?\n)*+)  # 3: the topics
        \#[ ]([^\n]*)(?:\n|\Z)  # 4: the headline
        {_PROSE}  # 5: the summary
        (?:\#\#\#[ ]({sources})\n\n*+{items})?  # 6, 7
        (?:\#\#\#[ ]({changes})\n\n*+{items})?  # 8, 9
        (?:\#\#\#[ ]({related})\n\n*+(?=[0-9])|\Z)  # 10; its items follow
    """
    prefix = f"(?:{re.escape(site_prefix)})?" if _PLAIN_PREFIX.match(site_prefix) else ""
    target = rf"\(({prefix}/({_EVENT_PATH})|{_TARGET})\)"
    # A word with a bracket could turn the note into a link; one with a colon would be ambiguous.
    is_ambiguous = any(char in label_word(word) for word in labels.context for char in f"[]{COLONS}")
    words = "(?!)" if is_ambiguous else note_words(labels)
    note, end = rf"_(?:{words})[{COLONS}]( ?[^\W_]", rf"{{0,{MAX_CACHED}}})_[ \t]*$"
    return _Grammar(
        re.compile(event, re.VERBOSE),
        re.compile(rf"^{_MARKER}\[{_LABEL}\]{target} {note}[^_\n\[\]]{end}", re.MULTILINE),
        re.compile(rf"^{_MARKER}\[{_PLAIN_LABEL}\]{target} {note}[^_]{end}", re.MULTILINE),
        re.compile(rf"((?:\#\#\#\#\# [^\n]*\n)*+)\#\#\# \[{_LABEL}\]{target}[ \t]*(?:\n|\Z){_PROSE}"),
    )


def _titles(labels: Labels, kind: str) -> str:
    """Return a pattern for the most common spellings of a section's heading."""
    words = {label_word(word) for word in getattr(labels, kind) if section_kind(word, labels) == kind}
    escaped = [re.escape(word) for word in sorted(words) if not word.endswith(" #")] or ["(?!)"]  # would close it
    return rf"(?:{'|'.join(escaped)})[ \t]*[{COLONS}]?[ \t]*"
