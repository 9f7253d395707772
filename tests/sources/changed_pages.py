"""A made world of pages that change: their titles, their sites, or what they are."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from newsarc.sources.check.checker import Checker
from newsarc.sources.citations import Citation
from newsarc.sources.ledger import LedgerWriter, read_ledger
from newsarc.sources.verdicts import judge
from tests.sources.virtual_time import passed, run
from tests.sources.world import HTML, START, Seen, page

DAYS = (0, 7, 14, 21)  # of the checks; pages change after the first
_FREE = 3  # pages a day, before a metered wall
# Syllables of the words of headlines, and of what comes instead of them. The held-out pages have words of their own.
_TUNED = "har bri coun flo lec stri fer mu ver dro bud min sto rai hos teach pro air bor trea lib sta fac far pen"
_HELD_OUT = "gla par quake cease wil sub sat cur dock ple coa ref cho emb inf cyc smel orch mos cath lig can bre vol"
_SPAM = (
    "casino",
    "bonus",
    "slots",
    "poker",
    "betting",
    "odds",
    "crypto",
    "wallet",
    "loans",
    "mattress",
    "keto",
    "recipes",
    "vape",
    "essay",
)
_FOREIGN = (
    "hafen",
    "sperrung",
    "sturm",
    "gemeinde",
    "streik",
    "wahl",
    "urteil",
    "fähre",
    "hochwasser",
    "lehrer",
    "bahnhof",
    "klinik",
)
_SHORT = ("Just a moment...", "Access denied", "Sign in", "Page not found", "Subscribe to read", "Loading")
_WALLS = (
    "Before you continue please choose cookies",
    "Your privacy choices matter much today",
    "Please enable javascript then reload this window",
    "Subscribe now for unlimited digital access",
)
_NAMES = (
    "Gazette",
    "Courier",
    "Tribune",
    "Herald",
    "Chronicle",
    "Observer",
    "Sentinel",
    "Examiner",
    "Dispatch",
    "Argus",
    "Beacon",
)


class Site(NamedTuple):
    """A host. ``names_itself`` is whether its titles end with its name; ``hit`` are the pages that change."""

    host: str
    name: str
    kind: str
    names_itself: bool
    headlines: tuple[str, ...]
    hit: frozenset[int]
    vocabulary: tuple[str, ...]

    def section(self, number: int) -> str:
        return "plus" if self.kind == "login for a section" and number in self.hit else "news"

    def words(self, count: int, *seed: object, vocabulary: tuple[str, ...] | None = None) -> str:
        dice = random.Random(f"{self.host} {seed}")
        return " ".join(dice.sample(vocabulary or self.vocabulary, count))

    def titled(self, text: str) -> str:
        return f"{text} | The {self.name}" if self.names_itself else text


Answer = tuple[int, Mapping[str, str], str]


def shows(title: str) -> Answer:
    return 200, HTML, title


def lost() -> Answer:
    return 404, HTML, "Error"


def edited(site: Site, number: int) -> str:
    words = site.headlines[number].split()
    return " ".join([*words[:2], site.words(3, number, "edit"), *words[-1:]])


def shuffled(site: Site, number: int) -> str:
    words = site.headlines[number].split()
    return " ".join(reversed(words))


# What a page of a site is later; a page that never was has the number -1. None: as ever.
Change = Callable[[Site, int], Answer | None]


def _title(make: Callable[[Site, int], str], *, is_named: bool = True) -> Change:
    def change(site: Site, number: int) -> Answer:
        if number < 0:
            return lost()
        return shows(site.titled(make(site, number)) if is_named else make(site, number))

    return change


def _wall(make: Callable[[Site, int], str], *, hides_all: bool) -> Change:
    return lambda site, number: shows(make(site, number)) if hides_all or number >= 0 else lost()


def _redirect(target: str) -> Change:
    return lambda site, number: (302, {**HTML, "location": target}, "")


def _pick(texts: tuple[str, ...]) -> Callable[[Site, int], str]:
    return lambda site, number: random.Random(site.host).choice(texts)


SAME: Mapping[str, Change] = {
    "unchanged": lambda site, number: None,
    "edited title": _title(edited),
    "same words": _title(shuffled),
    "new headline": _title(lambda site, number: site.words(6, number, "new")),
    "translated": _title(lambda site, number: site.words(5, number, vocabulary=_FOREIGN)),
    "section page": _title(lambda site, number: f"Local {site.words(3, 'section')} news"),
    "front page in place": _title(lambda site, number: "Latest news and weather from everywhere"),
    "consent wall": _wall(_pick(_WALLS), hides_all=True),
    "consent by redirect": _redirect("/consent"),
    "wall for articles": _wall(_pick(_WALLS), hides_all=False),
    "paywall stub": _title(lambda site, number: " ".join(site.headlines[number].split()[:3])),
    "login": _wall(_pick(_SHORT), hides_all=False),
    "login for a section": _wall(_pick(_SHORT), hides_all=True),
    "login that leads back": lambda site, number: (302, {**HTML, "location": f"/login?back=%2Fnews%2F{number}"}, ""),
    "new name": _title(lambda site, number: f"{site.headlines[number]} | Newsroom Daily", is_named=False),
    "new name, half of the headlines new": _title(
        lambda site, number: (site.words(6, number) if number % 2 else site.headlines[number]) + " | Newsroom Daily",
        is_named=False,
    ),
    "name dropped": _title(lambda site, number: site.headlines[number], is_named=False),
    "translated, name dropped": _title(lambda site, number: site.words(5, number, vocabulary=_FOREIGN), is_named=False),
    "metered wall": lambda site, number: None,  # see _answer
    "new headline, name dropped": _title(lambda site, number: site.words(6, number, "new"), is_named=False),
}
SOFT_GONE: Mapping[str, Change] = {
    "front page by redirect": _redirect("/"),
    "error page that answers 200": lambda site, number: shows(site.titled("Nothing to see at this place")),
    "nameless error page that answers 200": lambda site, number: shows("Nothing to see at this place"),
}
DRIFTED: Mapping[str, Change] = {
    "new owner, a page at each address": _title(
        lambda site, number: site.words(6, number, vocabulary=_SPAM), is_named=False
    ),
    "new owner with a name": _title(
        lambda site, number: f"{site.words(6, number, vocabulary=_SPAM)} - Lucky Blog", is_named=False
    ),
    "other report of the same site": _title(lambda site, number: site.words(6, number, "other")),
    "domain for sale": lambda site, number: shows(f"{site.host} is for sale, buy this domain now"),
    "one page for all": lambda site, number: shows(site.words(5, vocabulary=_SPAM)),
}
_MEANT = {**dict.fromkeys(SAME, "same"), **dict.fromkeys(SOFT_GONE, "soft-gone"), **dict.fromkeys(DRIFTED, "drifted")}
_CHANGES = {**SAME, **SOFT_GONE, **DRIFTED}
_WHOLE = (
    "consent wall",
    "consent by redirect",
    "metered wall",
    "name dropped",
    "new name",
    "new name, half of the headlines new",
    "new owner, a page at each address",
    "new owner with a name",
    "domain for sale",
    "one page for all",
)


class ChangingWorld:
    """Sites whose pages change, and a clock that counts days. It answers as a Fetcher does."""

    def __init__(self, seed: int, sites_of_a_kind: int, *, is_held_out: bool) -> None:
        dice = random.Random(seed)
        syllables = (_HELD_OUT if is_held_out else _TUNED).split()
        vocabulary = tuple(f"{one}{other}" for one in syllables for other in syllables)
        self.day = 0
        self._asked: Counter[tuple[str, int]] = Counter()
        self.sites: dict[str, Site] = {}
        for kind in _CHANGES:
            for copy in range(sites_of_a_kind):
                size = dice.choice((1, 1, 2, 3, 5, 8))
                is_whole = kind in _WHOLE or dice.random() < 0.5
                hit = frozenset(range(size) if is_whole else [dice.randrange(size)])
                headlines = tuple(" ".join(dice.sample(vocabulary, 6)) for _ in range(size))
                host = f"{dice.randrange(10**6)}-{copy}-{len(self.sites)}.test"
                name = dice.choice(_NAMES)
                self.sites[host] = Site(host, name, kind, dice.random() < 0.8, headlines, hit, vocabulary)
        self.citations = {
            f"https://{site.host}/{site.section(number)}/{number}": Citation((headline,), (f"The {site.name}",))
            for site in self.sites.values()
            for number, headline in enumerate(site.headlines)
        }

    def kind_of(self, address: str) -> str:
        parts = urlsplit(address)
        site, number = self.sites[parts.netloc], int(parts.path.rpartition("/")[2])
        return site.kind if number in site.hit else "unchanged"

    def now(self) -> dt.datetime:
        return START + dt.timedelta(days=self.day, seconds=passed())

    async def locate(self, address: str) -> str | None:
        return urlsplit(address).netloc

    def forget(self, address: str) -> None:
        """Do nothing: nothing is remembered."""

    async def fetch(self, address: str) -> Seen:
        await asyncio.sleep(0.1)
        parts = urlsplit(address)
        status, headers, title = self._answer(self.sites[parts.netloc], parts.path)
        return Seen(address, status, "", headers, page(title))

    def _answer(self, site: Site, path: str) -> Answer:
        if not path.startswith(("/news/", "/plus/")):
            return lost() if path == "/robots.txt" else shows(f"Welcome to the {site.name}")
        last = path.rpartition("/")[2]
        number = int(last) if last.isdigit() else -1
        self._asked[site.host, self.day] += 1
        if site.kind == "metered wall" and self._asked[site.host, self.day] > _FREE:
            return shows(_pick(_WALLS)(site, number))
        is_hit = number in site.hit or (number < 0 and site.kind != "login for a section") or path.startswith("/plus/")
        if self.day and is_hit and (answer := _CHANGES[site.kind](site, number)):
            return answer
        return shows(site.titled(site.headlines[number])) if number >= 0 else lost()


class Score(NamedTuple):
    """How often a verdict was given to the pages of each kind, and how often it could have been."""

    given: Counter[str]
    pages: Counter[str]
    meant: frozenset[str]

    @property
    def precision(self) -> float:
        return sum(self.given[kind] for kind in self.meant) / max(1, sum(self.given.values()))

    @property
    def recall(self) -> float:
        return sum(self.given[kind] for kind in self.meant) / sum(self.pages[kind] for kind in self.meant)


def scores(folder: Path, world: ChangingWorld) -> dict[str, Score]:
    """Return the scores of the verdicts ``drifted`` and ``soft-gone`` after four weekly checks."""
    file = folder / "sources.jsonl"
    for day in DAYS:
        world.day = day
        with LedgerWriter(file) as ledger:
            run(Checker(world.citations, world, ledger, now=world.now).run())
    verdicts = judge(read_ledger(file)).verdicts
    pages = Counter(world.kind_of(address) for address in world.citations)
    found = {}
    for verdict in ("drifted", "soft-gone"):
        given = Counter(world.kind_of(address) for address, one in verdicts.items() if one == verdict)
        found[verdict] = Score(given, pages, frozenset(kind for kind in _MEANT if _MEANT[kind] == verdict))
    return found
