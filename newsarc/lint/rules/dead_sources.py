"""NA3: sources that do not answer any more, as the ledger tells. No rule connects to anything."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.errors import PageError
from newsarc.lint.finding import Finding
from newsarc.lint.rules.rule import ArchiveRule, RuleScope
from newsarc.sources.history import History
from newsarc.sources.ledger import find_ledger, read_ledger
from newsarc.sources.verdicts import Judgement, judge
from newsarc.sources.web_addresses import host_of_address, web_address

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.event_table import EventTable
    from newsarc.model import Source


class _LedgerRule(ArchiveRule):
    """A rule about sources that says what the ledger says. Without a ledger it finds nothing."""

    depends_on_ledger = True
    checks_day_pages = False

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        file = find_ledger(reader.root, reader.config.sources, reader.cache)
        histories = _read_once(file) if file is not None else {}
        if histories:
            yield from self.judged(histories, _SourceFinder(events, reader))

    @abstractmethod
    def judged(self, histories: dict[str, History], sources: _SourceFinder) -> Iterator[Finding]:
        """Yield the findings, given the history of each address."""


def _read_once(file: Path) -> dict[str, History]:
    """Return the ledger, which the rules of one run read once."""
    try:
        status = file.stat()
    except OSError:
        return read_ledger(file)
    return _read(file, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(1)
def _read(file: Path, state: tuple[int, ...]) -> dict[str, History]:
    return read_ledger(file)


class _SourceFinder:
    """Finds where addresses are cited."""

    def __init__(self, events: EventTable, reader: PageReader) -> None:
        self._events = events
        self._reader = reader

    def at(self, addresses: Collection[str]) -> Iterator[tuple[str, Source, str]]:
        """Yield the path, the source and the address of each citation of ``addresses``, sorted by path."""
        hosts = {host_of_address(address).removeprefix("www.") for address in addresses}
        for path in self._events.with_sources_at(hosts) if addresses else ():
            try:
                event = self._reader.parse_unchecked(path, self._reader.tree.read(path))
            except PageError:  # it was readable a moment ago; the next run reports it
                continue
            for source in event.sources:
                if (address := web_address(source.url)) in addresses and not source.is_cover_image:
                    yield path, source, address or ""


class DeadSource(_LedgerRule):
    """A source is gone: its page no longer exists.

    Whoever doubts the event can no longer check it. Look for the report at another address of the same paper, or for an
    archived copy.

    `newsarc sources check` asks for the sources and records the answers in a ledger; this rule reads the ledger, and
    connects to nothing. Without a ledger it finds nothing. A source is dead if it was gone (404, 410, no such host, or
    the same page as for any address of the host) three times over seven days or more. Pages that cannot be read by
    programs, and servers that are down, are not dead.

    If no source at a host has answered for so long, that is one finding, where the first of them is cited: the host may
    only keep programs out.

    Bad:

        1. [The Harbour Gazette](https://gazette.example.org/2009/bridges)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/archive/2009/bridges)
    """

    code = "NA304"
    name = "dead-source"
    summary = "a source is gone, according to the ledger of newsarc sources check"
    severity = "error"

    def judged(self, histories: dict[str, History], sources: _SourceFinder) -> Iterator[Finding]:
        judgement = judge(histories)
        failing = {address for address in histories if host_of_address(address) in judgement.failing}
        told: set[str] = set()
        for path, source, address in sources.at(failing | set(judgement.dead)):
            host = host_of_address(address)
            if address not in failing:
                first = judgement.dead[address]
                yield self.at(path, source, f"the source is gone since {first.at.date()}: {first.reason}")
            elif host not in told:
                told.add(host)
                yield self.at(path, source, _about_host(judgement, host))


def _about_host(judgement: Judgement, host: str) -> str:
    failure = judgement.failing[host]
    since = failure.since.date()
    return f"no source at {host} has answered since {since}: {failure.reason} ({failure.addresses} checked)"


class MovedSource(_LedgerRule):
    """A source has moved for good: its server redirects to another address.

    The redirect may be taken away one day; the new address is then hard to find. As with NA304, this rule reads the
    ledger of `newsarc sources check`. Redirects that only add `https`, `www.` or a slash are not reported, nor are
    those to a front page or to a page with another title.

    Bad:

        1. [The Harbour Gazette](https://gazette.example.org/?p=12)

    Good:

        1. [The Harbour Gazette](https://gazette.example.org/2019/03/01/bridges)
    """

    code = "NA305"
    name = "moved-source"
    summary = "a source has moved for good, according to the ledger of newsarc sources check"
    severity = "warning"

    def judged(self, histories: dict[str, History], sources: _SourceFinder) -> Iterator[Finding]:
        last = {address: history[-1] for address, history in histories.items()}
        moved = {address: check.to for address, check in last.items() if check.outcome == "moved" and check.to}
        for path, source, address in sources.at(moved):
            yield self.at(path, source, f"the source has moved to {moved[address]}")


RULES = (DeadSource(), MovedSource())
