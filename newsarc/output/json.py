"""JSON output. Within version 1, names may be added and none changes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from newsarc.model import Event, RelatedLink, Source
from newsarc.output.json_types import Record
from newsarc.text.sanitize import json_text

if TYPE_CHECKING:
    from newsarc.analysis.graph import Graph
    from newsarc.analysis.recommendations import Recommendation
    from newsarc.analysis.shortest_path import PathNode
    from newsarc.analysis.statistics import Counts, Stats
    from newsarc.analysis.traversal import Step
    from newsarc.index import EventRow
    from newsarc.index.aggregates import NameSpan
    from newsarc.lint.finding import Renames, Suggestion
    from newsarc.output.json_types import (
        BacklinkJson,
        CitedSourceJson,
        CopyJson,
        CountJson,
        DatedCopyJson,
        EventJson,
        GraphJson,
        HitJson,
        HostStatusJson,
        LinkJson,
        NameSpanJson,
        PathNodeJson,
        RecommendationJson,
        SourceJson,
        SourceReportJson,
        SourceStateJson,
        StatsJson,
        StepJson,
        TotalsJson,
        YearStatusJson,
    )
    from newsarc.search.engine import Hit
    from newsarc.sources.archived.copy_search import Copy
    from newsarc.sources.reports import DatedCopy, SourceReport
    from newsarc.sources.states import CitedSource, SourceState, SourceStates, SourceTotals
    from newsarc.sources.status import HostStatus, YearStatus

VERSION = 1

Backlinks: TypeAlias = "Sequence[tuple[EventRow, tuple[str, ...]]]"


def event_record(
    event: Event,
    backlinks: Backlinks | None = None,
    renames: Renames | None = None,
    states: SourceStates | None = None,
) -> EventJson:
    """Return the record of an event, with its backlinks if ``backlinks`` are given.

    ``renames`` are the suggestions for its broken links, ``states`` is what is known of its sources.
    """
    record: EventJson = {
        "path": event.path,
        "slug": event.slug,
        "date": event.date.isoformat() if event.date else None,
        "headline": event.headline,
        "topics": list(event.topics),
        "summary": event.summary,
        "address": event.address,
        "sources": [_source_record(source, event.date, states) for source in event.sources],
        "changes": [
            {
                "label": change.text,
                "target": change.target,
                "path": change.path,
                "timestamp": change.timestamp,
                "note": change.note,
                "line": change.line,
            }
            for change in event.changes
        ],
        "related": [link_record(link, (renames or {}).get((event.path, link.target))) for link in event.related],
    }
    if backlinks is not None:
        record["backlinks"] = backlink_records(backlinks)
    return record


def _source_record(source: Source, date: dt.date | None, states: SourceStates | None) -> SourceJson:
    record: SourceJson = {"label": source.text, "url": source.url, "line": source.line}
    state = states.of(source, date) if states is not None else None
    if state is not None:
        record["state"] = _state_record(state)
    return record


def _state_record(state: SourceState) -> SourceStateJson:
    copy = state.copy
    record: SourceStateJson = {
        "verdict": state.verdict,
        "checked": state.checked.isoformat() if state.checked is not None else None,
        "dead_since": state.dead_since.isoformat() if state.dead_since is not None else None,
        "retitled_after": state.retitled_after.isoformat() if state.retitled_after is not None else None,
        "moved_to": state.moved_to,
    }
    if copy is not None:
        record["copy"] = _copy_record(copy)
    return record


def _copy_record(copy: Copy) -> CopyJson:
    return {"url": copy.url, "at": copy.at.isoformat(), "days": copy.days, "archive": copy.archive}


def source_report_record(report: SourceReport) -> SourceReportJson:
    """Return the record of all that is known of a source."""
    state, failure = report.state, report.failure
    record: SourceReportJson = {
        "url": report.address,
        "verdict": state.verdict,
        "dead_since": state.dead_since.isoformat() if state.dead_since is not None else None,
        "retitled_after": state.retitled_after.isoformat() if state.retitled_after is not None else None,
        "failing_since": failure.since.isoformat() if failure is not None else None,
        "failing_reason": failure.reason if failure is not None else None,
        "cited": [
            {
                "event": one.event.path,
                "slug": one.event.slug,
                "date": one.event.date.isoformat() if one.event.date is not None else None,
                "headline": one.event.headline,
                "label": one.source.text,
                "url": one.source.url,
                "line": one.source.line,
                "archived": one.source.archived,
            }
            for one in report.cited
        ],
        "checks": [
            {
                "at": check.at.isoformat(),
                "outcome": check.outcome,
                "status": check.status,
                "reason": check.reason,
                "to": check.to,
                "identified": check.is_identified,
                "from": check.seen_from,
            }
            for check in report.history
        ],
        "copies": list(map(_dated_copy_record, report.copies)),
    }
    if report.next is not None:
        record["next"] = {"step": report.next.step, "text": report.next.text, "command": list(report.next.command)}
    return record


def _dated_copy_record(one: DatedCopy) -> DatedCopyJson:
    search = one.search
    misses = search.misses if search is not None else ()
    record: DatedCopyJson = {
        "date": one.date.isoformat(),
        "why": search.why if search is not None else None,
        "asked": search.asked.isoformat() if search is not None else None,
        "misses": [{"archive": miss.archive, "why": miss.why, "detail": miss.detail} for miss in misses],
    }
    if one.copy is not None:
        record["copy"] = _copy_record(one.copy)
    return record


def link_record(link: RelatedLink, suggestion: Suggestion | None = None) -> LinkJson:
    """Return the record of a related link, with what it probably means if it is broken."""
    record: LinkJson = {
        "label": link.text,
        "target": link.target,
        "path": link.path,
        "contexts": list(link.contexts),
        "broken": link.broken is True,
        "line": link.line,
        "column": link.column,
    }
    if suggestion is not None:
        record["suggestion"] = {
            "path": suggestion.path,
            "reason": suggestion.reason,
            "certain": suggestion.certain,
        }
    return record


def backlink_records(backlinks: Backlinks) -> list[BacklinkJson]:
    """Return the records of the backlinks of an event."""
    return [
        {"path": row.path, "headline": row.headline, "date": row.day, "contexts": list(contexts)}
        for row, contexts in backlinks
    ]


def hit_record(hit: Hit, event: Event) -> HitJson:
    """Return the record of a hit, which has lines if it is from an exact scan."""
    record: HitJson = {"score": hit.score, "snippet": hit.snippet.text, "event": event_record(event)}
    if hit.lines:
        record["lines"] = [{"line": number, "text": line.text} for number, line in hit.lines]
    return record


def recommendation_record(recommendation: Recommendation, event: Event) -> RecommendationJson:
    """Return the record of a recommended link to ``event``."""
    return {
        "score": recommendation.score,
        "reasons": list(recommendation.reasons),
        "event": event_record(event),
    }


def step_record(step: Step) -> StepJson:
    """Return the record of a step of a traversal."""
    return {
        "depth": step.depth,
        "relation": step.direction,
        "via": step.via,
        "path": step.path,
        "date": step.day,
        "headline": step.headline,
        "contexts": list(step.contexts),
    }


def path_node_record(node: PathNode) -> PathNodeJson:
    """Return the record of an event of a path."""
    return {
        "path": node.path,
        "slug": node.slug,
        "date": node.day,
        "headline": node.headline,
        "relation": node.direction,
        "contexts": list(node.contexts),
    }


def graph_record(graph: Graph) -> GraphJson:
    """Return a graph in the node-link form of networkx."""
    return {
        "directed": True,
        "multigraph": False,
        "nodes": [
            {
                "path": node.path,
                "slug": node.slug,
                "date": node.day,
                "headline": node.headline,
                "topics": list(node.topics),
                "depth": node.depth,
            }
            for node in graph.nodes
        ],
        "links": [
            {"source": edge.source, "target": edge.target, "contexts": list(edge.contexts)} for edge in graph.edges
        ],
    }


def name_record(span: NameSpan) -> NameSpanJson:
    """Return the record of a name."""
    return {"name": span.name, "count": span.count, "first": span.first, "last": span.last}


def cited_source_record(one: CitedSource) -> CitedSourceJson:
    """Return the record of a source and the event that cites it."""
    date = one.event.date
    return {
        "event": one.event.path,
        "date": date.isoformat() if date is not None else None,
        "label": one.source.text,
        "url": one.source.url,
        "line": one.source.line,
        "state": _state_record(one.state),
    }


def host_status_record(one: HostStatus) -> HostStatusJson:
    """Return the record of what is known of the sources at a host."""
    count, failure = one.verdicts.get, one.failure
    return {
        "host": one.host,
        "addresses": one.addresses,
        "alive": count("alive", 0),
        "moved": count("moved", 0),
        "drifted": count("drifted", 0),
        "gone": count("gone", 0),
        "soft_gone": count("soft-gone", 0),
        "blocked": count("blocked", 0),
        "down": count("down", 0),
        "refused": count("refused", 0),
        "unchecked": count("unchecked", 0),
        "dead": one.dead,
        "failing_since": failure.since.isoformat() if failure is not None else None,
        "failing_reason": failure.reason if failure is not None else None,
        "last_check": one.last_check.isoformat() if one.last_check is not None else None,
        "with_copy": one.with_copy,
    }


def year_status_record(one: YearStatus) -> YearStatusJson:
    """Return the record of what is known of the sources of a year."""
    return {
        "year": one.year,
        "addresses": one.addresses,
        "checked": one.checked,
        "alive": one.alive,
        "dead": one.dead,
        "share": one.share,
        "with_copy": one.with_copy,
    }


def json_line(record: Record) -> str:
    """Return ``record`` as one line of JSON, without a line end."""
    return json_text(json.dumps(record, ensure_ascii=False))


def json_document(head: Record, key: str, records: Iterable[Record]) -> Iterator[str]:
    """Yield the pieces of ``{"version": 1, …head, key: [records]}``, one record at a time, in constant memory."""
    yield json_text(json.dumps({"version": VERSION, **head}, ensure_ascii=False))[:-1] + f', "{key}": ['
    separator = "\n"
    for record in records:
        yield separator + json_line(record)
        separator = ",\n"
    yield "\n]}\n" if separator != "\n" else "]}\n"


def stats_rows(stats: Stats, sources: SourceTotals | None = None) -> Iterator[tuple[str, str, object]]:
    """Yield statistics as rows of section, name and value. ``sources`` is what the ledger says, if there is one."""
    for total, value in _totals(stats, sources).items():
        yield "total", total, value
    for section, counts in _lists(stats).items():
        for name, number in counts:
            yield section, name, number
    for row, number in stats.most_linked:
        yield "most_linked", f"{row.day}/{row.slug}" if row.day else row.slug, number


def stats_record(stats: Stats, sources: SourceTotals | None = None) -> StatsJson:
    """Return the document of the statistics, without ``version`` and ``archive``.

    ``sources`` is what the ledger says of all sources, if there is one.
    """
    lists: dict[str, list[CountJson]] = {
        name: [{"value": value, "count": number} for value, number in counts] for name, counts in _lists(stats).items()
    }
    return {
        **_totals(stats, sources),
        "years": lists["years"],
        "months": lists["months"],
        "busiest_days": lists["busiest_days"],
        "topics": lists["topics"],
        "contexts": lists["contexts"],
        "sources": lists["sources"],
        "most_linked": [
            {"path": row.path, "slug": row.slug, "date": row.day, "headline": row.headline, "count": number}
            for row, number in stats.most_linked
        ],
    }


def _totals(stats: Stats, sources: SourceTotals | None) -> TotalsJson:
    totals: TotalsJson = {
        "count": stats.events,
        "since": stats.first,
        "until": stats.last,
        "days": stats.days,
        "undated": stats.undated,
        "with_sources": stats.with_sources,
        "with_related": stats.with_related,
        "with_summary": stats.with_summary,
        "links": stats.links,
        "links_whole": stats.links - stats.broken,
        "links_broken": stats.broken,
        "distinct_topics": stats.topics.total,
        "distinct_contexts": stats.contexts.total,
        "distinct_sources": stats.sources.total,
    }
    if sources is not None:
        totals["addresses_checked"] = sources.checked
        totals["addresses_alive"] = sources.alive
        totals["addresses_dead"] = sources.dead
        totals["addresses_with_copy"] = sources.with_copy
    return totals


def _lists(stats: Stats) -> dict[str, Counts]:
    return {
        "years": stats.years,
        "months": stats.months,
        "busiest_days": stats.busiest,
        "topics": stats.topics.counts,
        "contexts": stats.contexts.counts,
        "sources": stats.sources.counts,
    }
