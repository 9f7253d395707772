"""Scans of pages on all cores: exact matches in their text, and searches in fields that the index does not have."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from newsarc.archive.reader import PageReader
from newsarc.errors import PageError, UsageError
from newsarc.index import EventRow, Index
from newsarc.model import Event
from newsarc.parser.comments import without_comments
from newsarc.query.fields import TEXT_FIELD_NAMES
from newsarc.query.language import Query, Word, parse_query, parts_of
from newsarc.query.matcher import Document, Evaluator, Highlighted, SearchedText
from newsarc.search.engine import Hit, Result
from newsarc.storage.tree import Day
from newsarc.storage.workers import Progress, map_ordered
from newsarc.text.entities import decode_entities
from newsarc.text.normalize import fold_characters
from newsarc.text.urls import host_of

ScanScope = Literal["related", "sources", "all"]
Topics = Mapping[str, Sequence[str]]
_DAYS_AT_ONCE = 25
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_NOT_IN_WORDS = str.maketrans("", "", "-'.\\")
_MARKUP = re.compile(r"[*`\\]|<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page with its number, without the line end."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class MatchingPage:
    """An event page and its matching lines. ``day`` is the ISO day of its folder, or else of the page."""

    path: str
    day: str | None
    lines: tuple[Line, ...]


def exact_pattern(text: str, *, is_regex: bool, ignore_case: bool = False) -> re.Pattern[str]:
    """Return the pattern of an exact scan for ``text``, a literal string or a Python regular expression.

    Raises UsageError for an invalid regular expression and for an empty text.
    """
    if not text:
        raise UsageError("the search text is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # FutureWarning: syntax that a later Python may change
            return re.compile(text if is_regex else re.escape(text), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"--regex {text[:200]}: {error or type(error).__name__}") from None


def scan(
    reader: PageReader, days: Sequence[Day], pattern: re.Pattern[str], progress: Progress
) -> Iterator[MatchingPage]:
    """Yield the event pages of ``days`` that have a line matching ``pattern``, in chronological order.

    The raw text of a page is searched; invalid UTF-8 is decoded to lone surrogates. Lines end at a line feed, as in
    grep. Unreadable pages are skipped, with a warning.
    """

    return _scan_parallel(reader, _LineScan(reader.for_workers(), pattern), days, progress)


def scan_fields(
    reader: PageReader, days: Sequence[Day], query: str, scope: ScanScope, progress: Progress, index: Index
) -> Iterator[MatchingPage]:
    """Yield the event pages of ``days`` that match ``query``, in chronological order and without lines.

    ``scope`` adds a field for words without a field: the labels of ``related`` links, the URLs of ``sources``, or
    ``all`` text of the page. ``index`` provides the topics that pages share with the rest of the archive. Raises
    UsageError as :func:`newsarc.query.language.parse_query` does.
    """
    parsed = parse_query(query, index.newest_day)
    evaluator, literals = Evaluator(parsed), _required_literals(parsed)
    topics = index.prefix_topics() if "topic:" in str(parsed) else {}

    return _scan_parallel(reader, _FieldScan(reader.for_workers(), evaluator, literals, scope, topics), days, progress)


_Scanned = tuple[list[MatchingPage], dict[str, str]]  # with the warnings of the process that scanned


@dataclass(frozen=True, slots=True)
class _LineScan:
    """Work for a worker: days → their pages that have a line matching ``pattern``."""

    reader: PageReader
    pattern: re.Pattern[str]

    def __call__(self, days: Sequence[Day]) -> _Scanned:
        found = [page for day in days for page in _lines_of_day(self.reader, day, self.pattern)]
        return found, self.reader.warnings_by_path()


@dataclass(frozen=True, slots=True)
class _FieldScan:
    """Work for a worker: days → their pages that match a query."""

    reader: PageReader
    evaluator: Evaluator
    literals: Sequence[str]
    scope: ScanScope
    topics: Topics

    def __call__(self, days: Sequence[Day]) -> _Scanned:
        found = [
            page
            for day in days
            for page in _matches_of_day(self.reader, day, self.evaluator, self.literals, self.scope, self.topics)
        ]
        return found, self.reader.warnings_by_path()


def _scan_parallel(
    reader: PageReader, scan: Callable[[Sequence[Day]], _Scanned], days: Sequence[Day], progress: Progress
) -> Iterator[MatchingPage]:
    parts = [days[at : at + _DAYS_AT_ONCE] for at in range(0, len(days), _DAYS_AT_ONCE)]
    for done, (found, warnings_of_part) in enumerate(map_ordered(scan, parts), 1):
        reader.add_warnings(warnings_of_part)
        yield from found
        progress(done, len(parts))


def _lines_of_day(reader: PageReader, day: Day, pattern: re.Pattern[str]) -> Iterator[MatchingPage]:
    iso = day.date.isoformat() if day.date else None
    for path, text in _texts(reader, reader.tree.event_paths(day)):
        lines = text.removesuffix("\n").split("\n")
        if found := [Line(number, line) for number, line in enumerate(lines, 1) if pattern.search(line)]:
            yield MatchingPage(path, iso or _day_of(reader.parse_unchecked(path, text)), tuple(found))


def _matches_of_day(
    reader: PageReader, day: Day, evaluator: Evaluator, literals: Sequence[str], scope: ScanScope, topics: Topics
) -> Iterator[MatchingPage]:
    iso = day.date.isoformat() if day.date else None
    paths = reader.tree.event_paths(day)
    day_pages = dict(_texts(reader, reader.tree.day_page_paths(day)))
    near = "\n".join(map(_prefilter_text, day_pages.values()))
    texts = [
        (path, text) for path, text in _texts(reader, paths) if _has_all(literals, f"{_prefilter_text(text)}\n{near}")
    ]
    contexts: dict[str, list[str]] = {}
    for path, text in day_pages.items() if texts else ():
        for entry in reader.parse_day_page(path, text).entries:
            if entry.link.path:
                contexts.setdefault(entry.link.path, []).extend(entry.contexts)
    for path, text in texts:
        event = reader.parse_unchecked(path, text)
        if evaluator.matches(
            _document(event, iso, contexts.get(path, ()), topics.get(path, ()), _extra_texts(event, text, scope))
        ):
            yield MatchingPage(path, iso or _day_of(event), ())


def _day_of(event: Event) -> str | None:
    return event.date.isoformat() if event.date else None


def in_time(found: Iterable[MatchingPage], reverse: bool = False) -> list[MatchingPage]:
    """Return ``found`` in chronological order, or newest first; undated pages are always last."""
    ordered = sorted(found, key=lambda page: (page.day or "", page.path.rpartition("/")), reverse=reverse)
    return [page for page in ordered if page.day] + [page for page in ordered if not page.day]


def _texts(reader: PageReader, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        try:
            yield path, reader.tree.read(path)
        except PageError as error:
            reader.add_warnings({path: str(error)})


def _required_literals(query: Query) -> list[str]:
    """Return strings that the :func:`_prefilter_text` of every page that matches ``query`` contains."""
    literals = []
    for part in parts_of(query):
        if isinstance(part, Word) and part.variants and part.field != "source":
            shared = os.path.commonprefix([form.text.translate(_NOT_IN_WORDS) for form in part.variants])  # noqa: RUF071
            if match := _ASCII_WORD.match(shared):
                literals.append(match[0])
    return literals


def _prefilter_text(text: str) -> str:
    """Return the text of a page, folded so that every word of its parsed text occurs in it in one piece.

    Searching it for required literals is much cheaper than parsing and evaluating the page.
    """
    if "&" in text:
        text = decode_entities(text)
    if any(mark in text for mark in "*`<\\"):  # markup within words is not part of the parsed text
        text = f"{text}\n{_MARKUP.sub('', text)}"
    return fold_characters(text).translate(_NOT_IN_WORDS)


def _has_all(literals: Sequence[str], text: str) -> bool:
    return all(literal in text for literal in literals)


def _document(
    event: Event, day: str | None, of_day_page: Sequence[str], topics: Sequence[str], more: Sequence[str]
) -> Document:
    texts: dict[str, Sequence[str]] = {
        "headline": [event.headline],
        "topic": [*event.topics, *topics],
        "context": [*(name for link in event.related for name in link.contexts), *of_day_page],
        "summary": [event.summary or ""],
        "source": [source.text for source in event.sources],
        "": more,
    }
    searched = {field: [SearchedText(text) for text in texts[field]] for field in (*TEXT_FIELD_NAMES, "")}
    date = day or (event.date.isoformat() if event.date else None)
    return Document(searched, event.slug, date, [host_of(source.url) for source in event.sources])


def _extra_texts(event: Event, text: str, scope: ScanScope) -> list[str]:
    """Return the texts that ``scope`` adds to a search."""
    if scope == "related":
        return [link.text for link in event.related]
    if scope == "sources":
        return [source.url for source in event.sources]
    return decode_entities("\n".join(without_comments(text.split("\n"), event.comments))).split("\n")


def exact_result(
    reader: PageReader, found: Sequence[MatchingPage], pattern: re.Pattern[str], limit: int | None
) -> Result:
    """Return the first ``limit`` pages of a :func:`scan` as hits with their lines."""
    hits: list[Hit] = []
    for page in found[:limit]:
        if (event := reader.try_load(page.path)) is not None:
            lines = tuple((line.number, _highlighted(line.text.strip(), pattern)) for line in page.lines)
            headline = _highlighted(event.title, pattern)
            hits.append(Hit(_row(event, page.day), len(lines), headline, lines[0][1], event.topics, lines))
    return Result(hits, len(found))


def _highlighted(text: str, pattern: re.Pattern[str]) -> Highlighted:
    return Highlighted(text, tuple(match.span() for match in pattern.finditer(text) if match.end() > match.start()))


def _row(event: Event, day: str | None) -> EventRow:
    date = day or (event.date.isoformat() if event.date else None)
    numbers = len(event.sources), len(event.related), event.broken_count
    return EventRow(0, event.path, event.slug, date, event.headline, event.summary, *numbers)
