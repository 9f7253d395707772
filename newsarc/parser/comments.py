"""HTML comments, which Markdown does not render: their positions, and the lines of a page without them.

This follows CommonMark 0.31. A comment at the start of a line is a block: it extends to the first ``-->``, also across
blank lines, or to the end of the page or of the list item that contains it. Any other comment must end in the paragraph
or heading where it starts; otherwise it is text. So is a comment in code.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from newsarc.model import Comment
from newsarc.text.inline import CodeSpans, end_of_target

_OPEN, _CLOSE = "<!--", "-->"
_HEADING = re.compile(r"#{1,6}(?:[ \t]|\Z)")
_RULE = re.compile(r"([-_*])[ \t]*+(?:\1[ \t]*+){2,}+\Z")
_UNDERLINE = re.compile(r"(?:-+|=+)[ \t]*\Z")  # turns the paragraph above into a heading
_FENCE = re.compile(r"(`{3,})[^`]*\Z|(~{3,})")
_MARKER = re.compile(r"(?:[-*+]|(\d{1,9})[.)])(?=[ \t]|\Z)")
_TOKEN = re.compile(r"\\.|`+|<!--|\]\(", re.DOTALL)
_SPACE = re.compile(r"[ \t]*")
_CODE_INDENT = 4  # columns that make a line code
_MAX_NESTED = 100  # list items and block quotes that start on one line


class _Span(NamedTuple):
    """The position of a comment: line indexes and offsets. ``closed`` is false if ``-->`` is missing."""

    line: int
    start: int
    end_line: int
    end: int
    closed: bool = True


def extract_comments(text: str, lines: list[str]) -> tuple[list[str], tuple[Comment, ...]]:
    """Return the lines of a page without its comments, and the comments.

    ``text`` is the page, ``lines`` are its lines, in which front matter may be blank. Comments become spaces, so that
    columns stay the same; trailing spaces are removed.
    """
    if _OPEN not in text:
        return lines, ()
    spans = list(_Scanner(lines).spans())
    visible = _blanked(lines, spans)
    return visible, tuple(_comment(span, lines, visible) for span in spans)


def without_comments(lines: Sequence[str], comments: Iterable[Comment]) -> list[str]:
    """Return ``lines`` with ``comments``, as found by :func:`extract_comments`, replaced by spaces."""
    return _blanked(lines, (_Span(at.line - 1, at.column - 1, at.end_line - 1, at.end_column - 1) for at in comments))


def _comment(span: _Span, lines: Sequence[str], visible: Sequence[str]) -> Comment:
    if span.line == span.end_line:
        text = lines[span.line][span.start : span.end]
    else:
        middle = lines[span.line + 1 : span.end_line]
        text = "\n".join((lines[span.line][span.start :], *middle, lines[span.end_line][: span.end]))
    is_alone = not any(visible[number].strip() for number in range(span.line, span.end_line + 1))
    text = text[len(_OPEN) : -len(_CLOSE) if span.closed else None]  # of "<!-->", nothing
    return Comment(
        text, span.line + 1, span.start + 1, span.end_line + 1, span.end + 1, is_alone=is_alone, is_closed=span.closed
    )


def _blanked(lines: Sequence[str], spans: Iterable[_Span]) -> list[str]:
    visible = list(lines)
    parts: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        for number in range(span.line, span.end_line + 1):
            start = span.start if number == span.line else 0
            end = span.end if number == span.end_line else len(lines[number])
            parts.setdefault(number, []).append((start, end))
    for number, cuts in parts.items():
        line, pieces, at = lines[number], [], 0
        for start, end in cuts:
            pieces += [line[at:start], " " * (end - start)]
            at = end
        visible[number] = "".join((*pieces, line[at:])).rstrip()
    return visible


class _Scanner:
    """One pass over the lines of a page, which tracks only the structure that decides where comments can be.

    ``items`` has the column where the content of each open list item starts, outermost first.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.items: list[int] = []
        self.empty_item = -1  # line of the last item with an empty first line; a blank line ends such an item
        self.paragraph: tuple[int, int] | None = None  # start of the open paragraph
        self.fence = ""  # fence of the open code block
        self.block: tuple[int, int] | None = None  # start of the open comment
        self.in_quote = False  # whether the open block is in a block quote
        self.is_quoted = False  # whether the open paragraph began in one, which it may have left by lazy continuation

    def spans(self) -> Iterator[_Span]:
        """Yield the comments in order."""
        for number, line in enumerate(self.lines):
            start = _skip_space(line, 0)
            is_blank = start == len(line)
            if self.block or self.fence:
                if self._continues_container(line, start):
                    yield from self._block_line(line, number)
                    continue
                yield from self._close_block(number)
            if is_blank:
                yield from self._end_paragraph(number)
                self.in_quote = False
                if self.empty_item == number - 1:
                    del self.items[-1:]
            else:
                yield from self._line(line, number, start)
        yield from self._close_block(len(self.lines))
        yield from self._end_paragraph(len(self.lines))

    def _block_line(self, line: str, number: int) -> Iterator[_Span]:
        """Process a line of the open comment or code block."""
        if self.fence:
            rest = line.lstrip(" \t>" if self.in_quote else " \t").rstrip()
            if len(rest) >= len(self.fence) and not rest.strip(self.fence[0]):
                self.fence = ""
        elif self.block and (end := line.find(_CLOSE)) >= 0:
            yield _Span(*self.block, number, end + len(_CLOSE))
            self.block = None
            yield from self._rest_of_block(line, number, end + len(_CLOSE))

    def _close_block(self, number: int) -> Iterator[_Span]:
        """Close the open comment or code block before line ``number``, where its container ends."""
        if self.block:
            yield _Span(*self.block, number - 1, len(self.lines[number - 1]), closed=False)
        self.block, self.fence, self.in_quote = None, "", False

    def _line(self, line: str, number: int, at: int) -> Iterator[_Span]:
        """Process a line outside comment and code blocks; its first non-blank character is at offset ``at``."""
        if self.in_quote and line[at] != ">":
            self.in_quote = False
        depth = bisect_right(self.items, _width(line, at))  # of the innermost item that the line is indented for
        if self.paragraph is None:
            del self.items[depth:]
        if _width(line, at) - (self.items[depth - 1] if depth else 0) >= _CODE_INDENT:
            return  # code, or a line of the open paragraph
        for _ in range(_MAX_NESTED):
            if line[at] == ">":
                if not self.in_quote:
                    yield from self._end_paragraph(number)
                    self.items, depth, self.in_quote = [], 0, True
                after, at = at + 1, _skip_space(line, at + 1)
                if at == len(line):
                    yield from self._end_paragraph(number)
                if at == len(line) or _width(line, at) - _width(line, after) > _CODE_INDENT:
                    return
                continue
            has_left_quote = self.is_quoted and not self.in_quote
            if not self._starts_block(line, at, is_outside=depth < len(self.items) or has_left_quote):
                self._continue_paragraph(number, at)
                return
            yield from self._end_paragraph(number)
            del self.items[depth:]
            marker = None if _RULE.match(line, at) else _MARKER.match(line, at)
            if marker is None:
                yield from self._begin_block(line, number, at)
                return
            after, at = marker.end(), _skip_space(line, marker.end())
            gap = _width(line, at) - _width(line, after)
            is_plain = at < len(line) and gap <= _CODE_INDENT
            self.items.append(_width(line, after) + (gap if is_plain else 1))
            depth += 1
            if at == len(line):
                self.empty_item = number
            if not is_plain:
                return  # an empty item, or code

    def _continue_paragraph(self, number: int, at: int) -> None:
        """Add a line to the open paragraph, or begin one at offset ``at``."""
        if self.paragraph is None:
            self.paragraph, self.is_quoted = (number, at), self.in_quote

    def _continues_container(self, line: str, start: int) -> bool:
        """Whether ``line`` belongs to the list item or block quote that contains the open comment or code block."""
        if self.in_quote:
            return line.startswith(">", start)
        return start == len(line) or not self.items or _width(line, start) >= self.items[-1]

    def _starts_block(self, line: str, at: int, *, is_outside: bool) -> bool:
        """Whether a block other than a paragraph starts at offset ``at``.

        ``is_outside``: the line is outside the list item or block quote of the paragraph above it.
        """
        if line.startswith(_OPEN, at) or _HEADING.match(line, at) or _RULE.match(line, at) or _FENCE.match(line, at):
            return True
        if self.paragraph is not None and _UNDERLINE.match(line, at):
            return True
        marker = _MARKER.match(line, at)
        if marker is None or self.paragraph is None or is_outside:
            return marker is not None
        return marker[1] in (None, "1") and _skip_space(line, marker.end()) < len(line)

    def _begin_block(self, line: str, number: int, at: int) -> Iterator[_Span]:
        """Process a heading, a rule, or the first line of a comment or code block."""
        if line.startswith(_OPEN, at):
            end = line.find(_CLOSE, at + 2)  # "<!-->" is a comment
            if end < 0:
                self.block = (number, at)
                return
            yield _Span(number, at, number, end + len(_CLOSE))
            yield from self._rest_of_block(line, number, end + len(_CLOSE))
        elif fence := _FENCE.match(line, at):
            self.fence = fence[1] or fence[2]
        elif _HEADING.match(line, at):
            yield from self._inline((number, at), number + 1)

    def _rest_of_block(self, line: str, number: int, start: int) -> Iterator[_Span]:
        """Yield the comments in the rest of the last line of a comment block, which is raw HTML."""
        while (start := line.find(_OPEN, start)) >= 0 and (end := line.find(_CLOSE, start + 2)) >= 0:
            yield _Span(number, start, number, end + len(_CLOSE))
            start = end + len(_CLOSE)

    def _end_paragraph(self, number: int) -> Iterator[_Span]:
        """End the open paragraph before line ``number``, and yield its comments."""
        if self.paragraph is not None:
            yield from self._inline(self.paragraph, number)
            self.paragraph = None

    def _inline(self, begin: tuple[int, int], end: int) -> Iterator[_Span]:
        """Yield the comments in the inline text from ``begin`` to the line before ``end``."""
        first, column = begin
        lines = [self.lines[first][column:], *self.lines[first + 1 : end]]
        if not any(_OPEN in line for line in lines):
            return
        text = "\n".join(lines)
        starts = [-column]  # offsets of the lines in the text
        for line in self.lines[first:end]:
            starts.append(starts[-1] + len(line) + 1)
        for start, stop in _comments_in(text):
            at, to = bisect_right(starts, start) - 1, bisect_right(starts, stop - 1) - 1
            yield _Span(first + at, start - starts[at], first + to, stop - starts[to])


def _comments_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each comment in a paragraph."""
    code, at = CodeSpans(text), 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token[0] == _OPEN:
            end = text.find(_CLOSE, token.start() + 2)
            if end < 0:
                return
            at = end + len(_CLOSE)
            yield token.start(), at
        elif token[0] == "](":
            at = end_of_target(text, at - 1) or at
        elif token[0][0] == "`":
            at = code.end(token.start(), at) or at


def _width(line: str, end: int) -> int:
    """Return the column at offset ``end``, with tab stops at multiples of four."""
    return len(line[:end].expandtabs(4)) if "\t" in line[:end] else end


def _skip_space(line: str, at: int) -> int:
    match = _SPACE.match(line, at)
    assert match is not None  # it also matches nothing
    return match.end()
