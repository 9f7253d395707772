"""What the checks of all hosts in a run share: the citations, the ledger, and who asks."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from newsarc.sources.check.page_identity import common_words
from newsarc.sources.citations import Citation
from newsarc.sources.history import NO_SUCH_HOST, Check, History

if TYPE_CHECKING:
    from newsarc.sources.check.visitor import Visitor
    from newsarc.sources.ledger import LedgerWriter


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
        self._early: list[tuple[str, Check]] = []  # from before any host answered
        self._unknown: deque[tuple[float, str, Check]] = deque()  # of hosts that do not exist, with the loop's time

    @property
    def is_waiting(self) -> bool:
        """Whether checks wait for an answer of any host."""
        return bool(self._early or self._unknown)

    def time(self) -> dt.datetime:
        """Return the time of a check that ends now."""
        return self.now().replace(microsecond=0)

    def history_of(self, address: str) -> History:
        """Return what is known of an address."""
        return self._ledger.histories.get(address, ())

    def record(self, address: str, check: Check) -> None:
        """Record a check, now or when it is certain that this machine has a network."""
        if check.reason == NO_SUCH_HOST:
            self._unknown.append((asyncio.get_running_loop().time(), address, check))
        elif check.outcome != "refused":  # as is decided here
            self._early.append((address, check))
        else:
            self._add([(address, check)])
        self.release()

    def note(self, address: str, check: Check) -> None:
        """Record a check at once, and tell nobody: another one of the same time may replace it."""
        self._ledger.add(address, check._replace(seen_from=self._seen_from))

    def release(self) -> None:
        """Record the checks that waited for an answer, if there was one."""
        answered = self.visitor.answered
        found = self._early if answered > -math.inf else []
        if found:
            self._early = []
        while self._unknown and self._unknown[0][0] < answered:
            found.append(self._unknown.popleft()[1:])
        self._add(found)

    def _add(self, checks: Sequence[tuple[str, Check]]) -> None:
        for address, check in checks:
            self.note(address, check)
        for address, check in checks:  # which may end the run
            self._on_check(address, check)
