"""NA6: encoding errors, control characters and leftover markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarc.lint.finding import Finding
from newsarc.lint.rules.rule import PageRule
from newsarc.model import Link, Source
from newsarc.parser.page import BAD_BYTE
from newsarc.text.controls import CONTROL, ENTITY, entity_char, is_control_entity

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.page import Page

_BAD_BYTES = re.compile(f"{BAD_BYTE.pattern}+")
_UTF_16_MARKS = ("\udcff\udcfe", "\udcfe\udcff")

_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")  # the flags of England, Scotland, Wales are tags
_CONTROL_NAMES = (
    "NULL", "START OF HEADING", "START OF TEXT", "END OF TEXT", "END OF TRANSMISSION", "ENQUIRY", "ACKNOWLEDGE",
    "BELL", "BACKSPACE", "TAB", "LINE FEED", "LINE TABULATION", "FORM FEED", "CARRIAGE RETURN", "SHIFT OUT",
    "SHIFT IN", "DATA LINK ESCAPE", "DEVICE CONTROL ONE", "DEVICE CONTROL TWO", "DEVICE CONTROL THREE",
    "DEVICE CONTROL FOUR", "NEGATIVE ACKNOWLEDGE", "SYNCHRONOUS IDLE", "END OF TRANSMISSION BLOCK", "CANCEL",
    "END OF MEDIUM", "SUBSTITUTE", "ESCAPE", "FILE SEPARATOR", "GROUP SEPARATOR", "RECORD SEPARATOR", "UNIT SEPARATOR",
)  # fmt: skip
_LATER_CONTROL_NAMES = {
    0x7F: "DELETE",
    0x85: "NEXT LINE",
    0x90: "DEVICE CONTROL STRING",
    0x9B: "CONTROL SEQUENCE INTRODUCER",
    0x9C: "STRING TERMINATOR",
    0x9D: "OPERATING SYSTEM COMMAND",
}

_CUT_ENTITY = re.compile(
    r"&(?:#[xX]?[0-9A-Fa-f]{0,6}|am|quo?|apo|nbs|[lr][sd]qu?o?|[nm]das?h?|helli?p?)(?=(?:\.\.\.|…)?\s*\Z)"
)
# Opening markup is enough, as is the end of a template: leftovers are cut off anywhere. Two apostrophes after a digit
# are seconds or inches.
_WIKI = re.compile(
    r"(?<![\d'])'{2,5}(?=\S)(?:[^']+'{2,5})?|\{\{[^{}]*(?:\}\})?|-\{[^{}]*(?:\}-)?|\[\[[^\[\]]+\]\]|\A\[{3,}|\}\}"
)
_WIKI_MARKS = ("''", "{{", "}}", "-{", "[[")  # each match of _WIKI has one of them
_SHOWN = 60  # characters of a leftover that the message quotes


class InvalidEncoding(PageRule):
    """A line contains bytes that are not UTF-8.

    Programs show different characters in their place, or reject the page. newsarc still reads and checks the line.
    Usually the page, or text pasted into it, has an older encoding; `iconv -f WINDOWS-1252 -t UTF-8` converts it.

    Bad: `Bogotá` with the single byte `E1`, as Latin-1 has it.

    Good: `Bogotá` with the bytes `C3 A1`.
    """

    code = "NA601"
    name = "invalid-encoding"
    summary = "a line contains bytes that are not UTF-8"
    severity = "error"
    in_sites = True
    checks_front_page = True
    silent_on_canonical = True

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        if page.text.startswith(_UTF_16_MARKS):
            yield self.finding(page.path, 1, "the page is UTF-16, not UTF-8", end_column=3)
            return
        for problem in page.problems:
            if problem.kind != "invalid-encoding":
                continue
            line = page.lines[problem.line - 1]
            found = _BAD_BYTES.search(line, problem.column - 1)
            values = [f"{ord(char) - 0xDC00:02X}" for char in found[0]] if found else []
            shown = " ".join(values[:8]) + (" …" if len(values) > 8 else "")
            more = len(BAD_BYTE.findall(line)) - len(values)
            rest = f", and {more} more on this line" if more else ""
            message = f"not UTF-8: {'byte' if len(values) == 1 else 'bytes'} {shown}{rest}"
            end = problem.column + max(len(values), 1)
            yield self.finding(page.path, problem.line, message, column=problem.column, end_column=end)


class ControlCharacter(PageRule):
    """A page contains a character that controls a terminal, reorders text or is invisible.

    An escape sequence can clear the screen or overwrite other lines. A bidirectional override changes the order of
    words. A zero-width character makes identical-looking names different, so that search does not find both. HTML
    entities for such characters are reported too. Tabs are allowed, and so are the joiners and direction marks that
    scripts and emoji need.

    Bad, with an escape sequence written as an entity:

        # &#x1b;[31mTwo bridges close

    Good:

        # Two bridges close
    """

    code = "NA602"
    name = "control-character"
    summary = "a character controls the terminal, reorders text or is invisible"
    severity = "error"
    in_sites = True
    checks_front_page = True
    silent_on_canonical = True

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        text = page.text
        if text.startswith(_UTF_16_MARKS) or not ("&" in text or CONTROL.search(text, text.startswith("\ufeff"))):
            return
        for number, line in enumerate(page.lines, 1):
            found = list(_controls(line))
            if not found:
                continue
            start, end, char = found[0]
            name = _name(char)
            written = f", written {line[start:end]}" if end - start > 1 else ""
            others = f", and {len(found) - 1} more on this line" if len(found) > 1 else ""
            message = f"{name}{written}{others}"
            yield self.finding(page.path, number, message, column=start + 1, end_column=end + 1, target=name)


class HtmlEntity(PageRule):
    """A headline, a summary or a link text contains an HTML entity, complete or cut off.

    Browsers decode entities; grep, terminals and other programs do not. Off by default: whole years of some archives
    contain them, and newsarc decodes them when it shows or searches text.

    Bad:

        # Minister&#039;s car found below the bridge

    Good:

        # Minister's car found below the bridge
    """

    code = "NA603"
    name = "html-entity"
    summary = "a headline, summary or link text contains an HTML entity"
    severity = "warning"
    in_sites = True
    default = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for part in _parts(page, ("&",)):
            if part.kind in ("topic", "context"):
                continue
            found = [match for match in ENTITY.finditer(part.text) if entity_char(match[0]) is not None]
            if found:
                char = entity_char(found[0][0]) or ""
                means = char if char.isprintable() and not char.isspace() else _name(char)
                others = f", and {len(found) - 1} more" if len(found) > 1 else ""
                yield self._marked(
                    page, part, found[0], f"HTML entity in the {part.kind}: {found[0][0]} for {means}{others}"
                )
            elif cut := _CUT_ENTITY.search(part.text):
                yield self._marked(page, part, cut, f"HTML entity cut off at the end of the {part.kind}: {cut[0]}")

    def _marked(self, page: Page, part: _Part, found: re.Match[str], message: str) -> Finding:
        start, end = part.column + found.start(), part.column + found.end()
        return self.finding(page.path, part.line, message, column=start, end_column=end, target=part.text.strip())


class WikiMarkup(PageRule):
    """A headline, summary, topic, context or link text contains wiki markup.

    Markdown does not interpret `''italics''`, `[[links]]`, `{{templates|…}}` and `-{variants of Chinese}-`. Off by
    default: about one page in ten contains some, and newsarc removes most of it when it shows text.

    Bad:

        # The ''Fitzgerald'' docks some {{convert|6.2|mi|km}} from the bridge

    Good:

        # The "Fitzgerald" docks some 6.2 miles from the bridge
    """

    code = "NA604"
    name = "wiki-markup"
    summary = "a headline, summary, topic, context or link text contains wiki markup"
    severity = "warning"
    default = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for part in _parts(page, _WIKI_MARKS):
            found = _WIKI.search(part.text)
            if found is None:
                continue
            dots = "…" if len(found[0]) > _SHOWN else ""
            column = part.column + found.start()
            yield self.finding(
                page.path,
                part.line,
                f"wiki markup in the {part.kind}: {found[0][:_SHOWN].strip()}{dots}",
                column=column,
                end_column=column + len(found[0]),
                target=part.text.strip(),
            )


# --- characters ---


def _controls(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and character of each control character in ``line``, literal or as an entity."""
    plain = _FLAG.sub(lambda match: "F" * len(match[0]), line) if "\U0001f3f4" in line else line
    found = [(match.start(), match.end(), match[0]) for match in CONTROL.finditer(plain)]
    if "&" in line:
        for match in ENTITY.finditer(line):
            if is_control_entity(match[0]):
                found.append((match.start(), match.end(), entity_char(match[0]) or ""))
    yield from sorted(found)


