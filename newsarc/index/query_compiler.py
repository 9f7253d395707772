"""Compilation of queries into FTS5 expressions and SQL conditions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from newsarc.index.events import SLUG
from newsarc.index.filters import EVENTS_OF_HOST, Condition, host_parameters
from newsarc.index.full_text import phrase
from newsarc.index.prefixes import find_prefix_topics
from newsarc.index.searchable_fields import searchable_fields
from newsarc.query.fields import TEXT_FIELD_NAMES, text_field
from newsarc.query.language import And, DateRange, Not, Or, Query, Slug, Word, parts_of
from newsarc.query.matcher import Matcher, SearchedText
from newsarc.text.normalize import fold
from newsarc.text.patterns import literal_spans

_IN_TEXT = "event.id IN (SELECT rowid FROM text WHERE text MATCH ?)"

# Returns the ids of the found topics (newsarc.index.prefixes) whose names match a word.
TopicIds = Callable[[Word], Sequence[int]]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query in the terms of SQLite.

    ``text`` is the FTS5 expression that events must match; empty for none. ``conditions`` are SQL conditions on the
    rows of ``event`` and ``page``, which must all be true, and ``values`` their parameters.
    """

    text: str
    conditions: tuple[str, ...]
    values: tuple[str, ...]


def compile_query(db: sqlite3.Connection, query: Query) -> CompiledQuery:
    """Compile ``query`` for ``db``, and register the SQL functions that the result calls."""

    def topic_ids(word: Word) -> list[int]:
        find_prefix_topics(db)
        found = db.execute("SELECT id, text FROM name WHERE id IN (SELECT name FROM found_topic)")
        wanted = Matcher(word)
        return [id_ for id_, text in found if wanted.is_in(SearchedText(text))]

    def has_literal(event: int, text: str, field: str) -> bool:
        texts = searchable_fields(db, [event])[event]
        parts = (part for name in ([field] if field else TEXT_FIELD_NAMES) for part in texts[name])
        return any(True for part in parts for _ in literal_spans(fold(part), text))

    db.create_function("has_literal", 3, has_literal, deterministic=True)
    db.create_function("casefold", 1, str.casefold, deterministic=True)  # SQLite's lower() is for ASCII only
    return _compile(query, topic_ids)


def _compile(query: Query, topic_ids: TopicIds) -> CompiledQuery:
    required: list[str] = []
    excluded: list[str] = []
    rest: list[Condition] = []
    for part in parts_of(query):
        if (expression := _match_expression(part)) is not None:
            required.append(expression)
        elif isinstance(part, Not) and (expression := _match_expression(part.part)) is not None:
            excluded.append(expression)
        else:
            rest.append(_condition(part, topic_ids))
            if isinstance(part, Word) and part.field is None and part.variants:
                required.append(_match_variants(part))  # a pre-filter: the words must match besides the literal text
    if not required:
        rest.extend((f"NOT {_IN_TEXT}", [expression]) for expression in excluded)
    text = _excluding(" AND ".join(required), excluded) if required else ""
    return CompiledQuery(text, tuple(sql for sql, _ in rest), tuple(value for _, values in rest for value in values))


def match_any(words: Iterable[Word]) -> str:
    """Return the FTS5 expression that matches any of ``words``; empty if none has a variant."""
    return " OR ".join(_match_variants(word) for word in words if word.variants)


def _excluding(required: str, excluded: Sequence[str]) -> str:
    return f"({required}) NOT ({' OR '.join(excluded)})" if excluded else required


def _match_expression(query: Query) -> str | None:
    """Return ``query`` as an FTS5 expression, or None if it cannot be expressed as one."""
    if isinstance(query, Word):
        needs_rows = query.literal is not None or query.field in ("topic", "source")
        return None if needs_rows else _match_variants(query)
    if isinstance(query, Or):
        parts = [_match_expression(part) for part in query.parts]
        return None if None in parts else f"({' OR '.join(filter(None, parts))})"
    if isinstance(query, And):
        wanted = [_match_expression(part) for part in query.parts if not isinstance(part, Not)]
        unwanted = [_match_expression(part.part) for part in query.parts if isinstance(part, Not)]
        if not wanted or None in wanted or None in unwanted:
            return None
        return f"({_excluding(' AND '.join(filter(None, wanted)), list(filter(None, unwanted)))})"
    return None


def _match_variants(word: Word) -> str:
    """Return the FTS5 expression that matches any variant of ``word``."""
    found = " OR ".join(phrase(variant.text, is_prefix=word.is_prefix) for variant in word.variants)
    return f"{text_field(word.field).column} : ({found})" if word.field else f"({found})"


def _condition(query: Query, topic_ids: TopicIds) -> Condition:
    """Return the SQL condition that is equivalent to ``query``."""
    if isinstance(query, Word):
        return _word_condition(query, topic_ids)
    if isinstance(query, Slug):
        return f"instr(casefold({SLUG}), ?) > 0", [query.text]
    if isinstance(query, DateRange):
        limits = (
            ("event.day >=", query.first),
            ("event.day <=", query.last),
            ("substr(event.day, 6) =", query.month_day),
        )
        bounds = [(f"coalesce({compared} ?, 0)", day) for compared, day in limits if day]
        return f"({' AND '.join(sql for sql, _ in bounds) or '1'})", [day for _, day in bounds]
    if isinstance(query, Not):
        sql, values = _condition(query.part, topic_ids)
        return f"NOT {sql}", values
    parts = [_condition(part, topic_ids) for part in query.parts]
    joint = " AND " if isinstance(query, And) else " OR "
    return f"({joint.join(sql for sql, _ in parts)})", [value for _, values in parts for value in values]


def _word_condition(word: Word, topic_ids: TopicIds) -> Condition:
    conditions: list[str] = []
    values: list[str] = []
    if word.variants:
        conditions.append(_IN_TEXT)
        values.append(_match_variants(word))
    if word.literal is not None:
        conditions.append("has_literal(event.id, ?, ?)")
        values.extend((word.literal, word.field or ""))
    conditions = [" AND ".join(conditions)]
    if word.field == "topic":
        conditions.append("event.id IN (SELECT event FROM found_topic WHERE name IN (SELECT value FROM json_each(?)))")
        values.append(json.dumps(topic_ids(word)))
    if word.field == "source":
        conditions.append(f"event.id IN ({EVENTS_OF_HOST})")
        values.extend(host_parameters(word.text))
    return f"({' OR '.join(conditions)})", values
