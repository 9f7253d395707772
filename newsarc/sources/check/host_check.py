"""The check of one host: its addresses one after the other, and what their answers mean together."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from newsarc.sources.check.answers import Visit, check_of, is_soft_404, is_suspicious, retry_after, sibling_of
from newsarc.sources.check.check_run import CheckRun
from newsarc.sources.check.drift import is_other_page, of_another_site
from newsarc.sources.check.gates import LONG_WAIT, HostClosedError, OutOfTimeError
from newsarc.sources.check.page_identity import is_identified
from newsarc.sources.history import NO_SUCH_HOST, Check, Outcome, drifted_run, gone_run, last_identified
from newsarc.sources.verdicts import LEAST_ADDRESSES, is_lasting
from newsarc.sources.web_addresses import (
    front_page_of,
    host_of_address,
    is_front_page_of,
    is_same_page,
    is_same_path,
    section_of,
)

_MAX_TRIES = 3  # of an address
_SUSPECTS = 10  # are looked at together, since a page has to be asked again for them
_SOON = 10  # addresses later
_MAX_SUSPECTS = 200  # that wait for a page with the title of its event


class _Seen(NamedTuple):
    """A page that answered, of which more has to be known."""

    address: str
    visit: Visit
    check: Check


class HostCheck:
    """The check of one host, whose addresses are asked in the given order."""

    def __init__(self, run: CheckRun, addresses: Sequence[str]) -> None:
        self.name = host_of_address(addresses[0])
        self._run = run
        self._addresses = addresses
        self._waiting = deque(addresses)
        self._tries: Counter[str] = Counter()
        self._put_off: dict[str, Check] = {}  # what the last try found of an address that waits for another one
        self._has_forgotten = False  # that there is no such host
        self._witnesses: dict[str, str] = {}  # by section, the last address of a page with the title of its event
        self._shown: dict[tuple[str, ...], tuple[str, str]] = {}  # by titles, the first address, and where it led
        self._suspects: list[_Seen] = []  # may be error pages
        self._strangers: list[_Seen] = []  # may be pages of something else
        self._siblings: dict[str, Visit] = {}  # by folder
        self._outcomes: Counter[Outcome] = Counter()

    @property
    def is_done(self) -> bool:
        """Whether no address waits any more: :meth:`end` is next."""
        return not self._waiting

    async def check_next(self) -> None:
        """Check an address. Raises OutOfTimeError."""
        address = self._waiting.popleft()
        try:
            visit = await self._run.visitor.visit(address)
        except OutOfTimeError:
            self._waiting.appendleft(address)  # for record_rest
            raise
        except HostClosedError:
            self._record_put_off(address)
            return
        check = check_of(visit, self._run.time(), None)
        if not self._is_put_off(address, visit, check):
            self._conclude(address, visit)
        if self._is_enough([seen for seen in self._suspects if self._is_tellable(seen)]):
            await self._check_suspects()

    async def end(self) -> None:
        """Record what can only be told when all pages of the host are known."""
        try:
            await self._check_suspects(is_last=True)
            await self._check_strangers()
            with suppress(OutOfTimeError, HostClosedError):
                await self._check_front_page()
        finally:  # also if the run is cancelled
            self.record_rest()

    def record_rest(self) -> None:
        """Record what is known of addresses of which more was to be known."""
        for seen in (*self._suspects, *self._strangers):
            self._record_as_seen(seen)
        self._suspects, self._strangers = [], []
        while self._waiting:
            self._record_put_off(self._waiting.popleft())

    def _record_put_off(self, address: str) -> None:
        check = self._put_off.get(address)
        if check is not None and check.outcome != "gone":  # which was to be confirmed
            self._record(address, check)

    def _is_put_off(self, address: str, visit: Visit, check: Check) -> bool:
        """Whether an address is to be asked again later in this run.

        It is where its host does not answer, or fails, or asks for patience, and where this check would make the
        address dead.
        """
        run = gone_run(self._run.history_of(address))
        is_decisive = check.outcome == "gone" and not is_lasting(run) and is_lasting([*run, check])
        tries = 1
        if visit.last.status in (429, 503) and (wait := retry_after(visit.last, self._run.now())):
            tries = _MAX_TRIES if wait <= LONG_WAIT else 1
        elif visit.last.status == 429 or (check.outcome == "down" and run):
            tries = _MAX_TRIES
        elif check.outcome == "down" or visit.may_pass or is_decisive:
            tries = 2
        self._tries[address] += 1
        if self._tries[address] >= tries:
            return False
        self._put_off[address] = check
        if check.status is not None and is_decisive:
            self._waiting.insert(_SOON, address)  # the time of this run may end before its turn comes again
            return True
        if check.reason == NO_SUCH_HOST and not self._has_forgotten:
            self._run.visitor.forget(visit.last.address)
            self._has_forgotten = True
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
        citations = self._run.citations
        first, place = self._shown.setdefault(visit.titles, (address, visit.last.address))
        is_same = place == visit.last.address or (
            is_same_path(first, address) and set(citations[first].headlines) == set(citations[address].headlines)
        )
        if visit.titles and not is_same:
            if self._witnesses.get(section_of(first)) == first:
                del self._witnesses[section_of(first)]
            return False
        identified = is_identified(visit.titles, *citations[address], self._run.common_words)
        if identified:
            self._witnesses[section_of(address)] = address
        return identified

    # --- pages that may be error pages, or of something else ---

    def _is_enough(self, tellable: Sequence[_Seen]) -> bool:
        return len(tellable) >= _SUSPECTS or len(self._suspects) >= _MAX_SUSPECTS

    def _is_tellable(self, seen: _Seen) -> bool:
        """Whether it can be told if a page is what its site shows for any address.

        Everybody may get a page that asks for consent, unless another page of the same section had the title of its
        event in this run. The front page asks for nothing: there, any page of the site will do, or the same one once.
        """
        if section_of(seen.address) in self._witnesses:
            return True
        is_known = bool(self._witnesses) or last_identified(self._run.history_of(seen.address)) is not None
        return is_known and is_front_page_of(seen.visit.last.address, seen.address)

    async def _check_suspects(self, *, is_last: bool = False) -> None:
        """Record suspicious pages: as ``soft-gone`` if the host shows the same for any address.

        Those of which nothing can be told yet wait, except ``is_last``. Where nothing can be told, a page that was
        ``soft-gone`` stays so.
        """
        found = self._suspects
        if not is_last and len(found) < _MAX_SUSPECTS:
            found = [seen for seen in found if self._is_tellable(seen)]
        is_masked: dict[str, bool] = {}
        confirmed: set[str] = set()
        with suppress(OutOfTimeError, HostClosedError):
            for seen in filter(self._is_tellable, found):
                is_masked[seen.address] = await self._is_masked(seen)
            confirmed = await self._confirmed([seen for seen in found if is_masked.get(seen.address)])
        self._suspects = [seen for seen in self._suspects if seen not in found]
        for seen in found:
            if seen.address in confirmed:
                reason = "shows the same page for any address"
                self._record(seen.address, Check(seen.check.at, "soft-gone", seen.check.status, reason))
            elif not self._witnesses and self._is_stranger(seen):
                self._strangers.append(seen)
            elif is_masked.get(seen.address) is False:
                self._record(seen.address, seen.check)
            else:
                self._record_as_seen(seen)

    async def _confirmed(self, masked: Sequence[_Seen]) -> set[str]:
        """Return the addresses of pages that are still masked while pages of events are shown, before and after that.

        Else a wall may have come up, or fallen, in between.
        """
        groups: dict[str | None, list[_Seen]] = defaultdict(list)
        for seen in masked:
            groups[self._witness_of(seen)].append(seen)
        confirmed: set[str] = set()
        for witness, group in groups.items():
            if witness is not None and not await self._is_open(witness):
                continue
            again = {seen.address: await self._is_still_masked(seen) for seen in group}
            if witness is None or await self._is_open(witness):
                confirmed.update(address for address, found in again.items() if found)
        return confirmed

    def _witness_of(self, seen: _Seen) -> str | None:
        return self._witnesses.get(section_of(seen.address)) or next(iter(self._witnesses.values()), None)

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
                    is_masked = await self._is_masked(seen)
            self._strangers.remove(seen)
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

    async def _is_masked(self, seen: _Seen) -> bool:
        """Whether a page is what its site shows for any address, as one made-up address of its folder tells."""
        folder = sibling_of(seen.address, "*")
        if folder is None:
            return False
        if folder not in self._siblings:
            self._siblings[folder] = await self._visit_sibling(seen.address)
        return is_soft_404(seen.visit, self._siblings[folder])

    async def _is_still_masked(self, seen: _Seen) -> bool:
        visit = await self._run.visitor.visit(seen.address)
        return is_soft_404(visit, await self._visit_sibling(seen.address)) and visit.titles == seen.visit.titles

    async def _visit_sibling(self, address: str) -> Visit:
        sibling = sibling_of(address, f"newsarc-{secrets.token_hex(8)}")
        assert sibling is not None
        return await self._run.visitor.visit(sibling)

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
