"""The links in a piece of Markdown text, as CommonMark sees them, and those that it would show but for a bracket.

CommonMark pairs brackets with a stack, so a label with one ``]`` too many is no link to it; about one in 700 labels of
the real archives has one, since headlines are cut anywhere. Those are found too and marked ``rendered=False``.
Where links are read, code spans, autolinks and raw HTML are not looked at: they do not occur in the archives' labels.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

# The same with what binds tighter than brackets: code, autolinks, HTML.
_TOKEN = re.compile(r"\\.|!\[|[\[\]]|`+|<", re.DOTALL)
_AUTOLINK = re.compile(
    r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+|[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]++)>", re.ASCII
)
_TAG = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9-]*+(?:\s++[A-Za-z_:][\w.:-]*+(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?)*+\s*+/?"
    r"|/[A-Za-z][A-Za-z0-9-]*+\s*+)>",
    re.ASCII,
)
_BACKTICKS = re.compile("`+")
_BRACKET = re.compile(r"\\.|!\[|[\[\]]", re.DOTALL)
_PLAIN_TARGET = re.compile(r"\(([^\s()<>\\\x00-\x20\x7f]+)\)")
# A text with one link and no other bracket, as most have: it needs no stack.
_ONE_LINK = re.compile(rf"[^\[\]\\]*+(?<!!)\[([^\[\]\\]*+)\]{_PLAIN_TARGET.pattern}[^\[\]\\]*+\Z")
# Possessive: to be able to go back, which never helps here, costs 100 bytes a character.
_ANGLE_TARGET = re.compile(r"<((?:[^<>\n\\]++|\\.)*+)>")
_TITLE = re.compile(r"""[ \t\n]+(?:"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|\((?:[^()\\]++|\\.)*+\))""", re.DOTALL)
_ODD_END = re.compile(r"\)(?=[ \t]*(?:_|\Z))")
_MAX_PARENTHESES = 32  # as in CommonMark's reference implementations


class InlineLink(NamedTuple):
    """One link: offsets into the text. ``nested`` is true for a link that stands inside the label of a later one.

    A nested link is always one that Markdown shows: the others are part of that label and nothing else.
    """

    label: str
    start: int
    target: str
    target_start: int
    target_end: int
    end: int
    rendered: bool
    nested: bool = False


class Span(NamedTuple):
    """A link, an image, a code span, an autolink or a piece of HTML: it begins at ``start``, ends at ``end``, and shows
    what stands from ``text_start`` to ``text_end``. ``is_literal`` is true where that is not read as Markdown.
    """

    start: int
    text_start: int
    text_end: int
    end: int
    is_literal: bool


@dataclass(slots=True)
class _Found:
    """A link on the way: its label is cut out at the end, since labels in labels would take quadratic space."""

    start: int
    label_end: int
    target: _Target
    rendered: bool
    nested: bool = False


class _Target(NamedTuple):
    """The ``(target "title")`` behind a label: as written, where it starts and ends, and where the ``)`` ends."""

    written: str
    start: int
    end: int
    close: int


def find_links(text: str) -> list[InlineLink]:
    """Return the links of ``text`` in the order in which they end. Linear in the length of ``text``."""
    if one := _ONE_LINK.match(text):
        return [InlineLink(one[1], one.start(1) - 1, one[2], one.start(2), one.end(2), one.end(2) + 1, True)]
    return [_finished(link, text) for link in _nested(_find(text)) if link.rendered or not link.nested]


