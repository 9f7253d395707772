"""A query as a reader types it → events that have all its words, best first, each with a passage that shows them.

A query is words and ``"phrases"``, all of them required, and ``-not`` before what must not occur; ``word*`` matches the
beginnings of words. Case and accents do not count. Nothing typed is an error: what is no syntax is a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsarc.errors import UsageError
from newsarc.index import EventRow, Filter, Index
from newsarc.text import WORD_CHARACTER, fold, searchable

_TERM = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_WORD_CHARACTER = re.compile(r"[^\W_]")
_WORD = re.compile(r"[^\W_]+")
_SNIPPET = 180  # characters of a passage
_LEAD = 50  # of them before the first word found


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase of a query. ``is_prefix``: its last word may go on."""

    text: str
    excluded: bool = False
    is_prefix: bool = False

    @property
    def phrase(self) -> str:
        """The term as :meth:`newsarc.index.Index.match` takes it."""
        return self.text + ("*" if self.is_prefix else "")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and where the words of the query stand in it: (start, end) offsets, in order, none overlapping."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One event found. ``score`` is only good for comparing hits of one query; ``snippet`` is empty where nothing
    shows.
    """

    row: EventRow
    score: float
    headline: Marked
    snippet: Marked


@dataclass(frozen=True, slots=True)
class Result:
    """The best hits and the number of all."""

    hits: list[Hit]
    total: int


def parse_query(query: str) -> tuple[Term, ...]:
    """Return the terms of ``query``; those without a letter or digit in them are left out."""
    terms: list[Term] = []
    for match in _TERM.finditer(query):
        is_phrase = match["phrase"] is not None
        text = match["phrase"] if is_phrase else match["word"]
        is_prefix = not is_phrase and len(text) > 1 and text.endswith("*")
        text = text.removesuffix("*") if is_prefix else text
        if _WORD_CHARACTER.search(text):
            terms.append(Term(text, excluded=match["minus"] is not None, is_prefix=is_prefix))
    return tuple(dict.fromkeys(terms))


def search(index: Index, query: str, wanted: Filter, limit: int | None = 20) -> Result:
    """Return the events of ``index`` that match ``query`` and ``wanted``, at most ``limit`` of them, best first.

    Raises UsageError where the query has no word that is required.
    """
    terms = parse_query(query)
    required = [term for term in terms if not term.excluded]
    if not required:
        raise UsageError("the query has no word to look for; write at least one that is not excluded")
    excluded = [term.phrase for term in terms if term.excluded]
    found, total = index.match([term.phrase for term in required], excluded, wanted, limit)
    pattern = _pattern(required)
    return Result([_hit(index, row, score, pattern) for row, score in found], total)


def _hit(index: Index, row: EventRow, score: float, pattern: re.Pattern[str]) -> Hit:
    return Hit(row, round(score, 3), mark(row.title, pattern), _snippet(index, row, pattern))


def _snippet(index: Index, row: EventRow, pattern: re.Pattern[str]) -> Marked:
    """Return the passage that shows why an event was found: of its summary, contexts, topics or sources."""
    texts = (row.summary or "", ", ".join(index.contexts(row.id)), ", ".join(index.topics(row.id)))
    for text in (*texts, ", ".join(index.source_labels(row.id))):
        marked = mark(text, pattern)
        if marked.marks:
            return _passage(marked)
    return _passage(Marked(row.summary or ""))


def _passage(marked: Marked) -> Marked:
    """Cut a text to a passage around its first mark, at spaces where there are some."""
    text = marked.text
    if len(text) <= _SNIPPET:
        return marked
    first = marked.marks[0][0] if marked.marks else 0
    start = max(0, min(first - _LEAD, len(text) - _SNIPPET))
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + _SNIPPET)
    if end < len(text):
        space = text.rfind(" ", start + _SNIPPET * 2 // 3, end)
        end = space if space >= 0 else end
    lead, tail = "…" if start else "", "…" if end < len(text) else ""
    shift = len(lead) - start
    marks = tuple((a + shift, b + shift) for a, b in marked.marks if a >= start and b <= end)
    return Marked(lead + text[start:end] + tail, marks)


def _pattern(terms: Sequence[Term]) -> re.Pattern[str]:
    """Return a pattern for folded text that matches what the full-text table matched."""
    return re.compile("|".join(_term_pattern(term) for term in terms))


def _term_pattern(term: Term) -> str:
    words = _WORD.findall(fold(term.text))
    pieces: list[str] = []
    for word in words:
        spaceless = searchable(word) != word
        pieces.append(re.escape(word) if spaceless else rf"(?<!{WORD_CHARACTER}){re.escape(word)}")
        if not spaceless and not (term.is_prefix and word is words[-1]):
            pieces[-1] += rf"(?!{WORD_CHARACTER})"
    return r"[\W_]*".join(pieces) + (rf"{WORD_CHARACTER}*" if term.is_prefix else "")


def mark(text: str, pattern: re.Pattern[str]) -> Marked:
    """Mark in ``text`` what ``pattern``, made for folded text, matches in its folded form."""
    folded: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        plain = char.casefold() if char.isascii() else fold(char)
        folded.append(plain if plain or not char.isspace() else " ")
        origin.extend([at] * len(folded[-1]))
    marks = [
        (origin[match.start()], origin[match.end() - 1] + 1)
        for match in pattern.finditer("".join(folded))
        if match.end() > match.start()
    ]
    return Marked(text, tuple(marks))
