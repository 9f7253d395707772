"""``newsarc search``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.api import Archive
from newsarc.archive.refs import short_refs
from newsarc.cli.completion.archive_values import complete_query
from newsarc.cli.counts import CountOptions, write_count, write_counts
from newsarc.cli.event_filter import Filters, Selection, date_hint, no_matches, quoted, select_events
from newsarc.cli.options import (
    FormatOption,
    JsonOption,
)
from newsarc.cli.session import Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, NotFoundError, UsageError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.index import Filter, Index
    from newsarc.output.json_types import Record
    from newsarc.search.engine import Result

HEADER = ("date", "slug", "topics", "headline", "snippet", "score")
SortKey = Literal["relevance", "date", "count", "name"]
Wider = Literal["related", "sources", "all"]
_LIMIT = 20
_MODE = "Search mode"
_WIDER = {"related": "related links", "sources": "source URLs"}


@dataclass(frozen=True, slots=True)
class SearchMode:
    """What to search, and how to read the query. Raises UsageError for options that cannot be combined."""

    wider: Annotated[
        Wider | None,
        typer.Option(
            "--in",
            help="Also search link texts, source URLs, or all.",
            rich_help_panel=_MODE,
        ),
    ] = None
    regex: Annotated[
        bool,
        typer.Option("--regex", "-E", help="Treat QUERY as a regular expression.", rich_help_panel=_MODE),
    ] = False
    fixed: Annotated[
        bool, typer.Option("--fixed", "-F", help="Treat QUERY as a literal string.", rich_help_panel=_MODE)
    ] = False
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", "-i", help="Ignore case with --regex and --fixed.", rich_help_panel=_MODE)
    ] = False

    def __post_init__(self) -> None:
        if self.regex and self.fixed:
            raise UsageError("--regex and --fixed cannot be combined")
        if self.is_exact and self.wider is not None:
            raise UsageError("--regex and --fixed already search whole pages; remove --in")
        if self.ignore_case and not self.is_exact:
            raise UsageError("searches ignore case already; --ignore-case is for --regex and --fixed")

    @property
    def is_exact(self) -> bool:
        """Whether to search the source text of pages."""
        return self.regex or self.fixed


def search(
    session: Session,
    filters: Filters,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...",
            help='Words (all required), "a phrase", -not, OR, (groups), pre*, and the fields headline: topic: context: '
            "source: summary: slug: date: since: until:",
            show_default=False,
            autocompletion=complete_query,
        ),
    ],
    mode: SearchMode,
    counting: CountOptions,
    sort: Annotated[SortKey | None, typer.Option(help="Default: date for --regex and --fixed, else relevance.")] = None,
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="Newest first.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            "-n",
            min=0,
            help="Maximum number of results (default 20, 0 for all).",
            show_default=False,
        ),
    ] = None,
    format: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search events, best matches first.

    Searches headlines, topics, contexts, summaries and source names. Ignores case, accents and plurals; exact matches
    rank higher. -v shows how the query was parsed. Columns in a pipe: date, slug, topics, headline, snippet, score.

    Examples:
        newsarc search 'raqqa strike -submarine'
        newsarc search 'headline:(raqqa OR mosul) since:2017-06'
        newsarc search --fixed 'Freedom Dam'
        newsarc search raqqa --count-by month
    """
    archive = session.archive
    counting.check(sort, reverse, limit)
    most = None if counting.is_given else _LIMIT if limit is None else limit or None
    asked = _SearchRequest(" ".join(query), mode, None if counting.is_given else sort, reverse, most)
    wanted = select_events(archive, (), filters)
    output = session.format(format, as_json)
    result = _result(session, archive, asked, wanted)
    if counting.count:
        write_count(session, result.total, output)
    elif counting.count_by is not None and (result.total or output in ("json", "jsonl")):
        from newsarc.index import Filter

        found = Filter(paths=tuple(hit.row.path for hit in result.hits))
        key, index = counting.count_by, archive.index()
        write_counts(session, index, found, key, output, sort=sort, reverse=reverse, limit=limit or 0)
    elif not counting.is_given:
        write_view(session, _view(session, asked, result), output)
    if result.total:
        if not asked.mode.is_exact and (hint := date_hint(asked.text)):
            session.note(hint.removeprefix("; "))
        return
    if output in ("json", "jsonl") or counting.count:
        raise typer.Exit(ExitCode.NOTHING_FOUND)
    if asked.mode.is_exact:
        raise NotFoundError(f"no line contains {quoted(asked.text)}")
    if asked.mode.wider is not None:  # the index cannot explain what other text contains
        where = "anywhere on the page" if asked.mode.wider == "all" else f"or in {_WIDER[asked.mode.wider]}"
        message = no_matches(asked.text, has_filters=not wanted.is_everything)
        raise NotFoundError(f"{message}, in the index {where}")
    options = {
        name if name in ("since", "until") else f"{name}s": " ".join(f"--{name} {value}" for value in given)
        for name, given in filters.given().items()
    }
    raise _nothing(archive.index(), asked.text, wanted.filter, options)


