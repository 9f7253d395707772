"""Inline links of Markdown, as defined by CommonMark, and links that are not rendered because of unbalanced brackets.

CommonMark pairs brackets with a stack, so a label with an extra ``]`` is not a link. About one in 700 labels of real
archives has one, because headlines are truncated at any place. Such links are found, too, with ``rendered=False``.
:func:`find_links` ignores code spans, autolinks and raw HTML, which do not occur in labels of archives.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

# Brackets, and the constructs that take precedence over them: code, autolinks, HTML.
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
# The fast path: a text with one link and no other brackets.
_ONE_LINK = re.compile(rf"[^\[\]\\]*+(?<!!)\[([^\[\]\\]*+)\]{_PLAIN_TARGET.pattern}[^\[\]\\]*+\Z")
# Possessive, because saving states for backtracking takes 100 bytes for each character.
_ANGLE_TARGET = re.compile(r"<((?:[^<>\n\\]++|\\.)*+)>")
_TITLE = re.compile(r"""[ \t\n]+(?:"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+'|\((?:[^()\\]++|\\.)*+\))""", re.DOTALL)
_ODD_END = re.compile(r"\)(?=[ \t]*(?:_|\Z))")
_MAX_PARENTHESES = 32  # as in CommonMark's reference implementations


class InlineLink(NamedTuple):
    """A link with its offsets in the text. ``nested`` is true for a link inside the label of a later one.

    Nested links are always rendered; unrendered ones are just part of the label.
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
    """A link, image, code span, autolink or HTML tag from ``start`` to ``end``.

    It shows the text from ``text_start`` to ``text_end``, which is not Markdown if ``is_literal`` is true.
    """

    start: int
    text_start: int
    text_end: int
    end: int
    is_literal: bool


@dataclass(slots=True)
class _Found:
    """A link whose label is extracted at the end, because nested labels would take quadratic space."""

    start: int
    label_end: int
    target: _Target
    rendered: bool
    nested: bool = False


class _Target(NamedTuple):
    """The ``(target "title")`` after a label: the raw target, its start and end, and the end of the ``)``."""

    written: str
    start: int
    end: int
    close: int


def find_links(text: str) -> list[InlineLink]:
    """Return the links of ``text``, in the order of their ends. Takes linear time."""
    if one := _ONE_LINK.match(text):
        return [InlineLink(one[1], one.start(1) - 1, one[2], one.start(2), one.end(2), one.end(2) + 1, True)]
    return [_finished(link, text) for link in _nested(_find(text)) if link.rendered or not link.nested]


class CodeSpans:
    """The ends of code spans in a text. Runs of backticks are found once, on first use."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, list[int]] | None = None

    def end(self, start: int, after: int) -> int | None:
        """Return the end of the code span that begins with the backticks from ``start`` to ``after``, or None."""
        if self._runs is None:
            self._runs = {}
            for run in _BACKTICKS.finditer(self._text):
                self._runs.setdefault(len(run[0]), []).append(run.start())
        length = after - start
        runs = self._runs.get(length, [])
        at = bisect_left(runs, after)
        return runs[at] + length if at < len(runs) else None


def end_of_target(text: str, at: int) -> int | None:
    """Return the end of the ``(target "title")`` at ``at``, or None if there is none."""
    target = _target(text, at)
    return target.close if target is not None else None


def find_spans(text: str) -> list[Span]:
    """Return the links, images, code spans, autolinks and HTML tags of ``text``, in the order of their ends.

    Takes linear time.
    """
    spans: list[Span] = []
    _find(text, spans)
    return spans


class _Literals:
    """Finds code spans, autolinks and HTML in a text, and adds them to ``spans``."""

    def __init__(self, text: str, spans: list[Span] | None) -> None:
        self._text = text
        self._spans = spans
        self._code = CodeSpans(text)
        self._last_close = -1  # the end of the last comment, once it has been searched for

    def end_of(self, token: re.Match[str]) -> int:
        """Return the end of the escape, code span, autolink or tag that begins with ``token``."""
        span = self._at(token) if self._spans is not None and token[0][0] != "\\" else None
        if span is None or self._spans is None:
            return token.end()
        self._spans.append(span)
        return span.end

    def _at(self, token: re.Match[str]) -> Span | None:
        """Return the span that begins with a run of backticks or a ``<``, or None for text."""
        start, after = token.span()
        if token[0] != "<":
            end = self._code.end(start, after)
            return Span(start, after, end - after + start, end, True) if end is not None else None
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
    """Return the links of ``text``. With ``spans``, also parse code, autolinks and HTML, and add all spans to it."""
    found: list[_Found] = []
    pattern = _BRACKET if spans is None else _TOKEN
    literals = _Literals(text, spans)
    openers: list[tuple[int, bool]] = []  # the offset of each open "[", and whether it belongs to an image
    inactive = 0  # the number of openers, from the bottom, that enclose a finished link: links do not nest
    first_opener: int | None = None
    at = 0
    while match := pattern.search(text, at):
        at = match.end()
        token = match[0]
        if token[0] in "\\`<":
            at = literals.end_of(match)
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
        is_valid = target is not None
        target = target or _odd_target(text, at)
        if target is None:
            continue
        rendered = is_valid and (active or is_image)
        if rendered:
            at = target.close
            if spans is not None:
                spans.append(Span(label_start - is_image, label_start + 1, match.start(), at, False))
            # The label of an image is plain text. So is the target of an unrendered link in which this link begins.
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
    """Parse the ``(target "title")`` at ``at`` as CommonMark does; return None if it is invalid."""
    if plain := _PLAIN_TARGET.match(text, at):
        return _Target(plain[1], plain.start(1), plain.end(1), plain.end())
    start = _skip_space(text, at + 1)
    if angle := _ANGLE_TARGET.match(text, start):
        written, start, end, after = angle[1], angle.start(1), angle.end(1), angle.end()
    else:
        end = after = _end_of_bare_target(text, start)
        if end < 0:
            return None
        written = text[start:end]
    title = _TITLE.match(text, after)
    close = _skip_space(text, title.end() if title else after)
    return _Target(written, start, end, close + 1) if text[close : close + 1] == ")" else None


def _odd_target(text: str, at: int) -> _Target | None:
    """Parse an invalid target after the last ``](`` of a line, for example one with a space; None if not found."""
    # Only the last "](" of a line is tried, and no search goes beyond the next one: otherwise a line of many "](" would
    # take quadratic time.
    following = text.find("](", at)
    line_end = text.find("\n", at, following if following >= 0 else len(text))
    if line_end < 0:
        if following >= 0:
            return None
        line_end = len(text)
    # The first ")" that is followed by a note or the line end; else the last one.
    end = _ODD_END.search(text, at, line_end)
    close = end.start() if end else text.rfind(")", at, line_end)
    if close < 0:
        return None
    return _Target(text[at + 1 : close].strip(), at + 1, close, close + 1)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n":
        at += 1
    return at


def _end_of_bare_target(text: str, start: int) -> int:
    """Return the end of a target without angle brackets, or -1 if its parentheses are unbalanced or nested too deep."""
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
