"""``newsarc sources check``, and what it has in common with the other commands about sources."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.cached_ledger import note_cached, take_over_cached
from newsarc.cli.durations import about, seconds_of
from newsarc.cli.event_filter import Filters, nothing_found, select_events
from newsarc.cli.options import RefsArgument, expand_refs
from newsarc.cli.session import Session
from newsarc.cli.streams import OutputEndedError
from newsarc.errors import NotFoundError, UsageError
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
    seen_from: Annotated[
        str,
        typer.Option(
            "--from", metavar="PLACE", help="Where you check from, such as home or ci: noted with each check."
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the first request.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the hosts and how many addresses they have; connect to nothing.")
    ] = False,
) -> None:
    """Check over the network whether sources answer.

    Asks the host of each source for its page, and records the answer in the ledger, which newsarc sources status and
    newsarc lint read. Only this command, newsarc sources copies and newsarc new --archived connect to anything. What
    was checked within the last 20 hours is left out. In a pipe, prints a line for each address: verdict, HTTP status,
    address, reason.

    Examples:
        newsarc sources check --dry-run
        newsarc sources check 2017-06 --dry-run
    """
    from newsarc.sources.ledger import read_ledger
    from newsarc.sources.plan import make_plan
    from newsarc.sources.run import check_sources, require_client

    seconds = seconds_of(duration)
    if not dry_run:
        require_client()
    file = ledger_file(session)
    if dry_run:
        note_cached(session)
    else:
        take_over_cached(session, file)
    citations = _citations(session, expand_refs(refs), filters)
    plan = make_plan(citations, read_ledger(file), dt.datetime.now(dt.UTC), seen_from)
    if not plan.citations:
        session.note(f"nothing to check: {addresses(plan.fresh)}, all checked within the last 20 hours")
        return
    if dry_run:
        session.write(tab_separated(plan.hosts()))
        session.note(_announcement(plan, rate, seconds))
        return
    if not agreed(session, f"ask for {_announcement(plan, rate, seconds)}", "list the hosts", yes=yes):
        session.note("nothing was checked")
        return
    cache = session.archive.cache
    report = _Report(session, len(plan.citations))
    try:
        check_sources(
            plan,
            file,
            cache.ledger_lock if cache is not None else None,
            contact=session.archive.config.sources.contact,
            interval=1 / rate,
            seconds=seconds,
            seen_from=seen_from,
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
            checked = f"checked {total:,} of {addresses(self._total)}"
            self._session.note(f"{checked}: {found}; recorded in {file}")


def ledger_file(session: Session) -> Path:
    """Return the path of the ledger. Raises ConfigError, and UsageError if there is no place for it."""
    from newsarc.sources.ledger_place import find_ledger

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

    citations = citations_in(read_events(session, refs, filters))
    if not citations:
        raise NotFoundError("no event has a source with a web address")
    return citations


def read_events(session: Session, refs: list[str], filters: Filters) -> Iterator[Event]:
    """Yield the events that ``refs`` and ``filters`` select, with a progress bar. Raises NotFoundError without any."""
    from newsarc.output.terminal.progress import ProgressBar

    archive = session.archive
    selection = select_events(archive, session.resolve(refs), filters)
    index = archive.index(selection.days)
    paths = [row.path for row in index.events(selection.filter)]
    if not paths:
        raise nothing_found(archive.index(), selection.filter)
    with ProgressBar("Reading sources", is_wanted=not session.quiet) as progress:
        for number, path in enumerate(paths, 1):
            event = archive.try_load(path)
            progress(number, len(paths))
            if event is not None:
                yield event


def _announcement(plan: Plan, rate: float, seconds: float) -> str:
    """Return what a run is about to do: how many addresses, on how many hosts, and how long."""
    hosts = plan.hosts()
    largest, count = hosts[0]
    text = f"{addresses(len(plan.citations))} on {plural(len(hosts), 'host')}, at least {about(plan.seconds(1 / rate))}"
    if math.isfinite(seconds):
        text += f"; this run stops after {about(seconds)}"
    elif len(hosts) > 1 and count > _FEW_HOSTS:
        text += f" (most are on {largest}: {count:,})"
    return text + (f"; {plan.fresh:,} more were checked within the last 20 hours" if plan.fresh else "")


def addresses(number: int) -> str:
    """Return ``1 address`` or ``2 addresses``."""
    return "1 address" if number == 1 else f"{number:,} addresses"


def agreed(session: Session, action: str, instead: str, *, yes: bool) -> bool:
    """Whether the user agrees to requests. ``action`` says what they are, ``instead`` what ``--dry-run`` does.

    With ``yes``, the user does, and is told in a note. Raises UsageError without a terminal.
    """
    if yes:
        session.note(f"will {action}")
        return True
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        raise UsageError(f"would {action}; use --yes to do so, --dry-run to {instead}")
    contact = session.archive.config.sources.contact
    signed = f"signed with {contact}" if contact else "without a contact (sources.contact in the configuration)"
    sys.stderr.write(f"{visible(f'{action[0].upper()}{action[1:]}?')}\n")
    sys.stderr.write(visible(f"The requests come from this machine, {signed}. [y/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
