"""Unified diffs in colour, as git shows them, with the changed words of each line highlighted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from newsarc.text.sanitize import visible_lines

_RESET = "\x1b[m"
_HEADER, _HUNK, _REMOVED, _ADDED = "\x1b[1m", "\x1b[36m", "\x1b[31m", "\x1b[32m"
_REVERSE, _NOT_REVERSE = "\x1b[7m", "\x1b[27m"
# Scripts without spaces between words are compared character by character.
_WORD = re.compile(r"[^\W\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|.", re.DOTALL)
_MAX_WORDS = 2_000  # of the differing part of a line; the time to compare grows with the square
Spans = Sequence[tuple[int, int]]  # start and end of each highlighted part of a line


def colored_diff(lines: Iterable[str]) -> Iterator[str]:
    """Yield the ``lines`` of :func:`newsarc.storage.changeset.unified_diff` in colour, with control characters escaped.

    Where a hunk replaces lines by as many others, the words that differ are shown in reverse video.
    """
    removed: list[str] = []
    added: list[str] = []
    for number, line in enumerate(lines):
        if number > 1 and line[0] in "-+":
            if line[0] == "-" and added:
                yield from _changed(removed, added)
                removed, added = [], []
            (removed if line[0] == "-" else added).append(line[1:])
            continue
        yield from _changed(removed, added)
        removed, added = [], []
        yield line_in(_HEADER, line) if number < 2 else line_in(_HUNK, line) if line[0] == "@" else visible_lines(line)
    yield from _changed(removed, added)


def line_in(color: str, line: str, spans: Spans = ()) -> str:
    """Return ``line``, and what follows its end, in ``color`` with ``spans`` of it highlighted."""
    text, end, rest = line.partition("\n")
    pieces = [color]
    at = 0
    for start, stop in spans:
        pieces += (visible_lines(text[at:start]), _REVERSE, visible_lines(text[start:stop]), _NOT_REVERSE)
        at = stop
    pieces += (visible_lines(text[at:]), _RESET, end, rest)
    return "".join(pieces)


def _changed(removed: Sequence[str], added: Sequence[str]) -> Iterator[str]:
    pairs = zip(removed, added, strict=True) if len(removed) == len(added) else ()
    spans = [changed_spans(old.partition("\n")[0], new.partition("\n")[0]) for old, new in pairs]
    for number, line in enumerate(removed):
        yield line_in(_REMOVED, f"-{line}", _shifted(spans[number][0]) if spans else ())
    for number, line in enumerate(added):
        yield line_in(_ADDED, f"+{line}", _shifted(spans[number][1]) if spans else ())


def _shifted(spans: Spans) -> Spans:
    """Return ``spans`` of a line for the line with its sign."""
    return [(start + 1, end + 1) for start, end in spans]


def changed_spans(old: str, new: str) -> tuple[Spans, Spans]:
    """Return the spans of ``old`` and of ``new`` that differ, in whole words; none if the lines share no word."""
    words, others = _WORD.findall(old), _WORD.findall(new)
    shorter = min(len(words), len(others))
    first = next((at for at in range(shorter) if words[at] != others[at]), shorter)
    last = next((at for at in range(shorter - first) if words[-1 - at] != others[-1 - at]), shorter - first)
    end, other_end = len(words) - last, len(others) - last
    changes = [
        (start + first, stop + first, other_start + first, other_stop + first)
        for start, stop, other_start, other_stop in _differences(words[first:end], others[first:other_end])
    ]
    merged: list[tuple[int, int, int, int]] = []
    for change in changes:
        if merged and not any(map(str.isalnum, words[merged[-1][1] : change[0]])):  # spaces between changed words
            before = merged.pop()
            merged.append((before[0], change[1], before[2], change[3]))
        else:
            merged.append(change)
    if not any(map(str.isalnum, _outside(words, merged))):
        return (), ()
    return (
        _spans(words, [(start, stop) for start, stop, _, _ in merged]),
        _spans(others, [(start, stop) for _, _, start, stop in merged]),
    )


def _differences(words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield start and end of what differs, in both sequences; all of it if they are long."""
    if not words and not others:
        return
    if not words or not others or max(len(words), len(others)) > _MAX_WORDS:
        yield 0, len(words), 0, len(others)
        return
    from rapidfuzz.distance import Indel

    for change in Indel.opcodes(words, others):
        if change.tag != "equal":
            yield change.src_start, change.src_end, change.dest_start, change.dest_end


def _outside(words: Sequence[str], changes: Iterable[tuple[int, int, int, int]]) -> Iterator[str]:
    at = 0
    for start, stop, _, _ in changes:
        yield from words[at:start]
        at = stop
    yield from words[at:]


def _spans(words: Sequence[str], places: Sequence[tuple[int, int]]) -> Spans:
    """Return the spans of characters of the words at ``places``, without empty ones."""
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    return [(ends[start], ends[stop]) for start, stop in places if start < stop]
