"""What the checks of all hosts in a run share: the citations, the ledger, and who asks."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from newsarc.sources.citations import Citation
from newsarc.sources.history import NO_SUCH_HOST, Check, History
from newsarc.sources.page_identity import common_words

if TYPE_CHECKING:
    from newsarc.sources.ledger import LedgerWriter
    from newsarc.sources.visitor import Visitor

_EARLIEST = -math.inf


class _Held(NamedTuple):
    """A check that is recorded once a request is answered that began after ``after``."""

    after: float
    address: str
    check: Check


class CheckRun:
    """A run. ``seen_from`` names the place of this machine, and ``on_check`` is told of each check of a cited address.

    A machine without a network finds that no host exists. So nothing is recorded before any host has answered, and that
    a host does not exist is recorded only when another one has answered after that.
    """

    def __init__(
        self,
        citations: Mapping[str, Citation],
        ledger: LedgerWriter,
        visitor: Visitor,
        now: Callable[[], dt.datetime],
        seen_from: str,
        on_check: Callable[[str, Check], None],
    ) -> None:
        self.citations = citations
        self.common_words = common_words(
            {headline for citation in citations.values() for headline in citation.headlines}
        )
        self.visitor = visitor
        self.now = now
        self._ledger = ledger
        self._seen_from = seen_from
        self._on_check = on_check
        self._held: list[_Held] = []

    @property
    def is_waiting(self) -> bool:
        """Whether checks wait for an answer of any host."""
        return bool(self._held)

    def time(self) -> dt.datetime:
        """Return the time of a check that ends now."""
        return self.now().replace(microsecond=0)

    def history_of(self, address: str) -> History:
        """Return what is known of an address."""
        return self._ledger.histories.get(address, ())

    def record(self, address: str, check: Check) -> None:
        """Record a check, now or when it is certain that this machine has a network."""
        if check.outcome != "refused":  # as is decided here
            is_lookup = check.reason == NO_SUCH_HOST
            after = asyncio.get_running_loop().time() if is_lookup else _EARLIEST
            self._held.append(_Held(after, address, check))
            self.release()
        else:
            self._add(address, check)

    def note(self, address: str, check: Check) -> None:
        """Record a check at once, and tell nobody: another one of the same time may replace it."""
        self._ledger.add(address, check._replace(seen_from=self._seen_from))

    def release(self) -> None:
        """Record the checks that waited for an answer, if there was one."""
        answered = self.visitor.answered
        held, self._held = self._held, []
        for one in held:
            if one.after < answered:
                self._add(one.address, one.check)
            else:
                self._held.append(one)

    def _add(self, address: str, check: Check) -> None:
        self.note(address, check)
        self._on_check(address, check)
