"""``newsarc sources copies``."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.cached_ledger import note_cached, read_with_cached, take_over_cached
from newsarc.cli.durations import seconds_of
from newsarc.cli.event_filter import Filters
from newsarc.cli.options import expand_refs
from newsarc.cli.session import Session
from newsarc.cli.source_requests import DurationOption, RunReport, YesOption, may_send
from newsarc.cli.source_selection import SourcesArgument, ledger_file, read_events
from newsarc.output.humanize import about, addresses, plural

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.sources.archived.copy_plan import CopyPlan
    from newsarc.sources.archived.copy_search import CopySearch

_FOUND = "found"


def copies(
    session: Session,
    filters: Filters,
    sources: SourcesArgument = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Look for copies of all sources, not only dead ones.")
    ] = False,
    duration: DurationOption = None,
    yes: YesOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the addresses that would be sent; connect to nothing.")
    ] = False,
) -> None:
    """Find archived copies of dead sources.

    Sends the addresses of dead sources, and of sources at hosts where every source fails, to web.archive.org. If that
    has no copy from the time of the event, sends them to arquivo.pt, too. Records in the ledger the copy nearest to the
    date of each event, or why there is none. Skips copies that were found, and those that were not found in the last 30
    days. In a pipe, prints a line for each source and date: found or why not, date of the event, date of the copy, days
    between them, address, URL of the copy.

    Examples:
        newsarc sources copies --dry-run
        newsarc sources copies 2017-06 --all --dry-run
    """
    from newsarc.sources.archived.copy_plan import cited_dates, make_copy_plan
    from newsarc.sources.verdicts import judge

    seconds = seconds_of(duration)
    if not dry_run:
        from newsarc.sources.check.run import require_client

        require_client("newsarc sources copies")
    file = ledger_file(session)
    if dry_run:
        note_cached(session)
    elif yes:
        take_over_cached(session, file)
    ledger = read_with_cached(session, file)
    judgement = judge(ledger.histories)
    among = None if everything else judgement.at_failing_hosts.union(judgement.dead)
    if among is not None and not among:
        session.note(
            "no dead sources are known; run newsarc sources check, or use --all to look for copies of all sources"
        )
        return
    dates = cited_dates(read_events(session, expand_refs(sources), filters))
    plan = make_copy_plan(dates, ledger.searches, dt.datetime.now(dt.UTC), among)
    if not plan.wanted:
        session.note(_why_nothing(plan, everything))
        return
    listing = ("them", ((address,) for address in plan.addresses))
    if may_send(session, announcement(plan, seconds), listing, yes=yes, dry_run=dry_run):
        take_over_cached(session, file)
        _search(session, plan, file, seconds)


def _search(session: Session, plan: CopyPlan, file: Path, seconds: float) -> None:
    from newsarc.sources.archived.copy_run import find_copies
    from newsarc.sources.archived.copy_search import WHYS

    cache = session.archive.cache
    total = len(plan.wanted)
    report = RunReport(session, file, "looked for", f"{total:,} copies", (_FOUND, *WHYS))
    with report.of(total, seconds):

        def tell(address: str, search: CopySearch) -> None:
            copy = search.copy
            found = (copy.at.date(), copy.days, address, copy.url) if copy is not None else ("", "", address, "")
            report.add(search.why or _FOUND, "", search.date, *found)

        rest = find_copies(
            plan,
            file,
            cache.ledger_lock if cache is not None else None,
            folder=cache.folder if cache is not None else None,
            contact=session.archive.config.sources.contact,
            seconds=seconds,
            on_search=tell,
        )
    if rest is not None:
        session.note(str(rest))


def _why_nothing(plan: CopyPlan, everything: bool) -> str:
    if plan.known:
        known = plural(plan.known, "source")
        return f"nothing to look for: {known} with a known copy or a search in the last 30 days"
    if everything:
        return "nothing to look for: no source with a public address lacks an archived copy"
    return (
        "nothing to look for: no dead source with a public address lacks an archived copy; --all includes living ones"
    )


def announcement(plan: CopyPlan, seconds: float = math.inf) -> str:
    """Return what a run will do: how many addresses it sends, to whom, and how long that takes."""
    least, most = (about(estimate) for estimate in plan.seconds())
    number = len(plan.addresses)
    text = f"send {addresses(number)} to web.archive.org and, if it has no copy, to arquivo.pt"
    text += f", about {least}{f' to {most}' if most != least else ''}"
    if math.isfinite(seconds):
        text += f"; this run stops after {about(seconds)}"
    return text
