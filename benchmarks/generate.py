"""Archives of any size in the real format, with a known truth of what is broken in them.

``python -m benchmarks.generate FOLDER --events 100000 --seed 1 [--workers N] [--truth FILE.json]``. The same size and
seed give the same bytes, whatever the number of workers: a cheap serial pass (:func:`make_plan`) decides what every
event is called and is about, then workers write ranges of days, each day from its own random numbers.

About ten events a day and nine related links an event; 100,000 events are 10,000 days from 1999 to 2026, 120,000 files
and 450 MB. Smaller archives have fewer days of each of the four generations of the format, in the same order; larger
ones begin before 1999, so that a day stays a day. ``tests/generated.py`` makes small archives with odder corners, for
correctness; this one has the sizes, frequencies and rates of a real one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import json
import multiprocessing
import os
import random
import re
import sys
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from pathlib import Path

SLUG_BYTES = 140
EVENTS_A_DAY = 10
_DAYS_A_CHUNK = 20
_MAX_SUMMARY = 300  # characters; what is longer is cut on day pages

# First day of each generation of the format: topics before headlines, Formats lines, topic lines.
_START = dt.date(1999, 1, 1)
_PREFIXES = dt.date(2017, 8, 1)
_FORMATS = dt.date(2017, 12, 1)
_TOPICS = dt.date(2018, 2, 1)
_LAST = dt.date(2026, 5, 18)  # 10,000 days after the first, and past for whoever runs this

# Rates of events.
_RENAMED = 0.12
_CHANGES_IF_RENAMED = 0.42
_ODD_BRACKETS = 0.005
_UNBALANCED_IF_BRACKETS = 0.06
# Rates of related links.
_OLD_SLUG_IF_RENAMED = 0.07
_DELETED = 0.0016
_RESPELLED = 0.01
_LABEL_HARMLESS = 0.03
_LABEL_STALE = 0.003
# Rates of days whose README.md is not quite its index.md: by white space and the like, and by what it says.
_README_SPACING = 0.03
_README_STALE = 0.002


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ONSETS = _words("b br c d dr f g gr h j k kr l m n p r s sh st t tr v w z")
_VOWELS = _words("a a e e i o o u ai ea ia ou")
_CODAS = _words("l n r s t m nd rn st ld rk sk n r l")
_ENDINGS = _words("a a ia o burg dale ford grad ham holm ica land mar mont ov port stan ton ville wick stad ska ine")
_GIVEN = _words("Ada Boris Carla Darko Elena Farid Greta Hugo Ines Jonas Kemal Lidia Marek Nadia Omar Petra Rosa Tariq")
_ACCENTED = {"a": "á", "e": "é", "i": "í", "o": "ö", "u": "ü", "s": "š", "n": "ñ", "l": "ł"}
_OFFICES = _words(
    "government parliament police court army navy ministry university embassy council airline senate union"
)
_BODIES = (
    "{} Football Association", "Bank of {}", "Supreme Court of {}", "{} Liberation Front", "Parliament of {}",
    "Ministry of Defence ({})", "University of {}", "{} International Airport", "{} Broadcasting Service",
    "Communist Party of {}", "{}, D.C.", "Trade, Boycott and Sanctions Act of {}", "Mayor of {}", "{} Air Lines",
)  # fmt: skip
_TOPIC_FORMS = (
    "{year} {a} floods", "{year} {a} protests", "{a} Civil War", "{a}-{b} relations", "{year} {a} election",
    "Battle of {a} ({year})", "{a} insurgency", "Politics of {a}", "{year} {a} earthquake", "{a} refugee crisis",
    "{a} nuclear programme", "Economy of {a}", "{year} {a} Open", "{a} hostage crisis", "Trial of {a}",
    "{a} ferry disaster",
)  # fmt: skip
_VERBS = _words("""
announces denies confirms rejects approves suspends condemns reports investigates demands withdraws launches recovers
seizes closes reopens extends cancels postpones orders releases publishes signs vetoes inspects evacuates blocks
""")
_ADJECTIVES = _words("""
disputed southern northern coastal annual emergency nuclear historic nationwide joint secret interim simultaneous deadly
unusual temporary prolonged regional industrial renewed fragile contested provisional former unannounced
""")
_NOUNS = _words("""
agreement ceasefire election budget inquiry offensive flood earthquake eruption strike collision rescue vaccine
satellite treaty sanctions tariff merger reform amendment referendum curfew blackout outbreak drought wildfire bridge
reactor pipeline railway harbour convoy hostage detainee manuscript comet telescope festival final medal warship
avalanche tribunal
""")
_CLAUSES = (
    "after {n} people are killed",
    "while talks in {p} continue",
    "amid protests in {p}",
    "following a vote of {n} to {m}",
    "despite objections from {p}",
    "as {n} people are evacuated from {p}",
    "at a cost of {n} million dollars",
    "in the worst incident for {m} years",
    "according to officials in {p}",
    "two days ahead of the {p} summit",
    "with {n} people still missing",
    "for the first time since {y}",
    "in a {n}-page statement",
    "leaving {n} injured near {p}",
    "killing {n} people and injuring {m} others",
    "on the outskirts of {p}",
)
_SENTENCES = (
    "The announcement came late on {w} after a meeting in {p} that lasted {n} hours",
    "Witnesses told reporters that at least {n} people had gathered outside the building before it was closed",
    "A spokeswoman said the {t} would be reviewed by a panel of {n} experts and published before the end of the year",
    "Rescue teams from {p} and neighbouring regions were still searching on {w} evening",
    "Opponents called the decision a mistake and promised to challenge it before the court in {p}",
    "It is the {n}th time since {y} that the {t} has been changed in such a way",
    "Officials in {p} have not commented, but said earlier that the matter of the {t} was closed",
    "The price of the {t} rose by {n} percent within hours, the steepest rise since {y}",
)
_QUOTED = (
    "it&#x27;s too early to say what caused the {t}",
    "&quot;there is no reason for alarm&quot;, a resident of {p} said",
)
_WEEKDAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_PAPERS = _words(
    "Courier Herald Gazette Observer Tribune Chronicle Post Wire Times Standard Monitor Echo Star Bulletin"
)
_RELATED_COUNTS = (0, 4, 8, 10, 10, 10, 10, 10, 10, 11, 12, 14)
RESPELLINGS = ("encoded", "html", "fragment", "relative", "padded day")
_SLUG = re.compile("[^a-z0-9]+")
_FIGURE = re.compile(r"\b\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Place:
    """A related link of the truth: the page and line it stands at, its target as written, and what was done to it.

    ``right`` is the path that the link means, None where that event was deleted.
    """

    path: str
    line: int
    target: str
    kind: str
    right: str | None


@dataclass(slots=True)
class Truth:
    """What is known of an archive: how much there is of all, and each link that is odd."""

    seed: int
    events: int = 0
    days: int = 0
    files: int = 0
    size: int = 0  # bytes
    related: int = 0
    broken: list[Place] = field(default_factory=list)
    respelled: list[Place] = field(default_factory=list)
    stale: list[Place] = field(default_factory=list)
    harmless_labels: int = 0

    def add(self, other: Truth) -> None:
        """Take in what is known of other days of the archive, which come after these."""
        for name in ("events", "days", "files", "size", "related", "harmless_labels"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.broken += other.broken
        self.respelled += other.respelled
        self.stale += other.stale

    def as_json(self) -> str:
        """Return all of it as JSON, with the number of each kind under ``counts``."""
        counts: dict[str, int] = {}
        for place in (*self.broken, *self.respelled, *self.stale):
            counts[place.kind] = counts.get(place.kind, 0) + 1
        lists = {name: len(getattr(self, name)) for name in ("broken", "respelled", "stale")}
        return json.dumps({**asdict(self), "counts": {**lists, "kinds": counts}}, indent=1, ensure_ascii=False)


# --- the plan ---


@dataclass(slots=True)
class Plan:
    """What every event is called and is about; numbers instead of objects, so that a million fit in a few 100 MB.

    ``about[about_at[n]:about_at[n + 1]]`` are the entities of event n, its topic first; ``events[events_at[m]:…]`` are
    the events of entity m, ascending. Events of one day follow each other: ``first[day]`` is the first one's number.
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
        """Return the names of what an event is about, its topic first."""
        return [self.entities[entity] for entity in self.about[self.about_at[event] : self.about_at[event + 1]]]

    def path(self, event: int) -> str:
        """Return the path of an event from the root."""
        return f"{folder(self.dates[self.day_of[event]])}/{self.slugs[event]}.md"

    def is_free(self, slug: str, day: int) -> bool:
        """Whether no event of the day has the slug, and it can be one."""
        return bool(slug) and slug not in self.slugs[self.first[day] : self.first[day + 1]]


