"""A query → the events that it describes, best first, each with a passage that shows why.

What a query can say: :mod:`newsarc.query.language`. How hits are ordered: :mod:`newsarc.search.ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsarc.errors import UsageError
from newsarc.index import EventRow, Filter, Index, SearchableFields
from newsarc.query.language import Query, parse_query, wanted_words
from newsarc.query.matcher import Highlighter, Marked
from newsarc.search.ranking import Ranking

SORTS = ("relevance", "date")
_CANDIDATES = 1000  # the best by bm25, which are looked at closely; measured: 55 µs each
_SNIPPET = 180  # characters of a passage
_LEAD = 50  # of them before the first word found


@dataclass(frozen=True, slots=True)
class Hit:
    """One event found. ``score`` is only good for comparing hits of one query; ``snippet`` is empty where nothing
    shows. An exact scan gives the ``lines`` that it found, by number, with their passages, and how many as the score.
    """

    row: EventRow
    score: float
    headline: Marked
    snippet: Marked
    topics: tuple[str, ...] = ()
    lines: tuple[tuple[int, Marked], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The best hits and the number of all."""

    hits: list[Hit]
    total: int


def search(
    index: Index,
    query: str,
    wanted: Filter,
    limit: int | None = 20,
    sort: str = "relevance",
    reverse: bool = False,
) -> Result:
    """Return the events of ``index`` that match ``query`` and ``wanted``, at most ``limit`` of them.

    They are sorted by ``relevance``, or by ``date``: the oldest first, with ``reverse`` the newest. Raises UsageError
    as :func:`newsarc.query.language.parse_query` does, and for a negative ``limit``; None is all.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"at most {limit} events are none: a limit is 0 or more")
    asked = parse_query(query)
    if sort == "relevance" and not reverse:
        ranked, total = _ranked(index, asked, wanted, limit)
    else:
        rows, total = index.match(asked, wanted, sort, reverse, limit)
        ranked = _scored(index, asked, rows)
    found = Highlighter(wanted_words(asked))
    return Result([_hit(row, texts, score, found) for row, texts, score in ranked], total)


def matching(index: Index, query: str, wanted: Filter) -> list[EventRow]:
    """Return all events that match ``query`` and ``wanted``, in the order of time. Raises UsageError as
    :func:`newsarc.query.language.parse_query` does.
    """
    return index.match(parse_query(query), wanted, "date")[0]


def result_of(
    index: Index, query: str, paths: Sequence[str], limit: int | None, sort: str = "relevance", reverse: bool = False
) -> Result:
    """Return the events at ``paths``, which are in the order of time and were found by other means for ``query``, as
    :func:`search` would: those first that it finds, too, then the newest first.
    """
    asked = parse_query(query)
    if not paths:  # which a filter would take for no wish
        return Result([], 0)
    if sort == "relevance":
        ranked = _ranked(index, asked, Filter(paths=tuple(paths)), None)[0]
        rest = tuple(set(paths) - {row.path for row, _, _ in ranked})
        if rest:
            ranked += _scored(index, asked, list(index.events(Filter(paths=rest), "date", True, limit)))
    else:
        ranked = _scored(index, asked, list(index.events(Filter(paths=tuple(paths)), "date", reverse, limit)))
    found = Highlighter(wanted_words(asked))
    return Result([_hit(row, texts, score, found) for row, texts, score in ranked[:limit]], len(paths))


_Scored = tuple[EventRow, SearchableFields, float]


def _ranked(index: Index, query: Query, wanted: Filter, limit: int | None) -> tuple[list[_Scored], int]:
    """Return the best events in their order, and the number of all.

    The best by bm25, or all where more than these are asked for, are put in order by what is in their texts.
    """
    rows, total = index.match(query, wanted, limit=None if limit is None else max(limit, _CANDIDATES))
    scored = _scored(index, query, rows)
    scored.sort(key=lambda hit: hit[0].path)
    scored.sort(key=lambda hit: hit[0].day or "", reverse=True)
    scored.sort(key=lambda hit: hit[2], reverse=True)
    return scored[:limit], total


def _scored(index: Index, query: Query, rows: Sequence[EventRow]) -> list[_Scored]:
    if not rows:
        return []
    ranking = Ranking(index, query)
    texts = index.searchable_fields(row.id for row in rows)
    if any(word.field == "topic" for word in wanted_words(query)):
        known = index.prefix_topics()
        for row in rows:
            if topics := known.get(row.path):
                texts[row.id] = replace(texts[row.id], topics=(*texts[row.id].topics, *topics))
    return [(row, texts[row.id], round(ranking.score(texts[row.id]), 3)) for row in rows]


def _hit(row: EventRow, texts: SearchableFields, score: float, found: Highlighter) -> Hit:
    return Hit(row, score, found.mark(row.title), _snippet(texts, found), texts.topics)


def _snippet(texts: SearchableFields, found: Highlighter) -> Marked:
    """Return the passage that shows why an event was found: of its summary, contexts, topics or sources."""
    for text in (texts.summary, ", ".join(texts.contexts), ", ".join(texts.topics), ", ".join(texts.sources)):
        marked = found.mark(text)
        if marked.marks:
            return passage(marked)
    return passage(Marked(texts.summary))


def passage(marked: Marked) -> Marked:
    """Cut a text to a passage around its first mark, at spaces where there are some."""
    text = marked.text
    if len(text) <= _SNIPPET:
        return marked
    first = marked.marks[0][0] if marked.marks else 0
    start = max(0, min(first - _LEAD, len(text) - _SNIPPET))
    if start:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + _SNIPPET)
    if end < len(text):
        space = text.rfind(" ", start + _SNIPPET * 2 // 3, end)
        end = space if space >= 0 else end
    lead, tail = "…" if start else "", "…" if end < len(text) else ""
    shift = len(lead) - start
    marks = tuple((a + shift, b + shift) for a, b in marked.marks if a >= start and b <= end)
    return Marked(lead + text[start:end] + tail, marks)
