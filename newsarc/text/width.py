"""Text wrapped and cut to a width, in cells of a terminal or in another measure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

Measure = Callable[[str], float]  # the width of a character


def cells(char: str) -> int:
    """Return the number of terminal cells of ``char``: 0, 1 or 2."""
    if char.isascii():
        return 1
    if unicodedata.combining(char) or char == "\u200d":
        return 0
    return 2 if is_wide(char) else 1


def is_wide(char: str) -> bool:
    """Whether ``char`` takes two cells, as Chinese characters do."""
    return unicodedata.east_asian_width(char) in "WF"


def width_of(text: str, measure: Measure = cells) -> float:
    """Return the width of ``text``, the sum of its characters."""
    return sum(map(measure, text))


def wrap(text: str, width: float, measure: Measure = cells) -> Iterator[str]:
    """Yield the lines of ``text``, none wider than ``width``.

    Lines break at spaces and between ideographs. A word wider than a line is broken anywhere. An empty text is one
    empty line.
    """
    for start, end in _lines(text, width, measure):
        yield text[start:end].rstrip()


def line_starts(text: str, width: float, measure: Measure = cells) -> list[int]:
    """Return where the lines of :func:`wrap` begin, apart from the first."""
    return [start for start, _ in _lines(text, width, measure)][1:]


def wrap_lines(text: str, width: float, most: int, measure: Measure = cells) -> list[str]:
    """Return ``text`` in at most ``most`` lines, the last one with an ellipsis if the text is longer.

    A longer text is read only as far as it is shown.
    """
    spans = list(islice(_lines(text, width, measure), most + 1))
    if len(spans) <= most:
        return [text[start:end].rstrip() for start, end in spans]
    last = cut(text[spans[most - 1][0] :], width, measure)
    return [*(text[start:end].rstrip() for start, end in spans[: most - 1]), last]


def cut(text: str, width: float, measure: Measure = cells) -> str:
    """Return ``text``, or its beginning with an ellipsis if it is wider than ``width``; if possible, cut at a word."""
    room = width - measure("…")
    used, kept = 0.0, 0
    for at, char in enumerate(text, 1):
        used += measure(char)
        if used > width:
            if not text[kept].isspace():
                space = text.rfind(" ", 0, kept)
                kept = space if space >= kept // 2 else kept  # not at one that leaves a line nearly empty
            return text[:kept].rstrip(" ·,") + "…"
        if used <= room:
            kept = at
    return text


def _lines(text: str, width: float, measure: Measure) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line, including the spaces at its end."""
    start, used, is_first = 0, 0.0, True
    for piece in _pieces(text):
        for at, end in _parts(text, *piece, width, measure):
            part = text[at:end]
            if at > start and used + width_of(part.rstrip(), measure) > width:
                yield start, at
                start, used, is_first = at, 0.0, False
            used += width_of(part, measure)
    if is_first or text[start:].strip():
        yield start, len(text)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of the pieces between possible line breaks: words with spaces, single ideographs."""
    start = 0
    for at, char in enumerate(text):
        is_closing = is_wide(char) and unicodedata.category(char) in ("Pe", "Po", "Pf")
        may_begin = char != " " and not is_closing
        if at > start and may_begin and (is_wide(char) or _ends(text[at - 1])):
            yield start, at
            start = at
    if start < len(text):
        yield start, len(text)


def _ends(char: str) -> bool:
    """Whether a line may end with ``char``."""
    return char == " " or (is_wide(char) and unicodedata.category(char) not in ("Ps", "Pi"))


def _parts(text: str, start: int, end: int, width: float, measure: Measure) -> Iterator[tuple[int, int]]:
    """Yield a piece, or the parts of one that is wider than a line.

    A part ends after a slash or hyphen, as in paths and slugs, if that fills at least half of the line.
    """
    if width_of(text[start:end].rstrip(), measure) <= width:
        yield start, end
        return
    used, kept, used_by_kept = 0.0, start, 0.0
    for at in range(start, end):
        more = measure(text[at])
        if at > start and used + more > width:
            if used_by_kept < width / 2:
                kept, used_by_kept = at, used
            yield start, kept
            start, used, used_by_kept = kept, used - used_by_kept, 0.0
        used += more
        if text[at] in "/-":
            kept, used_by_kept = at + 1, used
    yield start, end