def folder(date: dt.date) -> str:
    """Return the folder of a day from the root: the month padded, the day not."""
    return f"news/{date.year:04d}/{date.month:02d}/{date.day}"


def slug_of(headline: str) -> str:
    """Return the slug of a headline: its first 140 bytes in lower case, all but a-z and 0-9 as hyphens."""
    text = headline.strip()
    if not text.isascii():
        text = text.encode()[:SLUG_BYTES].decode(errors="ignore")
    return _SLUG.sub("-", text[:SLUG_BYTES].lower()).strip("-")


def make_plan(events: int, seed: int) -> Plan:
    """Decide what the events are called, are about, and when they happened."""
    rng = random.Random(seed)
    days = max(1, events // EVENTS_A_DAY)
    counts = _counts(rng, events, days)
    names, topics = _entity_names(rng, round(6 * events**0.7) + 40)
    plan = Plan(seed, _dates(days), names, array("i", accumulate(counts, initial=0)))
    topic_weights, weights = _zipf(topics), _zipf(len(names) - topics)
    current = [_draw(rng, topic_weights) for _ in range(24)]  # the stories that are in the news
    for day, count in enumerate(counts):
        current[rng.randrange(len(current))] = _draw(rng, topic_weights)
        taken: set[str] = set()
        for _ in range(count):
            topic = rng.choice(current) if rng.random() < 0.5 else _draw(rng, topic_weights)
            others = {topics + _draw(rng, weights): None for _ in range(rng.choice((1, 1, 2, 2, 3)))}
            about = [topic, *others]
            headline = _headline(rng, [names[entity] for entity in about], plan.dates[day])
            while (slug := slug_of(headline)) in taken:
                headline = f"{_clause(rng, names[about[1]]).capitalize()}, {headline}"
            taken.add(slug)
            plan.headlines.append(headline)
            plan.slugs.append(slug)
            plan.day_of.append(day)
            plan.is_renamed.append(rng.random() < _RENAMED)
            plan.about.extend(about)
            plan.about_at.append(len(plan.about))
    _turn_round(plan)
    return plan


def _turn_round(plan: Plan) -> None:
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


def _dates(days: int) -> list[dt.date]:
    """Return so many days, of each generation some, in runs without a gap."""
    spans = [(_PREFIXES, _FORMATS, 0.08), (_FORMATS, _TOPICS, 0.04), (_TOPICS, _LAST + dt.timedelta(days=1), 0.31)]
    chosen: list[dt.date] = []
    for start, end, share in spans:
        count = min((end - start).days, round(days * share))
        chosen += [start + dt.timedelta(days=number) for number in range(count)]
    plain = days - len(chosen)
    start = min(_START, _PREFIXES - dt.timedelta(days=plain))
    return [start + dt.timedelta(days=number) for number in range(plain)] + chosen


def _counts(rng: random.Random, events: int, days: int) -> list[int]:
    """Return how many events each day has, so many in all."""
    counts = [max(1, round(rng.gauss(events / days, 3.0))) for _ in range(days)]
    excess = sum(counts) - events
    while excess:
        day = rng.randrange(days)
        if excess < 0 or counts[day] > 1:
            counts[day] += -1 if excess > 0 else 1
            excess += -1 if excess > 0 else 1
    return counts


def _zipf(size: int) -> list[float]:
    """Return the summed weights of names by rank: few are in the news all the time, most hardly ever."""
    return list(accumulate(1 / (rank + 4) for rank in range(size)))


def _draw(rng: random.Random, summed: list[float]) -> int:
    return bisect_left(summed, rng.random() * summed[-1])


def _entity_names(rng: random.Random, count: int) -> tuple[list[str], int]:
    """Return so many names, and how many of them, the first, are topics."""
    places = _unique(lambda: _place_name(rng), max(20, count // 3))
    others = _unique(lambda: _other_name(rng, places), count - count // 3 - len(places))
    topics = _unique(lambda: _topic_name(rng, places), count // 3)
    mixed = places + others
    rng.shuffle(mixed)
    return topics + mixed, len(topics)


def _unique(make: Callable[[], str], count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[make()] = None
    return list(found)


def _place_name(rng: random.Random) -> str:
    middle = rng.choice(_ONSETS) + rng.choice(_VOWELS) if rng.random() < 0.5 else ""
    name = rng.choice(_ONSETS) + rng.choice(_VOWELS) + middle + rng.choice(_CODAS) + rng.choice(_ENDINGS)
    if rng.random() < 0.03:
        at = next((at for at, letter in enumerate(name) if at and letter in _ACCENTED), None)
        name = name if at is None else name[:at] + _ACCENTED[name[at]] + name[at + 1 :]
    return name.capitalize()


def _other_name(rng: random.Random, places: list[str]) -> str:
    if rng.random() < 0.5:
        return f"{rng.choice(_GIVEN)} {_place_name(rng)}"
    return rng.choice(_BODIES).format(rng.choice(places))


def _topic_name(rng: random.Random, places: list[str]) -> str:
    form = rng.choice(_TOPIC_FORMS)
    return form.format(year=rng.randint(1999, 2026), a=rng.choice(places), b=rng.choice(places))


def _clause(rng: random.Random, place: str) -> str:
    text = rng.choice(_CLAUSES)
    return text.format(n=rng.randint(2, 400), m=rng.randint(2, 90), y=rng.randint(1950, 1998), p=place)


def _headline(rng: random.Random, names: list[str], date: dt.date) -> str:
    actor = names[1] if rng.random() < 0.6 else f"The {rng.choice(_OFFICES)} of {names[1]}"
    what = f"{rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)}"
    text = f"{actor} {rng.choice(_VERBS)} the {what} in the {rng.choice(_ADJECTIVES)} {names[0]}"
    chance = rng.random()
    if chance < 0.85:
        text = f"{text} {_clause(rng, names[-1])}"
    if chance < 0.08:
        text = f"{text}. {rng.choice(_SENTENCES).format(w='Monday', p=names[-1], n=rng.randint(5, 60), t=what, y=1980)}"
    if rng.random() < 0.06:
        odd = rng.choice(("“{}”", "''{}''", '"{}"', "{}–led", "{}’s"))
        text = text.replace(what, odd.format(what), 1)
    if rng.random() < _ODD_BRACKETS:
        is_odd = rng.random() < _UNBALANCED_IF_BRACKETS
        text += (
            " in the cms]"
            if is_odd
            else rng.choice((" [local media]", " (12:00 (UTC))", " [http://wire.example/a (Wire)]"))
        )
    if rng.random() < 0.02:
        text = text.replace(" the ", "  the ", 1)
    if _PREFIXES <= date < _FORMATS and rng.random() < 0.6:
        return f"{names[0]}{rng.choice((': ', ': ', ': ', '. ', ':'))}{text}."
    return f"{text}."


# --- what became of an event ---


def former_headline(plan: Plan, event: int) -> str | None:
    """Return what a renamed event was called first, None where that would be the slug of another event of its day."""
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
    if kind <= 1:  # the topic before the headline was added, or taken away
        has_topic = now.startswith(topic)
        return now[len(topic) :].lstrip(":. ") if has_topic else f"{topic}{rng.choice((': ', ': p'))}{now}"
    if kind == 2:
        words[at:at] = [rng.choice(_ADJECTIVES)]
    elif kind == 3:
        del words[at]
    elif kind == 4:
        words[at] = words[at][:-2] + words[at][-1:] if len(words[at]) > 3 else rng.choice(_ADJECTIVES)
    elif kind == 5:
        return _FIGURE.sub(lambda match: str(int(match[0]) // 2 + 1), now)
    else:
        return " ".join(words[: -rng.randint(1, 3)]) + "."
    return " ".join(words)


def _deleted_headline(plan: Plan, event: int) -> str | None:
    """Return what an event was called that stood beside another one of the same day, and is gone."""
    rng = random.Random(plan.seed << 48 | event << 8 | 2)
    day = plan.day_of[event]
    headline = _headline(rng, plan.names(event), plan.dates[day])
    return headline if plan.is_free(slug_of(headline), day) else None


# --- related links ---


@dataclass(slots=True)
class Item:
    """One related link: what is written, and for the truth what is odd about it."""

    label: str
    target: str
    contexts: list[str]
    kind: str = ""
    right: str | None = None


def _related(plan: Plan, rng: random.Random, event: int) -> list[int]:
    """Return the events that an event names: mostly earlier ones about the same, the latest of them first."""
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


def _item(plan: Plan, rng: random.Random, event: int, other: int, truth: Truth) -> Item:
    """Return the link from one event to another, as it may have become in the course of years."""
    path = plan.path(other)
    headline = plan.headlines[other]
    names = plan.names(other)
    shared = [name for name in plan.names(event) if name in names] or names[:1]
    item = Item(headline, f"/{path}", shared)
    chance = rng.random()
    was = former_headline(plan, other) if plan.is_renamed[other] and rng.random() < _OLD_SLUG_IF_RENAMED else None
    gone = _deleted_headline(plan, other) if chance < _DELETED else None
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
    """Return another way to write the same target."""
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
    """Return a headline as older labels have it: with a topic, without one, or with other quotes."""
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
    words[at:at] = ["reportedly", rng.choice(_ADJECTIVES)]
    return " ".join(words)


# --- pages ---


def _write_day(plan: Plan, root: str, day: int, truth: Truth) -> None:
    """Write the pages of one day, and take down what is odd in them."""
    date = plan.dates[day]
    rng = random.Random(plan.seed << 48 | day << 8)
    here = folder(date)
    Path(root, here).mkdir(parents=True, exist_ok=True)
    entries: list[str] = []
    for event in range(plan.first[day], plan.first[day + 1]):
        summary = _summary(rng, plan.names(event))
        topics = _topic_lines(rng, plan, event) if date >= _TOPICS else []
        lines = _event_page(plan, rng, event, (topics, summary), truth)
        _write(f"{root}/{here}/{plan.slugs[event]}.md", "\n".join(lines), truth)
        entries += [*topics[:1], f"### [{plan.headlines[event]} ](/{here}/{plan.slugs[event]}.md)"]
        cut = summary if len(summary) <= _MAX_SUMMARY else f"{summary[:_MAX_SUMMARY]}..."
        entries += [cut or f"_Context: {', '.join(plan.names(event))}_", ""]
    index = "\n".join(_day_lines(date, entries))
    _write(f"{root}/{here}/index.md", index, truth)
    _write(f"{root}/{here}/README.md", _readme(rng, index), truth)
    truth.days += 1
    truth.events += plan.first[day + 1] - plan.first[day]


def _event_page(plan: Plan, rng: random.Random, event: int, said: tuple[list[str], str], truth: Truth) -> list[str]:
    """Return the lines of an event's page; ``said`` are its topic lines and its summary."""
    topics, summary = said
    date, path = plan.dates[plan.day_of[event]], plan.path(event)
    stem = f"/{path.removesuffix('.md')}"
    lines = [""] if date >= _FORMATS else []
    if date >= _FORMATS:
        lines += [f"Formats: [HTML]({stem}.html)  [JSON]({stem}.json)  [XML]({stem}.xml)  ", ""]
    label = f"{date:%Y-%m}-{date.day}" if rng.random() < 0.1 else date.isoformat()
    lines += [f"### [{label}](/{folder(date)}/index.md)", "", *topics]
    lines += [f"#{'  ' if event % 29 == 0 else ' '}{plan.headlines[event]}{' ' if event % 5 else ''}", ""]
    lines += [summary, "", ""] if summary else ["", ""]
    if rng.random() < 0.85:
        lines += [*_sources(rng, event), ""]
    if plan.is_renamed[event] and rng.random() < _CHANGES_IF_RENAMED:
        lines += _changes(plan, rng, event)
    others = _related(plan, rng, event)
    if others:
        lines += ["### Related:", ""]
    is_unreliable = rng.random() < 0.02
    for number, other in enumerate(others, 1):
        item = _item(plan, rng, event, other, truth)
        end = "" if rng.random() < 0.05 else " "
        shown = number - 1 if is_unreliable and number > 2 else number
        lines.append(f"{shown}. [{item.label}{end}]({item.target}) _Context: {', '.join(item.contexts)}_")
        truth.related += 1
        if item.kind:
            place = Place(path, len(lines), item.target, item.kind, item.right)
            kinds = {"renamed": truth.broken, "deleted": truth.broken, "stale label": truth.stale}
            kinds.get(item.kind, truth.respelled).append(place)
    return [*lines, ""]


def _topic_lines(rng: random.Random, plan: Plan, event: int) -> list[str]:
    chance = rng.random()
    names = plan.names(event)
    return ["##### "] if chance < 0.04 else [f"##### {name}" for name in names[: 2 if chance > 0.95 else 1]]


def _summary(rng: random.Random, names: list[str]) -> str:
    if rng.random() > 0.6:
        return ""
    picked = [rng.choice(_SENTENCES) for _ in range(rng.choice((1, 2, 3, 3, 4)))]
    if rng.random() < 0.15:
        picked.append(rng.choice(_QUOTED))
    text = ". ".join(picked).format(
        w=rng.choice(_WEEKDAYS), p=names[-1], n=rng.randint(3, 90), y=rng.randint(1950, 1998), t=rng.choice(_NOUNS)
    )
    chance = rng.random()
    if chance < 0.12:  # cut mid-word, or mid-entity
        return text[: int(len(text) * (0.5 + rng.random() / 2))].rstrip()
    return f"{text.replace(' ', '&#x20;')}." if chance < 0.13 else f"{text}.{' ' if chance < 0.3 else ''}"


def _sources(rng: random.Random, event: int) -> list[str]:
    papers = rng.sample(_PAPERS, rng.choice((1, 1, 1, 2, 3)))
    lines = [f"### {'Sources' if len(papers) > 1 or rng.random() < 0.1 else 'Source'}:", ""]
    for number, paper in enumerate(papers, 1):
        scheme = "http" if rng.random() < 0.6 else "https"
        day = f"{rng.randint(10, 99)}/{rng.randint(1000, 9999)}"
        lines.append(f"{number}. [The {paper}]({scheme}://www.{paper.lower()}.example/news/world-{event}/{day})")
    if rng.random() < 0.25:
        image = f"//img.{papers[0].lower()}.example" if rng.random() < 0.002 else "https://img.example"
        lines.append(f"{len(papers)}. [Cover Image]({image}/photos/{event}-{rng.randint(100, 999)}.jpg)")
    return lines


def _changes(plan: Plan, rng: random.Random, event: int) -> list[str]:
    old = former_headline(plan, event)
    if old is None:
        return []
    date = plan.dates[plan.day_of[event]]
    when = f"{date} {rng.randint(10, 23)}:{rng.randint(10, 59)}:{rng.randint(10, 59)}"
    first = f"1. [{old} ](/{folder(date)}/{slug_of(old)}.md) _{when} (First version)_"
    number = 1 if rng.random() < 0.3 else 2
    return [
        "### Changes:",
        "",
        first,
        f"{number}. [{plan.headlines[event]} ](/{plan.path(event)}) _(Current version)_",
        "",
    ]


def _day_lines(date: dt.date, entries: list[str]) -> list[str]:
    stem = f"{date:%Y/%m}/{date.day}/index"
    lines = (
        ["", f"Formats: [HTML]({stem}.html)  [JSON]({stem}.json)  [XML]({stem}.xml)  ", ""] if date >= _FORMATS else []
    )
    before = date - dt.timedelta(days=1)
    previous = f"## [Previous Day...](/{folder(before)}/index.md)"
    return [*lines, f"## [{date}](/{folder(date)}/index.md)", "", *entries, previous, "", ""]


def _readme(rng: random.Random, index: str) -> str:
    chance = rng.random()
    if chance < _README_SPACING:
        return index.replace(" ](/", "](/") if chance < _README_SPACING / 2 else index.rstrip("\n") + "\n"
    if chance < _README_SPACING + _README_STALE:
        return index.replace(" the ", " a ", 1)
    return index


def _front_page(plan: Plan) -> str:
    lines: list[str] = []
    for day in range(len(plan.dates) - 1, max(-1, len(plan.dates) - 4), -1):
        date = plan.dates[day]
        lines += [f"## [{date}](/{folder(date)}/index.md)", ""]
        for event in range(plan.first[day], plan.first[day + 1]):
            lines += [f"##### {plan.names(event)[0]}", f"### [{plan.headlines[event]} ](/{plan.path(event)})", ""]
    return "\n".join(lines)


def _write(file: str, text: str, truth: Truth) -> None:
    data = text.encode()
    # Three system calls; pathlib and the io stack double the time of the whole run.
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    os.write(handle, data)
    os.close(handle)
    truth.files += 1
    truth.size += len(data)


# --- the run ---


@dataclass(slots=True)
class _Job:
    """What workers share: by fork where the system has it, else each makes its own."""

    plan: Plan | None = None
    root: str = ""


_job = _Job()


def _begin(root: str, events: int, seed: int) -> None:
    _job.root = root
    if _job.plan is None:
        _job.plan = make_plan(events, seed)


def _write_days(chunk: range) -> Truth:
    assert _job.plan is not None
    truth = Truth(_job.plan.seed)
    for day in chunk:
        _write_day(_job.plan, _job.root, day, truth)
    return truth


def generate(root: Path, events: int, seed: int = 1, *, workers: int = 1) -> Truth:
    """Write an archive of so many events into the folder ``root``, new or empty, and return the truth about it."""
    root.mkdir(parents=True, exist_ok=True)
    if any(root.iterdir()):
        raise FileExistsError(f"{root} is not empty")
    plan = _job.plan = make_plan(events, seed)
    truth = Truth(seed)
    for name in ("index.md", "README.md"):
        _write(str(root / name), _front_page(plan), truth)
    days = len(plan.dates)
    chunks = [range(start, min(start + _DAYS_A_CHUNK, days)) for start in range(0, days, _DAYS_A_CHUNK)]
    gc.freeze()  # else the collector touches, and thereby copies, every page of memory that the workers share
    try:
        if workers <= 1:
            _begin(str(root), events, seed)
            for chunk in chunks:
                truth.add(_write_days(chunk))
        else:
            method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
            context = multiprocessing.get_context(method)
            with context.Pool(workers, _begin, (str(root), events, seed)) as pool:
                for part in pool.imap(_write_days, chunks):
                    truth.add(part)
    finally:
        _job.plan = None
        gc.unfreeze()
    return truth


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the archive's root: new, or empty")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--truth", type=Path, metavar="FILE", help="otherwise FOLDER.truth.json")
    options = parser.parse_args()
    if options.events < 1:
        parser.error("--events must be 1 or more")
    started = time.perf_counter()
    try:
        truth = generate(options.folder, options.events, options.seed, workers=options.workers)
    except FileExistsError as error:
        sys.exit(str(error))
    file = options.truth or options.folder.with_name(f"{options.folder.name}.truth.json")
    file.write_text(truth.as_json(), encoding="utf-8")
    print(
        f"{truth.events:,} events on {truth.days:,} days, {truth.files:,} files, {truth.size / 1e6:.1f} MB,"
        f" {truth.related:,} related links ({len(truth.broken):,} broken, {len(truth.respelled):,} respelled,"
        f" {len(truth.stale):,} with stale labels, {truth.harmless_labels:,} with harmlessly different ones),"
        f" {time.perf_counter() - started:.1f} s"
    )


if __name__ == "__main__":
    main()
