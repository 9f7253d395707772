"""Recommended links: events that have much in common with an event and are not linked with it yet.

Shared names (topics and contexts) weigh more the rarer they are: sharing Raqqa says more than sharing Syria. Words of
the headlines are weighted by rarity too. Common neighbours weigh more the fewer links they have. Events close in time
get a small bonus. ``benchmarks/discovery.py`` measures how many hidden links this finds, and explains the weights.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log

from newsarc.index import EventRow, Index
from newsarc.index.similarity import SharedName, SimilarityQuery, headline_words
from newsarc.text.durations import duration
from newsarc.text.normalize import fold
from newsarc.text.tokenizer import located_text

# A name that both events are tagged with scores log(events / events with it), relative to the rarest possible name: 0
# to 1. All other weights are on that scale.
_MENTIONED = 0.6  # factor if one of the events only mentions the name
_BOTH_MENTION = 0.35  # factor if both only mention it
_COMMON = 0.7  # for common neighbours, times log(1 + 4 × the sum of 1 / log(2 + the links of each))
_HEADLINE = 0.85  # for a headline that has all words of the other one
_NEAR = 0.3  # for the same day, and half of it at a distance of
_MONTH = 30  # days

_SIMILAR = 0.2  # share of a headline, weighted by rarity, that is reason enough
_NEARLY_THE_SAME = 0.75  # share of the words of both headlines
_MAX_NAMES = 3
_MAX_WORDS = 3
# A name counts as rare if 1 in 500 events have it, but never fewer than 2 or more than 20 events.
_RARE = (2, 20)
_RARE_SHARE = 500
_TELLING_SHARE = 10  # a word in more than 1 of 10 headlines is no reason
_COMMON_SHARE = 2  # a name in more than 1 of 2 events does not tell stories apart


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An event worth linking with another one, and the reasons, in words for people.

    Scores are only comparable among the recommendations for one event.
    """

    score: float
    reasons: tuple[str, ...]
    row: EventRow


def recommend(index: Index, path: str, limit: int = 10, context: str | None = None) -> list[Recommendation]:
    """Return the events that have most in common with the event at ``path`` and no link with it in either direction.

    They come best first, at most ``limit`` of them. With ``context``, compared without case and accents, only events
    that share this name are included. The list is empty if the index does not have the event.
    """
    row = index.row(path)
    if row is None:
        return []
    near = index.similarity(row.id)
    scorer = _Scorer(row, near)
    scores = scorer.scores()
    if context is not None:
        sharing = scorer.sharing(context)
        scores = {event: score for event, score in scores.items() if event in sharing}
    best = _best(scores, near, row.day, limit)
    with_reasons = ((other, scorer.reasons(other)) for other in index.rows_of(best))
    found = [Recommendation(best[other.id], reasons, other) for other, reasons in with_reasons if reasons]
    found.sort(key=lambda one: (-one.score, *_order(row, one.row)))
    return found[:limit]


def _best(scores: Mapping[int, float], near: SimilarityQuery, day: str | None, limit: int) -> dict[int, float]:
    """Return the ``limit`` best scores with the bonus for nearness in time, and all that equal the last of them."""
    floor = sorted(scores.values(), reverse=True)[:limit][-1:] or [0.0]
    likely = [event for event, score in scores.items() if score >= floor[0] - _NEAR]
    days = near.days(likely)
    totals = {event: round(scores[event] + _nearness(day, days[event]), 3) for event in likely if event in days}
    last = sorted(totals.values(), reverse=True)[:limit][-1:] or [0.0]
    return {event: score for event, score in totals.items() if score >= last[0]}


def _order(row: EventRow, other: EventRow) -> tuple[int, str]:
    apart = _days_between(row.day, other.day)
    return (abs(apart) if apart is not None else 1_000_000, other.path)


def _nearness(day: str | None, other: str | None) -> float:
    apart = _days_between(day, other)
    return 0.0 if apart is None else _NEAR / (1 + abs(apart) / _MONTH)


def _days_between(day: str | None, other: str | None) -> int | None:
    if day is None or other is None:
        return None
    return (dt.date.fromisoformat(other) - dt.date.fromisoformat(day)).days


