"""Events that a query found → how well each answers it.

A word counts by how rare it is in the archive (the idf of BM25: log(1 + (N - n + ½) / (n + ½))), by the best place
where it stands (headline over topic over context over summary over source), and for less where it is another spelling
of what was typed. Then the words together: next to each other as they were typed, or the very name of a topic or
context. Measured with the judged queries of `benchmarks/ranking.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from newsarc.index import Index, SearchableFields
from newsarc.query.language import TEXT_FIELDS, All, Field, Query, Word, parts_of, wanted_words
from newsarc.query.matcher import Matcher, SearchedText, words_pattern
from newsarc.text.tokenizer import SEPARATORS

_WEIGHTS: dict[Field, float] = {"headline": 10, "topic": 6, "context": 4, "summary": 2, "source": 1}
_FOLDED = 0.7  # what another spelling is worth
_ELSEWHERE = 0.1  # what further places add
_COVERED = 0.25  # more for a headline that consists of nothing else
_SIDE_BY_SIDE = {"headline": 0.3, "topic": 0.15, "context": 0.1, "summary": 0.1}
_NAMED = {"topic": 0.3, "context": 0.15}


class Ranking:
    """Scores events for one query; only good for comparing events of the same query."""

    def __init__(self, index: Index, query: Query) -> None:
        words = wanted_words(query)
        number = len(index)
        self._words = [(Matcher(word), _rarity(index.frequency(word), number)) for word in words]
        self._any = re.compile("|".join(map(words_pattern, words)) or "(?!)")
        self._together = _together(query)

    def score(self, texts: SearchableFields) -> float:
        """Return the score of an event with these texts."""
        places = [_Place(field, text) for field in TEXT_FIELDS for text in texts[field] if text]
        score = sum(rarity * _strength(matcher, places) for matcher, rarity in self._words)
        return score * (1 + self._closeness(places) + _COVERED * self._coverage(places))

    def _closeness(self, places: Sequence[_Place]) -> float:
        if self._together is None:
            return 0
        found = [place for place in places if self._together.search(place.text.plain)]
        side = max((_SIDE_BY_SIDE.get(place.field, 0) for place in found), default=0)
        whole = [place for place in found if self._together.fullmatch(place.text.plain)]
        return side + max((_NAMED.get(place.field, 0) for place in whole), default=0)

    def _coverage(self, places: Sequence[_Place]) -> float:
        """Return which part of the headline was asked for, 0 to 1."""
        headline = next((place.text.plain for place in places if place.field == "headline"), "")
        return sum(len(match[0]) for match in self._any.finditer(headline)) / len(headline) if headline else 0


class _Place:
    """One text of an event, ready to be looked into."""

    __slots__ = ("field", "text")

    def __init__(self, field: Field, text: str) -> None:
        self.field = field
        self.text = SearchedText(text)


def _strength(matcher: Matcher, places: Sequence[_Place]) -> float:
    """Return what it is worth that a word stands where it stands; 0 where it does not."""
    worths: dict[str, float] = {}
    for place in places:
        if matcher.word.field in (None, place.field) and matcher.is_in(place.text):
            worth = _WEIGHTS[place.field] * (1 if matcher.is_exactly_in(place.text) else _FOLDED)
            worths[place.field] = max(worth, worths.get(place.field, 0))
    best = max(worths.values(), default=0)
    return best + _ELSEWHERE * (sum(worths.values()) - best)


def _rarity(events: int, number: int) -> float:
    return math.log(1 + (number - events + 0.5) / (events + 0.5))


def _together(query: Query) -> re.Pattern[str] | None:
    """Return the pattern of the query's words side by side in folded text; None for fewer than two."""
    words = [part for part in parts_of(query) if isinstance(part, Word) and part.field is None]
    if len(words) < 2 or not isinstance(query, All):
        return None
    return re.compile(SEPARATORS.join(f"(?:{words_pattern(word)})" for word in words))
