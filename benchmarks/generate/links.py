"""Related links: the events that an event links to, and how those links broke or changed over the years."""

from __future__ import annotations

import random
from bisect import bisect_left
from dataclasses import dataclass

from benchmarks.generate.former import deleted_headline, former_headline
from benchmarks.generate.plan import Plan, slug_of
from benchmarks.generate.truth import Truth
from benchmarks.generate.words import ADJECTIVES

# Rates of related links.
_OLD_SLUG_IF_RENAMED = 0.07
_DELETED = 0.0016
_RESPELLED = 0.01
_LABEL_HARMLESS = 0.03
_LABEL_STALE = 0.003
# Number of related links per event.
_RELATED_COUNTS = (0, 4, 8, 10, 10, 10, 10, 10, 10, 11, 12, 14)
RESPELLINGS = ("encoded", "html", "fragment", "relative", "padded day")


@dataclass(slots=True)
class Item:
    """A related link, and its deviation for the record: ``kind``, and the ``right`` path."""

    label: str
    target: str
    contexts: list[str]
    kind: str = ""
    right: str | None = None


def related_events(plan: Plan, rng: random.Random, event: int) -> list[int]:
    """Return the events that an event links to: mostly earlier ones on the same topics, latest first."""
    wanted = rng.choice(_RELATED_COUNTS)
    entities = plan.about[plan.about_at[event] : plan.about_at[event + 1]]
    found: dict[int, None] = {}
    for _ in range(5 * wanted):
        chance = rng.random()
        if chance < 0.93:
            entity = entities[int(rng.random() * len(entities))]
            start, end = plan.events_at[entity], plan.events_at[entity + 1]
            here = bisect_left(plan.events, event, start, end)
            steps = 1 + int(rng.expovariate(0.1))
            there = here - steps if chance < 0.82 else here + steps
            if not start <= there < end:
                continue
            other = plan.events[there]
        else:
            other = int(rng.random() * len(plan.headlines))
        if other != event:
            found[other] = None
            if len(found) == wanted:
                break
    return list(found)


def make_item(plan: Plan, rng: random.Random, event: int, other: int, truth: Truth) -> Item:
    """Return the link from one event to another, as it may have changed over the years."""
    path = plan.path(other)
    headline = plan.headlines[other]
    names = plan.names(other)
    shared = [name for name in plan.names(event) if name in names] or names[:1]
    item = Item(headline, f"/{path}", shared)
    chance = rng.random()
    was = former_headline(plan, other) if plan.is_renamed[other] and rng.random() < _OLD_SLUG_IF_RENAMED else None
    gone = deleted_headline(plan, other) if chance < _DELETED else None
    if gone is not None:
        item = Item(gone, f"/{path.rpartition('/')[0]}/{slug_of(gone)}.md", shared, "deleted")
    elif was is not None:
        item = Item(was, f"/{path.rpartition('/')[0]}/{slug_of(was)}.md", shared, "renamed", path)
    elif chance < _DELETED + _RESPELLED:
        item.kind, item.right = rng.choice(RESPELLINGS), path
        if item.kind == "padded day" and len(path.split("/")[3]) > 1:
            item.kind = "html"
        item.target = _respelled(path, item.kind, plan, event)
    elif chance < _DELETED + _RESPELLED + _LABEL_HARMLESS:
        item.label = _harmless_label(rng, headline, names[0])
        truth.harmless_labels += item.label != headline
    elif chance < _DELETED + _RESPELLED + _LABEL_HARMLESS + _LABEL_STALE:
        item.label, item.kind, item.right = _stale_label(rng, headline), "stale label", path
    if other % 29 == 0:
        item.label = f" {item.label}"
    return item


def _respelled(path: str, kind: str, plan: Plan, event: int) -> str:
    """Return another spelling of the same target."""
    _, year, month, day, name = path.split("/")
    if kind == "relative":
        here = plan.dates[plan.day_of[event]]
        if (year, month) == (f"{here.year:04d}", f"{here.month:02d}"):
            return f"../{day}/{name}"
        return f"../../../{year}/{month}/{day}/{name}"
    return {
        "encoded": f"/{path.replace('-', '%2D', 2)}",
        "html": f"/{path.removesuffix('.md')}.html",
        "fragment": f"/{path}#related",
        "padded day": f"/news/{year}/{month}/{int(day):02d}/{name}",
    }[kind]


def _harmless_label(rng: random.Random, headline: str, topic: str) -> str:
    """Return the headline as in older labels: with or without the topic, or with other quotes."""
    if headline.startswith(topic):
        return headline[len(topic) :].lstrip(":. ")
    kind = rng.randrange(4)
    if kind == 0:
        return f"{topic}{rng.choice((': ', '. '))}{headline}"
    word = rng.choice([word for word in headline.split()[1:-1] if word.isalpha()])
    form = ("&quot;{}&quot;", "''{}''", "&#x27;{}&#x27;")[kind - 1]
    return headline.replace(f" {word} ", f" {form.format(word)} ", 1)


def _stale_label(rng: random.Random, headline: str) -> str:
    words = headline.split()
    at = rng.randrange(1, len(words) - 1)
    words[at:at] = ["reportedly", rng.choice(ADJECTIVES)]
    return " ".join(words)
