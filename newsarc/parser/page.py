"""Grammar shared by event pages and day pages: paths, lines, headings, items and links."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from newsarc.config import SECTIONS, Config, Labels
from newsarc.model import Link, Problem
from newsarc.parser.targets import canonical_path
from newsarc.text.inline import InlineLink, find_links
from newsarc.text.labels import COLONS, label_key, label_word

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?\Z")
ITEM = re.compile(r" {0,3}(?:\d{1,9}[.)]|[-*+])[ \t]+(?=\S)")
# Possessive, as in newsarc.text.inline: backtracking would need 100 bytes per character.
RULE = re.compile(r" {0,3}(?:-[ \t]*+){3,}+\Z")
FORMATS = re.compile(r"Formats:[ \t]")
DATE_LABEL = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*\Z")
ARCHIVED_WORDS = ("archived", "存档", "存檔")  # begin the label of a link to the archived copy of a source
# The label of such a link: "archived 2017-06-16".
ARCHIVED = re.compile(rf"\s*(?:{'|'.join(ARCHIVED_WORDS)})\s*[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\s*\Z", re.IGNORECASE)
BAD_BYTE = re.compile("[\ud800-\udfff]")  # invalid UTF-8 bytes after surrogateescape
_MAX_CACHED = 100  # length of a heading, in characters
_CLOSING = re.compile(r"(?<![^ \t])#+(?=[ \t]*\Z)")
_DAY_FOLDER = re.compile(r"(?:.*/)?(\d{4})/(\d{1,2})/(\d{1,2})/\Z")


class Place(NamedTuple):
    """The page and first line of a text, to turn offsets into lines and columns."""

    page: str
    line: int


def page_lines(text: str) -> list[str]:
    """Return the lines of ``text`` without line ends and byte order mark. Only LF and CRLF end a line."""
    lines = text.removeprefix("\ufeff").split("\n")
    return [line[:-1] if line.endswith("\r") else line for line in lines] if "\r" in text else lines


def encoding_problems(text: str, lines: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each of ``lines`` with invalid UTF-8 bytes; ``text`` is the whole page."""
    if _is_unicode(text):
        return
    for number, line in enumerate(lines, 1):
        if bad := BAD_BYTE.search(line):
            yield Problem("invalid-encoding", "invalid UTF-8", number, bad.start() + 1)


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    # Much faster than a search for BAD_BYTE.
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        return False
    return True


def heading_text(heading: re.Match[str]) -> str:
    """Return the text of a match of HEADING, as written, without closing ``#`` characters."""
    text = heading[2] or ""
    if "#" not in text:
        return text
    opened = text.rstrip(" \t").rstrip("#")
    is_closed = len(opened) < len(text.rstrip(" \t")) and (not opened or opened[-1] in " \t")
    return opened.rstrip(" \t") if is_closed else text


def heading_line(level: int, text: str) -> str:
    """Return the line of a heading with this ``text``. A final ``#``, which would close the heading, is escaped."""
    written = _CLOSING.sub(r"\\\g<0>", text)
    return f"{'#' * level} {written}"


def paragraphs(lines: Sequence[tuple[str, int]]) -> str:
    """Join numbered lines, with a blank line between those that are not adjacent on the page."""
    if len(lines) < 2:
        return lines[0][0] if lines else ""
    text: list[str] = []
    last = 0
    for line, number in lines:
        text.append("\n" if number > last + 1 and text else "")
        text.append(f"{line}\n")
        last = number
    return "".join(text)


def interrupts_item(line: str) -> bool:
    """Whether ``line`` ends the item before it: a blank line, a heading, a rule or another item."""
    return not line or line.isspace() or bool(ITEM.match(line) or HEADING.match(line) or RULE.match(line))


def folder_date(path: str) -> dt.date | None:
    """Return the date of the day folder of the page at ``path``; None if it is not in one, or not a date."""
    return _date_of_folder(path[: path.rfind("/") + 1])


@lru_cache(maxsize=64)  # pages are read day by day
def _date_of_folder(folder: str) -> dt.date | None:
    match = _DAY_FOLDER.match(folder)
    return make_date(match) if match else None


def make_date(match: re.Match[str]) -> dt.date | None:
    """Return the date in the first three groups of ``match``; None if it does not exist."""
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def make_links(found: Iterable[InlineLink], text: str, place: Place, config: Config) -> Iterator[Link]:
    """Yield Links for ``found``, from :func:`find_links` in ``text``, which starts at the line of ``place``."""
    line, line_start, counted = place.line, 0, 0
    for link in found:
        line += text.count("\n", counted, link.target_start)
        line_start = text.rfind("\n", counted, link.target_start) + 1 or line_start
        counted = link.target_start
        column = counted - line_start + 1
        path = canonical_path(link.target, place.page, config.site_prefix)
        end_column = column + link.target_end - link.target_start
        yield Link(link.label, link.target, path, line, column, end_column, link.rendered)


def prose_links(text: str, place: Place, config: Config) -> Iterator[Link]:
    """Yield the links in prose: only those that Markdown renders."""
    if "](" in text:
        yield from make_links((found for found in find_links(text) if found.rendered), text, place, config)


def section_kind(title: str, labels: Labels) -> str | None:
    """Return the kind of section that a heading starts: sources, changes or related; None for any other heading."""
    # An archive has few distinct headings. Long ones are not cached, to bound the memory.
    find = _find_kind if len(title) < _MAX_CACHED else _find_kind.__wrapped__
    return find(title, labels)


@lru_cache(maxsize=256)
def _find_kind(title: str, labels: Labels) -> str | None:
    return _section_kinds(labels).get(label_key(title))


@cache
def _section_kinds(labels: Labels) -> Mapping[str, str]:
    return {label_key(word): kind for kind in reversed(SECTIONS) for word in getattr(labels, kind)}


@cache
def context_note(labels: Labels) -> re.Pattern[str]:
    """Return the pattern of a context note, ``_Context: a, b_``, at the end of a text; its group is the list."""
    return re.compile(rf"[ \t\n]*_(?:{note_words(labels)})[ \t]*[{COLONS}](.*)_[ \t]*\Z", re.IGNORECASE | re.DOTALL)


def note_words(labels: Labels) -> str:
    """Return the pattern of the words that start a context note, longest first."""
    return _alternatives(map(label_word, labels.context)).replace(r"\ ", r"[ \t\n]+")


def _alternatives(words: Iterable[str]) -> str:
    """Return the pattern of any of ``words``, longest first; it never matches if there are none."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))) or "(?!)"
