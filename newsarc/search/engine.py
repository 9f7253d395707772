"""Full-text search: the events that match a query, best first, each with a snippet.

For the language of queries see :mod:`newsarc.query.language`, for the order of hits :mod:`newsarc.search.ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsarc.errors import UsageError
from newsarc.index import EventRow, Filter, Index, SearchableFields
from newsarc.query.language import Query, parse_query, wanted_words
from newsarc.query.matcher import Highlighted, Highlighter
from newsarc.search.ranking import Ranking

SORTS = ("relevance", "date")
_CANDIDATES = 1000  # only the best by BM25 are re-ranked, because reading their texts dominates the time of a search
_SNIPPET = 180  # characters of a snippet
_LEAD = 50  # of them before the first word found


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching event. Scores are only comparable among the hits of one query.

    ``snippet`` is empty if the match does not show in the text. An exact scan adds the matching ``lines`` with their
    numbers, and their number is the score.
    """

    row: EventRow
    score: float
    headline: Highlighted
    snippet: Highlighted
    topics: tuple[str, ...] = ()
    lines: tuple[tuple[int, Highlighted], ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The best hits, and the total number of matching events."""

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
    """Return at most ``limit`` events of ``index`` that match ``query`` and ``wanted``; None for all.

    They are sorted by ``relevance``, or by ``date``: oldest first, with ``reverse`` newest first. Raises UsageError as
    :func:`newsarc.query.language.parse_query` does, and for a negative ``limit``.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"the limit must be 0 or more, not {limit}")
    parsed = parse_query(query, index.newest_day)
    if sort == "relevance" and not reverse:
        ranked, total = _ranked(index, parsed, wanted, limit)
    else:
        rows, total = index.match(parsed, wanted, sort, reverse, limit)
        ranked = _scored(index, parsed, rows)
    highlighter = Highlighter(wanted_words(parsed))
    return Result([_hit(row, texts, score, highlighter) for row, texts, score in ranked], total)


def matching(index: Index, query: str, wanted: Filter) -> list[EventRow]:
    """Return all events that match ``query`` and ``wanted``, in chronological order.

    Raises UsageError as :func:`newsarc.query.language.parse_query` does.
    """
    return index.match(parse_query(query, index.newest_day), wanted, "date")[0]


def result_of(
    index: Index, query: str, paths: Sequence[str], limit: int | None, sort: str = "relevance", reverse: bool = False
) -> Result:
    """Return the result of ``query`` for the events at ``paths``, which a scan has found, in chronological order.

    By relevance, events that :func:`search` finds, too, come first; the others follow, newest first.
    """
    parsed = parse_query(query, index.newest_day)
    if not paths:  # a filter without paths would match all events
        return Result([], 0)
    if sort == "relevance":
        ranked = _ranked(index, parsed, Filter(paths=tuple(paths)), None)[0]
        rest = tuple(set(paths) - {row.path for row, _, _ in ranked})
        if rest:
            ranked += _scored(index, parsed, list(index.events(Filter(paths=rest), "date", True, limit)))
    else:
        ranked = _scored(index, parsed, list(index.events(Filter(paths=tuple(paths)), "date", reverse, limit)))
    highlighter = Highlighter(wanted_words(parsed))
    return Result([_hit(row, texts, score, highlighter) for row, texts, score in ranked[:limit]], len(paths))


_Scored = tuple[EventRow, SearchableFields, float]


def _ranked(index: Index, query: Query, wanted: Filter, limit: int | None) -> tuple[list[_Scored], int]:
    """Return the best events, in order, and the total number of matches.

    Only the best by BM25 are re-ranked by their texts, or all if ``limit`` is larger.
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


def _hit(row: EventRow, texts: SearchableFields, score: float, highlighter: Highlighter) -> Hit:
    return Hit(row, score, highlighter.highlight(row.title), _snippet(texts, highlighter), texts.topics)


def _snippet(texts: SearchableFields, highlighter: Highlighter) -> Highlighted:
    """Return the passage of the summary, contexts, topics or sources that shows the match."""
    for text in (texts.summary, ", ".join(texts.contexts), ", ".join(texts.topics), ", ".join(texts.sources)):
        highlighted = highlighter.highlight(text)
        if highlighted.marks:
            return passage(highlighted)
    return passage(Highlighted(texts.summary))


def passage(highlighted: Highlighted) -> Highlighted:
    """Cut a text to a passage around its first mark, if possible at spaces."""
    text = highlighted.text
    if len(text) <= _SNIPPET:
        return highlighted
    first = highlighted.marks[0][0] if highlighted.marks else 0
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
    marks = tuple((a + shift, b + shift) for a, b in highlighted.marks if a >= start and b <= end)
    return Highlighted(lead + text[start:end] + tail, marks)
