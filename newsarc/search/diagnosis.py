"""A query that found nothing → why, as far as the archive tells: words it does not have, and filters that exclude."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsarc.errors import UsageError
from newsarc.index import Filter, Index
from newsarc.query.language import All, Either, Not, Query, Word, parse_query, parts_of, wanted_words
from newsarc.text.normalize import fold

_CLOSE = 72  # of 100, by rapidfuzz's ratio: two letters of seven may differ
_MAX_CLOSEST = 3
_SHORTEST = 3  # letters that a word has at least for others to be close to it


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a query found nothing.

    ``absent`` are its words that no event has. ``apart`` are, where all of them occur but not together, the words and
    in how many events each does. ``without`` are filters, as typed, and how many events there would be without each.
    ``instead`` are queries that find something, with words that the archive has for those that it lacks.
    """

    absent: tuple[str, ...]
    apart: tuple[tuple[str, int], ...]
    without: tuple[tuple[str, int], ...]
    instead: tuple[str, ...]


def why_nothing(index: Index, query: str, wanted: Filter, options: Mapping[str, str]) -> Miss:
    """Return why ``query`` found nothing that ``wanted`` lets through.

    ``options`` gives the filters of ``wanted`` by the name of their field, as they were typed (``--until 2016``).
    """
    asked = parse_query(query)
    counts = [(word, index.frequency(word)) for word in parts_of(asked) if isinstance(word, Word)]
    absent = (*(word for word, number in counts if not number), *_absent_alternatives(index, asked))
    without = () if absent else _without(index, asked, wanted, options)
    apart = tuple((str(word), number) for word, number in counts) if not absent and len(counts) > 1 else ()
    return Miss(
        tuple(map(str, absent)),
        apart if not without else (),
        without,
        _instead(index, query, wanted, absent) if absent else (),
    )


def _absent_alternatives(index: Index, query: Query) -> tuple[Word, ...]:
    """Return the words of alternatives of which one must be so, where no event has any of them."""
    either = [wanted_words(part) for part in parts_of(query) if isinstance(part, Either)]
    return tuple(word for words in either if not any(map(index.frequency, words)) for word in words)


def _without(index: Index, query: Query, wanted: Filter, options: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Return the filters, of the options and of the query itself, without which there are events, and how many."""
    looser = [
        (typed, index.match(query, _loosened(wanted, name), "date", limit=0)[1]) for name, typed in options.items()
    ]
    parts = parts_of(query)
    for part in parts:
        rest = tuple(other for other in parts if other is not part)
        is_plain = isinstance(part, Word) and part.field is None
        if rest and not is_plain and (isinstance(part, Not) or any(isinstance(other, Word) for other in rest)):
            narrowed = All(rest) if len(rest) > 1 else rest[0]
            looser.append((str(part), index.match(narrowed, wanted, "date", limit=0)[1]))
    found = tuple((typed, number) for typed, number in looser if number)
    if not found and len(options) > 1:
        number = index.match(query, Filter(), "date", limit=0)[1]
        return (("the filters", number),) if number else ()
    return found


def _loosened(wanted: Filter, name: str) -> Filter:
    values: dict[str, Any] = {name: None}
    return replace(wanted, **values)


def _instead(index: Index, query: str, wanted: Filter, absent: Sequence[Word]) -> tuple[str, ...]:
    vocabulary = index.vocabulary()
    queries = [query]
    for word in absent:
        closest = _closest(word.text, vocabulary)
        # The vocabulary has letters and digits alone, so that nothing in it means something to sub. Only
        # where the word itself stands, and not a field or a longer word with the same letters.
        here = re.compile(rf"(?<![^\s(\":-]){re.escape(word.text)}(?![^\s)\"*])")
        made = [here.sub(other, one, count=1) for one in queries for other in closest]
        queries = made[:_MAX_CLOSEST]
    return tuple(made for made in queries if made != query and _finds(index, made, wanted))


def _finds(index: Index, query: str, wanted: Filter) -> bool:
    try:
        return index.match(parse_query(query), wanted, "date", limit=0)[1] > 0
    except UsageError:  # a suggestion must not be what the user is told off for
        return False


def _closest(word: str, vocabulary: Sequence[str]) -> list[str]:
    from rapidfuzz import fuzz, process

    folded = fold(word)
    if len(folded) < _SHORTEST:
        return []
    close = process.extract(folded, vocabulary, scorer=fuzz.ratio, limit=_MAX_CLOSEST, score_cutoff=_CLOSE)
    return [text for text, _, _ in close]
