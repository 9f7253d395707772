"""``newsarc search``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.api import Archive
from newsarc.archive.refs import short_refs
from newsarc.cli.event_filter import Selection, wanted_events
from newsarc.cli.options import (
    ContextOption,
    FormatOption,
    JsonOption,
    SinceOption,
    SourceOption,
    TopicOption,
    UntilOption,
)
from newsarc.cli.session import Format, Session
from newsarc.errors import ExitCode, NotFoundError, UsageError
from newsarc.output.delimited import comma_separated, tab_separated
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.index import Filter, Index
    from newsarc.output.json_types import Record
    from newsarc.search.engine import Result

HEADER = ("date", "slug", "topics", "headline", "snippet", "score")
SortKey = Literal["relevance", "date"]
Wider = Literal["related", "sources", "all"]
_HOW = "How to look"
_WIDER = {"related": "related links", "sources": "sources' addresses"}
_PASSES = "that passes the filters "


def search(
    session: Session,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...",
            help='Words, all of them required; "a phrase", -not, OR, (groups), pre*, and the fields headline: topic: '
            "context: source: summary: slug: date: since: until:",
            show_default=False,
        ),
    ],
    since: SinceOption = None,
    until: UntilOption = None,
    topic: TopicOption = None,
    context: ContextOption = None,
    source: SourceOption = None,
    wider: Annotated[
        Wider | None,
        typer.Option(
            "--in",
            help="Look into more than the index has: labels of related links, addresses of sources, all of the page.",
            rich_help_panel=_HOW,
        ),
    ] = None,
    regex: Annotated[
        bool,
        typer.Option("--regex", "-E", help="QUERY is a regular expression for lines of pages.", rich_help_panel=_HOW),
    ] = False,
    fixed: Annotated[
        bool, typer.Option("--fixed", "-F", help="QUERY is a text just as lines have it.", rich_help_panel=_HOW)
    ] = False,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", "-i", help="With --regex and --fixed.", rich_help_panel=_HOW)
    ] = False,
    sort: Annotated[SortKey | None, typer.Option(help="Best first, or oldest first (as exact scans are).")] = None,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="By date, the newest first.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="At most so many; 0 for all.")] = 20,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find events by words in headline, topics, contexts, summary and sources, best first.

    Case, accents and plurals do not count, but what was typed comes first. OR binds less than words beside each other;
    -v tells how a query was read. In a pipe: date, slug, topics, headline, snippet, score, separated by tabs.

    Examples:
        newsarc search 'raqqa strike -submarine'
        newsarc search 'headline:(raqqa OR mosul) since:2017-06'
        newsarc search --fixed 'Freedom Dam'
    """
    archive = session.archive
    asked = _SearchRequest(" ".join(query), wider, regex, fixed, ignore_case, sort, reverse, limit or None)
    wanted = wanted_events(archive, (), since, until, topic, context, source)
    output = session.format(format, as_json)
    result = _result(session, archive, asked, wanted)
    _write(session, archive, asked, result, output)
    if result.total:
        return
    if output in ("json", "jsonl"):
        raise typer.Exit(ExitCode.NOTHING_FOUND)
    if asked.is_exact:
        raise NotFoundError(f"no line of an event's page has {asked.text}")
    if asked.wider is not None:  # the index does not know what else pages say
        where = "on their pages" if asked.wider == "all" else f"in their {_WIDER[asked.wider]} either"
        raise NotFoundError(f"no event {_PASSES if not wanted.is_everything else ''}has {asked.text}, {where}")
    given = {"since": since, "until": until, "topic": topic, "context": context, "source": source}
    options = {name: f"--{name} {typed}" for name, typed in given.items() if typed is not None}
    raise _nothing(archive.index(), asked.text, wanted.filter, options)


@dataclass(frozen=True, slots=True)
class _SearchRequest:
    """What to look for, and how. Raises UsageError for options that do not go together."""

    text: str
    wider: Wider | None
    regex: bool
    fixed: bool
    ignore_case: bool
    given_sort: SortKey | None
    reverse: bool
    limit: int | None

    def __post_init__(self) -> None:
        if self.regex and self.fixed:
            raise UsageError("--regex and --fixed are two ways to read the query: use one of them")
        if self.is_exact and self.wider is not None:
            raise UsageError("--regex and --fixed look at whole pages already: leave --in out")
        if self.is_exact and self.given_sort == "relevance":
            raise UsageError("lines of pages have no rank: leave --sort relevance out")
        if self.ignore_case and not self.is_exact:
            raise UsageError("a search never minds case; --ignore-case is for --regex and --fixed")
        if self.reverse and self.given_sort == "relevance":
            raise UsageError("the worst first is no use: --reverse is for --sort date")

    @property
    def is_exact(self) -> bool:
        """Whether pages are looked at as they stand in their files."""
        return self.regex or self.fixed

    @property
    def sort(self) -> SortKey:
        """The order of a search; to reverse it means to sort by date."""
        return "date" if self.reverse else self.given_sort or "relevance"


