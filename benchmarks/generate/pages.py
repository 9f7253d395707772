"""The pages of a day and its events, and the front page."""

from __future__ import annotations

import datetime as dt
import os
import random
from pathlib import Path

from benchmarks.generate.days import FORMATS, TOPICS, folder
from benchmarks.generate.former import former_headline
from benchmarks.generate.links import make_item, related_events
from benchmarks.generate.plan import Plan, slug_of
from benchmarks.generate.truth import Place, Truth
from benchmarks.generate.words import NOUNS, PAPERS, QUOTED, SENTENCES, WEEKDAYS

_MAX_SUMMARY = 300  # characters; day pages cut off longer ones
_CHANGES_IF_RENAMED = 0.42  # of renamed events
# Rates of days whose README.md differs from index.md: in white space and the like, and in content.
_README_SPACING = 0.03
_README_STALE = 0.002


def write_day(plan: Plan, root: str, day: int, truth: Truth) -> None:
    """Write the pages of one day, and record their deviations."""
    date = plan.dates[day]
    rng = random.Random(plan.seed << 48 | day << 8)
    here = folder(date)
    Path(root, here).mkdir(parents=True, exist_ok=True)
    entries: list[str] = []
    for event in range(plan.first[day], plan.first[day + 1]):
        summary = _summary(rng, plan.names(event))
        topics = _topic_lines(rng, plan, event) if date >= TOPICS else []
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
    """Return the lines of an event page; ``said`` are its topic lines and summary."""
    topics, summary = said
    date, path = plan.dates[plan.day_of[event]], plan.path(event)
    stem = f"/{path.removesuffix('.md')}"
    lines = [""] if date >= FORMATS else []
    if date >= FORMATS:
        lines += [f"Formats: [HTML]({stem}.html)  [JSON]({stem}.json)  [XML]({stem}.xml)  ", ""]
    label = f"{date:%Y-%m}-{date.day}" if rng.random() < 0.1 else date.isoformat()
    lines += [f"### [{label}](/{folder(date)}/index.md)", "", *topics]
    lines += [f"#{'  ' if event % 29 == 0 else ' '}{plan.headlines[event]}{' ' if event % 5 else ''}", ""]
    lines += [summary, "", ""] if summary else ["", ""]
    if rng.random() < 0.85:
        lines += [*_sources(rng, event), ""]
    if plan.is_renamed[event] and rng.random() < _CHANGES_IF_RENAMED:
        lines += _changes(plan, rng, event)
    others = related_events(plan, rng, event)
    if others:
        lines += ["### Related:", ""]
    is_unreliable = rng.random() < 0.02
    for number, other in enumerate(others, 1):
        item = make_item(plan, rng, event, other, truth)
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
    picked = [rng.choice(SENTENCES) for _ in range(rng.choice((1, 2, 3, 3, 4)))]
    if rng.random() < 0.15:
        picked.append(rng.choice(QUOTED))
    text = ". ".join(picked).format(
        w=rng.choice(WEEKDAYS), p=names[-1], n=rng.randint(3, 90), y=rng.randint(1950, 1998), t=rng.choice(NOUNS)
    )
    chance = rng.random()
    if chance < 0.12:  # cut inside a word or an entity
        return text[: int(len(text) * (0.5 + rng.random() / 2))].rstrip()
    return f"{text.replace(' ', '&#x20;')}." if chance < 0.13 else f"{text}.{' ' if chance < 0.3 else ''}"


def _sources(rng: random.Random, event: int) -> list[str]:
    papers = rng.sample(PAPERS, rng.choice((1, 1, 1, 2, 3)))
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
        ["", f"Formats: [HTML]({stem}.html)  [JSON]({stem}.json)  [XML]({stem}.xml)  ", ""] if date >= FORMATS else []
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


def write_front_page(plan: Plan, root: str, truth: Truth) -> None:
    """Write the front page, with the last three days, under both of its names."""
    text = _front_page(plan)
    for name in ("index.md", "README.md"):
        _write(f"{root}/{name}", text, truth)


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
    # Plain system calls: pathlib and the io stack double the time of the whole run.
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    os.write(handle, data)
    os.close(handle)
    truth.files += 1
    truth.size += len(data)
