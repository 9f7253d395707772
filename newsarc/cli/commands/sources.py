"""``newsarc sources check`` and ``newsarc sources status``."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.commands.names import NamesFormatOption
from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.options import JsonOption, RefsArgument, expand_refs
from newsarc.cli.session import Session
from newsarc.cli.streams import OutputEndedError
from newsarc.cli.view import OutputView, json_of, write_view
from newsarc.errors import ExitCode, NotFoundError, UsageError
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.output.terminal.console import is_terminal
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.model import Event
    from newsarc.output.terminal.source_status import CheckProgress
    from newsarc.sources.citations import Citation
    from newsarc.sources.history import Check
    from newsarc.sources.plan import Plan
    from newsarc.sources.status import HostStatus

_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", re.ASCII)
_FEW_HOSTS = 10


def check(
    session: Session,
    filters: Filters,
    refs: RefsArgument = None,
    duration: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", help="Stop after this time: 30m, 2h or 1h30m. The next run goes on."),
    ] = None,
    rate: Annotated[
        float, typer.Option("--rate", min=0.01, max=10, metavar="N", help="Requests per second to one host.")
    ] = 1.0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the first request.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the hosts and how many addresses they have; connect to nothing.")
    ] = False,
) -> None:
    """Check over the network whether sources answer.

    Asks the host of each source for its page, and records the answer in the ledger, which newsarc sources status and
    newsarc lint read. This is the only command that connects to anything. What was checked within the last 20 hours is
    left out. In a pipe, prints a line for each address: verdict, HTTP status, address, reason.

    Examples:
        newsarc sources check --dry-run
        newsarc sources check 2017-06 --dry-run
    """
    from newsarc.sources.ledger import read_ledger
    from newsarc.sources.plan import make_plan
    from newsarc.sources.run import check_sources, require_client

    seconds = _seconds(duration)
    if not dry_run:
        require_client()
    file = _ledger(session)
    citations = _citations(session, expand_refs(refs), filters)
    plan = make_plan(citations, read_ledger(file), dt.datetime.now(dt.UTC))
    if not plan.citations:
        session.note(f"nothing to check: {_addresses(plan.fresh)}, all checked within the last 20 hours")
        return
    if dry_run:
        session.write(tab_separated(plan.hosts()))
        session.note(_announcement(plan, rate, seconds))
        return
    contact = session.archive.config.sources.contact
    if not yes and not _agreed(_announcement(plan, rate, seconds), contact):
        session.note("nothing was checked")
        return
    cache = session.archive.cache
    report = _Report(session, len(plan.citations))
    try:
        check_sources(
            plan,
            file,
            cache.ledger_lock if cache is not None else None,
            contact=contact,
            interval=1 / rate,
            seconds=seconds,
            on_check=report.add,
        )
    except OutputEndedError:
        session.quiet = True  # nobody reads any more
        raise
    finally:
        report.close(file)


class _Report:
    """Tells how a run goes: on a terminal in one line, in a pipe with a line for each address."""

    def __init__(self, session: Session, total: int) -> None:
        self._session = session
        self._total = total
        self._counts: Counter[str] = Counter()
        self._progress: CheckProgress | None = None
        self._is_in_pipe = not is_terminal(sys.stdout)
        if not self._is_in_pipe and is_terminal(sys.stderr) and not session.quiet:
            from newsarc.output.terminal.source_status import CheckProgress

            self._progress = CheckProgress(total)

    def add(self, address: str, check: Check) -> None:
        """Tell of a check."""
        self._counts[check.outcome] += 1
        if self._progress is not None:
            self._progress.add(check.outcome)
        elif self._is_in_pipe:
            reason = f"to {check.to}" if check.to else check.reason
            self._session.write(tab_separated([(check.outcome, check.status or "", address, reason)]))

    def close(self, file: Path) -> None:
        """Tell what was found in all."""
        if self._progress is not None:
            self._progress.close()
        if total := self._counts.total():
            found = ", ".join(f"{number:,} {verdict}" for verdict, number in self._counts.most_common())
            checked = f"checked {total:,} of {_addresses(self._total)}"
            self._session.note(f"{checked}: {found}; recorded in {file}")


def status(
    session: Session,
    filters: Filters,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, help="Maximum number of hosts (0 for no limit).", show_default=False)
    ] = 0,
    format: NamesFormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is known of sources, by host.

    Reads the ledger that newsarc sources check writes, and connects to nothing. A source is dead if it was gone three
    times over seven days or more. Hosts with dead sources come first. Columns in a pipe: host, addresses, alive, moved,
    gone, soft-gone, blocked, down, refused, unchecked, dead.

    Examples:
        newsarc sources status -n 10
        newsarc sources status --since 2017 --json
    """
    from newsarc.output.json import host_status_record
    from newsarc.sources.ledger import read_ledger
    from newsarc.sources.status import COLUMNS, status_by_host

    output = session.format(format, as_json)
    file = _ledger(session)
    hosts: list[HostStatus] = []
    try:
        hosts = status_by_host(_citations(session, [], filters), read_ledger(file))
    except NotFoundError:
        if output not in ("json", "jsonl"):
            raise
        session.exit_code = ExitCode.NOTHING_FOUND
    shown = hosts[:limit] if limit else hosts

    def head() -> dict[str, object]:
        place = str(file) if file.exists() else None
        return {"archive": str(session.archive.root), "ledger": place, "count": len(shown), "total": len(hosts)}

    write_view(
        session,
        OutputView(
            COLUMNS,
            (host.row() for host in shown),
            json_of("hosts", map(host_status_record, shown), head),
            lambda: _print_table(session, shown),
        ),
        output,
    )
    if len(shown) < len(hosts):
        session.note(f"{len(shown):,} of {plural(len(hosts), 'host')} shown")
    if not file.exists():
        session.note("nothing was checked yet; newsarc sources check does that")
    elif any(host.dead or host.failure for host in hosts):
        session.note("newsarc lint --select NA304 shows where dead sources are cited")


