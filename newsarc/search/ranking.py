"""Relevance: how well an event matches a query.

Each word is weighted by its rarity in the archive (the IDF of BM25: log(1 + (N - n + ½) / (n + ½))), by the best field
it occurs in (:mod:`newsarc.query.fields`), and by whether it is spelt as typed. A bonus goes to words that are
adjacent, that make up a topic or context, or that cover the headline. The weights were tuned on the judged queries of
`benchmarks/ranking.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from newsarc.index import Index, SearchableFields
from newsarc.query.fields import TEXT_FIELDS, TextField
from newsarc.query.language import And, Query, Word, parts_of, wanted_words
from newsarc.query.matcher import Matcher, SearchedText, words_pattern
from newsarc.text.tokenizer import SEPARATORS

_VARIANT = 0.7  # factor for another spelling
_ELSEWHERE = 0.1  # factor for fields other than the best
_COVERED = 0.25  # bonus for a headline that consists of the words of the query


class Ranking:
    """The ranking of events for one query. Scores of different queries are not comparable."""

    def __init__(self, index: Index, query: Query) -> None:
        words = wanted_words(query)
        number = len(index)
        self._words = [(Matcher(word), _rarity(index.frequency(word), number)) for word in words]
        self._any = re.compile("|".join(map(words_pattern, words)) or "(?!)")
        self._adjacent = _adjacent_pattern(query)

    def score(self, texts: SearchableFields) -> float:
        """Return the score of an event with these texts."""
        parts = [_FieldText(field, text) for field in TEXT_FIELDS for text in texts[field.name] if text]
        score = sum(rarity * _strength(matcher, parts) for matcher, rarity in self._words)
        return score * (1 + self._adjacency(parts) + _COVERED * self._coverage(parts))

    def _adjacency(self, parts: Sequence[_FieldText]) -> float:
        if self._adjacent is None:
            return 0
        found = [part for part in parts if self._adjacent.search(part.text.plain)]
        bonus = max((part.field.adjacent for part in found), default=0)
        names = [part for part in found if self._adjacent.fullmatch(part.text.plain)]
        return bonus + max((part.field.whole for part in names), default=0)

    def _coverage(self, parts: Sequence[_FieldText]) -> float:
        """Return the share of the headline that matches words of the query, 0 to 1."""
        headline = next((part.text.plain for part in parts if part.field.name == "headline"), "")
        return sum(len(match[0]) for match in self._any.finditer(headline)) / len(headline) if headline else 0


class _FieldText:
    """A text of an event and its field."""

    __slots__ = ("field", "text")

    def __init__(self, field: TextField, text: str) -> None:
        self.field = field
        self.text = SearchedText(text)


def _strength(matcher: Matcher, parts: Sequence[_FieldText]) -> float:
    """Return the weight of the fields that a word occurs in; 0 if it occurs in none."""
    weights: dict[str, float] = {}
    for part in parts:
        if matcher.word.field in (None, part.field.name) and matcher.is_in(part.text):
            weight = part.field.weight * (1 if matcher.is_exactly_in(part.text) else _VARIANT)
            weights[part.field.name] = max(weight, weights.get(part.field.name, 0))
    best = max(weights.values(), default=0)
    return best + _ELSEWHERE * (sum(weights.values()) - best)


def _rarity(events: int, number: int) -> float:
    return math.log(1 + (number - events + 0.5) / (events + 0.5))


def _adjacent_pattern(query: Query) -> re.Pattern[str] | None:
    """Return the pattern of the words of ``query``, adjacent in folded text; None for fewer than two."""
    words = [part for part in parts_of(query) if isinstance(part, Word) and part.field is None]
    if len(words) < 2 or not isinstance(query, And):
        return None
    return re.compile(SEPARATORS.join(f"(?:{words_pattern(word)})" for word in words))