@dataclass(frozen=True, slots=True)
class _SearchRequest:
    """A query and its options. Raises UsageError for options that cannot be combined."""

    text: str
    mode: SearchMode
    given_sort: SortKey | None
    reverse: bool
    limit: int | None

    def __post_init__(self) -> None:
        if self.mode.is_exact and self.given_sort == "relevance":
            raise UsageError("--regex and --fixed have no ranking; remove --sort relevance")
        if self.reverse and self.given_sort == "relevance":
            raise UsageError("--reverse requires --sort date")

    @property
    def sort(self) -> SortKey:
        """The sort key. ``--reverse`` implies date."""
        return "date" if self.reverse else self.given_sort or "relevance"


def _result(session: Session, archive: Archive, asked: _SearchRequest, wanted: Selection) -> Result:
    if not asked.mode.is_exact and asked.mode.wider is None:
        from newsarc.query.language import parse_query
        from newsarc.search.engine import search as find

        if session.verbose:
            session.note(f"query parsed as {parse_query(asked.text)}")
        return find(archive.index(), asked.text, wanted.filter, asked.limit, asked.sort, asked.reverse)
    from newsarc.output.terminal.progress import ProgressBar
    from newsarc.search import scan

    progress = ProgressBar("Searching", is_wanted=not session.quiet)
    folders = wanted.folders(archive)
    is_about_days = archive.layout is None and (wanted.days is not None or wanted.is_everything)
    paths = None if is_about_days else _paths(archive.index(), wanted)
    if asked.mode.wider is None:
        pattern = scan.exact_pattern(asked.text, is_regex=asked.mode.regex, ignore_case=asked.mode.ignore_case)
        lines = scan.scan(archive, folders, pattern, progress)
        kept = (page for page in lines if wanted.has_day(page.day) and (paths is None or page.path in paths))
        return scan.exact_result(archive, scan.in_time(kept, asked.reverse), pattern, asked.limit)
    from newsarc.search.engine import result_of

    index = archive.index()  # opened first: it knows which context names contain a comma
    pages = scan.scan_fields(archive, folders, asked.text, asked.mode.wider, progress, index)
    kept = (page for page in pages if wanted.has_day(page.day) and (paths is None or page.path in paths))
    events = [page.path for page in scan.in_time(kept)]
    return result_of(index, asked.text, events, asked.limit, asked.sort, asked.reverse)


def _paths(index: Index, wanted: Selection) -> set[str]:
    return {row.path for row in index.events(wanted.filter)}


def _nothing(index: Index, query: str, wanted: Filter, options: dict[str, str]) -> NotFoundError:
    """Return the error for a query without results, with suggestions."""
    from newsarc.search.diagnosis import explain_empty

    miss = explain_empty(index, query, wanted, options)
    if miss.missing_words:
        words = " or ".join(map(quoted, miss.missing_words))
        return NotFoundError(f"no event contains {words}{date_hint(query)}", miss.suggestions)
    message = no_matches(query, has_filters=bool(options))
    if miss.blocking_filters:
        parts = [f"{number:,} without {typed}" for typed, number in miss.blocking_filters]
        return NotFoundError(f"{message}; {', '.join(parts)}")
    if miss.never_together:
        (word, number), *others = miss.never_together
        parts = [f"{word}: {plural(number, 'event')}", *(f"{word}: {number:,}" for word, number in others)]
        return NotFoundError(f"no event contains all of {quoted(query)} ({', '.join(parts)}){date_hint(query)}")
    return NotFoundError(message + date_hint(query))


def _view(session: Session, asked: _SearchRequest, result: Result) -> OutputView:
    archive = session.archive

    def print_table() -> None:
        if not result.total:
            return
        from newsarc.output.terminal.events import print_hits

        refs = short_refs((hit.row.path for hit in result.hits), archive.tree)
        with session.console() as console:
            hits = list(zip(result.hits, refs, strict=True))
            print_hits(console, hits, result.total, by_date=asked.mode.is_exact or asked.sort == "date")

    return OutputView(
        HEADER,
        (
            (hit.row.day, hit.row.slug, "; ".join(hit.topics), hit.row.headline, hit.snippet.text, hit.score)
            for hit in result.hits
        ),
        json_of(
            "hits",
            _records(archive, result),
            lambda: {"query": asked.text, "count": len(result.hits), "total": result.total},
        ),
        print_table,
        (hit.row.path for hit in result.hits),
    )


def _records(archive: Archive, result: Result) -> Iterator[Record]:
    from newsarc.output.json import hit_record

    for hit in result.hits:
        event = archive.try_load(hit.row.path)
        if event is not None:
            yield hit_record(hit, event)
