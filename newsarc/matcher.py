"""The words of a query → whether and where they stand in a text, as the full-text table finds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from newsarc.query import TEXT_FIELDS, All, Dates, Either, Not, Query, Slug, Word
from newsarc.text.normalize import fold
from newsarc.text.tokenizer import literal_pattern, pattern

_NOTHING = "(?!)"


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and where the words of a query stand in it: (start, end) offsets, in order, none overlapping."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Matcher:
    """Finds one word of a query. ``exact`` is for text with its accents, in small letters (:func:`cased`)."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self.folded = re.compile(word_pattern(word))
        typed = cased(word.text.strip())
        is_whole = word.literal is not None or not word.spellings
        self.exact = self.folded if is_whole else re.compile(_strict(typed, word.is_prefix))

    def is_in(self, folded: str) -> bool:
        """Whether the word stands in a folded text."""
        return self.folded.search(folded) is not None


def _strict(typed: str, is_prefix: bool) -> str:
    return pattern(typed, is_prefix=is_prefix, is_strict=True) or _NOTHING


def word_pattern(word: Word) -> str:
    """Return the regular expression that finds any spelling of ``word`` in folded text."""
    if word.literal is not None:
        return literal_pattern(word.literal).pattern
    # The longest first: of "air strikes" no more than the plural's end would be left unmarked.
    forms = sorted((form.text for form in word.spellings), key=len, reverse=True)
    return "|".join(pattern(form, is_prefix=word.is_prefix) for form in forms) or _NOTHING


def cased(text: str) -> str:
    """Return ``text`` in small letters with its accents, white space as ``fold`` leaves it."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).casefold().split())


def any_word(words: Iterable[Word]) -> re.Pattern[str]:
    """Return the pattern, for folded text, of all of ``words``."""
    return re.compile("|".join(word_pattern(word) for word in words) or _NOTHING)


def mark(text: str, found: re.Pattern[str]) -> Marked:
    """Mark in ``text`` what ``found``, made for folded text, matches in its folded form."""
    if text.isascii():
        spans = (match.span() for match in found.finditer(text.casefold()))
        return Marked(text, tuple((start, end) for start, end in spans if end > start))
    folded: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        plain = char.casefold() if char.isascii() else fold(char)
        folded.append(plain if plain or not char.isspace() else " ")
        origin.extend([at] * len(folded[-1]))
    marks = [
        (origin[match.start()], origin[match.end() - 1] + 1)
        for match in found.finditer("".join(folded))
        if match.end() > match.start()
    ]
    return Marked(text, tuple(marks))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a query may ask of one event: its texts by field, folded, those under "" for words that name no field."""

    texts: Mapping[str, Sequence[str]]
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
        host = fold(word.text).removeprefix("www.")
        return word.field == "source" and any(name == host or name.endswith(f".{host}") for name in event.hosts)
