"""Names of places, people and stories, and headlines about them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from benchmarks.generate.days import FORMATS, PREFIXES
from benchmarks.generate.words import (
    ACCENTED,
    ADJECTIVES,
    BODIES,
    CLAUSES,
    CODAS,
    ENDINGS,
    GIVEN,
    NOUNS,
    OFFICES,
    ONSETS,
    SENTENCES,
    TOPIC_FORMS,
    VERBS,
    VOWELS,
)

_ODD_BRACKETS = 0.005  # of headlines
_UNBALANCED_IF_BRACKETS = 0.06


def make_names(rng: random.Random, count: int) -> tuple[list[str], int]:
    """Return ``count`` names, and the number of topics, which come first."""
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
    middle = rng.choice(ONSETS) + rng.choice(VOWELS) if rng.random() < 0.5 else ""
    name = rng.choice(ONSETS) + rng.choice(VOWELS) + middle + rng.choice(CODAS) + rng.choice(ENDINGS)
    if rng.random() < 0.03:
        at = next((at for at, letter in enumerate(name) if at and letter in ACCENTED), None)
        name = name if at is None else name[:at] + ACCENTED[name[at]] + name[at + 1 :]
    return name.capitalize()


def _other_name(rng: random.Random, places: list[str]) -> str:
    if rng.random() < 0.5:
        return f"{rng.choice(GIVEN)} {_place_name(rng)}"
    return rng.choice(BODIES).format(rng.choice(places))


def _topic_name(rng: random.Random, places: list[str]) -> str:
    form = rng.choice(TOPIC_FORMS)
    return form.format(year=rng.randint(1999, 2026), a=rng.choice(places), b=rng.choice(places))


def make_clause(rng: random.Random, place: str) -> str:
    """Return a clause to end a headline."""
    text = rng.choice(CLAUSES)
    return text.format(n=rng.randint(2, 400), m=rng.randint(2, 90), y=rng.randint(1950, 1998), p=place)


def make_headline(rng: random.Random, names: list[str], date: dt.date) -> str:
    """Return a headline about ``names``, topic first, in the style of ``date``."""
    actor = names[1] if rng.random() < 0.6 else f"The {rng.choice(OFFICES)} of {names[1]}"
    what = f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"
    text = f"{actor} {rng.choice(VERBS)} the {what} in the {rng.choice(ADJECTIVES)} {names[0]}"
    chance = rng.random()
    if chance < 0.85:
        text = f"{text} {make_clause(rng, names[-1])}"
    if chance < 0.08:
        text = f"{text}. {rng.choice(SENTENCES).format(w='Monday', p=names[-1], n=rng.randint(5, 60), t=what, y=1980)}"
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
    if PREFIXES <= date < FORMATS and rng.random() < 0.6:
        return f"{names[0]}{rng.choice((': ', ': ', ': ', '. ', ':'))}{text}."
    return f"{text}."
