"""The check of one host: its addresses one after the other, and what their answers mean together."""

from __future__ import annotations

import secrets
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from newsarc.sources.answers import Visit, check_of, is_soft_404, is_suspicious, retry_after, sibling_of
from newsarc.sources.check_run import CheckRun
from newsarc.sources.drift import is_other_page, of_another_site
from newsarc.sources.gates import LONG_WAIT, HostClosedError, OutOfTimeError
from newsarc.sources.history import NO_SUCH_HOST, Check, Outcome, drifted_run, gone_run, last_identified
from newsarc.sources.page_identity import is_identified
from newsarc.sources.verdicts import LEAST_ADDRESSES, is_lasting
from newsarc.sources.web_addresses import front_page_of, host_of_address, is_front_page_of, is_same_page, section_of

_MAX_FAILURES = 5  # in a row without an answer, after which a host is left alone
_MAX_TRIES = 3  # of an address
_SUSPECTS = 10  # are looked at together, since a page has to be asked again for them
_MAX_SUSPECTS = 200  # that wait for a page with the title of its event


class _Seen(NamedTuple):
    """A page that answered, of which more has to be known."""

    address: str
    visit: Visit
    check: Check


class HostCheck:
    """The check of one host, whose addresses are asked in the given order."""

    def __init__(self, run: CheckRun, addresses: Sequence[str]) -> None:
        self._run = run
        self._addresses = addresses
        self._waiting = deque(addresses)
        self._tries: Counter[str] = Counter()
        self._failures = 0  # requests in a row that were not answered
        self._last_error = ""
        self._witnesses: dict[str, str] = {}  # by section, the last address of a page with the title of its event
        self._shown: dict[tuple[str, ...], tuple[str, str]] = {}  # by titles, the first address, and where it led
        self._suspects: deque[_Seen] = deque()  # may be error pages
        self._strangers: deque[_Seen] = deque()  # may be pages of something else
        self._siblings: dict[str, Visit] = {}  # by folder
        self._outcomes: Counter[Outcome] = Counter()

    async def check(self) -> None:
        """Check the addresses."""
        try:
            with suppress(OutOfTimeError):
                while self._waiting:
                    await self._check_next()
            await self._check_suspects()
            await self._check_strangers()
            with suppress(OutOfTimeError, HostClosedError):
                await self._check_front_page()
        finally:  # also if the run is cancelled
            for one in (*self._suspects, *self._strangers):
                self._record_as_seen(one)

    async def _check_next(self) -> None:
        address = self._waiting.popleft()
        if self._failures >= _MAX_FAILURES:
            reason = f"host not answering: {self._last_error}"
            self._record(address, Check(self._run.time(), "down", None, reason))
            return
        with suppress(HostClosedError):
            visit = await self._run.visitor.visit(address)
            check = check_of(visit, self._run.time(), None)
            self._count_failures(address, visit, check.outcome)
            if not self._is_put_off(address, visit, check):
                self._conclude(address, visit)
        if len(self._suspects) >= (_SUSPECTS if self._witnesses else _MAX_SUSPECTS):
            await self._check_suspects()

    def _count_failures(self, address: str, visit: Visit, outcome: Outcome) -> None:
        last = visit.last
        if last.status is not None or visit.obstacle:
            self._failures = 0
        elif outcome == "down" and host_of_address(last.address) == host_of_address(address):
            self._failures, self._last_error = self._failures + 1, last.error

    def _is_put_off(self, address: str, visit: Visit, check: Check) -> bool:
        """Whether an address is to be asked again later in this run.

        It is where its host does not answer, or fails, or asks for patience, and where this check would make the
        address dead.
        """
        run = gone_run(self._run.history_of(address))
        is_decisive = not is_lasting(run) and is_lasting([*run, check])
        tries = 1
        if visit.last.status in (429, 503) and (wait := retry_after(visit.last, self._run.now())):
            tries = _MAX_TRIES if wait <= LONG_WAIT else 1
        elif visit.last.status == 429 or (check.outcome == "down" and run):
            tries = _MAX_TRIES
        elif check.outcome == "down" or visit.may_pass or (check.outcome == "gone" and is_decisive):
            tries = 2
        self._tries[address] += 1
        if self._tries[address] >= tries:
            return False
        if check.reason == NO_SUCH_HOST:
            self._run.visitor.forget(visit.last.address)
        self._waiting.append(address)
        return True

    def _conclude(self, address: str, visit: Visit) -> None:
        """Record what a visit found, or keep it for :meth:`_check_suspects`."""
        identified = self._identify(address, visit)
        check = check_of(visit, self._run.time(), identified)
        if check.outcome in ("alive", "moved") and is_suspicious(visit, identified):
            seen = _Seen(address, visit, check)
            self._suspects.append(seen)
            self._run.note(address, self._as_seen(seen))  # a kill does not lose it
        else:
            self._record(address, check)

    def _identify(self, address: str, visit: Visit) -> bool | None:
        """Whether a page has the title of its event. One that several addresses show is the page of none."""
        first, place = self._shown.setdefault(visit.titles, (address, visit.last.address))
        section = section_of(address)
        if visit.titles and place != visit.last.address:
            if self._witnesses.get(section_of(first)) == first:
                del self._witnesses[section_of(first)]
            return False
        identified = is_identified(visit.titles, *self._run.citations[address], self._run.common_words)
        if identified:
            self._witnesses[section] = address
        return identified

    async def _check_suspects(self) -> None:
        """Record the suspicious pages: as ``soft-gone`` if the host shows the same for any address.

        Where no page of the same section had the title of its event in this run, everybody may get a page that asks for
        consent, so that only the front page, which is none, tells. Where nothing can be told, a page that was
        ``soft-gone`` stays so.
        """
        is_masked: dict[str, bool] = {}
        is_open: dict[str, bool] = {}
        with suppress(OutOfTimeError, HostClosedError):
            for address, visit, _ in self._suspects:
                if section_of(address) in self._witnesses or is_front_page_of(visit.last.address, address):
                    is_masked[address] = await self._is_masked(address, visit)
            for section in {section_of(address) for address, found in is_masked.items() if found}:
                is_open[section] = section not in self._witnesses or await self._is_open(self._witnesses[section])
        while self._suspects:
            seen = self._suspects.popleft()
            found = is_masked.get(seen.address)
            if found and is_open.get(section_of(seen.address)):
                reason = "shows the same page for any address"
                self._record(seen.address, Check(seen.check.at, "soft-gone", seen.check.status, reason))
            elif not self._witnesses and self._is_stranger(seen):
                self._strangers.append(seen)
            elif found is False:
                self._record(seen.address, seen.check)
            else:
                self._record_as_seen(seen)

    def _is_stranger(self, seen: _Seen) -> bool:
        """Whether a page was that of its event once, and its titles are now those of something else."""
        address, visit, _ = seen
        known = last_identified(self._run.history_of(address))
        if known is None or not is_same_page(address, visit.last.address):
            return False
        return is_other_page(visit.titles, known.title, address, self._run.citations[address])

    async def _check_strangers(self) -> None:
        """Record the pages that may be of something else, when all pages of the host are known.

        They are ``drifted`` where several have the name of another site. If the host still shows pages of events, it is
        the same site as ever, where editors rewrite headlines.
        """
        moved_in = of_another_site({seen.address: seen.visit.titles for seen in self._strangers})
        while self._strangers:
            seen = self._strangers[0]
            is_masked = True if self._witnesses else None
            if seen.address in moved_in and not self._witnesses:
                with suppress(OutOfTimeError, HostClosedError):
                    is_masked = await self._is_masked(seen.address, seen.visit)
            self._strangers.popleft()
            if is_masked is None:
                self._record_as_seen(seen)
            elif is_masked:
                self._record(seen.address, seen.check)
            else:
                check = Check(seen.check.at, "drifted", seen.check.status, "a page of another site")
                self._record(seen.address, check)

    async def _check_front_page(self) -> None:
        """Record whether a host lives of which all checked pages are gone: if it does, they are gone indeed.

        Else it may only keep us out (:func:`newsarc.sources.verdicts.judge`).
        """
        gone = self._outcomes["gone"] + self._outcomes["soft-gone"]
        if gone < LEAST_ADDRESSES or gone < self._outcomes.total():
            return
        front_page = front_page_of(self._addresses[0])
        if front_page in self._addresses:
            return
        visit = await self._run.visitor.visit(front_page)
        check = check_of(visit, self._run.time(), None)
        if check.outcome in ("alive", "moved"):
            self._run.note(front_page, check)

    async def _is_open(self, witness: str) -> bool:
        """Whether a host still shows a page of an event that it showed before: else a wall came up in between."""
        visit = await self._run.visitor.visit(witness)
        return is_identified(visit.titles, *self._run.citations[witness], self._run.common_words) is True

    async def _is_masked(self, address: str, visit: Visit) -> bool:
        folder = sibling_of(address, "*")
        sibling = sibling_of(address, f"newsarc-{secrets.token_hex(8)}")
        if folder is None or sibling is None:
            return False
        if folder not in self._siblings:
            self._siblings[folder] = await self._run.visitor.visit(sibling)
        return is_soft_404(visit, self._siblings[folder])

    def _record_as_seen(self, seen: _Seen) -> None:
        self._record(seen.address, self._as_seen(seen))

    def _as_seen(self, seen: _Seen) -> Check:
        """Return what to record of a page of which nothing more can be told: not that it is alive if it was gone."""
        known = self._run.history_of(seen.address)
        if not gone_run(known) and not drifted_run(known):
            return seen.check
        return Check(seen.check.at, "blocked", seen.check.status, "cannot tell whether it is the page")

    def _record(self, address: str, check: Check) -> None:
        self._outcomes[check.outcome] += 1
        self._run.record(address, check)
