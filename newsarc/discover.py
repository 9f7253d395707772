"""What else belongs to an event's story: events that it is not linked with and that have a lot in common with it.

Names that both carry count the more the rarer they are: to share Raqqa says more than to share Syria. So do words of the
headlines, and events that both are linked with. Nearness in time adds a little. How well this finds links that were
hidden from it, and where the weights are from: ``benchmarks/discovery.py``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log

from newsarc.index import EventRow, Index
from newsarc.index.neighbours import Neighbours, SharedName
from newsarc.text import fold

# A name that both events carry counts log(events / events with it). The rest is measured by that.
_MENTIONED = 0.6  # of it, where one of them only mentions the name
_BOTH_MENTION = 0.35  # where neither carries it
_COMMON = 5.0  # for events that both are linked with, times log(1 + 4 × the sum of 1 / log(2 + the links of each))
_HEADLINE = 8.0  # for a headline with all the words of the other one
_NEAR = 2.0  # for the same day; half of it for
_MONTH = 30  # days between them

_SIMILAR = 0.35  # of a headline, by the rarity of its words: enough to be a reason
_NEARLY_THE_SAME = 0.75
_MAX_NAMES = 3
# A name is called rare where so many events have it, or one of 500 in archives that are neither small nor large.
_RARE = (2, 20)
_RARE_SHARE = 500


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
    near = index.neighbours(row.id)
    story = _Story(row, near)
    scores = story.scores()
    if context is not None:
        wanted = fold(context)
        sharing = [name.carriers | name.mentioners for name in story.names if fold(name.text) == wanted]
        scores = {event: score for event, score in scores.items() if any(event in events for events in sharing)}
    best = _best(scores, near, row.day, limit)
    found = [Discovery(round(best[other.id], 3), story.reasons(other), other) for other in index.rows(best)]
    found.sort(key=lambda discovery: (-discovery.score, *_order(row, discovery.row)))
    return found[:limit]


def _best(scores: Mapping[int, float], near: Neighbours, day: str | None, limit: int) -> dict[int, float]:
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

    def __init__(self, row: EventRow, near: Neighbours) -> None:
        self.row = row
        self.total = near.total
        self.linked = near.linked() | {row.id}
        self.common = near.common()
        self.names = sorted(near.names(), key=lambda name: (name.events, name.text))
        self._words = near.words()

    @cached_property
    def similar(self) -> dict[int, float]:
        """How much of the event's headline recurs in those of others, from 0 to 1."""
        weights = {word: log(self.total / (len(events) + 1)) for word, events in self._words.items()}
        found: dict[int, float] = defaultdict(float)
        whole = sum(weights.values()) or 1.0
        for word, events in self._words.items():
            for event in events:
                found[event] += weights[word] / whole
        return found

    def scores(self) -> dict[int, float]:
        """Return for each event that is not linked and shares a name or most of the headline: how much, time apart."""
        scores: dict[int, float] = defaultdict(float)
        for name in self.names:
            weight = log(self.total / name.events)
            for event in name.carriers:
                scores[event] += weight if name.is_carried else weight * _MENTIONED
            for event in name.mentioners:
                scores[event] += weight * (_MENTIONED if name.is_carried else _BOTH_MENTION)
        for event, part in self.similar.items():
            if event in scores or part >= _SIMILAR:
                scores[event] += part * _HEADLINE
        for event, degrees in self.common.items():
            if event in scores:
                scores[event] += _COMMON * log(1 + 4 * sum(1 / log(2 + degree) for degree in degrees))
        return {event: score for event, score in scores.items() if event not in self.linked}

    def reasons(self, other: EventRow) -> tuple[str, ...]:
        """Return in words what speaks for ``other``, the strongest kind first, and how far away in time it is."""
        return tuple(self._reasons(other))

    def _reasons(self, other: EventRow) -> Iterator[str]:
        names = [name for name in self.names if other.id in name.carriers or other.id in name.mentioners]
        shared = [name for name in names if name.is_carried or other.id in name.carriers]
        if shared:
            yield f"shares {', '.join(map(self._said, shared[:_MAX_NAMES]))}"
        both = _not_in_longer([name for name in names if name not in shared], shared)
        if both := both[: max(0, _MAX_NAMES - len(shared))]:
            yield f"both mention {', '.join(map(self._said, both))}"
        part = self.similar.get(other.id, 0.0)
        if fold(other.headline) == fold(self.row.headline) != "":
            yield "the same headline"
        elif part >= _SIMILAR:
            yield "nearly the same headline" if part >= _NEARLY_THE_SAME else "similar headline"
        number = len(self.common.get(other.id, ()))
        if number:
            yield f"{number} related event{'s' if number > 1 else ''} in common"
        apart = _days_between(self.row.day, other.day)
        if apart is not None:
            yield distance(apart)

    def _said(self, name: SharedName) -> str:
        smallest, largest = _RARE
        rare = name.events <= min(max(smallest, self.total // _RARE_SHARE), largest, self.total // 4)
        return f"{name.text} (rare)" if rare else name.text


def _not_in_longer(names: list[SharedName], others: list[SharedName]) -> list[SharedName]:
    """Return those of ``names`` that are no part of another name: Battle of Raqqa says Raqqa too."""
    texts = [fold(name.text) for name in (*names, *others)]
    return [name for name in names if not any(fold(name.text) in text != fold(name.text) for text in texts)]


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
