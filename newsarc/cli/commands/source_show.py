"""``newsarc sources show``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsarc.archive.refs import refs_by_path
from newsarc.cli.cached_ledger import note_cached
from newsarc.cli.commands.names import NamesFormatOption
from newsarc.cli.options import JsonOption, expand_refs
from newsarc.cli.session import Session
from newsarc.cli.source_selection import (
    NO_FILTERS,
    RequiredSourcesArgument,
    events_citing,
    events_of,
    find_sources,
    ledger_file,
    ledger_head,
    no_sources,
    url_addresses,
)
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.sources.citations import citations_in

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.output.json_types import Record
    from newsarc.sources.reports import SourceReport
    from newsarc.sources.states import CitedSource


def show(
    session: Session,
    sources: RequiredSourcesArgument,
    format: NamesFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything known about a source.

    Shows where it is cited, what each check found, its archived copy for the date of each event or why there is none,
    and what to do next. Reads the ledger that newsarc sources check writes, and connects to nothing. SOURCE may be an
    address in the ledger that no event cites any more.

    In a pipe, prints a line for each fact: URL, kind (verdict, cited, check, copy or next), date, value, detail.

    Examples:
        newsarc sources show 2017-06-16/russian
        newsarc sources show 2017-06 --json
    """
    output = session.format(format, as_json)
    file = ledger_file(session)
    note_cached(session)
    reports = _reports(session, file, expand_refs(sources))
    view = _view(session, reports, ledger_head(session, file, len(reports), len(reports)))
    write_view(session, view, output)
    if not file.exists():
        session.note("nothing has been checked yet; run newsarc sources check")


def _reports(session: Session, file: Path, words: Sequence[str]) -> list[SourceReport]:
    from newsarc.cli.next_source_steps import next_steps
    from newsarc.sources.archived.copy_plan import cited_dates
    from newsarc.sources.reports import source_report
    from newsarc.sources.states import cited_sources, read_states_of

    of_words = {address for word in words for address in url_addresses(word)}
    known = read_states_of(file, of_words).addresses() if of_words else frozenset()
    found = find_sources(session, words, NO_FILTERS, known)
    wanted: dict[str, None] = {}
    for one in found.wanted:
        wanted.update(dict.fromkeys([one] if isinstance(one, str) else citations_in(events_of(session, one))))
    if not wanted:
        raise no_sources()
    states = read_states_of(file, wanted)
    events = [*found.citing.values(), *events_citing(session, set(wanted) - of_words)]
    cited: dict[str, list[CitedSource]] = defaultdict(list)
    for source in cited_sources(events, states):
        cited[source.address].append(source)
    steps, dates = next_steps(session, states), cited_dates(events)

    def report(address: str) -> SourceReport:
        places = tuple(cited[address])
        uncited = [one for one in places if one.source.archived is None]
        step = steps.of(address, states.of_address(address), uncited, dates.get(address, {})) if places else None
        return source_report(address, places, states, step)

    return list(map(report, wanted))


def _view(session: Session, reports: Sequence[SourceReport], head: Record) -> OutputView:
    from newsarc.output.json import source_report_record
    from newsarc.sources.reports import COLUMNS

    def print_table() -> None:
        from newsarc.output.terminal.source_report import print_source_report

        with session.console() as console:
            for number, report in enumerate(reports):
                if number:
                    console.rule(style="dim")
                paths = dict.fromkeys(one.event.path for one in report.cited)
                print_source_report(console, report, refs_by_path(paths, session.archive.tree), session.here)

    return OutputView(
        COLUMNS,
        (row for report in reports for row in report.rows(session.here)),
        json_of("sources", map(source_report_record, reports), lambda: head),
        print_table,
    )
