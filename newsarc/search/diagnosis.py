"""Explanations for empty search results: missing words, blocking filters, and queries that find something."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsarc.errors import UsageError
from newsarc.index import Filter, Index
from newsarc.query.language import And, Not, Or, Query, Word, parse_query, parts_of, wanted_words
from newsarc.text.normalize import fold
from newsarc.text.suggest import closest

_SIMILARITY = 72  # of 100: two letters of seven may differ
_MAX_SUGGESTIONS = 3
_MIN_LETTERS = 3  # shorter words are similar to too many others


@dataclass(frozen=True, slots=True)
class EmptyResultReport:
    """The reasons for an empty result.

    - ``missing_words``: words of the query that no event has.
    - ``never_together``: if each word occurs but not with the others, the words and their numbers of events.
    - ``blocking_filters``: filters, as typed, and the numbers of events without each of them.
    - ``suggestions``: queries that find something, with similar words in place of missing ones.
    """

    missing_words: tuple[str, ...]
    never_together: tuple[tuple[str, int], ...]
    blocking_filters: tuple[tuple[str, int], ...]
    suggestions: tuple[str, ...]


def explain_empty(index: Index, query: str, wanted: Filter, options: Mapping[str, str]) -> EmptyResultReport:
    """Explain why no event matches both ``query`` and ``wanted``.

    ``options`` gives the filters of ``wanted`` as they were typed (``--until 2016``), by the name of their field.
    """
    parsed = parse_query(query, index.newest_day)
    counts = [(word, index.frequency(word)) for word in parts_of(parsed) if isinstance(word, Word)]
    missing = (*(word for word, number in counts if not number), *_missing_alternatives(index, parsed))
    blocking = () if missing else _blocking_filters(index, parsed, wanted, options)
    is_apart = not missing and not blocking and len(counts) > 1
    return EmptyResultReport(
        missing_words=tuple(map(str, missing)),
        never_together=tuple((str(word), number) for word, number in counts) if is_apart else (),
        blocking_filters=blocking,
        suggestions=_suggestions(index, query, wanted, missing) if missing else (),
    )


def _missing_alternatives(index: Index, query: Query) -> tuple[Word, ...]:
    """Return the words of those alternatives (``a OR b``) of which no event has any word."""
    alternatives = [wanted_words(part) for part in parts_of(query) if isinstance(part, Or)]
    return tuple(word for words in alternatives if not any(map(index.frequency, words)) for word in words)


def _blocking_filters(
    index: Index, query: Query, wanted: Filter, options: Mapping[str, str]
) -> tuple[tuple[str, int], ...]:
    """Return the options and the parts of the query without which events match, and how many."""
    looser = [
        (typed, index.match(query, _loosened(wanted, name), "date", limit=0)[1]) for name, typed in options.items()
    ]
    parts = parts_of(query)
    for part in parts:
        rest = tuple(other for other in parts if other is not part)
        is_plain = isinstance(part, Word) and part.field is None
        if rest and not is_plain and (isinstance(part, Not) or any(isinstance(other, Word) for other in rest)):
            narrowed = And(rest) if len(rest) > 1 else rest[0]
            looser.append((str(part), index.match(narrowed, wanted, "date", limit=0)[1]))
    found = tuple((typed, number) for typed, number in looser if number)
    if not found and len(options) > 1:
        number = index.match(query, Filter(), "date", limit=0)[1]
        return (("the filters", number),) if number else ()
    return found


def _loosened(wanted: Filter, name: str) -> Filter:
    values: dict[str, Any] = {name: getattr(Filter(), name)}
    return replace(wanted, **values)


def _suggestions(index: Index, query: str, wanted: Filter, missing: Sequence[Word]) -> tuple[str, ...]:
    vocabulary = index.vocabulary()
    queries = [query]
    for word in missing:
        similar = _similar(word.text, vocabulary)
        # Replace the word itself, not a field or a longer word with the same letters. The vocabulary has only letters
        # and digits, so re.sub finds no escapes in it.
        here = re.compile(rf"(?<![^\s(\":-]){re.escape(word.text)}(?![^\s)\"*])")
        changed = [here.sub(other, one, count=1) for one in queries for other in similar]
        queries = changed[:_MAX_SUGGESTIONS]
    return tuple(changed for changed in queries if changed != query and _finds(index, changed, wanted))


def _finds(index: Index, query: str, wanted: Filter) -> bool:
    try:
        return index.match(parse_query(query, index.newest_day), wanted, "date", limit=0)[1] > 0
    except UsageError:  # the replacement made it invalid: do not suggest it
        return False


def _similar(word: str, vocabulary: Sequence[str]) -> list[str]:
    folded = fold(word)
    if len(folded) < _MIN_LETTERS:
        return []
    return [vocabulary[at] for at in closest(folded, vocabulary, cutoff=_SIMILARITY, limit=_MAX_SUGGESTIONS)]
