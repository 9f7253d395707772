"""What event pages and day pages have in common: their path, their lines, headings, items and links."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from newsarc.config import SECTIONS, Config, Labels
from newsarc.model import Link, Problem
from newsarc.parser.targets import canonical
from newsarc.text.inline import InlineLink, find_links
from newsarc.text.labels import COLONS, label_key, label_word

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?\Z")
ITEM = re.compile(r" {0,3}(?:\d{1,9}[.)]|[-*+])[ \t]+(?=\S)")
# Possessive, as in newsarc.text.inline: to be able to go back costs 100 bytes a character.
RULE = re.compile(r" {0,3}(?:-[ \t]*+){3,}+\Z")
FORMATS = re.compile(r"Formats:[ \t]")
DATE_LABEL = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*\Z")
BAD_BYTE = re.compile("[\ud800-\udfff]")  # what surrogateescape makes of a byte that is no UTF-8
_MAX_REMEMBERED = 100  # characters of a heading
_CLOSING = re.compile(r"(?<![^ \t])#+(?=[ \t]*\Z)")
_DAY_FOLDER = re.compile(r"(?:.*/)?(\d{4})/(\d{1,2})/(\d{1,2})/\Z")


class Place(NamedTuple):
    """Where a text stands: its page and its first line, so that offsets into the text become lines and columns."""

    page: str
    line: int


def page_lines(text: str) -> list[str]:
    """Return the lines of ``text`` without their ends, and without a byte order mark. Lines end in LF or CRLF only."""
    lines = text.removeprefix("\ufeff").split("\n")
    return [line[:-1] if line.endswith("\r") else line for line in lines] if "\r" in text else lines


def encoding_problems(text: str, lines: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each line of a page with bytes that are not UTF-8; ``text`` is the whole page."""
    if _is_unicode(text):
        return
    for number, line in enumerate(lines, 1):
        if bad := BAD_BYTE.search(line):
            yield Problem("invalid-encoding", "these bytes are not UTF-8", number, bad.start() + 1)


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    # Measured on a page of 4 KB: 1 µs; a search for BAD_BYTE in it 24 µs.
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        return False
    return True


def heading_text(heading: re.Match[str]) -> str:
    """Return what a match of HEADING says: as it is written, without the ``#`` that may close it."""
    text = heading[2] or ""
    if "#" not in text:
        return text
    opened = text.rstrip(" \t").rstrip("#")
    is_closed = len(opened) < len(text.rstrip(" \t")) and (not opened or opened[-1] in " \t")
    return opened.rstrip(" \t") if is_closed else text


def heading_line(level: int, text: str) -> str:
    """Return the line of a heading that says ``text``: a ``#`` at its end would close it, and gets a backslash."""
    written = _CLOSING.sub(r"\\\g<0>", text)
    return f"{'#' * level} {written}"


def paragraphs(lines: Sequence[tuple[str, int]]) -> str:
    """Join lines, each with its number, such that a blank line parts those that do not follow each other."""
    if len(lines) < 2:
        return lines[0][0] if lines else ""
    text: list[str] = []
    last = 0
    for line, number in lines:
        text.append("\n" if number > last + 1 and text else "")
        text.append(f"{line}\n")
        last = number
    return "".join(text)


def begins_anew(line: str) -> bool:
    """Whether ``line`` cannot continue the item before it: it is blank, a heading, a rule or an item."""
    return not line or line.isspace() or bool(ITEM.match(line) or HEADING.match(line) or RULE.match(line))


def folder_date(path: str) -> dt.date | None:
    """Return the day that the folder of the page at ``path`` stands for, or None where it is no day."""
    return _date_of_folder(path[: path.rfind("/") + 1])


@lru_cache(maxsize=64)  # the pages of a day come one after the other
def _date_of_folder(folder: str) -> dt.date | None:
    match = _DAY_FOLDER.match(folder)
    return make_date(match) if match else None


def make_date(match: re.Match[str]) -> dt.date | None:
    """Return the date of a match's first three groups, or None where there is no such day."""
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def make_links(found: Iterable[InlineLink], text: str, place: Place, config: Config) -> Iterator[Link]:
    """Make Links of what :func:`find_links` found in ``text``, which begins at the start of the line of ``place``."""
    line, line_start, counted = place.line, 0, 0
    for link in found:
        line += text.count("\n", counted, link.target_start)
        line_start = text.rfind("\n", counted, link.target_start) + 1 or line_start
        counted = link.target_start
        column = counted - line_start + 1
        path = canonical(link.target, place.page, config.site_prefix)
        end_column = column + link.target_end - link.target_start
        yield Link(link.label, link.target, path, line, column, end_column, link.rendered)


def prose_links(text: str, place: Place, config: Config) -> Iterator[Link]:
    """Yield the links of a text that is no item: only those which Markdown shows."""
    if "](" in text:
        yield from make_links((found for found in find_links(text) if found.rendered), text, place, config)


def section_kind(title: str, labels: Labels) -> str | None:
    """Return which section a heading's text begins: sources, changes or related; None for an unknown word."""
    # Pages have few headings in all; what is long is not worth remembering.
    find = _find_kind if len(title) < _MAX_REMEMBERED else _find_kind.__wrapped__
    return find(title, labels)


@lru_cache(maxsize=256)
def _find_kind(title: str, labels: Labels) -> str | None:
    return _section_kinds(labels).get(label_key(title))


@cache
def _section_kinds(labels: Labels) -> Mapping[str, str]:
    return {label_key(word): kind for kind in reversed(SECTIONS) for word in getattr(labels, kind)}


@cache
def context_note(labels: Labels) -> re.Pattern[str]:
    """Return the pattern of a ``_Context: a, b_`` that ends a text; its group is the list."""
    return re.compile(rf"[ \t\n]*_(?:{note_words(labels)})[ \t]*[{COLONS}](.*)_[ \t]*\Z", re.IGNORECASE | re.DOTALL)


def note_words(labels: Labels) -> str:
    """Return the pattern of the words that mark a context list, the longest first."""
    return _alternatives(map(label_word, labels.context)).replace(r"\ ", r"[ \t\n]+")


def _alternatives(words: Iterable[str]) -> str:
    """Return the pattern of any of ``words``, the longest first; of none, a pattern that matches nothing."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))) or "(?!)"
