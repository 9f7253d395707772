"""What else belongs to an event's story: events that it is not linked with and that have a lot in common with it.

Names that both carry count the more the rarer they are: to share Raqqa says more than to share Syria. Words of the
headlines count by their rarity too, and so do events that both are linked with, the fewer links these have the more.
Nearness in time adds a little. How well this finds links that were hidden from it, and where the weights are from:
``benchmarks/discovery.py``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log

from newsarc.index import EventRow, Index
from newsarc.index.similarity import SharedName, SimilarityQuery, headline_words
from newsarc.text.normalize import fold
from newsarc.text.tokenizer import located_text

# A name that both events carry counts log(events / events with it), by what the rarest possible would, so from 0 to 1.
# The rest is measured by that.
_MENTIONED = 0.6  # of it, where one of them only mentions the name
_BOTH_MENTION = 0.35  # where neither carries it
_COMMON = 0.7  # for events that both are linked with, times log(1 + 4 × the sum of 1 / log(2 + the links of each))
_HEADLINE = 0.85  # for a headline with all the words of the other one
_NEAR = 0.3  # for the same day; half of it for
_MONTH = 30  # days between them

_SIMILAR = 0.2  # of a headline, by the rarity of its words: enough to be a reason
_NEARLY_THE_SAME = 0.75  # of the words of both
_MAX_NAMES = 3
_MAX_WORDS = 3
# A name is called rare where so many events have it, or one of 500 in archives that are neither small nor large.
_RARE = (2, 20)
_RARE_SHARE = 500
_TELLING_SHARE = 10  # a word that more than one headline in so many has is no reason
_COMMON_SHARE = 2  # a name that more than one event in so many has tells no stories apart


@dataclass(frozen=True, slots=True)
class Discovery:
    """An event that belongs to a story, and ``reasons`` in words why that is thought. ``score`` is only good for
    comparing discoveries of one event with each other.
    """

    score: float
    reasons: tuple[str, ...]
    row: EventRow


def discover(index: Index, path: str, limit: int = 10, context: str | None = None) -> list[Discovery]:
    """Return what has most in common with the event at ``path`` and is not linked with it in either direction, best
    first, at most ``limit`` of them.

    With ``context``, only events that share this name with it, compared without case and accents. An event that the
    index does not have has no neighbours.
    """
    row = index.row(path)
    if row is None:
        return []
    near = index.similarity(row.id)
    story = _Story(row, near)
    scores = story.scores()
    if context is not None:
        sharing = story.sharing(context)
        scores = {event: score for event, score in scores.items() if event in sharing}
    best = _best(scores, near, row.day, limit)
    reasons = ((other, story.reasons(other)) for other in index.rows_of(best))
    found = [Discovery(best[other.id], said, other) for other, said in reasons if said]
    found.sort(key=lambda discovery: (-discovery.score, *_order(row, discovery.row)))
    return found[:limit]


def _best(scores: Mapping[int, float], near: SimilarityQuery, day: str | None, limit: int) -> dict[int, float]:
    """Return the best scores, nearness in time added: ``limit`` of them, or more where several are equal."""
    floor = sorted(scores.values(), reverse=True)[:limit][-1:] or [0.0]
    likely = [event for event, score in scores.items() if score >= floor[0] - _NEAR]
    days = near.days(likely)
    whole = {event: round(scores[event] + _nearness(day, days[event]), 3) for event in likely if event in days}
    last = sorted(whole.values(), reverse=True)[:limit][-1:] or [0.0]
    return {event: score for event, score in whole.items() if score >= last[0]}


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


class _Story:
    """What one event has in common with others."""

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
        """Return the events that share the name ``wanted`` with it, compared without case and accents."""
        folded = fold(wanted)
        both = (name.tagged | name.mentioning for name in self._all_names if fold(name.text) == folded)
        return frozenset().union(*both)

    def _similar(self) -> tuple[dict[int, float], set[int]]:
        """Return how much of the event's headline recurs in those of others, from 0 to 1, and for which of them words
        that few have are enough of it to be a reason.
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
        """Return for each event that is not linked and shares a name or most of the headline: how much, time apart."""
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
        """Return in words what speaks for ``other``, and how far away in time it is; nothing where nothing does."""
        said = tuple(self._reasons(other))
        apart = _days_between(self.row.day, other.day)
        return (*said, distance(apart)) if said and apart is not None else said

    def _reasons(self, other: EventRow) -> Iterator[str]:
        names = [name for name in self.names if other.id in name.tagged or other.id in name.mentioning]
        shared = [name for name in names if name.is_tagged or other.id in name.tagged]
        if shared:
            yield f"shares {', '.join(map(self._said, shared[:_MAX_NAMES]))}"
        both = _not_in_longer([name for name in names if name not in shared], shared)
        if both := both[: max(0, _MAX_NAMES - len(shared))]:
            yield f"both mention {', '.join(map(self._said, both))}"
        if headlines := self._headlines(other, [*shared[:_MAX_NAMES], *both]):
            yield headlines
        number = len(self.common.get(other.id, ()))
        if number:
            yield f"{number} related event{'s' if number > 1 else ''} in common"

    def _headlines(self, other: EventRow, said: list[SharedName]) -> str | None:
        """Return what the two headlines have in common, if it is much and not ``said`` by names already."""
        mine, its = headline_words(self.row.headline), headline_words(other.headline)
        if fold(self.row.headline) == fold(other.headline) != "":
            return "the same headline"
        both = set(mine).intersection(its)
        if 0 < _NEARLY_THE_SAME * max(len(mine), len(its)) <= len(both):
            return "nearly the same headline"
        if other.id not in self._similar_ones:
            return None
        known = " ".join(fold(name.text) for name in said)
        runs = _runs([word for word in mine if word in both], fold(self.row.headline), fold(other.headline))
        rarest = {_joined(run): min(self._events_with(word) for word in run) for run in runs}
        telling = [text for text in rarest if rarest[text] <= self._few and text not in known and not text.isdecimal()]
        telling = [text for text in telling if len(text) > 2] or telling
        telling.sort(key=rarest.__getitem__)
        written = {fold(word): word for word in map(_bare, self.row.headline.split())}
        shown = [written.get(text) or _as_written(self.row.headline, text) for text in telling[:_MAX_WORDS]]
        return f"headlines share {', '.join(shown)}" if shown else None

    def _events_with(self, word: str) -> int:
        """Return how many other events have a word in their headlines: all, where it is in all mouths."""
        events = self._words.get(word)
        return self.total if events is None else len(events)

    def _said(self, name: SharedName) -> str:
        smallest, largest = _RARE
        rare = name.events <= min(max(smallest, self.total // _RARE_SHARE), largest, self.total // 4)
        return f"{name.text} (rare)" if rare else name.text


def _not_in_longer(names: list[SharedName], others: list[SharedName]) -> list[SharedName]:
    """Return those of ``names`` that are no part of another name: Battle of Raqqa says Raqqa too."""
    texts = [fold(name.text) for name in (*names, *others)]
    return [name for name in names if not any(fold(name.text) in text != fold(name.text) for text in texts)]


def _runs(words: list[str], *texts: str) -> list[list[str]]:
    """Join words of a spaceless script, two characters each, that follow each other in all ``texts``."""
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
    """Return what stands in ``headline`` for a folded part of it: 敘利亞 for 叙利亚."""
    located = located_text(headline)
    at = located.text.find(folded)
    return headline[slice(*located.span(at, at + len(folded)))] if at >= 0 else folded


def _joined(run: list[str]) -> str:
    return run[0] + "".join(word[1:] for word in run[1:])


def distance(days: int) -> str:
    """Return in words how long after an event another one is, before it for negative ``days``."""
    if days == 0:
        return "same day"
    number, unit = next(
        (round(abs(days) / length), unit)
        for least, length, unit in ((700, 365.25, "year"), (56, 30.44, "month"), (21, 7, "week"), (1, 1, "day"))
        if abs(days) >= least
    )
    return f"{number} {unit}{'s' if number > 1 else ''} {'later' if days > 0 else 'earlier'}"