def _ledger(session: Session) -> Path:
    """Return the path of the ledger. Raises ConfigError, and UsageError if there is no place for it."""
    from newsarc.sources.ledger import find_ledger

    archive = session.archive
    file = find_ledger(archive.root, archive.config.sources, archive.cache)
    if file is None:
        raise UsageError(
            "no place for the ledger of sources without a cache folder; create an empty sources.jsonl in the archive "
            "root"
        )
    return file


def _citations(session: Session, refs: list[str], filters: Filters) -> dict[str, Citation]:
    """Return the addresses of the sources of events. Raises NotFoundError if there are none."""
    from newsarc.sources.citations import citations_in

    archive = session.archive
    selection = select_events(archive, session.resolve(refs), filters)
    index = archive.index(selection.days)
    paths = [row.path for row in index.events(selection.filter)]
    if not paths:
        raise nothing_found(archive.index(), selection.filter)
    citations = citations_in(_read(session, paths))
    if not citations:
        raise NotFoundError("no event has a source with a web address")
    return citations


def _read(session: Session, paths: list[str]) -> Iterator[Event]:
    from newsarc.output.terminal.progress import ProgressBar

    with ProgressBar("Reading sources", is_wanted=not session.quiet) as progress:
        for number, path in enumerate(paths, 1):
            event = session.archive.try_load(path)
            progress(number, len(paths))
            if event is not None:
                yield event


def _seconds(duration: str | None) -> float:
    """Return the seconds of ``--for``. Raises UsageError."""
    match = _DURATION.fullmatch(duration) if duration is not None else None
    if duration is None:
        return math.inf
    if match is None or not any(match.groups()):
        raise UsageError(f'--for: "{duration}" is not a time; use 30m, 2h or 1h30m')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(3600 * hours + 60 * minutes + seconds)


def _announcement(plan: Plan, rate: float, seconds: float) -> str:
    """Return what a run is about to do: how many addresses, on how many hosts, and how long."""
    hosts = plan.hosts()
    largest, count = hosts[0]
    estimate = plan.seconds(1 / rate)
    text = f"{_addresses(len(plan.citations))} on {plural(len(hosts), 'host')}, about {_about(estimate)}"
    if estimate > seconds:
        text += f", of which this run takes {_about(seconds)}"
    elif len(hosts) > 1 and count > _FEW_HOSTS:
        text += f" (most are on {largest}: {count:,})"
    return text + (f"; {plan.fresh:,} more were checked within the last 20 hours" if plan.fresh else "")


def _addresses(number: int) -> str:
    return "1 address" if number == 1 else f"{number:,} addresses"


def _about(seconds: float) -> str:
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return plural(round(seconds / length), unit)
    return plural(max(1, round(seconds)), "second")


def _agreed(announcement: str, contact: str) -> bool:
    """Whether the user agrees to the requests. Raises UsageError without a terminal."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise UsageError(f"would ask for {announcement}; use --yes to do so, --dry-run to list the hosts")
    signed = f"signed with {contact}" if contact else "without a contact (sources.contact in the configuration)"
    sys.stderr.write(f"{visible(f'Ask for {announcement}?')}\n")
    sys.stderr.write(visible(f"The requests come from this machine, {signed}. [y/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _print_table(session: Session, hosts: Sequence[HostStatus]) -> None:
    from newsarc.output.terminal.source_status import print_status

    with session.console() as console:
        print_status(console, hosts)
