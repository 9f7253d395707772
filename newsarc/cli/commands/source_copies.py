"""``newsarc sources copies``."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.cached_ledger import note_cached, take_over_cached
from newsarc.cli.commands.sources import addresses, agreed, ledger_file, read_events
from newsarc.cli.durations import about, seconds_of
from newsarc.cli.event_filter import Filters
from newsarc.cli.options import RefsArgument, expand_refs
from newsarc.cli.session import Session
from newsarc.cli.streams import OutputEndedError
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.output.terminal.console import is_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.output.terminal.source_status import CheckProgress
    from newsarc.sources.copy_plan import CopyPlan
    from newsarc.sources.copy_run import Rest
    from newsarc.sources.copy_search import CopySearch

_FOUND = "found"


def copies(
    session: Session,
    filters: Filters,
    refs: RefsArgument = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Look for copies of all sources, not only dead ones.")
    ] = False,
    duration: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", help="Stop after this time: 30m, 2h or 1h30m. The next run goes on."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the first request.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the addresses that would be sent; connect to nothing.")
    ] = False,
) -> None:
    """Find archived copies of dead sources.

    Sends the addresses of sources that are dead (newsarc sources status) to web.archive.org and, where that has no copy
    from the time of the event, to arquivo.pt. Records in the ledger the copy nearest to the date of each event, or why
    there is none. What was found is not searched for again, what was not found only after 30 days. In a pipe, prints a
    line for each source and date: found or why not, date of the event, date of the copy, days between them, address,
    URL of the copy.

    Examples:
        newsarc sources copies --dry-run
        newsarc sources copies 2017-06 --all --dry-run
    """
    from newsarc.sources.copy_plan import cited_dates, make_copy_plan
    from newsarc.sources.ledger import read_all
    from newsarc.sources.verdicts import judge

    seconds = seconds_of(duration)
    if not dry_run:
        from newsarc.sources.run import require_client

        require_client("newsarc sources copies")
    file = ledger_file(session)
    if dry_run:
        note_cached(session)
    else:
        take_over_cached(session, file)
    ledger = read_all(file)
    among = None if everything else judge(ledger.histories).dead
    if among is not None and not among:
        session.note("no source is known to be dead; newsarc sources check finds out, --all looks for copies of others")
        return
    dates = cited_dates(read_events(session, expand_refs(refs), filters))
    plan = make_copy_plan(dates, ledger.searches, dt.datetime.now(dt.UTC), among)
    if not plan.wanted:
        session.note(_why_nothing(plan, everything))
        return
    if dry_run:
        session.write(tab_separated((address,) for address in plan.addresses))
        session.note(f"would {announcement(plan, seconds)}")
        return
    if not agreed(session, announcement(plan, seconds), "list them", yes=yes):
        session.note("nothing was sent")
        return
    _search(session, plan, file, seconds)


def _search(session: Session, plan: CopyPlan, file: Path, seconds: float) -> None:
    from newsarc.sources.copy_run import find_copies

    cache = session.archive.cache
    report = _Report(session, len(plan.wanted))
    rest = None
    try:
        rest = find_copies(
            plan,
            file,
            cache.ledger_lock if cache is not None else None,
            folder=cache.folder if cache is not None else None,
            contact=session.archive.config.sources.contact,
            seconds=seconds,
            on_search=report.add,
        )
    except OutputEndedError:
        session.quiet = True  # nobody reads any more
        raise
    finally:
        report.close(file, rest)


def _why_nothing(plan: CopyPlan, everything: bool) -> str:
    if plan.known:
        known = plural(plan.known, "source")
        return f"nothing to look for: {known}, all found, or searched for within the last 30 days"
    return f"nothing to look for: no {'' if everything else 'dead '}source without a copy that an archive may know"


def announcement(plan: CopyPlan, seconds: float = math.inf) -> str:
    """Return what a run is about to do: how many addresses it sends to whom, and how long that takes."""
    least, most = (about(estimate) for estimate in plan.seconds())
    number = len(plan.addresses)
    text = f"send {addresses(number)} to web.archive.org and, where no copy is there, to arquivo.pt"
    text += f", about {least}{f' to {most}' if most != least else ''}"
    if math.isfinite(seconds):
        text += f"; this run stops after {about(seconds)}"
    return text


class _Report:
    """Tells how a run goes: on a terminal in one line, in a pipe with a line for each source and date."""

    def __init__(self, session: Session, total: int) -> None:
        self._session = session
        self._total = total
        self._counts: Counter[str] = Counter()
        self._progress: CheckProgress | None = None
        self._is_in_pipe = not is_terminal(sys.stdout)
        if not self._is_in_pipe and is_terminal(sys.stderr) and not session.quiet:
            from newsarc.output.terminal.source_status import CheckProgress

            self._progress = CheckProgress(total)

    def add(self, address: str, search: CopySearch) -> None:
        """Tell of a search."""
        copy = search.copy
        result = search.why or _FOUND
        self._counts[result] += 1
        if self._progress is not None:
            self._progress.add(result)
        elif self._is_in_pipe:
            found = (copy.at.date(), copy.days, address, copy.url) if copy is not None else ("", "", address, "")
            self._session.write(tab_separated([(result, search.date, *found)]))

    def close(self, file: Path, rest: Rest | None) -> None:
        """Tell what was found in all, and which archive wanted to be left alone."""
        if self._progress is not None:
            self._progress.close()
        if total := self._counts.total():
            found = ", ".join(f"{number:,} {result}" for result, number in self._counts.most_common())
            self._session.note(f"looked for {total:,} of {self._total:,} copies: {found}; recorded in {file}")
        if rest is not None:
            archive, until = rest
            self._session.note(
                f"{archive.name} wants to be left alone until {until:%Y-%m-%d %H:%M} UTC; a run after that goes on"
            )
