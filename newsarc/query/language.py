"""A query as a reader types it → what it asks for.

Words are all required, in any order. ``"a phrase"`` stands as it is, ``word*`` goes on, ``-word`` (or ``NOT word``)
must not occur, ``a OR b`` is either, and binds less than words beside each other: ``islamic state OR isil`` is
``(islamic state) OR isil``. Parentheses group. ``headline:``, ``topic:``, ``context:``, ``source:`` and ``summary:``
before a word, phrase or group say where; ``slug:`` looks into the slug; ``date:2017-06``, ``date:2016..2017-06``,
``since:`` and ``until:`` say when.

Nothing that a hand may type is an error, but for a field or a date that does not exist: what is no syntax is a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from newsarc.archive.refs import date_range
from newsarc.errors import UsageError
from newsarc.text.normalize import without_surrogates
from newsarc.text.patterns import literal
from newsarc.text.suggest import did_you_mean
from newsarc.text.tokenizer import Variant, variants

Field = Literal["headline", "topic", "context", "source", "summary"]
TEXT_FIELDS: tuple[Field, ...] = ("headline", "topic", "context", "source", "summary")
FIELDS = (*TEXT_FIELDS, "slug", "date", "since", "until")

_MAX_LENGTH, _MAX_WORDS = 4096, 256  # beyond what hands type; SQLite and our patterns have their bounds, too
_MAX_DEPTH = 30  # of parentheses; those further in are passed over
_FIELD = re.compile(r"([A-Za-z]{2,}):(?=[^\s:)])(?!//)")
_OPERATORS = ("OR", "AND", "NOT")
_OPERATOR = re.compile(r"(OR|AND)(?=[\s(])\s*(?=[^\s)])")
_NOT = re.compile(r"NOT(?=[\s(])\s*(?=[^\s)])")
# A quotation mark within a Hebrew word is the gershayim of an abbreviation, as keyboards have it.
_RUN = re.compile(r'(?:[^\s"]|(?<=[א-ת])"(?=[א-ת]))+')
_PHRASE = re.compile(r'"([^"]*)"?')
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_RANGE = ".."


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or with ``is_phrase`` what stood in quotation marks; ``field`` None for all that is searched.

    ``is_prefix``: it may go on. ``literal`` is what must stand in the text as typed, for symbols that are no letters.
    """

    text: str
    field: Field | None = None
    is_phrase: bool = False
    is_prefix: bool = False

    @property
    def literal(self) -> str | None:
        """What must stand in the text just so, folded: :func:`newsarc.text.patterns.literal`."""
        return literal(self.text)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """What counts as this word, the exact spelling first: a phrase and what has symbols only as they are."""
        found = variants(self.text)
        return found[:1] if self.is_phrase or self.is_prefix or self.literal else found

    def __str__(self) -> str:
        is_quoted = self.is_phrase or self.text in _OPERATORS
        text = f'"{self.text}"' if is_quoted else self.text + ("*" if self.is_prefix else "")
        return f"{self.field}:{text}" if self.field else text


@dataclass(frozen=True, slots=True)
class Slug:
    """A piece of a slug, folded, with ``-`` for each space."""

    text: str

    def __str__(self) -> str:
        return f"slug:{self.text}"


@dataclass(frozen=True, slots=True)
class Dates:
    """Days from ``first`` to ``last``, ISO, both included; None where there is no bound."""

    first: str | None
    last: str | None

    def __str__(self) -> str:
        return f"date:{self.first or ''}{_RANGE}{self.last or ''}"


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be so."""

    part: Query

    def __str__(self) -> str:
        return f"-({self.part})" if isinstance(self.part, Not) else f"-{self.part}"


@dataclass(frozen=True, slots=True)
class All:
    """Everything in it must be so; two parts at least."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return f"({' '.join(map(str, self.parts))})"


