"""The plan of an archive: headlines, topics and dates of all events, decided before any page is written."""

from __future__ import annotations

import datetime as dt
import random
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate

from benchmarks.generate.days import dates, folder
from benchmarks.generate.names import make_clause, make_headline, make_names

SLUG_BYTES = 140
EVENTS_A_DAY = 10
_RENAMED = 0.12  # of events
_SLUG = re.compile("[^a-z0-9]+")


@dataclass(slots=True)
class Plan:
    """The headlines, entities and dates of all events, as numbers instead of objects: a million fit in a few 100 MB.

    ``about[about_at[n]:about_at[n + 1]]`` are the entities of event n, topic first; ``events[events_at[m]:…]`` are the
    events of entity m, ascending. Events of a day are consecutive: ``first[day]`` is the first.
    """

    seed: int
    dates: list[dt.date]
    entities: list[str]
    first: array[int]
    day_of: array[int] = field(default_factory=lambda: array("i"))
    headlines: list[str] = field(default_factory=list)
    slugs: list[str] = field(default_factory=list)
    is_renamed: bytearray = field(default_factory=bytearray)
    about: array[int] = field(default_factory=lambda: array("i"))
    about_at: array[int] = field(default_factory=lambda: array("i", [0]))
    events: array[int] = field(default_factory=lambda: array("i"))
    events_at: array[int] = field(default_factory=lambda: array("i"))

    def names(self, event: int) -> list[str]:
        """Return the names of an event's entities, topic first."""
        return [self.entities[entity] for entity in self.about[self.about_at[event] : self.about_at[event + 1]]]

    def path(self, event: int) -> str:
        """Return the path of an event, relative to the root."""
        return f"{folder(self.dates[self.day_of[event]])}/{self.slugs[event]}.md"

    def is_free(self, slug: str, day: int) -> bool:
        """Whether the slug is valid and no event of the day has it."""
        return bool(slug) and slug not in self.slugs[self.first[day] : self.first[day + 1]]


def slug_of(headline: str) -> str:
    """Return the slug of a headline: its first 140 bytes in lower case, with hyphens for all but a-z and 0-9."""
    text = headline.strip()
    if not text.isascii():
        text = text.encode()[:SLUG_BYTES].decode(errors="ignore")
    return _SLUG.sub("-", text[:SLUG_BYTES].lower()).strip("-")


def make_plan(events: int, seed: int) -> Plan:
    """Return a plan with this number of events."""
    rng = random.Random(seed)
    days = max(1, events // EVENTS_A_DAY)
    counts = _counts(rng, events, days)
    names, topics = make_names(rng, round(6 * events**0.7) + 40)
    plan = Plan(seed, dates(days), names, array("i", accumulate(counts, initial=0)))
    topic_weights, weights = _zipf(topics), _zipf(len(names) - topics)
    current = [_draw(rng, topic_weights) for _ in range(24)]  # current stories
    for day, count in enumerate(counts):
        current[rng.randrange(len(current))] = _draw(rng, topic_weights)
        taken: set[str] = set()
        for _ in range(count):
            topic = rng.choice(current) if rng.random() < 0.5 else _draw(rng, topic_weights)
            others = {topics + _draw(rng, weights): None for _ in range(rng.choice((1, 1, 2, 2, 3)))}
            about = [topic, *others]
            headline = make_headline(rng, [names[entity] for entity in about], plan.dates[day])
            while (slug := slug_of(headline)) in taken:
                headline = f"{make_clause(rng, names[about[1]]).capitalize()}, {headline}"
            taken.add(slug)
            plan.headlines.append(headline)
            plan.slugs.append(slug)
            plan.day_of.append(day)
            plan.is_renamed.append(rng.random() < _RENAMED)
            plan.about.extend(about)
            plan.about_at.append(len(plan.about))
    _fill_entity_events(plan)
    return plan


def _fill_entity_events(plan: Plan) -> None:
    """Fill in the events of each entity."""
    sizes = [0] * (len(plan.entities) + 1)
    for entity in plan.about:
        sizes[entity + 1] += 1
    plan.events_at = array("i", accumulate(sizes))
    filled = array("i", plan.events_at)
    plan.events = array("i", bytes(4 * len(plan.about)))
    for event in range(len(plan.headlines)):
        for entity in plan.about[plan.about_at[event] : plan.about_at[event + 1]]:
            plan.events[filled[entity]] = event
            filled[entity] += 1


def _counts(rng: random.Random, events: int, days: int) -> list[int]:
    """Return the number of events of each day, for a given total."""
    counts = [max(1, round(rng.gauss(events / days, 3.0))) for _ in range(days)]
    excess = sum(counts) - events
    while excess:
        day = rng.randrange(days)
        if excess < 0 or counts[day] > 1:
            counts[day] += -1 if excess > 0 else 1
            excess += -1 if excess > 0 else 1
    return counts


def _zipf(size: int) -> list[float]:
    """Return cumulative weights by rank: a few names are always in the news, most hardly ever."""
    return list(accumulate(1 / (rank + 4) for rank in range(size)))


def _draw(rng: random.Random, summed: list[float]) -> int:
    return bisect_left(summed, rng.random() * summed[-1])
