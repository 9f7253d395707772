"""Former headlines of renamed events, and headlines of deleted events."""

from __future__ import annotations

import random
import re

from benchmarks.generate.names import make_headline
from benchmarks.generate.plan import Plan, slug_of
from benchmarks.generate.words import ADJECTIVES

_FIGURE = re.compile(r"\b\d{1,3}\b")


def former_headline(plan: Plan, event: int) -> str | None:
    """Return the former headline of a renamed event; None if another event of its day would have the same slug."""
    rng = random.Random(plan.seed << 48 | event << 8 | 1)
    topic = plan.names(event)[0]
    now = plan.headlines[event]
    for _ in range(4):
        old = _reworded(rng, now, topic)
        if plan.is_free(slug_of(old), plan.day_of[event]):
            return old
    return None


def _reworded(rng: random.Random, now: str, topic: str) -> str:
    kind = rng.randrange(8)
    words = now.split(" ")
    at = rng.randrange(1, len(words) - 2)
    if kind <= 1:  # the topic before the headline was added or removed
        has_topic = now.startswith(topic)
        return now[len(topic) :].lstrip(":. ") if has_topic else f"{topic}{rng.choice((': ', ': p'))}{now}"
    if kind == 2:
        words[at:at] = [rng.choice(ADJECTIVES)]
    elif kind == 3:
        del words[at]
    elif kind == 4:
        words[at] = words[at][:-2] + words[at][-1:] if len(words[at]) > 3 else rng.choice(ADJECTIVES)
    elif kind == 5:
        return _FIGURE.sub(lambda match: str(int(match[0]) // 2 + 1), now)
    else:
        return " ".join(words[: -rng.randint(1, 3)]) + "."
    return " ".join(words)


def deleted_headline(plan: Plan, event: int) -> str | None:
    """Return the headline of a deleted event of the same day; None if its slug is taken."""
    rng = random.Random(plan.seed << 48 | event << 8 | 2)
    day = plan.day_of[event]
    headline = make_headline(rng, plan.names(event), plan.dates[day])
    return headline if plan.is_free(slug_of(headline), day) else None
