"""``newsarc search``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.api import Archive
from newsarc.archive.refs import event_refs
from newsarc.cli.event_filter import Selection, no_matches, quoted, wanted_events
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
    from newsarc.output.json import Record
    from newsarc.search.engine import Result

HEADER = ("date", "slug", "topics", "headline", "snippet", "score")
SortKey = Literal["relevance", "date"]
Wider = Literal["related", "sources", "all"]
_MODE = "Search mode"
_WIDER = {"related": "related links", "sources": "source URLs"}


def search(
    session: Session,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...",
            help='Words (all required), "a phrase", -not, OR, (groups), pre*, and the fields headline: topic: context: '
            "source: summary: slug: date: since: until:",
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
            help="Search more than the index: link texts, source URLs, or the whole page.",
            rich_help_panel=_MODE,
        ),
    ] = None,
    regex: Annotated[
        bool,
        typer.Option(
            "--regex", "-E", help="Treat QUERY as a regular expression, matched line by line.", rich_help_panel=_MODE
        ),
    ] = False,
    fixed: Annotated[
        bool, typer.Option("--fixed", "-F", help="Treat QUERY as a literal string.", rich_help_panel=_MODE)
    ] = False,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", "-i", help="Ignore case with --regex and --fixed.", rich_help_panel=_MODE)
    ] = False,
    sort: Annotated[
        SortKey | None, typer.Option(help="Sort by relevance or by date (default for --regex and --fixed).")
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="Newest first.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, help="Maximum number of results (0 for no limit).")
    ] = 20,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search events, best matches first.

    Searches headlines, topics, contexts, summaries and source names. Ignores case, accents and plurals; exact matches
    rank higher. Adjacent words bind tighter than OR; -v shows how the query was parsed. Columns in a pipe: date, slug,
    topics, headline, snippet, score.

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
        raise NotFoundError(f"no line contains {quoted(asked.text)}")
    if asked.wider is not None:  # the index cannot explain what other text contains
        where = "anywhere on the page" if asked.wider == "all" else f"or in {_WIDER[asked.wider]}"
        message = no_matches(asked.text, has_filters=not wanted.is_everything)
        raise NotFoundError(f"{message}, in the index {where}")
    given = {"since": since, "until": until, "topic": topic, "context": context, "source": source}
    options = {name: f"--{name} {typed}" for name, typed in given.items() if typed is not None}
    raise _nothing(archive.index(), asked.text, wanted.filter, options)


@dataclass(frozen=True, slots=True)
class _SearchRequest:
    """A query and its options. Raises UsageError for options that cannot be combined."""

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
            raise UsageError("--regex and --fixed cannot be combined")
        if self.is_exact and self.wider is not None:
            raise UsageError("--regex and --fixed already search whole pages; remove --in")
        if self.is_exact and self.given_sort == "relevance":
            raise UsageError("--regex and --fixed have no ranking; remove --sort relevance")
        if self.ignore_case and not self.is_exact:
            raise UsageError("searches ignore case already; --ignore-case is for --regex and --fixed")
        if self.reverse and self.given_sort == "relevance":
            raise UsageError("--reverse requires --sort date")

    @property
    def is_exact(self) -> bool:
        """Whether to search the source text of pages."""
        return self.regex or self.fixed

    @property
    def sort(self) -> SortKey:
        """The sort key. ``--reverse`` implies date."""
        return "date" if self.reverse else self.given_sort or "relevance"


def _result(session: Session, archive: Archive, asked: _SearchRequest, wanted: Selection) -> Result:
    if not asked.is_exact and asked.wider is None:
        from newsarc.query.language import parse_query
        from newsarc.search.engine import search as find

        if session.verbose:
            session.note(f"query parsed as {parse_query(asked.text)}")
        return find(archive.index(), asked.text, wanted.filter, asked.limit, asked.sort, asked.reverse)
    from newsarc.search import scan

    folders = wanted.folders(archive)
    paths = None if wanted.days is not None or wanted.is_everything else _paths(archive.index(), wanted)
    if asked.wider is None:
        pattern = scan.exact_pattern(asked.text, is_regex=asked.regex, ignore_case=asked.ignore_case)
        lines = scan.scan(archive, folders, pattern, archive.progress)
        kept = (page for page in lines if wanted.has_day(page.day) and (paths is None or page.path in paths))
        return scan.exact_result(archive, scan.in_time(kept, asked.reverse), pattern, asked.limit)
    from newsarc.search.engine import result_of

    index = archive.index()  # opened first: it knows which context names contain a comma
    pages = scan.widely(archive, folders, asked.text, asked.wider, archive.progress, index)
    kept = (page for page in pages if wanted.has_day(page.day) and (paths is None or page.path in paths))
    events = [page.path for page in scan.in_time(kept)]
    return result_of(index, asked.text, events, asked.limit, asked.sort, asked.reverse)


def _paths(index: Index, wanted: Selection) -> set[str]:
    return {row.path for row in index.events(wanted.filter)}


def _nothing(index: Index, query: str, wanted: Filter, options: dict[str, str]) -> NotFoundError:
    """Return the error for a query without results, with suggestions."""
    from newsarc.search.diagnosis import why_nothing

    miss = why_nothing(index, query, wanted, options)
    if miss.absent:
        words = " or ".join(map(quoted, miss.absent))
        return NotFoundError(f"no event contains {words}", miss.instead)
    message = no_matches(query, has_filters=bool(options))
    if miss.without:
        parts = [f"{number:,} without {typed}" for typed, number in miss.without]
        return NotFoundError(f"{message}; {', '.join(parts)}")
    if miss.apart:
        (word, number), *others = miss.apart
        parts = [f"{word}: {plural(number, 'event')}", *(f"{word}: {number:,}" for word, number in others)]
        return NotFoundError(f"no event contains all of {quoted(query)} ({', '.join(parts)})")
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

            refs = event_refs((hit.row.path for hit in result.hits), archive.tree)
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
