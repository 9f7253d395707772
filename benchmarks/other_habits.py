"""A second archive generator with other conventions than ``benchmarks.generate``, and no code in common with it.

``python -m benchmarks.other_habits FOLDER --events 100000 --seed 1``. A fast path that fits the archives of one
generator may miss those of another, so speed and findings are measured on both. These pages look as if several people
wrote them by hand: section headings in German and Chinese from ``newsarc.toml``, a site prefix, short slugs, some of
them Chinese, front matter on a fifth of the pages, up to eight topics and forty related links, one link in twelve in an
unusual spelling and one in forty broken, days with one event and with two hundred, some without a day page. The same
size and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PREFIX = "/archiv"
_CONFIG = f"""site-prefix = "{PREFIX}"

[labels]
related = ["Verwandt", "相关"]
sources = ["Quellen", "来源"]
changes = ["Änderungen"]
context = ["Zusammenhang", "背景"]
"""
_FIRST_DAY = dt.date(1985, 3, 1)  # so that 100,000 events end before today
_WORDS = _words("""
Hafen Brücke Streik Wahl Gericht Rat Bahn Schule Fluss Dürre Markt Fähre Bank Theater Klinik Kraftwerk Grenze Insel
minister court ferry drought senate harbour pipeline orchestra railway budget census glacier embassy airport reservoir
verdict ceasefire treaty inquiry blackout wildfire eruption landslide boycott referendum audit recall merger lawsuit
""")
_VERBS = _words("öffnet schließt verklagt opens closes rejects signs delays widens halts approves überprüft meldet")
_CHINESE = (
    "港口桥梁罢工选举法院铁路学校河流干旱市场渡轮银行剧院医院电厂边境岛屿部长海港管道预算冰川大使馆机场判决停火条约调查"
)
_PLACES = _words("Altmark Borkum Łódź Çorum Évora Ystad Pécs Tromsø Nuuk Vlorë Kos Riga Brno Graz Turku Cork Bari")
_PAPERS = (
    "Anzeiger", "Kurier am Morgen", "Le Courrier", "Dagblad", "Daily Ledger", "晨报", "Gazette (weekly)", "Radio 4",
)  # fmt: skip


class Event(NamedTuple):
    """The headline, place and topics of an event."""

    day: dt.date
    slug: str
    headline: str
    topics: tuple[str, ...]
    is_chinese: bool

    @property
    def folder(self) -> str:
        """The day folder, relative to the root."""
        return f"news/{self.day.year:04d}/{self.day.month:02d}/{self.day.day}"

    @property
    def path(self) -> str:
        """The page, relative to the root."""
        return f"{self.folder}/{self.slug}.md"


def generate(root: Path, count: int, seed: int) -> int:
    """Write ``count`` events below ``root``, a new or empty folder; return the number of files."""
    if root.exists() and any(root.iterdir()):
        raise FileExistsError(f"{root} is not empty")
    root.mkdir(parents=True, exist_ok=True)
    (root / "newsarc.toml").write_text(_CONFIG, encoding="utf-8")
    rng = random.Random(seed)
    topics = _topics(rng, 60 + count // 25)
    days = [_events_of_day(rng, _FIRST_DAY + dt.timedelta(days=number), size, topics) for number, size in _days(count)]
    events = [event for day in days for event in day]
    files = 1
    number = 0
    for day in days:
        folder = root / day[0].folder
        folder.mkdir(parents=True)
        for event in day:
            text = _page(random.Random(f"{seed} {number}"), event, number, events)
            (root / event.path).write_bytes(text.encode())
            number += 1
        files += len(day) + _write_day_pages(rng, folder, day)
    return files


def _days(count: int) -> Iterator[tuple[int, int]]:
    """Yield the index of each day with events and their number: usually few, on some days two hundred."""
    sizes = random.Random(count)
    day = 0
    while count:
        size = min(count, 200 if sizes.random() < 0.004 else sizes.choice((1, 1, 2, 3, 5, 8, 13, 24, 40)))
        yield day, size
        count -= size
        day += 1 if sizes.random() < 0.93 else sizes.randint(2, 9)


def _topics(rng: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        kind = rng.random()
        place = rng.choice(_PLACES)
        if kind < 0.2:
            name = "".join(rng.sample(_CHINESE, 4))
        elif kind < 0.3:
            name = f"{rng.choice(_WORDS).title()}, {place} und {rng.choice(_PLACES)}"
        else:
            name = f"{place} {rng.choice(_WORDS)} {rng.randint(1, 99)}"
        found[name] = None
    return list(found)


def _events_of_day(rng: random.Random, day: dt.date, count: int, topics: list[str]) -> list[Event]:
    events: dict[str, Event] = {}
    while len(events) < count:
        about = tuple(topics[int(rng.paretovariate(0.5)) % len(topics)] for _ in range(rng.choice((0, 1, 1, 2, 3, 8))))
        is_chinese = rng.random() < 0.15
        if is_chinese:
            headline = "".join(rng.choices(_CHINESE, k=rng.randint(8, 22)))
            slug = headline[:14]
        else:
            words = rng.choices(_WORDS, k=rng.randint(2, 9))
            headline = f"{words[0].title()} {rng.choice(_PLACES)} {rng.choice(_VERBS)} {' '.join(words[1:])}"
            style = rng.random()
            slug = f"{rng.choice(_WORDS).lower()}-{rng.randint(1, 9999)}" if style < 0.5 else "_".join(words[:4])
        if rng.random() < 0.04:
            headline = headline.replace(" ", rng.choice((" *", " [", " &amp; ")), 1)
        events.setdefault(slug, Event(day, slug, headline, tuple(dict.fromkeys(about)), is_chinese))
    return sorted(events.values(), key=lambda event: event.slug)


def _page(rng: random.Random, event: Event, number: int, events: list[Event]) -> str:
    lines: list[str] = []
    chinese = event.is_chinese
    if rng.random() < 0.2:
        lines += ["---", f'title: "{event.headline}"', f"date: {event.day}"]
        lines += ["topics:", *(f'  - "{topic}"' for topic in event.topics)] if event.topics else []
        lines += ["---", ""]
    lines += [f"### [{event.day}]({PREFIX}/{event.folder}/index.md)", ""]
    lines += [f"##### {topic}" for topic in event.topics]
    lines += [f"# {event.headline}", ""]
    for _ in range(rng.choice((0, 1, 1, 1, 3))):
        words = rng.choices(_CHINESE, k=60) if chinese else [f"{word} " for word in rng.choices(_WORDS, k=40)]
        lines += [f"{''.join(words).strip()}.", ""]
    if rng.random() < 0.05:
        lines += ["<!-- ask the desk for a second source -->", ""]
    if rng.random() < 0.8:
        lines += ["### 来源:" if chinese else "### Quellen:", ""]
        for at in range(1, rng.choice((2, 2, 3, 6))):
            paper = rng.choice(_PAPERS)
            lines.append(f"{at}. [{paper}](https://paper{rng.randint(1, 400)}.example/{event.day}/{number}-{at})")
        lines.append("")
    if number:
        lines += _related(rng, number, events)
    text = "\n".join(lines)
    return text.replace("\n", "\r\n") if rng.random() < 0.01 else text


def _related(rng: random.Random, number: int, events: list[Event]) -> list[str]:
    event = events[number]
    count = rng.choice((0, 1, 2, 3, 5, 8, 13, 40))
    others = [events[max(0, number - int(rng.paretovariate(0.7)))] for _ in range(count)]
    others = [other for other in dict.fromkeys(others) if other is not event]
    if not others:
        return []
    note = "背景" if event.is_chinese else "Zusammenhang"
    lines = ["### 相关:" if event.is_chinese else "### Verwandt:", ""]
    for at, other in enumerate(others, 1):
        contexts = ", ".join(other.topics[:3]) or rng.choice(_PLACES)
        label = other.headline if rng.random() < 0.97 else f"{other.headline} {rng.choice(_WORDS)}"
        item = f"{at}. [{label}]({_target(rng, event, other)}) _{note}: {contexts}_"
        lines.append(item.replace(") _", ")\n   _", 1) if rng.random() < 0.02 else item)
    return [*lines, ""]


def _target(rng: random.Random, event: Event, other: Event) -> str:
    chance = rng.random()
    plain = f"{PREFIX}/{other.path}"
    if chance < 0.025:
        return f"{PREFIX}/{other.folder}/{rng.choice(_WORDS).lower()}-gone-{rng.randint(1, 99)}.md"
    if chance < 0.045:
        return quote(plain)
    if chance < 0.065:
        return f"{plain.removesuffix('.md')}.html"
    if chance < 0.085:
        return f"{plain}#quellen"
    if chance < 0.1 and event.day.month == other.day.month and event.day.year == other.day.year:
        return f"../{other.day.day}/{other.slug}.md"
    if chance < 0.11:
        return f"{PREFIX}/news/{other.day:%Y/%m/%d}/{other.slug}.md"
    return plain


def _write_day_pages(rng: random.Random, folder: Path, day: list[Event]) -> int:
    chance = rng.random()
    if chance < 0.02:
        return 0
    date = day[0].day
    lines = [f"## [{date}]({PREFIX}/{day[0].folder}/index.md)", ""]
    for event in day:
        lines += [f"##### {topic}" for topic in event.topics[:1]]
        lines += [f"### [{event.headline}]({PREFIX}/{event.path})", "", f"{event.headline}.", ""]
    text = "\n".join(lines)
    names = ("index.md",) if chance < 0.3 else ("index.md", "README.md")
    for name in names:
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return len(names)


def main() -> None:
    """Generate an archive."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.other_habits",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="root of the archive: a new or empty folder")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.events < 1:
        parser.error("--events must be 1 or more")
    try:
        files = generate(options.folder, options.events, options.seed)
    except FileExistsError as error:
        parser.error(str(error))
    print(f"{options.events:,} events, {files:,} files")


if __name__ == "__main__":
    main()
