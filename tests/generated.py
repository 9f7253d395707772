"""A generator of English-like archives in the real format: the same seed, the same bytes.

All three generations of the format occur: 2017-08 (the topic before the headline), 2017-12 (a Formats line, Changes),
2018-03 (``##### Topic`` lines). A day has up to seven events, most of them about a story that others of that day are
about too, so that similar headlines, and now and then headlines that differ in a number alone, share a day.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

SLUG_BYTES = 140


def _words(text: str) -> list[str]:
    return text.split()


_NAMES = _words("""
Alder Barrow Castel Denholm Eskmere Farleigh Garvan Holt Istrava Jorvale Kestrel Lindow Marrick Norland Osterby
Penrith Quillon Ravenna Selwick Tarn Ulver Varga Westray Yarrow Zemlin Ardmore Belcastro Corvo Dunmore Elster Ferrol
Grenna Halden Ilmen Juba Karst Lorca Mirador Nordhaven Orsay Palma Rostova Sandor Tolna Umbria Verden Wexcombe
Bogotá Malmö Córdoba Zürich Besançon
""")
_ROLES = _words("""
minister president court navy army parliament union police observatory commission agency company striker mayor
governor council bank regulator embassy hospital coastguard broadcaster museum university
""")
_VERBS = _words("""
announces denies confirms rejects approves suspends condemns reports investigates demands withdraws launches
recovers seizes closes reopens extends cancels postpones orders releases publishes
""")
_NOUNS = _words("""
agreement ceasefire election budget inquiry offensive flood earthquake eruption strike collision rescue vaccine
satellite treaty sanctions tariff merger reform amendment referendum curfew blackout outbreak drought wildfire
bridge reactor pipeline railway harbour convoy hostage detainee manuscript comet telescope festival final medal
""")
_ADJECTIVES = _words("""
disputed southern northern coastal annual emergency nuclear historic nationwide joint secret interim simultaneous
unprecedented deadly unusual temporary prolonged regional industrial renewed fragile
""")
_LINKS = _words("after while amid following despite because as although before until")
_TAILS = """local time|according to officials|witnesses say|with several people missing|for the first time in years
|in a written statement|late on Monday|two days ahead of the vote|at a cost of millions|on the outskirts of the city
|by a wide margin|without giving a reason""".replace("\n", "").split("|")
_HOSTS = ("news.example", "daily.example", "wire.example")


@dataclass(slots=True)
class Story:
    """What events of several days are about."""

    topic: str
    actors: list[str]
    place: str
    opening: str


@dataclass(slots=True)
class Made:
    """One event on its way to a file."""

    date: dt.date
    story: Story
    bare: str  # the headline without its topic
    headline: str
    slug: str
    contexts: list[str]
    former: tuple[str, str] | None = None  # headline and path of its first version
    related: list[tuple[Made, list[str]]] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"{folder(self.date)}/{self.slug}.md"


def generate(root: Path, seed: int, *, days: int = 40, links: int = 6, siblings: float = 0.01) -> int:
    """Write an archive of so many days with up to ``links`` related links an event; return its number of events.

    ``siblings`` is how often an event has the sentence of another one of its story and day with other numbers.
    """
    rng = random.Random(seed)
    stories = [_story(rng) for _ in range(max(6, days // 3))]
    dates = _dates(days)
    events: list[Made] = []
    taken: set[str] = set()
    for number, date in enumerate(dates):
        near = stories[number % len(stories) :][:3] or stories[:3]
        todays: list[Made] = []
        for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5, 7))):
            event = _event(rng, date, rng.choice(near), todays, siblings)
            if event.path.casefold() not in taken:
                taken.add(event.path.casefold())
                todays.append(event)
        events.extend(todays)
    for event in events:
        _relate(rng, event, events, links)
    for event in events:
        _write(root / event.path, _page(rng, event))
    for date in dates:
        text = _day_page(date, [event for event in events if event.date == date])
        _write(root / folder(date) / "index.md", text)
        _write(root / folder(date) / "README.md", text)
    return len(events)


def folder(date: dt.date) -> str:
    return f"news/{date.year}/{date.month:02d}/{date.day}"


def slug_of(headline: str, size: int = SLUG_BYTES) -> str:
    """Return the English archive's slug of a headline: its first bytes, badly transliterated."""
    cut = headline.strip().encode()[:size].decode("utf-8", "ignore").lower()
    cut = "".join(_TRANSLITERATED.get(char, char) for char in cut)
    return re.sub("[^a-z0-9]+", "-", cut).strip("-")


_TRANSLITERATED = {"ö": "ap", "é": "a-c", "á": "a", "ü": "a1-4", "ó": "a3", "ç": "a", "“": "a", "”": "a"}


