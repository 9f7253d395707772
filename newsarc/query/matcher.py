"""Evaluation of queries on single events, and highlighting of their words, consistent with the full-text index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

from newsarc.query.fields import TEXT_FIELD_NAMES
from newsarc.query.language import And, DateRange, Not, Or, Query, Slug, Word
from newsarc.text.normalize import fold
from newsarc.text.patterns import exact_pattern, highlight_pattern, literal_spans, pattern
from newsarc.text.tokenizer import exact_text, index_text, located_text, located_words, plain_text

_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True)
class Highlighted:
    """A text and the (start, end) offsets of the words found in it, sorted and without overlaps."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class SearchedText:
    """A text in the forms that words are searched in; each is computed when it is first needed."""

    def __init__(self, written: str) -> None:
        self.written = written

    @cached_property
    def indexed(self) -> str:
        """The text as it is in the full-text index."""
        return index_text(self.written)

    @cached_property
    def plain(self) -> str:
        """The folded words, in order."""
        return plain_text(self.written)

    @cached_property
    def exact(self) -> str:
        """The words in lower case, but not folded."""
        return exact_text(self.written)

    @cached_property
    def folded(self) -> str:
        """The folded text, with its symbols."""
        return fold(self.written)


class Matcher:
    """A compiled word of a query."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self._literal = word.literal
        patterns = [pattern(form.text, is_prefix=word.is_prefix) for form in word.variants]
        self._any = re.compile("|".join(patterns) or _NOTHING)
        self._exact = re.compile(exact_pattern(word.text, is_prefix=word.is_prefix) if patterns else _NOTHING)

    def is_in(self, text: SearchedText) -> bool:
        """Whether the word occurs in ``text``."""
        if self._literal is not None:
            return any(True for _ in literal_spans(text.folded, self._literal))
        return self._any.search(text.indexed) is not None

    def is_exactly_in(self, text: SearchedText) -> bool:
        """Whether the word, which occurs in ``text``, occurs there exactly as typed."""
        return self._literal is not None or self._exact.search(text.exact) is not None


def words_pattern(word: Word) -> str:
    """Return the regular expression for all spellings of ``word``, for highlighting."""
    # Longest first, so that the plural's "s" of "air strikes" is highlighted, too.
    forms = sorted((form.text for form in word.variants), key=len, reverse=True)
    return "|".join(highlight_pattern(form, is_prefix=word.is_prefix) for form in forms) or _NOTHING


class Highlighter:
    """A highlighter for some words."""

    def __init__(self, words: Iterable[Word]) -> None:
        words = list(words)
        self.literals = [word.literal for word in words if word.literal is not None]
        self.pattern = re.compile("|".join(words_pattern(word) for word in words if word.literal is None) or _NOTHING)

    def highlight(self, text: str) -> Highlighted:
        """Return ``text`` with the places of the words."""
        folded = located_text(text)
        places = located_words(folded)
        found = [places.span(*match.span()) for match in self.pattern.finditer(places.text)]
        if self.literals:
            literals = (span for wanted in self.literals for span in literal_spans(folded.text, wanted))
            found = _apart(found + [folded.span(*span) for span in literals])
        return Highlighted(text, tuple(found))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ``spans`` sorted, without those that overlap an earlier or longer one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


@dataclass(frozen=True, slots=True)
class Document:
    """The searchable content of an event: its texts by field, and under "" further texts for words without a field."""

    texts: Mapping[str, Sequence[SearchedText]]
    slug: str
    day: str | None
    hosts: Sequence[str] = ()


class Evaluator:
    """An evaluator of a query on single events.

    It must agree with :mod:`newsarc.index.matching`, which evaluates queries on all events in SQL:
    ``tests/search/test_engine.py`` compares the two. The type checker rejects a part of the query language that is not
    handled here.
    """

    def __init__(self, query: Query) -> None:
        self.query = query
        self._matchers: dict[Word, Matcher] = {}

    def matches(self, event: Document) -> bool:
        """Whether ``event`` matches the query."""
        return self._matches(self.query, event)

    def _matches(self, query: Query, event: Document) -> bool:
        match query:
            case Word():
                return self._has(query, event)
            case Slug(text):
                return text in event.slug.casefold()
            case DateRange():
                return query.includes(event.day)
            case Not(part):
                return not self._matches(part, event)
            case And(parts):
                return all(self._matches(part, event) for part in parts)
            case Or(parts):
                return any(self._matches(part, event) for part in parts)
        assert_never(query)

    def _has(self, word: Word, event: Document) -> bool:
        matcher = self._matchers.get(word)
        if matcher is None:
            matcher = self._matchers[word] = Matcher(word)
        fields = (word.field,) if word.field else (*TEXT_FIELD_NAMES, "")
        if any(matcher.is_in(text) for field in fields for text in event.texts.get(field, ())):
            return True
        host = word.text.casefold().removeprefix("www.")
        return word.field == "source" and any(name == host or name.endswith(f".{host}") for name in event.hosts)
