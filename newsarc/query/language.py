"""The query language and its parser.

- ``islamic state``: all words are required, in any order.
- ``"a phrase"``: these words, one after the other and spelt like this. ``word*``: words that begin like this.
- ``-word`` or ``NOT word``: the word must not occur.
- ``a OR b``: either. Adjacent words bind tighter: ``islamic state OR isil`` is ``(islamic state) OR isil``.
- ``(…)``: a group.
- ``headline:``, ``topic:``, ``context:``, ``source:`` and ``summary:`` limit a word, phrase or group to a field.
- ``slug:`` searches slugs; ``date:2017-06``, ``date:2016..2017-06``, ``since:`` and ``until:`` limit the time, with
  dates in any form of :mod:`newsarc.archive.dates`.

The only errors are unknown fields and impossible dates. Anything else that is not valid syntax is a word.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from newsarc.archive.dates import FORMS, RANGE, YearlyDay, first_day, last_day, parse_days
from newsarc.errors import UsageError
from newsarc.query.fields import FIELD_NAMES, TEXT_FIELD_NAMES, FieldName
from newsarc.text.normalize import without_surrogates
from newsarc.text.patterns import literal
from newsarc.text.suggest import did_you_mean
from newsarc.text.tokenizer import Variant, variants

# Fields of other search engines and other names for ours → ours.
_FIELD_ALIASES = {
    f"{other}:": (f"{field}:",)
    for field, others in {
        "headline": ("head", "heading", "intitle", "name", "subject", "title"),
        "topic": ("category", "keyword", "label", "tag", "tags", "topics"),
        "context": ("contexts",),
        "source": ("domain", "host", "link", "publisher", "site", "sources", "url", "website"),
        "summary": ("abstract", "body", "content", "description", "intext", "text"),
        "slug": ("event", "file", "filename", "id", "inurl", "page", "path", "ref"),
        "date": ("day", "days", "month", "on", "week", "when", "year"),
        "since": ("after", "from", "newer", "start"),
        "until": ("before", "end", "older", "to"),
    }.items()
    for other in others
}

_MAX_LENGTH, _MAX_WORDS = 4096, 256  # more than people type, less than the limits of SQLite and of our patterns
_MAX_DEPTH = 30  # of parentheses; deeper ones are skipped
_FIELD = re.compile(r"([A-Za-z]{2,}):(?=[^\s:)])(?!//)")
_OPERATORS = ("OR", "AND", "NOT")
_OPERATOR = re.compile(r"(OR|AND)(?=[\s(])\s*(?=[^\s)])")
_NOT = re.compile(r"NOT(?=[\s(])\s*(?=[^\s)])")
# A quotation mark within a Hebrew word is typed for the gershayim of an abbreviation.
_RUN = re.compile(r'(?:[^\s"]|(?<=[א-ת])"(?=[א-ת]))+')
_PHRASE = re.compile(r'"([^"]*)"?')
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a phrase in quotation marks (``is_phrase``). ``field`` is None for all fields.

    ``is_prefix`` is true for ``word*``.
    """

    text: str
    field: FieldName | None = None
    is_phrase: bool = False
    is_prefix: bool = False

    @property
    def literal(self) -> str | None:
        """The folded text that must occur literally, because of its symbols: :func:`newsarc.text.patterns.literal`."""
        return literal(self.text)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The accepted spellings, the exact one first and, for phrases and literals, alone."""
        found = variants(self.text)
        return found[:1] if self.is_phrase or self.is_prefix or self.literal else found

    def __str__(self) -> str:
        is_quoted = self.is_phrase or self.text in _OPERATORS
        text = f'"{self.text}"' if is_quoted else self.text + ("*" if self.is_prefix else "")
        return f"{self.field}:{text}" if self.field else text


@dataclass(frozen=True, slots=True)
class Slug:
    """A part of a slug, folded, with ``-`` for each space."""

    text: str

    def __str__(self) -> str:
        return f"slug:{self.text}"


@dataclass(frozen=True, slots=True)
class DateRange:
    """ISO days from ``first`` to ``last``, both included; None for no bound.

    With ``month_day`` (``06-16``), only this day of each year.
    """

    first: str | None
    last: str | None
    month_day: str | None = None

    def includes(self, day: str | None) -> bool:
        """Whether the range includes an ISO day; events without a day (None) are in no bounded range."""
        if day is None:
            return self.first is self.last is self.month_day is None
        is_within = (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return is_within and (self.month_day is None or day[5:] == self.month_day)

    def __str__(self) -> str:
        if self.month_day:
            return f"date:{self.month_day}"
        return f"date:{self.first or ''}{RANGE}{self.last or ''}"


@dataclass(frozen=True, slots=True)
class Not:
    """A part that must not match."""

    part: Query

    def __str__(self) -> str:
        return f"-({self.part})" if isinstance(self.part, Not) else f"-{self.part}"


@dataclass(frozen=True, slots=True)
class And:
    """Parts that must all match; at least two."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return f"({' '.join(map(str, self.parts))})"


