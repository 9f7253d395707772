"""Conversion of inline Markdown to the text that it shows, as defined by CommonMark."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsarc.text.entities import decode_entities
from newsarc.text.inline import Span, find_spans

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~\n])")
_DELIMITERS = re.compile(r"\\.|\*+|_+", re.DOTALL)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def shown_text(written: str) -> str:
    """Return the text that ``written`` shows, without Markdown.

    Emphasis, comments and backslashes are removed, links become their text, images their description, code loses its
    backticks, and entities are decoded. HTML tags stay, because they may be plain text (``a <b and c> d``). Blank
    lines separate paragraphs. Takes linear time.
    """
    return "\n".join(map(_shown, _PARAGRAPHS.split(written) if "\n" in written else [written]))


def _shown(text: str) -> str:
    spans = find_spans(text)
    # Parts of the text and their replacements.
    replaced = [(start, end, "") for start, end in _emphasis(text, spans)]
    for span in spans:
        if span.is_literal:
            replaced.append((span.start, span.end, _literal(text, span)))
        else:
            replaced += [(span.start, span.text_start, ""), (span.text_end, span.end, "")]
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(replaced):
        if start >= at:  # else it is inside a removed part, such as code in the title of a link
            pieces += [_plain(text[at:start]), new]
            at = end
    return "".join((*pieces, _plain(text[at:])))


def _plain(text: str) -> str:
    """Return text without backslash escapes and entities. An escaped ``&`` does not begin an entity."""
    parts = _ESCAPED.split(text)
    parts[::2] = [decode_entities(part) if "&" in part else part for part in parts[::2]]
    return "".join(parts)


def _literal(text: str, span: Span) -> str:
    inner = text[span.text_start : span.text_end]
    if text[span.start] == "`":
        inner = inner.replace("\n", " ")
        return inner[1:-1] if inner[:1] == inner[-1:] == " " and not inner.isspace() else inner
    return inner


# --- emphasis ---


@dataclass(slots=True)
class _Run:
    """A run of ``*`` or ``_``. ``left`` of its ``size`` characters are still unpaired."""

    char: str
    start: int
    size: int
    left: int
    opens: bool
    closes: bool


def _emphasis(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the ranges of the delimiters of emphasis."""
    if "*" not in text and "_" not in text:
        return []
    used: list[_Run] = []
    waiting: list[_Run] = []
    links = [span for span in spans if not span.is_literal]  # in the order of their ends
    finished = 0  # the number of links that end before the run
    for run in _runs(text, spans):
        while finished < len(links) and links[finished].text_end < run.start:
            _within(waiting, links[finished], used)
            finished += 1
        waiting.append(run)
    for link in links[finished:]:
        _within(waiting, link, used)
    _pair(waiting, used)
    return [(run.start, run.start + run.size - run.left) for run in used if run.left < run.size]


def _within(waiting: list[_Run], link: Span, used: list[_Run]) -> None:
    """Pair the runs inside the text of ``link``, which do not pair with runs outside."""
    at = len(waiting)
    while at and waiting[at - 1].start > link.text_start - 1:
        at -= 1
    _pair(waiting[at:], used)
    del waiting[at:]


def _pair(runs: Sequence[_Run], used: list[_Run]) -> None:
    """Pair openers with closers of emphasis, and add them to ``used``."""
    openers: list[tuple[int, _Run]] = []
    # By kind of closer: the number of the first run that may open it; no earlier run matches.
    bottoms: dict[tuple[str, bool, int], int] = {}
    for number, run in enumerate(runs):
        while run.closes and run.left:
            kind = (run.char, run.opens, run.size % 3)
            bottom = bottoms.get(kind, 0)
            at = len(openers) - 1
            while at >= 0 and openers[at][0] >= bottom and not _match(openers[at][1], run):
                at -= 1
            if at < 0 or openers[at][0] < bottom:
                bottoms[kind] = number
                break
            opener = openers[at][1]
            del openers[at + 1 :]
            taken = 2 if opener.left >= 2 and run.left >= 2 else 1
            opener.left -= taken
            run.left -= taken
            used += (opener, run)
            if not opener.left:
                openers.pop()
        if run.opens and run.left:
            openers.append((number, run))


def _match(opener: _Run, closer: _Run) -> bool:
    if opener.char != closer.char:
        return False
    both = opener.size + closer.size
    return not ((opener.closes or closer.opens) and both % 3 == 0 and (opener.size % 3 or closer.size % 3))


def _runs(text: str, spans: Sequence[Span]) -> Iterator[_Run]:
    """Yield the runs of ``*`` and ``_`` outside code, tags and targets."""
    holes = sorted((span.start, span.end) if span.is_literal else (span.text_end, span.end) for span in spans)
    hole = at = 0
    while match := _DELIMITERS.search(text, at):
        while hole < len(holes) and holes[hole][1] <= match.start():
            hole += 1
        if hole < len(holes) and holes[hole][0] <= match.start():
            at = holes[hole][1]
            continue
        at = match.end()
        char = match[0][0]
        if char == "\\":
            continue
        before, after = text[match.start() - 1 : match.start()] or " ", text[at : at + 1] or " "
        left = not after.isspace() and (not _is_punctuation(after) or before.isspace() or _is_punctuation(before))
        right = not before.isspace() and (not _is_punctuation(before) or after.isspace() or _is_punctuation(after))
        opens, closes = left, right
        if char == "_":  # no emphasis within words
            opens = left and (not right or _is_punctuation(before))
            closes = right and (not left or _is_punctuation(after))
        yield _Run(char, match.start(), len(match[0]), len(match[0]), opens, closes)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
