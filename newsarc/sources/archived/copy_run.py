"""A search for copies from beginning to end, for the command line."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from newsarc.errors import NetworkError, UsageError
from newsarc.sources.check.event_loop import run_until_signal
from newsarc.sources.check.run import NO_TIME, agent, locked
from newsarc.sources.ledger import LedgerWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from newsarc.sources.archived.copies import CopyFinder, Rest
    from newsarc.sources.archived.copy_plan import CopyPlan
    from newsarc.sources.archived.copy_search import CopySearch
    from newsarc.sources.archived.memento import ArchiveAnswer, HttpGet

_AT_ONCE = 8  # searches; the limits of the archives hold for all of them together

OnSearch: TypeAlias = "Callable[[str, CopySearch], None]"


def find_copies(
    plan: CopyPlan,
    file: Path,
    lock: Path | None,
    *,
    folder: Path | None,
    contact: str = "",
    seconds: float = math.inf,
    on_search: OnSearch = lambda address, search: None,
) -> Rest | None:
    """Search for the copies of ``plan`` and record the results in the ledger ``file``. Connects to the archives only.

    ``lock`` keeps other runs from writing the ledger meanwhile, ``folder`` is where the limits of the archives are
    shared with other runs, and ``seconds`` is how long searches may begin. What was found is kept however the run ends.
    Returns the archive that wants to be left alone or does not answer, if that ended the run. Raises ArchiveError for
    an invalid ledger, LedgerInUseError if another run holds the lock, UsageError if there was no time for a request,
    and NetworkError if no archive answers.
    """
    with locked(lock), LedgerWriter(file) as ledger:
        run = _CopyRun(plan, ledger, seconds, on_search)
        _run(run.search(agent(contact), folder))
    if run.requests and not run.was_answered:
        raise NetworkError("no archive answered, so nothing was recorded; is this machine connected to the Internet?")
    if plan.wanted and not run.requests and run.rest is None:
        raise UsageError(NO_TIME)
    return run.rest


class _CopyRun:
    """A run. ``was_answered`` is whether any archive has answered one of the ``requests``: until then, nothing is
    recorded. ``rest`` is set if the first archive is not asked any more.
    """

    def __init__(self, plan: CopyPlan, ledger: LedgerWriter, seconds: float, on_search: OnSearch) -> None:
        self.requests = 0
        self.was_answered = False
        self.rest: Rest | None = None
        self._ledger = ledger
        self._on_search = on_search
        self._seconds = seconds
        self._wanted = iter(plan.wanted)  # shared by all workers

    async def search(self, name: str, folder: Path | None) -> None:
        from newsarc.sources.archived.copies import CopyFinder

        async with _open_get(name) as get:
            deadline = asyncio.get_running_loop().time() + self._seconds

            async def counted(url: str, headers: Mapping[str, str]) -> ArchiveAnswer:
                self.requests += 1
                answer = await get(url, headers)
                self.was_answered = True
                return answer

            finder = CopyFinder(counted, folder, clock=_clock)
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(_AT_ONCE):
                        group.create_task(self._work(finder, deadline))
            except BaseExceptionGroup as failures:  # whoever handles errors and signals knows no groups
                raise failures.exceptions[0] from None

    async def _work(self, finder: CopyFinder, deadline: float) -> None:
        for address, date in self._wanted:
            if self.rest is not None or asyncio.get_running_loop().time() >= deadline:
                return
            search = await finder.find(address, date)
            self.rest = self.rest or finder.rest
            # Without an answer, the archive was not asked, or this machine has no network.
            if search.is_final or (self.was_answered and self.rest is None):
                self._ledger.add_search(address, search)
                self._ledger.flush()
                self._on_search(address, search)


@asynccontextmanager
async def _open_get(name: str) -> AsyncIterator[HttpGet]:
    from newsarc.sources.check.fetch import Fetcher

    # Archives keep out those who open too many connections.
    async with Fetcher(name, keeps_connections=True) as fetcher:
        yield fetcher.get


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    run_until_signal(coroutine)


def _clock() -> float:
    return time.time()