@dataclass(frozen=True, slots=True)
class Or:
    """Parts of which at least one must match; at least two."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return f"({' OR '.join(map(str, self.parts))})"


Query: TypeAlias = Word | Slug | DateRange | Not | And | Or


def parse_query(text: str, newest: Callable[[], dt.date | None] = lambda: None) -> Query:
    """Parse ``text``. ``newest`` returns the newest day with events, for dates relative to it.

    Invalid UTF-8 is read as U+FFFD. Raises UsageError for an unknown field, an impossible date, a query without search
    terms, and for more than 4,096 characters or 256 terms.
    """
    if len(text) > _MAX_LENGTH:
        raise UsageError(f"the query has {len(text):,} characters; the maximum is {_MAX_LENGTH:,}")
    query = _Parser(without_surrogates(text).replace("\0", " "), newest).parse_or(None)
    if query is None:
        raise UsageError("the query contains no search term")
    if (number := _size(query)) > _MAX_WORDS:
        raise UsageError(f"the query has {number:,} terms; the maximum is {_MAX_WORDS:,}")
    return query


def _size(query: Query) -> int:
    if isinstance(query, (And, Or)):
        return sum(map(_size, query.parts))
    return _size(query.part) if isinstance(query, Not) else 1


def parts_of(query: Query) -> tuple[Query, ...]:
    """Return the parts that must all match for ``query`` to match."""
    return query.parts if isinstance(query, And) else (query,)


def wanted_words(query: Query) -> tuple[Word, ...]:
    """Return the words of ``query``, each once, without those that must not occur."""
    if isinstance(query, Word):
        return (query,)
    if isinstance(query, (And, Or)):
        return tuple(dict.fromkeys(word for part in query.parts for word in wanted_words(part)))
    return ()


class _Parser:
    """A recursive-descent parser: one pass from left to right."""

    def __init__(self, text: str, newest: Callable[[], dt.date | None]) -> None:
        self.text = text
        self._newest = newest
        self.at = 0
        self.depth = 0

    def parse_or(self, field: FieldName | None) -> Query | None:
        """Parse alternatives up to the end of the query or of the group."""
        parts = [self._parse_and(field)]
        while self.at < len(self.text) and self._operator() == "OR":
            self.at = self._match(_OPERATOR).end()
            parts.append(self._parse_and(field))
        return _joined(Or, parts)

    def _parse_and(self, field: FieldName | None) -> Query | None:
        parts: list[Query | None] = []
        while not self._is_end():
            operator = self._operator() if any(parts) else None
            if operator == "OR":
                break
            if operator == "AND":
                self.at = self._match(_OPERATOR).end()
            parts.append(self._parse_not(field))
        return _joined(And, parts)

    def _is_end(self) -> bool:
        """Skip spaces, and return whether the query or the group ends here."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at >= len(self.text) or (self.depth > 0 and self.text[self.at] == ")")

    def _operator(self) -> str | None:
        match = _OPERATOR.match(self.text, self.at)
        return match[1] if match else None

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.at)
        assert match is not None
        return match

    def _parse_not(self, field: FieldName | None) -> Query | None:
        is_not = False
        if match := _NOT.match(self.text, self.at):
            is_not, self.at = True, match.end()
        elif self.text[self.at] == "-" and self.text[self.at + 1 : self.at + 2].strip():
            is_not, self.at = True, self.at + 1
        part = self._parse_operand(field)
        return Not(part) if is_not and part is not None else part

    def _parse_operand(self, field: FieldName | None) -> Query | None:
        if self.text[self.at] == "(":
            return self._parse_group(field)
        if match := _FIELD.match(self.text, self.at):
            name = match[1].casefold()
            if name in FIELD_NAMES:
                self.at = match.end()
                return self._parse_field(name)
            if match[1].islower():
                fields = [f"{known}:" for known in FIELD_NAMES]
                otherwise = f"; available fields: {', '.join(fields)}"
                hint = did_you_mean(f"{match[1]}:", fields, otherwise, aliases=_FIELD_ALIASES)
                raise UsageError(f'unknown field {match[1]}:{hint} (to search for the text, quote it: "{match[1]}:…")')
        text, is_phrase = self._parse_text()
        return _word(text, field, is_phrase)

    def _parse_group(self, field: FieldName | None) -> Query | None:
        self.at += 1
        if self.depth == _MAX_DEPTH:
            return None
        self.depth += 1
        found = self.parse_or(field)
        self.depth -= 1
        self.at += 1  # the closing parenthesis; beyond the end if it is missing
        return found

    def _parse_field(self, name: str) -> Query | None:
        for field in TEXT_FIELD_NAMES:
            if name == field:
                return (
                    self._parse_group(field) if self.text[self.at] == "(" else _word(*_swap(self._parse_text(), field))
                )
        text, _ = self._parse_text()
        return _slug(text) if name == "slug" else _dates(name, text, self._newest)

    def _parse_text(self) -> tuple[str, bool]:
        """Parse a quoted phrase, or a word up to the next space; return the text and whether it is a phrase."""
        if phrase := _PHRASE.match(self.text, self.at):
            self.at = phrase.end()
            return phrase[1], True
        run = self._match(_RUN)[0]
        if self.depth:
            run = run[: _closing(run)]
        self.at += len(run) or 1
        return run, False


