"""``newsarc sources status``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsarc.cli.cached_ledger import note_cached
from newsarc.cli.commands.names import NamesFormatOption
from newsarc.cli.event_filter import Filters
from newsarc.cli.options import JsonOption
from newsarc.cli.session import Session
from newsarc.cli.source_selection import RowsOption, ledger_file, ledger_head, no_sources, read_events
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, NotFoundError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.model import Event
    from newsarc.output.json_types import Record
    from newsarc.sources.status import HostStatus, YearStatus


def status(
    session: Session,
    filters: Filters,
    by: Annotated[
        Literal["host", "year"], typer.Option("--by", help="Count by host, or by the year of the event.")
    ] = "host",
    limit: RowsOption = 0,
    format: NamesFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count sources by host and verdict.

    Reads the ledger that newsarc sources check writes, and connects to nothing. A source is dead if three checks
    over seven days or more found it gone. Hosts with dead sources come first. Columns in a pipe: host, addresses,
    alive, moved, drifted, gone, soft-gone, blocked, down, refused, unchecked, dead, with an archived copy.

    With --by year: year, addresses, checked, alive, dead, share of the checked ones that is dead, with a copy.

    Up to three notes on standard error say what to do next.

    Examples:
        newsarc sources status -n 10
        newsarc sources status --since 2017 --json
        newsarc sources status --by year
    """
    from newsarc.cli.next_source_steps import next_steps, step_notes
    from newsarc.sources.ledger import read_all
    from newsarc.sources.next_steps import StepSurvey
    from newsarc.sources.states import SourceStates
    from newsarc.sources.status import addresses_by_year, status_by_host, status_by_year

    output = session.format(format, as_json)
    file = ledger_file(session)
    note_cached(session)
    ledger = read_all(file)
    states = SourceStates(ledger)
    survey = StepSurvey(states)

    def surveyed(events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if not session.quiet:
                survey.add(event)
            yield event

    cited: dict[int | None, list[str]] = {}
    try:
        cited = addresses_by_year(surveyed(read_events(session, [], filters)))
        if not cited:
            raise no_sources()
    except NotFoundError:
        if output not in ("json", "jsonl"):
            raise
        session.exit_code = ExitCode.NOTHING_FOUND
    addresses = list(dict.fromkeys(address for listed in cited.values() for address in listed))
    hosts = status_by_host(addresses, ledger.histories, ledger.searches)
    if by == "host":
        shown, total = hosts[:limit] if limit else hosts, len(hosts)
        view = _host_view(session, shown, ledger_head(session, file, len(shown), total))
    else:
        years = status_by_year(cited, ledger.histories, ledger.searches)
        of_limit, total = years[:limit] if limit else years, len(years)
        view = _year_view(session, of_limit, {"by": by, **ledger_head(session, file, len(of_limit), total)})
    write_view(session, view, output)
    if limit and limit < total:
        session.note(f"{limit:,} of {plural(total, by)} shown")
    for note in step_notes(survey.steps(next_steps(session, states)), filters):
        session.note(note)


def _host_view(session: Session, hosts: Sequence[HostStatus], head: Record) -> OutputView:
    from newsarc.output.json import host_status_record
    from newsarc.sources.status import COLUMNS

    def print_table() -> None:
        from newsarc.output.terminal.source_status import print_status

        with session.console() as console:
            print_status(console, hosts)

    records = json_of("hosts", map(host_status_record, hosts), lambda: head)
    return OutputView(COLUMNS, (host.row() for host in hosts), records, print_table)


def _year_view(session: Session, years: Sequence[YearStatus], head: Record) -> OutputView:
    from newsarc.output.json import year_status_record
    from newsarc.sources.status import YEAR_COLUMNS

    def print_table() -> None:
        from newsarc.output.terminal.source_status import print_years

        with session.console() as console:
            print_years(console, years)

    records = json_of("years", map(year_status_record, years), lambda: head)
    return OutputView(YEAR_COLUMNS, (year.row() for year in years), records, print_table)
