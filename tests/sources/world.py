"""A made world of hosts that misbehave, each in its way, without a network."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from newsarc.sources.citations import Citation
from tests.sources.virtual_time import passed

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
WORDS = ("harbour", "bridge", "council", "flood", "election", "strike", "ferry", "museum", "verdict", "drought")
_VERBS = ("closes", "opens", "votes", "rises", "stalls", "ends", "sinks", "burns", "falls", "spreads")
_CAUSES = ("damage", "safety", "finance", "weather", "fraud", "wage", "radar", "alarm", "appeal", "harvest")
HTML = {"content-type": "text/html; charset=utf-8"}


class Seen(NamedTuple):
    address: str
    status: int | None
    error: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""


def page(title: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>…</body></html>".encode()


def headline(number: int) -> str:
    return f"{WORDS[number].title()} {_VERBS[number]} after {_CAUSES[number]} report"


class Asked(NamedTuple):
    """One request for a page. ``day`` counts from 0; ``dice`` are the same for the same page and day."""

    host: str
    path: str
    number: int  # of the page; -1 for one that never was
    is_dead: bool
    day: int
    times: int  # that it was asked this day
    dice: random.Random


Answer = tuple[int | None, str, Mapping[str, str], bytes]


def ok(asked: Asked) -> Answer:
    title = headline(asked.number) if asked.number >= 0 and asked.path != "/" else "The Gazette"
    return 200, "", HTML, page(f"{title} | The Gazette")


def status(number: int, **headers: str) -> Answer:
    kept = {name.replace("_", "-"): value for name, value in headers.items()}
    return number, "", {**HTML, **kept}, page(f"Error {number}")


def failure(reason: str) -> Answer:
    return None, reason, {}, b""


def usual(asked: Asked) -> Answer:
    return status(404) if asked.is_dead or asked.number < 0 else ok(asked)


def often(share: float, bad: Answer) -> Callable[[Asked], Answer]:
    return lambda asked: bad if asked.dice.random() < share else usual(asked)


def on_days(first: int, last: int, bad: Answer) -> Callable[[Asked], Answer]:
    return lambda asked: bad if first <= asked.day <= last else usual(asked)


def always(bad: Answer) -> Callable[[Asked], Answer]:
    return lambda asked: bad


def living(bad: Answer) -> Callable[[Asked], Answer]:
    return lambda asked: usual(asked) if asked.is_dead or asked.number < 0 else bad


def impatient(asked: Asked) -> Answer:
    return status(429, retry_after="30") if asked.times == 1 else usual(asked)


def impatient_until(asked: Asked) -> Answer:
    return status(429, retry_after="Mon, 01 Jan 2035 00:00:00 GMT") if asked.number > 6 else usual(asked)


def to_www(asked: Asked) -> Answer:
    if asked.is_dead or asked.number < 0 or asked.host.startswith("www."):
        return usual(asked)
    return status(301, location=f"https://www.{asked.host}{asked.path}")


def to_new_site(asked: Asked) -> Answer:
    if asked.is_dead or asked.number < 0 or asked.host.startswith("new."):
        return usual(asked)
    return status(308, location=f"https://new.{asked.host}/2026{asked.path}")


def consent(asked: Asked) -> Answer:
    if asked.host.startswith("consent."):
        return 200, "", HTML, page("Before you continue")
    return status(302, location=f"https://consent.{asked.host}/?back={asked.path}")


def not_found_page(asked: Asked) -> Answer:
    is_lost = asked.is_dead or asked.number < 0
    return (200, "", HTML, page("Nothing here | The Gazette")) if is_lost else ok(asked)


def home_instead(asked: Asked) -> Answer:
    is_lost = (asked.is_dead or asked.number < 0) and asked.path != "/"
    return status(302, location="/") if is_lost else ok(asked)


def other_title(title: str) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        mine = asked.number in (0, 1)  # others keep their titles
        return (200, "", HTML, page(f"{title} {asked.number}")) if mine and not asked.is_dead else usual(asked)

    return answer


def shell(asked: Asked) -> Answer:
    return 200, "", HTML, page("Gazette")


def wall(asked: Asked) -> Answer:
    """A wall for all living pages whose title has two words of a headline."""
    return (200, "", HTML, page("Museum burns cookies")) if not asked.is_dead or asked.number < 0 else usual(asked)


def login(asked: Asked) -> Answer:
    """Asks for a login for one of its pages."""
    if asked.path.startswith("/login"):
        return 200, "", HTML, page("Sign in")
    if asked.number == 1:
        return status(302, location=f"/login?back={asked.path}")
    return usual(asked)


def endless(asked: Asked) -> Answer:
    return usual(asked) if asked.is_dead else status(302, location=asked.path)


# How a host behaves, and how many of its ten pages are dead, as far as anybody can see that.
KINDS: Mapping[str, tuple[Callable[[Asked], Answer], int]] = {
    "plain": (usual, 2),
    "gone": (lambda asked: status(410) if asked.is_dead else usual(asked), 4),
    "slow": (often(0.3, failure("timeout")), 2),
    "overloaded": (often(0.5, status(503)), 2),
    "resetting": (often(0.4, failure("connection closed")), 2),
    "unreachable for a fortnight": (on_days(0, 14, failure("no connection")), 0),
    "under maintenance": (on_days(7, 13, status(404)), 2),
    "404 for a tenth": (often(0.1, status(404)), 2),
    "403": (living(status(403)), 2),
    "impatient": (impatient, 2),
    "impatient without end": (always(status(429)), 0),
    "impatient until 2035": (impatient_until, 2),
    "challenge": (living(status(403, cf_mitigated="challenge")), 2),
    "challenge as 404": (living(status(404, x_datadome="protected")), 2),
    "400": (living(status(400)), 2),
    "999": (living(status(999)), 2),
    "451": (living(status(451)), 2),
    "www": (to_www, 2),
    "moved": (to_new_site, 2),
    "consent": (consent, 0),
    "not found page": (not_found_page, 4),
    "home page instead": (home_instead, 4),
    "edited titles": (other_title("Live updates"), 2),
    "other language": (other_title("Der Hafen bleibt gesperrt"), 2),
    "certificate expired": (on_days(7, 14, failure("TLS error")), 2),
    "name server down": (on_days(7, 7, failure("name lookup failed")), 2),
    "404 for all": (always(status(404)), 0),
    "vanished": (always(failure("no such host")), 10),
    "endless": (endless, 2),
    "shell": (shell, 0),
    "login": (login, 2),
    "wall with the words of a headline": (wall, 2),
    "robots.txt fails at times": (usual, 2),
}


class World:
    """The hosts, as many of each kind as wanted, and a clock that counts days. It answers as a Fetcher does."""

    def __init__(self, hosts_of_a_kind: int) -> None:
        self.day = 0
        self.requests = 0
        self.kinds = {
            f"k{place}-{copy}.example": kind for place, kind in enumerate(KINDS) for copy in range(hosts_of_a_kind)
        }
        self.citations = {
            f"https://{host}/news/{number}": Citation((headline(number),), ("The Gazette",))
            for host in self.kinds
            for number in range(10)
        }
        self.days_seen_dead: dict[str, set[int]] = {}
        self._times: dict[tuple[str, int], int] = {}

    @property
    def dead(self) -> set[str]:
        """The addresses that are dead."""
        return {address for address in self.citations if self._is_dead(address)}

    @property
    def seen_dead(self) -> set[str]:
        """The dead addresses whose hosts let us see that on three days over a week or more."""
        days = self.days_seen_dead
        return {address for address in self.dead if len(days.get(address, ())) >= 3}

    def _is_dead(self, address: str) -> bool:
        parts = urlsplit(address)
        return int(parts.path.rpartition("/")[2]) >= 10 - KINDS[self.kinds[parts.netloc]][1]

    def now(self) -> dt.datetime:
        return START + dt.timedelta(days=self.day, seconds=passed())

    async def locate(self, address: str) -> str | None:
        host = urlsplit(address).netloc
        return None if self._kind(host) == "vanished" else host

    def _kind(self, host: str) -> str:
        return self.kinds[host.removeprefix("www.").removeprefix("new.").removeprefix("consent.")]

    def forget(self, address: str) -> None:
        """Do nothing: nothing is remembered."""

    async def fetch(self, address: str) -> Seen:
        self.requests += 1
        parts = urlsplit(address)
        behaviour, dead = KINDS[self._kind(parts.netloc)]
        last = parts.path.rpartition("/")[2]
        number = int(last) if last.isdigit() else -1
        key = address, self.day
        times = self._times[key] = self._times.get(key, 0) + 1
        dice = random.Random(f"{address} {self.day} {times}")
        if last == "robots.txt" and self._kind(parts.netloc) != "vanished":
            is_failing = self._kind(parts.netloc) == "robots.txt fails at times" and dice.random() < 0.4
            return Seen(address, 503 if is_failing else 404)
        asked = Asked(parts.netloc, parts.path, number, number >= 10 - dead, self.day, times, dice)
        found = behaviour(asked)
        if asked.is_dead:  # the last answer of a day counts
            days = self.days_seen_dead.setdefault(address, set())
            is_seen = found[0] in (200, 302, 404, 410) or found[1] == "no such host"
            days.add(self.day) if is_seen else days.discard(self.day)
        await asyncio.sleep(30 if found[1] == "timeout" else 0.3)
        return Seen(address, *found)