class CodeSpans:
    """Where the code spans of a text end. Its runs of backticks are found once, and only if it is asked for one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, list[int]] | None = None

    def end(self, start: int, behind: int) -> int | None:
        """Return where the code ends that the backticks from ``start`` to ``behind`` begin, or None for text."""
        if self._runs is None:
            self._runs = {}
            for run in _BACKTICKS.finditer(self._text):
                self._runs.setdefault(len(run[0]), []).append(run.start())
        length = behind - start
        runs = self._runs.get(length, [])
        at = bisect_left(runs, behind)
        return runs[at] + length if at < len(runs) else None


def end_of_target(text: str, at: int) -> int | None:
    """Return where the ``(target "title")`` at ``at`` ends, or None where it is none."""
    target = _target(text, at)
    return target.close if target is not None else None


def find_spans(text: str) -> list[Span]:
    """Return all that ``text`` shows otherwise than it is written, but for emphasis, escapes and entities: in the order
    in which it ends. Linear in the length of ``text``.
    """
    spans: list[Span] = []
    _find(text, spans)
    return spans


class _Literals:
    """Code spans, autolinks and HTML in a text, which are added to ``spans`` as they are come upon."""

    def __init__(self, text: str, spans: list[Span] | None) -> None:
        self._text = text
        self._spans = spans
        self._code = CodeSpans(text)
        self._last_close = -1  # of a comment, once it was looked for

    def behind(self, token: re.Match[str]) -> int:
        """Return where what ``token`` begins ends: a backslash escape, or one of these."""
        span = self._at(token) if self._spans is not None and token[0][0] != "\\" else None
        if span is None or self._spans is None:
            return token.end()
        self._spans.append(span)
        return span.end

    def _at(self, token: re.Match[str]) -> Span | None:
        """Return what a run of backticks or a ``<`` begins, or None where it is text."""
        start, behind = token.span()
        if token[0] != "<":
            end = self._code.end(start, behind)
            return Span(start, behind, end - behind + start, end, True) if end is not None else None
        if auto := _AUTOLINK.match(self._text, start):
            return Span(start, auto.start(1), auto.end(1), auto.end(), True)
        if tag := _TAG.match(self._text, start):
            return Span(start, start, tag.end(), tag.end(), True)
        if self._text.startswith("<!--", start):
            if self._last_close < 0:
                self._last_close = self._text.rfind("-->") + 1
            if start + 2 < self._last_close:
                end = self._text.find("-->", start + 2) + len("-->")
                return Span(start, start, start, end, True)
        return None


def _find(text: str, spans: list[Span] | None = None) -> list[_Found]:
    """Return the links of ``text``. With ``spans``, code, autolinks and HTML are looked at too, and added to it with
    what is shown of links and images.
    """
    found: list[_Found] = []
    pattern = _BRACKET if spans is None else _TOKEN
    literals = _Literals(text, spans)
    openers: list[tuple[int, bool]] = []  # where each open "[" stands, and whether it is an image's
    inactive = 0  # this many openers, from the bottom, stand around a link already made: links do not nest
    first_opener: int | None = None
    at = 0
    while match := pattern.search(text, at):
        at = match.end()
        token = match[0]
        if token[0] in "\\`<":
            at = literals.behind(match)
            continue
        if token != "]":
            openers.append((at - 1, token == "!["))
            first_opener = at - 1 if first_opener is None else first_opener
            continue
        label_start, is_image, active = first_opener, False, False
        if openers:
            label_start, is_image = openers.pop()
            active = len(openers) >= inactive
            inactive = min(inactive, len(openers))
        if label_start is None or text[at : at + 1] != "(":
            continue
        target = _target(text, at)
        is_whole = target is not None
        target = target or _odd_target(text, at)
        if target is None:
            continue
        rendered = is_whole and (active or is_image)
        if rendered:
            at = target.close
            if spans is not None:
                spans.append(Span(label_start - is_image, label_start + 1, match.start(), at, False))
            # What stands in an image's label is plain text; so is a target that only we see, where a link begins in it.
            while found and (found[-1].start > label_start if is_image else _is_overlapped(found[-1], label_start)):
                found.pop()
        if is_image:
            continue
        found.append(_Found(label_start, match.start(), target, rendered))
        if rendered:
            inactive = len(openers)
    return found


def _is_overlapped(link: _Found, start: int) -> bool:
    return not link.rendered and link.start < start < link.target.close


def _nested(found: list[_Found]) -> list[_Found]:
    outermost: list[_Found] = []
    for link in found:
        while outermost and outermost[-1].start >= link.start:
            outermost.pop().nested = True
        outermost.append(link)
    return found


def _finished(link: _Found, text: str) -> InlineLink:
    label = text[link.start + 1 : link.label_end]
    written, start, end, close = link.target
    return InlineLink(label, link.start, written, start, end, close, link.rendered, link.nested)


def _target(text: str, at: int) -> _Target | None:
    """Read the ``(target "title")`` at ``at`` as CommonMark does; None where it is none."""
    if plain := _PLAIN_TARGET.match(text, at):
        return _Target(plain[1], plain.start(1), plain.end(1), plain.end())
    start = _behind_space(text, at + 1)
    if angle := _ANGLE_TARGET.match(text, start):
        written, start, end, behind = angle[1], angle.start(1), angle.end(1), angle.end()
    else:
        end = behind = _end_of_bare_target(text, start)
        if end < 0:
            return None
        written = text[start:end]
    title = _TITLE.match(text, behind)
    close = _behind_space(text, title.end() if title else behind)
    return _Target(written, start, end, close + 1) if text[close : close + 1] == ")" else None


def _odd_target(text: str, at: int) -> _Target | None:
    """Read what stands behind the last ``](`` of a line: no target to Markdown, for a space in it, say."""
    # Only the last "](" of a line is tried, and no search goes beyond the next: a line of nothing but "](" would take
    # quadratic time.
    following = text.find("](", at)
    line_end = text.find("\n", at, following if following >= 0 else len(text))
    if line_end < 0:
        if following >= 0:
            return None
        line_end = len(text)
    # The first ")" that ends the line or stands before a note; else the last one.
    end = _ODD_END.search(text, at, line_end)
    close = end.start() if end else text.rfind(")", at, line_end)
    if close < 0:
        return None
    return _Target(text[at + 1 : close].strip(), at + 1, close, close + 1)


def _behind_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n":
        at += 1
    return at


def _end_of_bare_target(text: str, start: int) -> int:
    """Return where a target without angle brackets ends, or -1 where its parentheses go too deep."""
    depth = 0
    at = start
    if text[at : at + 1] == "<":
        return -1
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text) and not text[at + 1].isspace():
            at += 2
            continue
        if char <= " " or char == "\x7f":
            break
        if char == "(":
            depth += 1
            if depth > _MAX_PARENTHESES:
                return -1
        elif char == ")":
            if depth == 0:
                break
            depth -= 1
        at += 1
    return at if depth == 0 else -1
