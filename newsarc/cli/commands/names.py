"""``newsarc topics``, ``newsarc contexts`` and ``newsarc sources``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.options import JsonOption
from newsarc.cli.session import Format, Session
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsarc.index.aggregates import NameSpan

NameKind = Literal["topic", "context", "source", "host"]
NameOrder = Literal["count", "name", "last"]
# Without paths: names have none.
NamesFormat: TypeAlias = Literal["table", "plain", "json", "jsonl", "csv"]
HEADER = ("name", "count", "first", "last")
SortOption = Annotated[
    NameOrder, typer.Option("--sort", help="Sort by number of events, by name, or by last date (newest first).")
]
ReverseOption = Annotated[bool, typer.Option("--reverse", "-r", help="Reverse the order.")]
LimitOption = Annotated[
    int, typer.Option("--limit", "-n", min=0, help="Maximum number of names (0 for no limit).", show_default=False)
]
NamesFormatOption = Annotated[
    NamesFormat | None,
    typer.Option("--format", help="Default: table on a terminal, plain in a pipe.", rich_help_panel="Output"),
]


def topics(
    session: Session,
    filters: Filters,
    sort: SortOption = "count",
    reverse: ReverseOption = False,
    limit: LimitOption = 0,
    format: NamesFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """List topics.

    Each with its number of events and the dates of the first and the last one. Columns in a pipe: name, count, first,
    last.

    Examples:
        newsarc topics -n 10
        newsarc topics --since 2018 --sort name
    """
    _write_names(session, "topic", filters, sort, reverse, limit, session.format(format, as_json))


def contexts(
    session: Session,
    filters: Filters,
    sort: SortOption = "count",
    reverse: ReverseOption = False,
    limit: LimitOption = 0,
    format: NamesFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """List contexts.

    Each with its number of events and the dates of the first and the last one. Columns in a pipe: name, count, first,
    last.

    Examples:
        newsarc contexts --topic "Syrian Civil War"
        newsarc contexts --sort last -n 10
    """
    _write_names(session, "context", filters, sort, reverse, limit, session.format(format, as_json))


def sources(
    session: Session,
    filters: Filters,
    by: Annotated[Literal["name", "host"], typer.Option("--by", help="List the names of sources, or hosts.")] = "name",
    sort: SortOption = "count",
    reverse: ReverseOption = False,
    limit: LimitOption = 0,
    format: NamesFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """List sources, and check that they live.

    Each with its number of events and the dates of the first and the last one. Items labelled "Cover Image" are not
    counted as sources. Columns in a pipe: name, count, first, last.

    To find dead sources and their copies: newsarc sources check, copies, status, list and show (each has its own
    --help).

    Examples:
        newsarc sources -n 10
        newsarc sources --by host --since 2017
    """
    kind: NameKind = "host" if by == "host" else "source"
    _write_names(session, kind, filters, sort, reverse, limit, session.format(format, as_json))


def _write_names(
    session: Session, kind: NameKind, filters: Filters, sort: NameOrder, reverse: bool, limit: int, output: Format
) -> None:
    """Write the names of a kind. With a ``limit``, says on standard error how many there are."""
    archive = session.archive
    selection = select_events(archive, (), filters)
    # Topics and contexts depend on the whole archive.
    index = archive.index(None if kind in ("topic", "context") else selection.days)
    names = _ordered(index.names(kind, selection.filter), sort)
    if reverse:
        names.reverse()
    shown = names[:limit] if limit else names
    may_be_empty = output in ("json", "jsonl")
    if names or may_be_empty:
        write_view(session, _view(session, kind, shown, len(names)), output)
    if not names:
        if may_be_empty:
            raise typer.Exit(ExitCode.NOTHING_FOUND)
        if index.count(selection.filter):
            raise NotFoundError(f"no event has a {kind}")
        raise nothing_found(archive.index(), selection.filter)
    if len(shown) < len(names):
        session.note(f"{len(shown):,} of {len(names):,} {kind}s shown")


def _ordered(names: Sequence[NameSpan], order: NameOrder) -> list[NameSpan]:
    from newsarc.text.normalize import fold

    ordered = sorted(names, key=lambda one: (fold(one.name), one.name))
    if order == "count":
        ordered.sort(key=lambda one: one.count, reverse=True)
    elif order == "last":
        ordered.sort(key=lambda one: one.last or "", reverse=True)
    return ordered


def _view(session: Session, kind: NameKind, names: Sequence[NameSpan], total: int) -> OutputView:
    from newsarc.output.json import name_record

    def print_table() -> None:
        from newsarc.output.terminal.stats import print_names

        with session.console() as console:
            print_names(console, names)

    return OutputView(
        HEADER,
        ((one.name, one.count, one.first, one.last) for one in names),
        json_of(
            "names",
            map(name_record, names),
            lambda: {"archive": str(session.archive.root), "kind": kind, "count": len(names), "total": total},
        ),
        print_table,
    )
