"""``newsarc sources check``."""

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
from newsarc.cli.source_selection import SourcesArgument, ledger_file, no_sources, read_events
from newsarc.output.humanize import about, addresses, plural

if TYPE_CHECKING:
    from newsarc.sources.check.plan import Plan
    from newsarc.sources.citations import Citation
    from newsarc.sources.history import Check

_FEW_HOSTS = 10


def check(
    session: Session,
    filters: Filters,
    sources: SourcesArgument = None,
    duration: DurationOption = None,
    rate: Annotated[
        float, typer.Option("--rate", min=0.01, max=10, metavar="N", help="Requests per second to one host.")
    ] = 1.0,
    seen_from: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="PLACE",
            help="Where you check from, such as home or ci; recorded with each check.",
            show_default=False,
        ),
    ] = "",
    yes: YesOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the hosts and how many addresses they have; connect to nothing.")
    ] = False,
) -> None:
    """Check over the network whether sources answer.

    Requests the page of each source from its host and records the answer in the ledger, which newsarc sources status
    and newsarc lint read. Only this command, newsarc sources copies and newsarc new --archived connect to anything.
    Skips sources that were checked within the last 20 hours. In a pipe, prints a line for each address: verdict, HTTP
    status, address, reason.

    Examples:
        newsarc sources check --dry-run
        newsarc sources check 2017-06 --dry-run
    """
    from newsarc.sources.check.plan import make_plan, pace_of
    from newsarc.sources.check.run import check_sources, require_checker
    from newsarc.sources.history import OUTCOMES
    from newsarc.sources.web_addresses import host_of_address

    seconds = seconds_of(duration)
    if not dry_run:
        require_checker()
    file = ledger_file(session)
    if dry_run:
        note_cached(session)
    elif yes:
        take_over_cached(session, file)
    citations = _citations(session, expand_refs(sources), filters)
    plan = make_plan(citations, read_with_cached(session, file).histories, dt.datetime.now(dt.UTC), seen_from)
    if not plan.citations:
        session.note(f"nothing to check: {addresses(plan.fresh)}, all checked within the last 20 hours")
        return
    action = f"request {_announcement(plan, rate, seconds)}"
    if not may_send(session, action, ("the hosts", plan.hosts()), yes=yes, dry_run=dry_run):
        return
    take_over_cached(session, file)
    cache = session.archive.cache
    total = len(plan.citations)
    report = RunReport(session, file, "checked", addresses(total), OUTCOMES)
    with report.of(total, seconds, dict(plan.hosts()), pace_of(1 / rate)):

        def tell(address: str, check: Check) -> None:
            reason = f"to {check.to}" if check.to else check.reason
            report.add(check.outcome, host_of_address(address), check.status or "", address, reason)

        check_sources(
            plan,
            file,
            cache.ledger_lock if cache is not None else None,
            contact=session.archive.config.sources.contact,
            interval=1 / rate,
            seconds=seconds,
            seen_from=seen_from,
            on_check=tell,
        )


def _citations(session: Session, refs: list[str], filters: Filters) -> dict[str, Citation]:
    """Return the addresses of the sources of events. Raises NotFoundError if there are none."""
    from newsarc.sources.citations import citations_in

    citations = citations_in(read_events(session, refs, filters))
    if not citations:
        raise no_sources()
    return citations


def _announcement(plan: Plan, rate: float, seconds: float) -> str:
    """Return what a run will request: how many addresses, on how many hosts, and how long that takes."""
    hosts = plan.hosts()
    largest, count = hosts[0]
    text = f"{addresses(len(plan.citations))} on {plural(len(hosts), 'host')}, at least {about(plan.seconds(1 / rate))}"
    if math.isfinite(seconds):
        text += f"; this run stops after {about(seconds)}"
    elif len(hosts) > 1 and count > _FEW_HOSTS:
        text += f" (most are on {largest}: {count:,})"
    return text + (f"; {plan.fresh:,} more were checked within the last 20 hours" if plan.fresh else "")
