"""Detects the style of pages around a day."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsarc.archive.reader import PageReader
from newsarc.config import Labels
from newsarc.errors import PageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.day_entry import previous_day
from newsarc.lint.page import Page, load_page
from newsarc.model import Event, FrontMatter
from newsarc.parser.page import note_words
from newsarc.storage.tree import Day
from newsarc.text.characters import has_han
from newsarc.text.tokenizer import has_spaceless

# How many days to read, nearest first: few for the style, which may have changed lately, more for headings that not
# every page has.
_DAYS = 8
_MORE_DAYS = 24
_EVENTS = 4  # per day
_ONE_DIGIT = re.compile(r"\d{4}-\d{1,2}-(0?)[1-9]\s*\Z")
_PREVIOUS = "Previous Day..."


@dataclass(frozen=True, slots=True)
class Formats:
    """A Formats line, and the part of it that names the page."""

    line: str
    stem: str

    def of(self, stem: str) -> str:
        """Return the line for the page ``stem``."""
        return self.line.replace(self.stem, stem)


@dataclass(frozen=True, slots=True)
class PageStyle:
    """How pages are written. The defaults are those of the newest English archives.

    ``front_matter`` has the keys of front matter, if pages have any; ``is_toml`` tells TOML from YAML. ``source`` is
    the heading for one source, ``sources`` for several. ``day_pages`` are the file names of day pages.
    """

    front_matter: tuple[str, ...] = ()
    is_toml: bool = False
    formats: Formats | None = None
    day_formats: Formats | None = None
    has_date: bool = True
    has_headline: bool = True
    pads_days: bool = True
    source: str = "Source:"
    sources: str = "Sources:"
    related: str = "Related:"
    context: str = "Context"
    previous: str = _PREVIOUS
    day_pages: tuple[str, ...] = DAY_PAGE_NAMES
    line_end: str = "\n"

    def written_date(self, date: dt.date) -> str:
        """Return ``date`` as written in headings."""
        return date.isoformat() if self.pads_days else f"{date.year:04}-{date.month:02}-{date.day}"


def detect_style(reader: PageReader, date: dt.date, headline: str) -> PageStyle:
    """Return the most frequent style of the pages around ``date``, or the default if there are none.

    Headings come from pages in the script of ``headline``, if there are any.
    """
    days = sorted((day for day in reader.tree.days() if day.date), key=lambda day: _distance(day, date))[:_MORE_DAYS]
    if not days:
        return PageStyle()
    near, more = list(_pages(days[:_DAYS], reader)), list(_pages(days[_DAYS:], reader))
    events = [(page.event, page.text) for page in near if page.event is not None]
    pages = [page for page in near if page.day_page is not None]
    names = [name for day in days[:_DAYS] for name in DAY_PAGE_NAMES if name in reader.tree.files(day.path)]
    return PageStyle(
        front_matter=_usual_keys([event.front_matter for event, _ in events]),
        is_toml=_is_usual([event.front_matter.is_toml for event, _ in events if event.front_matter], default=False),
        formats=_formats((event.formats_line, event.path.removesuffix(".md"), text) for event, text in events),
        day_formats=_formats(
            (page.day_page.formats_line, f"{page.day.path.removeprefix('news/')}/", page.text)
            for page in pages
            if page.day_page
        ),
        has_date=_is_usual([event.date_link is not None for event, _ in events]),
        has_headline=_is_usual([event.headline_line is not None for event, _ in events]),
        pads_days=_pads_days([*near, *more]),
        day_pages=tuple(name for name in DAY_PAGE_NAMES if 2 * names.count(name) > len(days[:_DAYS])),
        line_end="\r\n" if _is_usual(["\r\n" in page.text for page in near], default=False) else "\n",
        **_words(_in_script_of(headline, [*near, *more]), reader.config.labels),
    )


def _distance(day: Day, date: dt.date) -> tuple[int, bool]:
    assert day.date is not None
    return abs((day.date - date).days), day.date > date


def _pages(days: Iterable[Day], reader: PageReader) -> Iterator[Page]:
    for day in days:
        for path in (*reader.tree.event_paths(day)[:_EVENTS], *reader.tree.day_page_paths(day)[:1]):
            try:
                yield load_page(path, day, reader)
            except PageError:
                continue


def _is_usual(answers: Sequence[bool], default: bool = True) -> bool:
    return 2 * sum(answers) > len(answers) if answers else default


def _usual_keys(fronts: Sequence[FrontMatter | None]) -> tuple[str, ...]:
    """Return the front matter keys that most pages have, if most have front matter."""
    there = [front for front in fronts if front is not None]
    if 2 * len(there) <= len(fronts):
        return ()
    said = {
        "title": [bool(front.title) for front in there],
        "date": [front.date is not None for front in there],
        "topics": [bool(front.topics) for front in there],
        "sources": [bool(front.sources) for front in there],
    }
    return tuple(key for key, answers in said.items() if _is_usual(answers))


def _formats(pages: Iterable[tuple[int | None, str, str]]) -> Formats | None:
    """Return the Formats line of most pages, given its line number, the stem in it, and the text."""
    found = [
        Formats(text.split("\n")[line - 1].rstrip("\r"), stem)
        if line is not None and stem in text.split("\n")[line - 1]
        else None
        for line, stem, text in pages
    ]
    return found[0] if found and found[0] and _is_usual([line is not None for line in found]) else None


def _pads_days(pages: Iterable[Page]) -> bool:
    labels = [page.event.date_link.label for page in pages if page.event and page.event.date_link]
    labels += [heading.label for page in pages if page.day_page for heading in page.day_page.headings[:1]]
    return _is_usual([match[1] == "0" for label in labels if (match := _ONE_DIGIT.match(label))])


def _in_script_of(headline: str, pages: Sequence[Page]) -> Sequence[Page]:
    is_spaceless = has_spaceless(headline)
    found = [page for page in pages if has_spaceless(_said(page)) == is_spaceless]
    return found if any(page.event is not None for page in found) else pages


def _said(page: Page) -> str:
    if page.event is not None:
        return page.event.headline
    return " ".join(entry.headline for entry in page.day_page.entries) if page.day_page else ""


def _words(pages: Sequence[Page], labels: Labels) -> dict[str, str]:
    """Return the headings that pages use, or a built-in one in their script."""
    events = [page.event for page in pages if page.event is not None]
    is_chinese = _is_usual([has_han(event.headline) for event in events], default=False)
    one = _most(title for event in events if len(event.sources) == 1 for title in _titles(event, "sources"))
    more = _most(title for event in events if len(event.sources) > 1 for title in _titles(event, "sources"))
    note = re.compile(rf"_({note_words(labels)})[ \t]*[:：]")
    own, built_in = [_of_script(words, is_chinese) for words in (labels.sources, labels.related)]
    previous = (link.label for page in pages if page.day_page and (link := previous_day(page.day_page)))
    return {
        "source": one or more or f"{own[0]}:",
        "sources": more or (f"{own[1]}:" if one in (None, f"{own[0]}:") and len(own) > 1 else one) or f"{own[0]}:",
        "related": _most(title for event in events for title in _titles(event, "related")) or f"{built_in[0]}:",
        "context": _most(match[1] for page in pages for match in note.finditer(page.text))
        or _of_script(labels.context, is_chinese)[0],
        "previous": _most(previous) or ("前一天..." if is_chinese else _PREVIOUS),
    }


def _titles(event: Event, kind: str) -> Iterator[str]:
    return (section.title for section in event.sections if section.kind == kind)


def _of_script(words: Sequence[str], is_chinese: bool) -> list[str]:
    return [word for word in words if has_han(word) == is_chinese] or list(words)


def _most(words: Iterable[str]) -> str | None:
    found = Counter(words).most_common(1)
    return found[0][0] if found else None
