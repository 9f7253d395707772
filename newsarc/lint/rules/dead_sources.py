"""NA3: dead, moved and drifted sources, according to the ledger. No rule connects to anything."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from newsarc.errors import PageError
from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.rules.rule import ArchiveRule, RuleScope
from newsarc.parser.page import page_lines
from newsarc.sources.archived.copy_search import Copy, Searches, known_copy
from newsarc.sources.ledger import Ledger, read_all
from newsarc.sources.ledger_place import find_ledger
from newsarc.sources.verdicts import drifted_since, judge, moved_to
from newsarc.sources.web_addresses import host_of_address, web_address

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.event_table import EventTable
    from newsarc.model import Event, Source


class _LedgerRule(ArchiveRule):
    """A rule that reports what the ledger says about sources. Without a ledger, it reports nothing."""

    depends_on_ledger = True
    checks_day_pages = False

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        file = find_ledger(reader.root, reader.config.sources, reader.cache)
        ledger = _read_once(file) if file is not None else Ledger({}, {})
        if ledger.histories:
            yield from self.judged(ledger, _SourceFinder(events, reader))

    @abstractmethod
    def judged(self, ledger: Ledger, sources: _SourceFinder) -> Iterator[Finding]:
        """Yield the findings that follow from the ledger."""


def _read_once(file: Path) -> Ledger:
    """Return the ledger, which the rules of one run read once."""
    try:
        status = file.stat()
    except OSError:
        return read_all(file)
    return _read(file, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(1)
def _read(file: Path, state: tuple[int, ...]) -> Ledger:
    return read_all(file)


class _Cited(NamedTuple):
    """A source of an event: its address, and its line on the page."""

    event: Event
    source: Source
    address: str
    line: str


class _SourceFinder:
    """Finds where addresses are cited."""

    def __init__(self, events: EventTable, reader: PageReader) -> None:
        self._events = events
        self._reader = reader
        self.may_cite_copies = reader.layout is None  # in a post, the parser does not read the second link as a copy

    def at(self, addresses: Collection[str]) -> Iterator[_Cited]:
        """Yield each citation of ``addresses``, sorted by path."""
        hosts = {host_of_address(address).removeprefix("www.") for address in addresses}
        for path in self._events.with_sources_at(hosts) if addresses else ():
            try:
                text = self._reader.tree.read(path)
                event = self._reader.parse_unchecked(path, text)
            except PageError:  # it was readable a moment ago; the next run reports it
                continue
            lines = page_lines(text)
            for source in event.sources:
                if (address := web_address(source.url)) in addresses and not source.is_cover_image:
                    yield _Cited(event, source, address or "", lines[source.line - 1])


class DeadSource(_LedgerRule):
    """A source is gone: its page no longer exists.

    Readers who doubt the event can no longer check it. Look for the report at another address of the same paper, or
    cite an archived copy beside the source. This rule does not report a source with a copy beside it.

    `newsarc sources check` requests the sources and records the answers in a ledger. This rule reads the ledger and
    connects to nothing; without a ledger, it reports nothing. A source is dead if three checks over seven days or more
    found it gone: 404, 410, no such host, or the page that the host shows for any address. A page that programs cannot
    read is not dead, and neither is one whose server is down.

    `newsarc sources copies` looks for archived copies, and `--fix` cites those from the day before the event to 30 days
    after it. Other copies may show a different page, so they require `--unsafe-fixes`.

    If every source at a host has failed for that long, the rule reports this once, where the first of them is cited.
    Open it in a browser. If you can read it, the host only keeps programs out: suppress the finding. If you cannot,
    `newsarc sources copies` looks for copies of all of them. The rule then reports each source that has a copy, and
    `--unsafe-fixes` cites it.

    Bad:

        1. [The Harbour Gazette](https://gazette.example.org/2009/bridges)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/2009/bridges) ([archived 2009-05-04](https://web.archive.org/web/20090504120000/https://gazette.example.org/2009/bridges))
    """

    code = "NA304"
    name = "dead-source"
    summary = "a source is gone, according to the ledger of newsarc sources check"
    severity = "warning"
    in_sites = True

    def judged(self, ledger: Ledger, sources: _SourceFinder) -> Iterator[Finding]:
        judgement = judge(ledger.histories)
        failing = judgement.at_failing_hosts
        told: set[str] = set()
        for cited in sources.at(failing | set(judgement.dead)):
            path, source, address = cited.event.path, cited.source, cited.address
            if source.archived is not None:
                continue
            first, host = judgement.dead.get(address), host_of_address(address)
            searches = ledger.searches.get(address, ())
            copy = known_copy(searches, address, cited.event.date)
            fix = _fix(cited, copy, is_dead=first is not None) if copy is not None and sources.may_cite_copies else None
            if fix is not None or address not in failing:
                what = f"the source has been gone since {first.at.date()}: {first.reason}" if first is not None else ""
                message = f"{what or judgement.failing[host]}{_about_copy(cited, copy, searches)}"
                yield self.at(path, source, message, fix=fix)
            elif host not in told:
                told.add(host)
                yield self.at(path, source, str(judgement.failing[host]))


def _about_copy(cited: _Cited, copy: Copy | None, searches: Searches) -> str:
    """Return what is known about the copy of a source, in parentheses; empty if none can be found."""
    if copy is not None:
        return f" (archived copy of {copy.at.date()})"
    if any(search.date == cited.event.date and search.is_final for search in searches):
        return " (no archived copy)"
    from newsarc.sources.archived.copy_plan import may_be_archived

    is_findable = cited.event.date is not None and may_be_archived(cited.address)
    return " (find a copy with newsarc sources copies)" if is_findable else ""


def _fix(cited: _Cited, copy: Copy, *, is_dead: bool) -> Fix | None:
    """Return the fix that cites a copy beside a source; None if its line cannot take another link.

    It is safe only if the source itself is dead, not just at a host that fails.
    """
    from newsarc.sources.archived.archived_links import archived_word, copy_insertion, is_certain

    found = copy_insertion(cited.line, cited.source, copy, archived_word(cited.event))
    if found is None:
        return None
    at, line = found[0] + 1, cited.source.line
    is_safe = is_dead and is_certain(copy, cited.event.date)
    return Fix(is_safe, (Edit(cited.event.path, line, at, line, at, found[1]),))


class MovedSource(_LedgerRule):
    """A source has moved for good: its server redirects to another address.

    The site may remove the redirect one day, and then the new address is hard to find. Like NA304, this rule reads the
    ledger of `newsarc sources check`. It ignores redirects that only add `https`, `www.` or a slash, and redirects to a
    front page or to a page with another title.

    Bad:

        1. [The Harbour Gazette](https://gazette.example.org/?p=12)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/2019/03/01/bridges)
    """

    code = "NA305"
    name = "moved-source"
    summary = "a source has moved for good, according to the ledger of newsarc sources check"
    severity = "warning"
    in_sites = True

    def judged(self, ledger: Ledger, sources: _SourceFinder) -> Iterator[Finding]:
        moved = {address: to for address, history in ledger.histories.items() if (to := moved_to(history))}
        for cited in sources.at(moved):
            yield self.at(cited.event.path, cited.source, f"the source has moved to {moved[cited.address]}")


class DriftedSource(_LedgerRule):
    """A source has drifted: its address shows an unrelated page.

    The domain may have a new owner, and the link then misleads readers. Cite an archived copy beside the source. This
    rule does not report a source with a copy beside it. Like NA304, it reads the ledger of `newsarc sources check`.

    A source has drifted if a check found its page with the headline of the event and the name of its site, and two
    later checks, seven days or more apart, found the name of another site instead, there and at other addresses of the
    host. The rule ignores new headlines, translations, and pages that ask for consent or money.

    Bad:

        1. [The Harbour Gazette](https://gazette.example.org/2009/bridges)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/2009/bridges) ([archived 2009-05-04](https://web.archive.org/web/20090504120000/https://gazette.example.org/2009/bridges))
    """

    code = "NA306"
    name = "drifted-source"
    summary = "a source shows an unrelated page, according to the ledger of newsarc sources check"
    severity = "warning"
    in_sites = True

    def judged(self, ledger: Ledger, sources: _SourceFinder) -> Iterator[Finding]:
        found = ((address, drifted_since(history)) for address, history in ledger.histories.items())
        drifted = {address: since for address, since in found if since is not None}
        for cited in sources.at(drifted):
            if cited.source.archived is None:
                message = f"the source has shown an unrelated page since {drifted[cited.address].date()}"
                yield self.at(cited.event.path, cited.source, message)


RULES = (DeadSource(), MovedSource(), DriftedSource())