def _name(char: str) -> str:
    number = ord(char[0])
    known = _CONTROL_NAMES[number] if number < 0x20 else _LATER_CONTROL_NAMES.get(number)
    return f"U+{number:04X} {known or unicodedata.name(char[0], 'CONTROL')}"


# --- readable parts of a page ---


@dataclass(frozen=True, slots=True)
class _Part:
    """Part of a line: its kind, position and source text."""

    kind: str
    line: int
    column: int
    text: str


def _parts(page: Page, marks: Sequence[str]) -> Iterator[_Part]:
    """Yield the parts of a page on lines that contain one of ``marks``."""
    if not any(mark in page.text for mark in marks):
        return
    lines = {number: line for number, line in enumerate(page.visible_lines, 1) if any(mark in line for mark in marks)}
    if page.event is not None:
        event = page.event
        if event.headline_line in lines:
            yield _Part("headline", event.headline_line, 1, lines[event.headline_line])
        yield from _whole_lines("topic", (topic.line for topic in event.topic_lines), lines)
        yield from _whole_lines("summary", event.summary_lines, lines)
        links: tuple[Link | Source, ...] = (*event.sources, *event.changes, *event.related)
        for link in links:
            if link.line in lines:
                yield from _label(link, lines[link.line])
        for related in event.related:
            if related.line in lines:
                column = related.end_column
                yield _Part("context", related.line, column, lines[related.line][column - 1 :])
    elif page.day_page is not None:
        for entry in page.day_page.entries:
            yield from _whole_lines("topic", (topic.line for topic in entry.topic_lines), lines)
            if entry.link.line in lines:
                yield from _label(entry.link, lines[entry.link.line])
            kind = "context" if entry.contexts and not entry.summary else "summary"
            yield from _whole_lines(kind, entry.lines[1:], lines)


def _whole_lines(kind: str, numbers: Iterable[int], lines: Mapping[int, str]) -> Iterator[_Part]:
    return (_Part(kind, number, 1, lines[number]) for number in numbers if number in lines)


def _label(link: Link | Source, line: str) -> Iterator[_Part]:
    """Yield the label, with all brackets before it where there are three or more, where it stands on the line of its
    target; those of front matter and of more lines than one do not.
    """
    end = line.rfind("](", 0, link.column)
    start = end - len(link.label)
    if start < 1 or line[start:end] != link.label:
        return
    bare = line[:start].rstrip("[")
    if start - len(bare) >= 3:
        start = len(bare)
    yield _Part("label", link.line, start + 1, line[start:end])


RULES = (InvalidEncoding(), ControlCharacter(), HtmlEntity(), WikiMarkup())