def _result(session: Session, archive: Archive, asked: _SearchRequest, wanted: Selection) -> Result:
    if not asked.is_exact and asked.wider is None:
        from newsarc.query.language import parse_query
        from newsarc.search.engine import search as find

        if session.verbose:
            session.note(f"read as {parse_query(asked.text)}")
        return find(archive.index(), asked.text, wanted.filter, asked.limit, asked.sort, asked.reverse)
    from newsarc.output.terminal.progress import ProgressBar
    from newsarc.search import scan

    progress = ProgressBar("Searching", is_wanted=not session.quiet)
    folders = wanted.folders(archive)
    paths = None if wanted.days is not None or wanted.is_everything else _paths(archive.index(), wanted)
    if asked.wider is None:
        pattern = scan.exact_pattern(asked.text, is_regex=asked.regex, ignore_case=asked.ignore_case)
        lines = scan.scan(archive, folders, pattern, progress)
        kept = (page for page in lines if wanted.has_day(page.day) and (paths is None or page.path in paths))
        return scan.exact_result(archive, scan.in_time(kept, asked.reverse), pattern, asked.limit)
    from newsarc.search.engine import result_of

    index = archive.index()  # first: it knows which context names contain a comma
    pages = scan.scan_fields(archive, folders, asked.text, asked.wider, progress, index)
    kept = (page for page in pages if wanted.has_day(page.day) and (paths is None or page.path in paths))
    events = [page.path for page in scan.in_time(kept)]
    return result_of(index, asked.text, events, asked.limit, asked.sort, asked.reverse)


def _paths(index: Index, wanted: Selection) -> set[str]:
    return {row.path for row in index.events(wanted.filter)}


def _nothing(index: Index, query: str, wanted: Filter, options: dict[str, str]) -> NotFoundError:
    """Return the error for a query that found nothing, with what the archive has instead."""
    from newsarc.search.diagnosis import explain_empty

    miss = explain_empty(index, query, wanted, options)
    if miss.missing_words:
        return NotFoundError(f"no event has {' or '.join(miss.missing_words)}", miss.suggestions)
    message = f"no event {_PASSES if options else ''}has {query}"
    if miss.blocking_filters:
        parts = [f"{plural(number, 'event')} without {typed}" for typed, number in miss.blocking_filters]
        return NotFoundError(f"{message}; {', '.join(parts)}")
    if miss.never_together:
        parts = [f"{word} in {number:,}" for word, number in miss.never_together]
        return NotFoundError(f"{message}; there is {', '.join(parts)}, but not together")
    return NotFoundError(message)


def _write(session: Session, archive: Archive, asked: _SearchRequest, result: Result, output: Format) -> None:
    from newsarc.output.json import json_document, json_line

    if output == "json":
        head = {"query": asked.text, "count": len(result.hits), "total": result.total}
        session.write(json_document(head, "hits", _records(archive, result)))
    elif output == "jsonl":
        session.write(json_line(record) + "\n" for record in _records(archive, result))
    elif output == "paths":
        session.write(tab_separated((str(archive.root / hit.row.path),) for hit in result.hits))
    elif output == "table":
        if result.total:
            from newsarc.output.terminal.events import print_hits

            refs = short_refs((hit.row.path for hit in result.hits), archive.tree)
            with session.console() as console:
                hits = list(zip(result.hits, refs, strict=True))
                print_hits(console, hits, result.total, by_date=asked.is_exact or asked.sort == "date")
    else:
        rows = (
            (hit.row.day, hit.row.slug, "; ".join(hit.topics), hit.row.headline, hit.snippet.text, hit.score)
            for hit in result.hits
        )
        session.write(comma_separated(HEADER, rows) if output == "csv" else tab_separated(rows))


def _records(archive: Archive, result: Result) -> Iterator[Record]:
    from newsarc.output.json import hit_record

    for hit in result.hits:
        event = archive.try_load(hit.row.path)
        if event is not None:
            yield hit_record(hit, event)