def _swap(read: tuple[str, bool], field: FieldName) -> tuple[str, FieldName, bool]:
    return read[0], field, read[1]


def _closing(run: str) -> int:
    """Return the offset of the first unbalanced closing parenthesis of ``run``, or its length."""
    depth = 0
    for at, char in enumerate(run):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return at
    return len(run)


def _joined(kind: type[And] | type[Or], parts: list[Query | None]) -> Query | None:
    some: list[Query] = []
    for part in parts:
        if part is not None:
            some.extend(part.parts if isinstance(part, kind) else (part,))
    some = list(dict.fromkeys(some))
    return kind(tuple(some)) if len(some) > 1 else some[0] if some else None


def _word(text: str, field: FieldName | None, is_phrase: bool) -> Word | None:
    is_prefix = not is_phrase and len(text) > 1 and text.endswith("*")
    word = Word(text.rstrip("*") if is_prefix else text, field, is_phrase, is_prefix)
    return word if _LETTER_OR_DIGIT.search(text) or word.literal else None


def _slug(text: str) -> Slug | None:
    text = "-".join(text.strip("*").casefold().split())
    return Slug(text) if text else None


def _dates(name: str, text: str, newest: Callable[[], dt.date | None]) -> DateRange:
    if name == "since":
        return DateRange(first_day(text, newest).isoformat(), None)
    if name == "until":
        return DateRange(None, last_day(text, newest).isoformat())
    if text == RANGE:
        return DateRange(None, None)
    days = parse_days(text, newest)
    if days is None:
        raise UsageError(f"{name}:{text} is not a date; use {FORMS}")
    if isinstance(days, YearlyDay):
        return DateRange(None, None, f"{days.month:02}-{days.day:02}")
    first = None if days.first == dt.date.min else days.first.isoformat()
    return DateRange(first, None if days.last == dt.date.max else days.last.isoformat())