@dataclass(frozen=True, slots=True)
class Either:
    """One of its parts must be so; two parts at least."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return f"({' OR '.join(map(str, self.parts))})"


Query: TypeAlias = Word | Slug | Dates | Not | All | Either


def parse_query(text: str) -> Query:
    """Return what ``text`` asks for.

    Bytes that are no UTF-8 are read as U+FFFD. Raises UsageError for an unknown field, a date that does not exist, more
    than 4,096 characters or 256 parts, and where there is nothing to look for.
    """
    if len(text) > _MAX_LENGTH:
        raise UsageError(f"the query has {len(text):,} characters; {_MAX_LENGTH:,} are the most")
    query = _Parser(without_surrogates(text).replace("\0", " ")).either(None)
    if query is None:
        raise UsageError("the query has no word to look for")
    if (number := _size(query)) > _MAX_WORDS:
        raise UsageError(f"the query has {number:,} parts; {_MAX_WORDS:,} are the most")
    return query


def _size(query: Query) -> int:
    if isinstance(query, (All, Either)):
        return sum(map(_size, query.parts))
    return _size(query.part) if isinstance(query, Not) else 1


def parts_of(query: Query) -> tuple[Query, ...]:
    """Return what must all be so for ``query``."""
    return query.parts if isinstance(query, All) else (query,)


def wanted_words(query: Query) -> tuple[Word, ...]:
    """Return the words that may make an event match, each once: those which must not occur are left out."""
    if isinstance(query, Word):
        return (query,)
    if isinstance(query, (All, Either)):
        return tuple(dict.fromkeys(word for part in query.parts for word in wanted_words(part)))
    return ()


class _Parser:
    """Goes through a query once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def either(self, field: Field | None) -> Query | None:
        """Read alternatives up to the end, or to the parenthesis that closes the group."""
        parts = [self._all(field)]
        while self.at < len(self.text) and self._operator() == "OR":
            self.at = self._match(_OPERATOR).end()
            parts.append(self._all(field))
        return _joined(Either, parts)

    def _all(self, field: Field | None) -> Query | None:
        parts: list[Query | None] = []
        while not self._is_end():
            operator = self._operator() if any(parts) else None
            if operator == "OR":
                break
            if operator == "AND":
                self.at = self._match(_OPERATOR).end()
            parts.append(self._factor(field))
        return _joined(All, parts)

    def _is_end(self) -> bool:
        """Pass over spaces; whether the query, or the group, ends here."""
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

    def _factor(self, field: Field | None) -> Query | None:
        is_not = False
        if match := _NOT.match(self.text, self.at):
            is_not, self.at = True, match.end()
        elif self.text[self.at] == "-" and self.text[self.at + 1 : self.at + 2].strip():
            is_not, self.at = True, self.at + 1
        part = self._primary(field)
        return Not(part) if is_not and part is not None else part

    def _primary(self, field: Field | None) -> Query | None:
        if self.text[self.at] == "(":
            return self._group(field)
        if match := _FIELD.match(self.text, self.at):
            name = match[1].casefold()
            if name in FIELDS:
                self.at = match.end()
                return self._field(name)
            if match[1].islower():
                fields = [f"{known}:" for known in FIELDS]
                closest = did_you_mean(f"{match[1]}:", fields, f"; there are {', '.join(fields)}", cutoff=0.7)
                raise UsageError(f'{match[1]}: is no field{closest} ("{match[1]}:…" in quotation marks is text)')
        text, is_phrase = self._text()
        return _word(text, field, is_phrase)

    def _group(self, field: Field | None) -> Query | None:
        self.at += 1
        if self.depth == _MAX_DEPTH:
            return None
        self.depth += 1
        found = self.either(field)
        self.depth -= 1
        self.at += 1  # the parenthesis, or beyond the end where it is missing
        return found

    def _field(self, name: str) -> Query | None:
        for field in TEXT_FIELDS:
            if name == field:
                return self._group(field) if self.text[self.at] == "(" else _word(*_swap(self._text(), field))
        text, _ = self._text()
        return _slug(text) if name == "slug" else _dates(name, text)

    def _text(self) -> tuple[str, bool]:
        """Read what stands in quotation marks, or up to the next space; whether it was the former."""
        if phrase := _PHRASE.match(self.text, self.at):
            self.at = phrase.end()
            return phrase[1], True
        run = self._match(_RUN)[0]
        if self.depth:
            run = run[: _closing(run)]
        self.at += len(run) or 1
        return run, False


def _swap(read: tuple[str, bool], field: Field) -> tuple[str, Field, bool]:
    return read[0], field, read[1]


def _closing(run: str) -> int:
    """Return where in ``run`` a parenthesis closes that did not open in it."""
    depth = 0
    for at, char in enumerate(run):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return at
    return len(run)


def _joined(kind: type[All] | type[Either], parts: list[Query | None]) -> Query | None:
    some: list[Query] = []
    for part in parts:
        if part is not None:
            some.extend(part.parts if isinstance(part, kind) else (part,))
    some = list(dict.fromkeys(some))
    return kind(tuple(some)) if len(some) > 1 else some[0] if some else None


def _word(text: str, field: Field | None, is_phrase: bool) -> Word | None:
    is_prefix = not is_phrase and len(text) > 1 and text.endswith("*")
    word = Word(text.rstrip("*") if is_prefix else text, field, is_phrase, is_prefix)
    return word if _LETTER_OR_DIGIT.search(text) or word.literal else None


def _slug(text: str) -> Slug | None:
    text = "-".join(text.strip("*").casefold().split())
    return Slug(text) if text else None


def _dates(name: str, text: str) -> Dates:
    first, dots, last = text.partition(_RANGE)
    if name == "since":
        first, last = text, ""
    elif name == "until":
        first, last = "", text
    elif not dots:
        last = first
    days = [date_range(part) if part else None for part in (first, last)]
    for part, found in zip((first, last), days, strict=True):
        if part and found is None:
            raise UsageError(f"{name}:{text} names no days; write {name}:2017-06-16, 2017-06 or 2017")
    since, until = days
    return Dates(since.first.isoformat() if since else None, until.last.isoformat() if until else None)