class _Scorer:
    """Scores other events by what they have in common with one event."""

    def __init__(self, row: EventRow, near: SimilarityQuery) -> None:
        self.row = row
        self.total = near.total
        self.linked = near.linked() | {row.id}
        self.common = near.shared_neighbours()
        self._all_names = sorted(near.names(), key=lambda name: (name.events, name.text))
        self._words = near.words()
        self._few = max(2, self.total // _TELLING_SHARE)
        self._parts, self._similar_ones = self._similar()
        most = max(2, self.total // _COMMON_SHARE)
        self.names = [name for name in self._all_names if name.events <= most]

    def sharing(self, wanted: str) -> frozenset[int]:
        """Return the ids of the events that share the name ``wanted``, compared without case and accents."""
        folded = fold(wanted)
        both = (name.tagged | name.mentioning for name in self._all_names if fold(name.text) == folded)
        return frozenset().union(*both)

    def _similar(self) -> tuple[dict[int, float], set[int]]:
        """Return, by event, the share of the headline that its headline repeats (0 to 1, weighted by rarity), and the
        events for which rare words alone are reason enough.
        """
        weights = {word: log(self.total / (len(events) + 1)) for word, events in self._words.items()}
        whole = sum(weights.values()) or 1.0
        parts: dict[int, float] = defaultdict(float)
        telling: dict[int, float] = defaultdict(float)
        for word, events in self._words.items():
            part = weights[word] / whole
            for event in events:
                parts[event] += part
                if len(events) <= self._few and not word.isdecimal():
                    telling[event] += part
        return parts, {event for event, part in telling.items() if part >= _SIMILAR}

    def scores(self) -> dict[int, float]:
        """Return the scores, without nearness in time, of all unlinked events that share a name or most of the
        headline.
        """
        scores: dict[int, float] = defaultdict(float)
        rarest = log(max(self.total, 3) / 2)
        for name in self.names:
            weight = log(self.total / name.events) / rarest
            for event in name.tagged:
                scores[event] += weight if name.is_tagged else weight * _MENTIONED
            for event in name.mentioning:
                scores[event] += weight * (_MENTIONED if name.is_tagged else _BOTH_MENTION)
        for event, part in self._parts.items():
            if event in scores or event in self._similar_ones:
                scores[event] += part * _HEADLINE
        for event, degrees in self.common.items():
            if event in scores:
                scores[event] += _COMMON * log(1 + 4 * sum(1 / log(2 + degree) for degree in degrees))
        return {event: score for event, score in scores.items() if event not in self.linked}

    def reasons(self, other: EventRow) -> tuple[str, ...]:
        """Return, in words, the reasons for ``other`` and its distance in time; nothing if there are no reasons."""
        reasons = tuple(self._reasons(other))
        apart = _days_between(self.row.day, other.day)
        return (*reasons, distance(apart)) if reasons and apart is not None else reasons

    def _reasons(self, other: EventRow) -> Iterator[str]:
        names = [name for name in self.names if other.id in name.tagged or other.id in name.mentioning]
        shared = [name for name in names if name.is_tagged or other.id in name.tagged]
        if shared:
            yield f"shares {', '.join(map(self._described, shared[:_MAX_NAMES]))}"
        both = _not_in_longer([name for name in names if name not in shared], shared)
        if both := both[: max(0, _MAX_NAMES - len(shared))]:
            yield f"both mention {', '.join(map(self._described, both))}"
        if headlines := self._headlines(other, [*shared[:_MAX_NAMES], *both]):
            yield headlines
        number = len(self.common.get(other.id, ()))
        if number:
            yield f"{number} related event{'s' if number > 1 else ''} in common"

    def _headlines(self, other: EventRow, given: list[SharedName]) -> str | None:
        """Return what the two headlines have in common, if it is much and not among the names ``given`` already."""
        mine, its = headline_words(self.row.headline), headline_words(other.headline)
        if fold(self.row.headline) == fold(other.headline) != "":
            return "the same headline"
        both = set(mine).intersection(its)
        if 0 < _NEARLY_THE_SAME * max(len(mine), len(its)) <= len(both):
            return "nearly the same headline"
        if other.id not in self._similar_ones:
            return None
        known = " ".join(fold(name.text) for name in given)
        runs = _runs([word for word in mine if word in both], fold(self.row.headline), fold(other.headline))
        rarest = {_joined(run): min(self._events_with(word) for word in run) for run in runs}
        telling = [text for text in rarest if rarest[text] <= self._few and text not in known and not text.isdecimal()]
        telling = [text for text in telling if len(text) > 2] or telling
        telling.sort(key=rarest.__getitem__)
        written = {fold(word): word for word in map(_bare, self.row.headline.split())}
        shown = [written.get(text) or _as_written(self.row.headline, text) for text in telling[:_MAX_WORDS]]
        return f"headlines share {', '.join(shown)}" if shown else None

    def _events_with(self, word: str) -> int:
        """Return the number of other events whose headline has ``word``; very common words count as in all."""
        events = self._words.get(word)
        return self.total if events is None else len(events)

    def _described(self, name: SharedName) -> str:
        smallest, largest = _RARE
        rare = name.events <= min(max(smallest, self.total // _RARE_SHARE), largest, self.total // 4)
        return f"{name.text} (rare)" if rare else name.text


def _not_in_longer(names: list[SharedName], others: list[SharedName]) -> list[SharedName]:
    """Return those of ``names`` that are not part of another name: Battle of Raqqa includes Raqqa."""
    texts = [fold(name.text) for name in (*names, *others)]
    return [name for name in names if not any(fold(name.text) in text != fold(name.text) for text in texts)]


def _runs(words: list[str], *texts: str) -> list[list[str]]:
    """Join overlapping two-character words of a script without spaces if all ``texts`` contain the result."""
    runs: list[list[str]] = []
    for word in words:
        goes_on = runs and not word.isascii() and runs[-1][-1][-1] == word[0]
        if goes_on and all(_joined([*runs[-1], word]) in text for text in texts):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _bare(word: str) -> str:
    return word.strip(".,:;!?()[]\"'“”‘’«»„")


def _as_written(headline: str, folded: str) -> str:
    """Return the part of ``headline`` that ``folded`` comes from: 敘利亞 for 叙利亚."""
    located = located_text(headline)
    at = located.text.find(folded)
    return headline[slice(*located.span(at, at + len(folded)))] if at >= 0 else folded


def _joined(run: list[str]) -> str:
    return run[0] + "".join(word[1:] for word in run[1:])


def distance(days: int) -> str:
    """Return the distance of an event that is ``days`` later, or earlier if negative: ``3 months later``."""
    return f"{duration(abs(days))} {'later' if days > 0 else 'earlier'}" if days else "same day"
