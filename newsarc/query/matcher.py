"""The words of a query → whether and where they stand in a text, as the full-text table finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from newsarc.query.language import TEXT_FIELDS, All, Dates, Either, Not, Query, Slug, Word
from newsarc.text.normalize import fold
from newsarc.text.patterns import exact_pattern, highlight_pattern, literal_spans, pattern
from newsarc.text.tokenizer import exact_text, index_text, located_text, located_words, plain_text

_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and where the words of a query stand in it: (start, end) offsets, in order, none overlapping."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class SearchedText:
    """A text in the forms in which words are looked for in it, each worked out when it is first asked for."""

    def __init__(self, written: str) -> None:
        self.written = written

    @cached_property
    def indexed(self) -> str:
        """The text as the full-text table has it."""
        return index_text(self.written)

    @cached_property
    def plain(self) -> str:
        """Its words as they follow each other, folded."""
        return plain_text(self.written)

    @cached_property
    def exact(self) -> str:
        """Its words in lower case, and not folded otherwise."""
        return exact_text(self.written)

    @cached_property
    def folded(self) -> str:
        """The text folded, with its symbols."""
        return fold(self.written)


class Matcher:
    """Finds one word of a query in texts."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self._literal = word.literal
        patterns = [pattern(form.text, is_prefix=word.is_prefix) for form in word.variants]
        self._any = re.compile("|".join(patterns) or _NOTHING)
        self._exact = re.compile(exact_pattern(word.text, is_prefix=word.is_prefix) if patterns else _NOTHING)

    def is_in(self, text: SearchedText) -> bool:
        """Whether the word stands in a text."""
        if self._literal is not None:
            return any(True for _ in literal_spans(text.folded, self._literal))
        return self._any.search(text.indexed) is not None

    def is_exactly_in(self, text: SearchedText) -> bool:
        """Whether a word that stands in a text stands there as it was typed."""
        return self._literal is not None or self._exact.search(text.exact) is not None


def words_pattern(word: Word) -> str:
    """Return the regular expression that finds any spelling of ``word`` among the words of a text, for marking it."""
    # The longest first: of "air strikes" no more than the plural's end would be left unmarked.
    forms = sorted((form.text for form in word.variants), key=len, reverse=True)
    return "|".join(highlight_pattern(form, is_prefix=word.is_prefix) for form in forms) or _NOTHING


class Highlighter:
    """Finds all of some words in a text, to mark them."""

    def __init__(self, words: Iterable[Word]) -> None:
        words = list(words)
        self.literals = [word.literal for word in words if word.literal is not None]
        self.pattern = re.compile("|".join(words_pattern(word) for word in words if word.literal is None) or _NOTHING)

    def mark(self, text: str) -> Marked:
        """Mark the words in ``text``."""
        folded = located_text(text)
        places = located_words(folded)
        found = [places.span(*match.span()) for match in self.pattern.finditer(places.text)]
        if self.literals:
            literals = (span for wanted in self.literals for span in literal_spans(folded.text, wanted))
            found = _apart(found + [folded.span(*span) for span in literals])
        return Marked(text, tuple(found))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ``spans`` in order, without those that overlap an earlier or longer one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


@dataclass(frozen=True, slots=True)
class Looked:
    """What a query may ask of one event: its texts by field, those under "" for words that name no field."""

    texts: Mapping[str, Sequence[SearchedText]]
    slug: str
    day: str | None
    hosts: Sequence[str] = ()


class Judge:
    """Says of one event after the other whether it is what a query wants; the index says the same of all at once."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self._matchers: dict[Word, Matcher] = {}

    def wants(self, event: Looked) -> bool:
        """Whether ``event`` is what the query wants."""
        return self._holds(self.query, event)

    def _holds(self, query: Query, event: Looked) -> bool:
        if isinstance(query, Word):
            return self._has(query, event)
        if isinstance(query, Slug):
            return query.text in event.slug.casefold()
        if isinstance(query, Dates):
            day = event.day
            is_after = query.first is None or (day is not None and day >= query.first)
            return is_after and (query.last is None or (day is not None and day <= query.last))
        if isinstance(query, Not):
            return not self._holds(query.part, event)
        joint = all if isinstance(query, All) else any
        assert isinstance(query, (All, Either))
        return joint(self._holds(part, event) for part in query.parts)

    def _has(self, word: Word, event: Looked) -> bool:
        matcher = self._matchers.get(word)
        if matcher is None:
            matcher = self._matchers[word] = Matcher(word)
        fields = (word.field,) if word.field else (*TEXT_FIELDS, "")
        if any(matcher.is_in(text) for field in fields for text in event.texts.get(field, ())):
            return True
        host = word.text.casefold().removeprefix("www.")
        return word.field == "source" and any(name == host or name.endswith(f".{host}") for name in event.hosts)
