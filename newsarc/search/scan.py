"""Pages read one by one, on all cores: exact scans of their text, and searches in more of it than the index holds."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from newsarc.archive.reader import Pages
from newsarc.errors import PageError, UsageError
from newsarc.index import EventRow, Index
from newsarc.index.extractor import host_of
from newsarc.model import Event
from newsarc.parser import parse_event
from newsarc.parser.comments import without_comments
from newsarc.query.language import TEXT_FIELDS, Query, Word, parse_query, parts_of
from newsarc.query.matcher import Judge, Looked, Marked, SearchedText
from newsarc.search.engine import Hit, Result
from newsarc.storage.tree import Day
from newsarc.storage.workers import map_ordered
from newsarc.text.entities import decode_entities
from newsarc.text.normalize import fold_characters

Wider = Literal["related", "sources", "all"]
Progress = Callable[[int, int], None]
Topics = Mapping[str, Sequence[str]]
_DAYS_AT_ONCE = 25
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_NOT_IN_WORDS = str.maketrans("", "", "-'.\\")
_MARKUP = re.compile(r"[*`\\]|<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, by its number, without its end."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class MatchingPage:
    """The event page at ``path`` and those of its lines in which something was found.

    ``day`` is ISO, of its folder or, where that is none, of the page.
    """

    path: str
    day: str | None
    lines: tuple[Line, ...]


def exact_pattern(text: str, *, is_regex: bool, ignore_case: bool = False) -> re.Pattern[str]:
    """Return the pattern of an exact scan: ``text`` itself, or the Python regular expression that it is.

    Raises UsageError for what is no regular expression, and for an empty text.
    """
    if not text:
        raise UsageError("there is nothing to look for")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what a later Python may read otherwise
            return re.compile(text if is_regex else re.escape(text), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"--regex {text[:200]}: {error or type(error).__name__}") from None


def scan(pages: Pages, days: Sequence[Day], pattern: re.Pattern[str], progress: Progress) -> Iterator[MatchingPage]:
    """Yield the event pages of ``days`` with a line in which ``pattern`` is found, in the order of time.

    The whole text of a page is looked at, as it stands in the file: bytes that are no UTF-8 are lone surrogates. A line
    ends at a line feed, as for grep. Pages that cannot be read are passed over, as the index passes over them.
    """

    def look(part: Sequence[Day]) -> list[MatchingPage]:
        return [found for day in part for found in _lines_of_day(pages, day, pattern)]

    return _spread(pages, look, days, progress)


def widely(
    pages: Pages, days: Sequence[Day], query: str, wider: Wider, progress: Progress, index: Index
) -> Iterator[MatchingPage]:
    """Yield the event pages of ``days`` that ``query`` wants, in the order of time, with no lines.

    A word that names no field may also stand in the labels of ``related`` links, in the addresses of ``sources``, or
    in ``all`` that the page says. ``index`` is asked for topics that only the rest of the archive knows. Raises
    UsageError as :func:`newsarc.query.language.parse_query` does.
    """
    asked = parse_query(query)
    judge, stems = Judge(asked), _stems(asked)
    topics = index.prefix_topics() if "topic:" in str(asked) else {}

    def look(part: Sequence[Day]) -> list[MatchingPage]:
        return [found for day in part for found in _wanted_of_day(pages, day, judge, stems, wider, topics)]

    return _spread(pages, look, days, progress)


def _spread(
    pages: Pages, look: Callable[[Sequence[Day]], list[MatchingPage]], days: Sequence[Day], progress: Progress
) -> Iterator[MatchingPage]:
    parts = [days[at : at + _DAYS_AT_ONCE] for at in range(0, len(days), _DAYS_AT_ONCE)]

    def look_and_note(part: Sequence[Day]) -> tuple[list[MatchingPage], dict[str, str]]:
        return look(part), pages.notes()  # of this process: in a worker they would be lost

    for done, (found, notes) in enumerate(map_ordered(look_and_note, parts), 1):
        pages.take_notes(notes)
        yield from found
        progress(done, len(parts))


def _lines_of_day(pages: Pages, day: Day, pattern: re.Pattern[str]) -> Iterator[MatchingPage]:
    iso = day.date.isoformat() if day.date else None
    for path, text in _texts(pages, pages.tree.event_paths(day)):
        lines = text.removesuffix("\n").split("\n")
        if found := [Line(number, line) for number, line in enumerate(lines, 1) if pattern.search(line)]:
            yield MatchingPage(path, iso or _day_of(parse_event(text, path, pages.config, pages.names)), tuple(found))


def _wanted_of_day(
    pages: Pages, day: Day, judge: Judge, stems: Sequence[str], wider: Wider, topics: Topics
) -> Iterator[MatchingPage]:
    iso = day.date.isoformat() if day.date else None
    paths = pages.tree.event_paths(day)
    day_pages = dict(_texts(pages, pages.tree.day_page_paths(day)))
    near = "\n".join(map(_sifted, day_pages.values()))
    texts = [(path, text) for path, text in _texts(pages, paths) if _has_all(stems, f"{_sifted(text)}\n{near}")]
    contexts: dict[str, list[str]] = {}
    for path, text in day_pages.items() if texts else ():
        for entry in pages.parse_day_page(path, text).entries:
            if entry.link.path:
                contexts.setdefault(entry.link.path, []).extend(entry.contexts)
    for path, text in texts:
        event = parse_event(text, path, pages.config, pages.names)
        if judge.wants(_looked(event, iso, contexts.get(path, ()), topics.get(path, ()), _more(event, text, wider))):
            yield MatchingPage(path, iso or _day_of(event), ())


def _day_of(event: Event) -> str | None:
    return event.date.isoformat() if event.date else None


def in_time(found: Iterable[MatchingPage], reverse: bool = False) -> list[MatchingPage]:
    """Return what was found in the order of time, or the newest first; pages without a day are last either way."""
    ordered = sorted(found, key=lambda page: (page.day or "", page.path.rpartition("/")), reverse=reverse)
    return [page for page in ordered if page.day] + [page for page in ordered if not page.day]


def _texts(pages: Pages, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        try:
            yield path, pages.tree.read(path)
        except PageError as error:
            pages.take_notes({path: str(error)})


def _stems(query: Query) -> list[str]:
    """Return what must stand, in one piece, in the sifted text of each page that ``query`` wants."""
    stems = []
    for part in parts_of(query):
        if isinstance(part, Word) and part.variants and part.field != "source":
            shared = os.path.commonprefix([form.text.translate(_NOT_IN_WORDS) for form in part.variants])  # noqa: RUF071
            if match := _ASCII_WORD.match(shared):
                stems.append(match[0])
    return stems


def _sifted(text: str) -> str:
    """Return the text of a page such that every word that newsarc reads in it stands in it, folded and in one piece."""
    # Measured: a page is parsed and judged in 0.5 ms; passed over for this in 0.02, or 0.2 where it is not ASCII.
    if "&" in text:
        text = decode_entities(text)
    if any(mark in text for mark in "*`<\\"):  # a word may have markup in it, which is not read
        text = f"{text}\n{_MARKUP.sub('', text)}"
    return fold_characters(text).translate(_NOT_IN_WORDS)


def _has_all(stems: Sequence[str], sifted: str) -> bool:
    return all(stem in sifted for stem in stems)


def _looked(
    event: Event, day: str | None, of_day_page: Sequence[str], topics: Sequence[str], more: Sequence[str]
) -> Looked:
    texts: dict[str, Sequence[str]] = {
        "headline": [event.headline],
        "topic": [*event.topics, *topics],
        "context": [*(name for link in event.related for name in link.contexts), *of_day_page],
        "summary": [event.summary or ""],
        "source": [source.text for source in event.sources],
        "": more,
    }
    searched = {field: [SearchedText(text) for text in texts[field]] for field in (*TEXT_FIELDS, "")}
    date = day or (event.date.isoformat() if event.date else None)
    return Looked(searched, event.slug, date, [host_of(source.url) for source in event.sources])


def _more(event: Event, text: str, wider: Wider) -> list[str]:
    """Return the texts of a page that a search does not look at otherwise."""
    if wider == "related":
        return [link.text for link in event.related]
    if wider == "sources":
        return [source.url for source in event.sources]
    return decode_entities("\n".join(without_comments(text.split("\n"), event.comments))).split("\n")


def exact_result(pages: Pages, found: Sequence[MatchingPage], pattern: re.Pattern[str], limit: int | None) -> Result:
    """Return the first of the events that :func:`scan` found as hits: with the lines, and how many they are."""
    hits: list[Hit] = []
    for page in found[:limit]:
        if (event := pages.try_load(page.path)) is not None:
            lines = tuple((line.number, _marked(line.text.strip(), pattern)) for line in page.lines)
            headline = _marked(event.title, pattern)
            hits.append(Hit(_row(event, page.day), len(lines), headline, lines[0][1], event.topics, lines))
    return Result(hits, len(found))


def _marked(text: str, pattern: re.Pattern[str]) -> Marked:
    return Marked(text, tuple(match.span() for match in pattern.finditer(text) if match.end() > match.start()))


def _row(event: Event, day: str | None) -> EventRow:
    date = day or (event.date.isoformat() if event.date else None)
    broken = sum(link.broken is True for link in event.related)
    return EventRow(
        0, event.path, event.slug, date, event.headline, event.summary, len(event.sources), len(event.related), broken
    )
