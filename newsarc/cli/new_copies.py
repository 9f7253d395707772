"""Archived copies beside the sources of a new event: what ``newsarc new --archived`` does before it writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from newsarc.cli.commands.source_copies import announcement
from newsarc.cli.session import Session
from newsarc.cli.source_requests import agreed
from newsarc.cli.source_selection import ledger_file
from newsarc.errors import LedgerInUseError, NetworkError
from newsarc.lint.edits import apply
from newsarc.lint.finding import Edit
from newsarc.parser.page import page_lines
from newsarc.sources.archived.archived_links import archived_word, copy_insertion
from newsarc.sources.archived.copy_plan import CopyPlan, cited_dates, make_copy_plan
from newsarc.sources.archived.copy_run import find_copies
from newsarc.sources.archived.copy_search import Copy, known_copy
from newsarc.sources.ledger import read_all
from newsarc.sources.web_addresses import web_address

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.model import Event
    from newsarc.storage.changeset import FileChange


def with_copies(session: Session, page: FileChange, *, may_ask: bool, agrees: bool) -> FileChange:
    """Return the draft of an event page with the archived copy nearest to its date beside each source.

    Copies that the ledger does not know are looked for if ``may_ask`` and the user agrees; ``agrees`` is whether that
    is known already. Where there is none, the source stays alone, and a note says why. Raises UsageError if nobody can
    be asked, and ArchiveError for an invalid ledger.
    """
    event = session.archive.parse_event(page.path, page.after)
    file = ledger_file(session)
    plan = make_copy_plan(cited_dates([event]), read_all(file).searches, dt.datetime.now(dt.UTC))
    was_asked = bool(plan.wanted) and _ask(session, plan, file, may_ask=may_ask, agrees=agrees)
    searches = read_all(file).searches
    lines = page_lines(page.after)
    edits: list[tuple[Edit]] = []
    lacking: list[str] = []
    sought = {address for address, _ in plan.wanted}
    for source in event.sources:
        if source.is_cover_image:
            continue
        address = web_address(source.url) or ""
        found = searches.get(address, ())
        if (copy := known_copy(found, address, event.date)) is None:
            why = next((search.why for search in found if search.date == event.date and search.why), None)
            unasked = "no-answer" if was_asked and address in sought else "not searched for"
            lacking.append(f"{source.url} ({why or unasked})")
            continue
        place = copy_insertion(lines[source.line - 1], source, copy, archived_word(event))
        if place is None:
            lacking.append(f"{source.url} (no room beside it for {copy.url})")
            continue
        edits.append((Edit(page.path, source.line, place[0] + 1, source.line, place[0] + 1, place[1]),))
        _warn_of_distance(session, event, copy)
    if lacking:
        session.note(f"no copy is cited beside {', '.join(lacking)}")
    return replace(page, after=apply(page.after, edits))


def _ask(session: Session, plan: CopyPlan, file: Path, *, may_ask: bool, agrees: bool) -> bool:
    """Ask the archives for the copies of ``plan``, if the user agrees. Return whether they were asked."""
    if not may_ask:
        session.note(f"would {announcement(plan)}")
        return False
    if not agreed(session, announcement(plan), "show the page", yes=agrees):
        return False
    contact = session.archive.config.sources.contact
    cache = session.archive.cache
    lock, folder = (cache.ledger_lock, cache.folder) if cache is not None else (None, None)
    try:  # the event is worth writing down in any case
        find_copies(plan, file, lock, folder=folder, contact=contact)
    except NetworkError:  # a note says later that nobody answered
        return True
    except LedgerInUseError as error:
        session.note(f"{error}; the archives were not asked")
        return False
    return True


def _warn_of_distance(session: Session, event: Event, copy: Copy) -> None:
    if not copy.is_from_then:
        session.note(f"the nearest copy is from {copy.at.date()}, the event from {event.date}; look at it: {copy.url}")
