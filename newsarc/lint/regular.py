"""The regular page: one that is written just as the archive's generator writes them, so that nothing is wrong with it
but what its links, its labels and other pages may show.

Nearly all pages are regular. To read one here takes a tenth of the time that parsing it and asking every rule takes
(15 µs against 150 for a page with nine related links), and what is not recognised goes the long way: so this is a sieve
in front of the parser, and never another opinion. The tests hold both together on every page that there is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from newsarc.config import SECTIONS, Labels
from newsarc.parser.page import note_words, section_words
from newsarc.text.normalize import display


class RegularEvent(NamedTuple):
    """What is left to ask about a regular event page.

    ``headline`` is as written, without space around it, and on ``line``; ``labels`` and ``targets`` are those of its
    related links, in order, which all have a context; ``former`` are the targets of its former versions, and
    ``current`` that of the item that calls itself the current one.
    """

    headline: str
    line: int
    labels: Sequence[str]
    targets: Sequence[str]
    former: Sequence[str] = ()
    current: str | None = None


class RegularDayPage(NamedTuple):
    """What is left to ask about a regular day page: the targets of its entries, in order."""

    targets: Sequence[str]


class RegularDay:
    """How the pages of a day folder begin when they are regular."""

    def __init__(self, folder: str, date: dt.date, site_prefix: str) -> None:
        target = f"({site_prefix}/{folder}/index.md)"
        padded = date.isoformat()
        spellings = (padded, f"{padded[:8]}{date.day}")
        self.event_headings = frozenset(f"### [{spelling}]{target}" for spelling in spellings)
        self.page_headings = frozenset(f"## [{spelling}]{target}" for spelling in spellings)


def read_event(text: str, day: RegularDay, labels: Labels) -> RegularEvent | None:
    """Return what the event page ``text`` says if it is a regular page of ``day``; None for any other.

    Characters that a rule might object to wherever they stand are the caller's business.
    """
    page = _event_pattern(labels).match(text)
    # Measured: 0.3 µs to look for the first character of a comment, 2.7 for all four.
    if page is None or page[1] not in day.event_headings or ("<" in text and "<!--" in text):
        return None
    if "\n---" in text or "\n+++" in text:  # may be front matter in the wrong place
        return None
    headline = page[2].strip()
    # A "#" at the end may close the heading.
    if not headline or headline[-1] == "#" or not (headline[0].isalnum() or display(headline)):
        return None
    if (sources := page[3]) and sources.count("\n") > 1:
        addresses = _ADDRESSES.findall(sources)
        if len(set(addresses)) < len(addresses):
            return None
    former: Sequence[str] = ()
    current: str | None = None
    if changes := page[4]:
        versions = CHANGES.findall(changes)
        former = [target for target, note in versions if note != CURRENT]
        if len(versions) - len(former) > 1:  # one of them may be dead: see NA102
            return None
        current = next((target for target, note in versions if note == CURRENT), None)
    line = text.count("\n", 0, page.start(2)) + 1
    related = text[page.end() :].rstrip("\n")
    if not related:
        return RegularEvent(headline, line, (), (), former, current)
    lines = related.count("\n") + 1
    # Where no label has a bracket of its own, the quick pattern finds the same: 1 µs an item, 3 with the other.
    is_plain = "\\" not in related and related.count("[") == lines and related.count("]") == lines
    items = (_quick_item if is_plain else _item)(labels).findall(related)
    if len(items) != lines:
        return None
    named, targets = zip(*items, strict=True)
    return RegularEvent(headline, line, named, targets, former, current)


def read_day_page(text: str, day: RegularDay) -> RegularDayPage | None:
    """Return what the day page ``text`` says if it is a regular page of ``day``; None for any other."""
    start = _FORMATS.match(text)
    assert start is not None  # it may be empty
    heading, *lines = text[start.end() :].rstrip("\n").split("\n")
    if heading not in day.page_headings or "<!--" in text or "\\" in text:
        return None
    if lines and lines[-1].startswith("## [") and not _PREVIOUS.match(lines.pop()):
        return None
    targets: list[str] = []
    above = ""
    for line in lines:
        if line.startswith("#"):
            if not line.startswith("##### "):
                entry = _ENTRY.match(line)
                if entry is None:
                    return None
                targets.append(entry[1])
        elif above.startswith("##### ") or (line[:1] == " " and _LATE_HEADING.match(line)):
            return None  # a topic of no entry
        above = line
    return None if above.startswith("##### ") else RegularDayPage(targets)


def is_known(event: RegularEvent, numbers: Sequence[int | None], path: str, known: Mapping[str, int]) -> bool:
    """Whether all links of ``event``, whose page is at ``path`` as links spell it, lead to other pages that are known,
    each once, and its former versions to none. ``numbers`` are what ``known`` has for its targets.
    """
    return (
        None not in numbers
        and known[path] not in numbers
        and len(set(numbers)) == len(numbers)
        and (event.current is None or event.current == path)
        and not any(target in known for target in event.former)
    )


# A label, and a target or address, that no reading of Markdown takes for anything else.
_TEXT = r"[^\[\]\\\n]*(?:\[[^\[\]\\\n]*\](?!\()[^\[\]\\\n]*)*"
_LABEL = rf"\[{_TEXT}\]"
_TARGET = r"[^()<>\\\x00-\x20\x7f]+"
_ADDRESS = r"https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(?::\d{1,4})?(?:[/?#][!-'*-;=?-\[\]-~]*)?"
_EVENT_TARGET = r"(?:/[^\s/()<>\\\[\]]+)*/news/[0-9]{4}/[0-9]{2}/(?:[1-9]|[12][0-9]|3[01])/[^/#?%\\&()<>\s]+\.md"
_NOTE = r"_(?:\d{4}-\d\d-\d\d[ ]\d\d:\d\d(?::\d\d)?[ ])?\(([A-Z][a-z]+[ ]version)\)_"
CURRENT = "Current version"
_FORMATS = re.compile(r"\n*(?:Formats:[ \t][^\n]*\n\n*)?")
_ADDRESSES = re.compile(r"\]\(([^()]*)\)[ \t]*\n")
CHANGES = re.compile(rf"\]\(({_TARGET})\) {_NOTE}\n")
_PREVIOUS = re.compile(rf"## {_LABEL}\({_TARGET}\)[ \t]*\Z")
_ENTRY = re.compile(rf"### {_LABEL}\(({_TARGET})\)[ \t]*\Z")
_LATE_HEADING = re.compile(r" {1,3}#")


@cache
def _event_pattern(labels: Labels) -> re.Pattern[str]:
    sources, changes, related = (section_words(labels, kind) for kind in SECTIONS)
    return re.compile(
        rf"""{_FORMATS.pattern}(\#\#\#[ ]\[[^\n]*)\n  # 1: the date heading
        \n*(?:\#\#\#\#\#(?:[ \t][^\n]*)?\n)*\n*
        \#[ ]([^\n]*)(?:\n|\Z)  # 2: the headline
        (?:\n|(?![ ]{{0,3}}\#)[^\n]+(?:\n|\Z))*  # the summary
        (?:\#\#\#[ ]{sources}\n\n*
          ((?:\d{{1,9}}[.)][ ]{_LABEL}\({_ADDRESS}\)[ \t]*(?:\n|\Z))+)\n*)?  # 3: the sources
        (?:\#\#\#[ ]{changes}\n\n*
          ({change_items()})\n*)?  # 4, 5
        (?:\#\#\#[ ]{related}\n\n*(?=\d)|\Z)  # and what follows is related links
        """,
        re.VERBOSE,
    )


@cache
def _item(labels: Labels) -> re.Pattern[str]:
    return re.compile(
        rf"^\d{{1,9}}[.)] \[({_TEXT})\]\(({_TARGET})\) _(?:{note_words(labels)})[:：] ?\w[^_\n\[\]]*_[ \t]*$",
        re.MULTILINE,
    )


@cache
def _quick_item(labels: Labels) -> re.Pattern[str]:
    return re.compile(
        rf"^\d{{1,9}}[.)] \[([^\]]*)\]\(({_TARGET})\) _(?:{note_words(labels)})[:：] ?\w[^_]*_[ \t]*$", re.MULTILINE
    )


def change_items() -> str:
    """Return the pattern of the items of Changes, with the note of the last one as its group."""
    return rf"(?:\d{{1,9}}[.)][ ]{_LABEL}\({_EVENT_TARGET}\)[ ]{_NOTE}(?:\n|\Z))+"