def _dates(days: int) -> list[dt.date]:
    starts = (dt.date(2017, 8, 3), dt.date(2017, 12, 5), dt.date(2018, 3, 1))
    shares = [days // 3 + (number < days % 3) for number in range(3)]
    return [
        start + dt.timedelta(days=number)
        for start, share in zip(starts, shares, strict=True)
        for number in range(share)
    ]


def _story(rng: random.Random) -> Story:
    place = rng.choice(_NAMES)
    topic = rng.choice(
        (
            f"{place} {rng.choice(_NOUNS)}",
            f"2017 {place} {rng.choice(_NOUNS)}",
            f"{place}-{rng.choice(_NAMES)} relations",
            f"Battle of {place} (2017)",
        )
    )
    actors = [f"{rng.choice(_NAMES)} {rng.choice(_ROLES)}" for _ in range(3)]
    opening = f"The {rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)} in {place}"
    return Story(topic, actors, place, opening)


def _clause(rng: random.Random, story: Story) -> str:
    actor = rng.choice((*story.actors, f"{rng.choice(_NAMES)} {rng.choice(_ROLES)}"))
    adjective = f"{rng.choice(_ADJECTIVES)} " if rng.random() < 0.6 else ""
    number = f" of {rng.randint(2, 900)} people" if rng.random() < 0.3 else ""
    place = rng.choice((story.place, rng.choice(_NAMES), rng.choice(_NAMES)))
    return f"the {actor} {rng.choice(_VERBS)} the {adjective}{rng.choice(_NOUNS)}{number} near {place}"


def _bare_headline(rng: random.Random, story: Story, todays: list[Made], siblings: float) -> str:
    same = [event for event in todays if event.story is story]
    if same and rng.random() < siblings:
        other = rng.choice(same).bare
        changed = re.sub(r"\d+", lambda match: str(int(match[0]) + rng.randint(1, 40)), other)
        if changed != other:
            return changed
    wanted = rng.choice((8, 10, 14, 18, 24, 30, 40, 60))
    begins = rng.random()
    text = f"{story.opening} continues as " if begins < 0.25 else ""
    if begins > 0.8:
        text = f"At least {rng.randint(2, 400)} people are affected when "
    text += _clause(rng, story)
    while len(text.split()) < wanted:
        text += f" {rng.choice(_LINKS)} {_clause(rng, story)}"
    if rng.random() < 0.3:
        text += f", {rng.choice(_TAILS)}"
    words = text.split()[:60]
    if rng.random() < 0.1:
        at = rng.randrange(len(words))
        words[at] = rng.choice((f'"{words[at]}"', f"“{words[at]}”", f"[{words[at]}]", f"''{words[at]}''"))
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def _event(rng: random.Random, date: dt.date, story: Story, todays: list[Made], siblings: float) -> Made:
    bare = _bare_headline(rng, story, todays, siblings)
    has_prefix = date < dt.date(2018, 2, 1) and rng.random() < 0.6
    separator = rng.choice((": ", ": ", ": ", ":", ". "))
    headline = f"{story.topic}{separator}{bare}" if has_prefix else bare
    stray = "p" if has_prefix and rng.random() < 0.1 else ""
    slug = slug_of(f"{story.topic}: {stray}{bare}") if stray else slug_of(headline)
    if not headline.isascii() and rng.random() < 0.4:  # kept by hand: slugs may be in any script
        slug = re.sub(r"[\W_]+", "-", headline[:SLUG_BYTES].lower()).strip("-")
    contexts = [story.place, story.topic, *rng.sample(story.actors, 1)]
    event = Made(date, story, bare, headline, slug, contexts)
    if date >= dt.date(2017, 12, 1) and rng.random() < 0.2:
        first = re.sub(r" \w+", "", bare, count=1)
        if slug_of(first) != slug:
            event.former = (first, f"{folder(date)}/{slug_of(first)}.md")
    return event


def _relate(rng: random.Random, event: Made, events: list[Made], links: int) -> None:
    same = [other for other in events if other.story is event.story and other is not event]
    rest = [other for other in events if other.story is not event.story]
    near = rng.sample(same, min(len(same), rng.randint(0, links)))
    far = rng.sample(rest, min(len(rest), rng.randint(0, max(1, links // 2))))
    event.related.extend((other, rng.sample(other.contexts, rng.randint(1, 3))) for other in (*near, *far))


def _page(rng: random.Random, event: Made) -> str:
    day = f"{event.date:%Y-%m}-{event.date.day if rng.random() < 0.1 else f'{event.date.day:02d}'}"
    has_formats, has_topics = event.date >= dt.date(2017, 12, 1), event.date >= dt.date(2018, 2, 1)
    stem = f"/{event.path.removesuffix('.md')}"
    lines = ["", f"Formats: [HTML]({stem}.html)  [JSON]({stem}.json)  [XML]({stem}.xml)  ", ""] if has_formats else []
    lines += [f"### [{day}](/{folder(event.date)}/index.md)", ""]
    lines += [f"##### {event.story.topic}"] if has_topics else []
    lines += [f"# {event.headline} ", ""]
    lines += [f"{_clause(rng, event.story).capitalize()}.", ""] if rng.random() < 0.6 else [""]
    lines += [""]
    if rng.random() < 0.9:
        host = rng.choice(_HOSTS)
        lines += ["### Source:", "", f"1. [The {host}](http://{host}/{rng.randint(1000, 9999)})"]
        lines += [f"1. [Cover Image](https://{host}/{rng.randint(1000, 9999)}.jpg)"] if rng.random() < 0.2 else []
        lines += [""]
    if event.former is not None:
        label, path = event.former
        lines += ["### Changes:", "", f"1. [{label} ](/{path}) _{event.date} 13:49:27 (First version)_"]
        lines += [f"2. [{event.headline} ](/{event.path}) _(Current version)_", ""]
    if event.related:
        lines += ["### Related:", ""]
        for number, (other, contexts) in enumerate(event.related, 1):
            lines.append(f"{number}. [{other.headline} ](/{other.path}) _Context: {', '.join(contexts)}_")
    return "\n".join(lines) + "\n"


def _day_page(date: dt.date, events: list[Made]) -> str:
    lines = [f"## [{date}](/{folder(date)}/index.md)", ""]
    for event in events:
        lines += [f"##### {event.story.topic}"] if date >= dt.date(2018, 2, 1) else []
        lines += [f"### [{event.headline} ](/{event.path})", f"_Context: {', '.join(sorted(event.contexts))}_", ""]
    before = date - dt.timedelta(days=1)
    lines += [f"## [Previous Day...](/{folder(before)}/index.md)", ""]
    return "\n".join(lines)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
