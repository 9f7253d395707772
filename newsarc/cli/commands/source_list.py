"""``newsarc sources list``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.cached_ledger import note_cached
from newsarc.cli.commands.names import NamesFormatOption
from newsarc.cli.event_filter import Filters
from newsarc.cli.options import JsonOption, expand_refs
from newsarc.cli.session import Session
from newsarc.cli.source_selection import RowsOption, SourcesArgument, ledger_file, ledger_head, read_events
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, NotFoundError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.output.json_types import Record
    from newsarc.sources.states import CitedSource


class Wanted(StrEnum):
    """What ``--verdict`` takes: a verdict, or ``dead``."""

    DEAD = "dead"
    ALIVE = "alive"
    MOVED = "moved"
    DRIFTED = "drifted"
    GONE = "gone"
    SOFT_GONE = "soft-gone"
    BLOCKED = "blocked"
    DOWN = "down"
    REFUSED = "refused"
    UNCHECKED = "unchecked"


_COLUMNS = ("verdict", "dead_since", "copy", "date", "slug", "label", "url", "moved_to")


def list_(
    session: Session,
    filters: Filters,
    sources: SourcesArgument = None,
    verdict: Annotated[
        list[Wanted] | None,
        typer.Option(
            "--verdict", help="Only sources with this verdict, or dead ones (repeatable).", show_default=False
        ),
    ] = None,
    retitled: Annotated[
        bool,
        typer.Option(
            "--retitled", help="Only pages that once had the headline of the event and now have another title."
        ),
    ] = False,
    limit: RowsOption = 0,
    format: NamesFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """List sources of events and their verdicts.

    Reads the ledger that newsarc sources check writes, and connects to nothing. Prints one row for each source of each
    event, in the order of the events. Columns in a pipe: verdict, dead since, date of the archived copy, date and slug
    of the event, name of the source, URL, the address that it has moved to.

    Look at the pages of --retitled yourself: newsarc needs much evidence before it gives the verdict drifted.

    Examples:
        newsarc sources list 2017-06-16
        newsarc sources list 2017 --verdict unchecked -n 5
    """
    from newsarc.sources.states import cited_sources, read_states

    output = session.format(format, as_json)
    file = ledger_file(session)
    note_cached(session)
    found: list[CitedSource] = []
    try:
        found = cited_sources(read_events(session, expand_refs(sources), filters), read_states(file))
        found = [one for one in found if not verdict or any(map(one.has, verdict))]
        found = [one for one in found if not retitled or one.state.retitled_after is not None]
        if not found:
            raise NotFoundError(f"no event has a source {_which(verdict, retitled)}")
    except NotFoundError:
        if output not in ("json", "jsonl"):
            raise
        session.exit_code = ExitCode.NOTHING_FOUND
    shown = found[:limit] if limit else found
    write_view(session, _view(session, shown, ledger_head(session, file, len(shown), len(found))), output)
    if len(shown) < len(found):
        session.note(f"{len(shown):,} of {plural(len(found), 'source')} shown")


def _which(verdicts: Sequence[str] | None, retitled: bool) -> str:
    if not verdicts:
        return "whose page has another title now" if retitled else "with a web address"
    return f"that is {' or '.join(verdicts)}{' and whose page has another title now' if retitled else ''}"


def _view(session: Session, shown: Sequence[CitedSource], head: Record) -> OutputView:
    from newsarc.output.json import cited_source_record

    def print_table() -> None:
        from newsarc.archive.refs import short_refs
        from newsarc.output.terminal.source_status import print_sources

        paths = dict.fromkeys(one.event.path for one in shown)
        refs = dict(zip(paths, short_refs(paths, session.archive.tree), strict=True))
        with session.console() as console:
            print_sources(console, shown, [refs[one.event.path] for one in shown])

    return OutputView(
        _COLUMNS,
        (one.row() for one in shown),
        json_of("sources", map(cited_source_record, shown), lambda: head),
        print_table,
    )
