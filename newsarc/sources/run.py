"""A check from beginning to end, for the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarc.__about__ import __version__
from newsarc.errors import LedgerInUseError, NetworkError, UsageError, missing_package
from newsarc.sources.event_loop import run_until_signal
from newsarc.sources.ledger import LedgerWriter
from newsarc.storage.lock import FileLock

if TYPE_CHECKING:
    from newsarc.sources.checker import Requests
    from newsarc.sources.history import Check
    from newsarc.sources.plan import Plan

REQUIREMENT = "aiohttp>=3.14,<4"  # as in pyproject.toml


def require_client(command: str = "newsarc sources check") -> None:
    """Raise UsageError if the package that makes requests is not installed."""
    if find_spec("aiohttp") is None:
        raise UsageError(missing_package(command, REQUIREMENT))


def agent(contact: str) -> str:
    """Return the name by which newsarc tells servers who it is."""
    return f"newsarc/{__version__} (checks the sources of a news archive{f'; +{contact}' if contact else ''})"


def check_sources(
    plan: Plan,
    file: Path,
    lock: Path | None,
    *,
    contact: str = "",
    interval: float = 1.0,
    seconds: float = math.inf,
    seen_from: str = "",
    on_check: Callable[[str, Check], None] = lambda address, check: None,
) -> None:
    """Check the addresses of ``plan`` and record the result in the ledger ``file``. Connects to their hosts.

    ``lock`` keeps other runs from writing it meanwhile. What was found is kept however the run ends. Raises
    ArchiveError for an invalid ledger, LedgerInUseError if another run holds the lock, and NetworkError if no host
    answers.
    """

    async def check(ledger: LedgerWriter) -> bool:
        from newsarc.sources.checker import Checker

        async with _open_requests(agent(contact)) as requests:
            checker = Checker(
                plan.citations,
                requests,
                ledger,
                interval=interval,
                seconds=seconds,
                seen_from=seen_from,
                on_check=on_check,
            )
            await checker.run()
            return checker.is_online

    with locked(lock), LedgerWriter(file) as ledger:
        is_online = _run(check(ledger))
    if plan.citations and not is_online:
        raise NetworkError("no host answered, so nothing was recorded; is this machine connected to the Internet?")


@contextmanager
def locked(lock: Path | None) -> Iterator[None]:
    """Keep other runs from writing the ledger in the block. Raises LedgerInUseError if one holds the lock."""
    held = FileLock(lock) if lock is not None else None
    try:
        if held is not None and not held.acquire(exclusive=True, patience=0):
            raise LedgerInUseError(
                "another newsarc sources check of this archive is running, or newsarc sources copies"
            )
        yield
    finally:
        if held is not None:
            held.close()


def _open_requests(name: str) -> AbstractAsyncContextManager[Requests]:
    from newsarc.sources.fetch import Fetcher

    return Fetcher(name)


def _run(coroutine: Coroutine[Any, Any, bool]) -> bool:
    return run_until_signal(coroutine)
