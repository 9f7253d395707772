"""A check from beginning to end, for the command line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarc.__about__ import __version__
from newsarc.errors import LedgerInUseError, NetworkError, UsageError, how_to_install, missing_package
from newsarc.sources.check.event_loop import run_until_signal
from newsarc.sources.ledger import LedgerWriter
from newsarc.storage.lock import FileLock

if TYPE_CHECKING:
    from newsarc.sources.check.plan import Plan
    from newsarc.sources.check.visitor import Requests
    from newsarc.sources.history import Check

NO_TIME = "no time for a single request; use a longer --for"
REQUIREMENTS = ("aiohttp>=3.14,<4", "protego>=0.7,<1")  # as in pyproject.toml: for requests, and for robots.txt
_REQUIREMENT = re.compile(r"(\w+)>=([\d.]+),<([\d.]+)")
_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def require_client(command: str) -> None:
    """Raise UsageError if the package that makes requests is not installed, or in another version than needed."""
    _require(command, REQUIREMENTS[:1])


def require_checker() -> None:
    """Raise UsageError if a package that a check needs is not installed, or in another version than needed."""
    _require("newsarc sources check", REQUIREMENTS)


def _require(command: str, requirements: Sequence[str]) -> None:
    unmet: list[str] = []
    others: list[str] = []  # packages with the versions that are installed in place of those that are needed
    for requirement in requirements:
        match = _REQUIREMENT.fullmatch(requirement)
        assert match is not None
        name, lowest, above = match.groups()
        version = _version(name)
        if version is None:
            unmet.append(requirement)
        elif version and not _release(lowest) <= _release(version) < _release(above):
            unmet.append(requirement)
            others.append(f"{name} {version}")
    if others:
        raise UsageError(f"{command} does not work with {' and '.join(others)}: {how_to_install(*unmet)}")
    if unmet:
        raise UsageError(missing_package(command, *unmet))


def _version(package: str) -> str | None:
    """Return the version of a package; None if it is not installed, an empty string if it does not say."""
    from importlib.metadata import PackageNotFoundError, version

    if find_spec(package) is None:
        return None
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _release(version: str) -> tuple[int, ...]:
    match = _RELEASE.match(version)
    return tuple(map(int, match[0].split("."))) if match is not None else ()


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
    ArchiveError for an invalid ledger, LedgerInUseError if another run holds the lock, UsageError if there was no time
    for a request, and NetworkError if no host answers.
    """

    async def check(ledger: LedgerWriter) -> bool:
        from newsarc.sources.check.checker import Checker

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
            if plan.citations and not checker.has_asked:
                raise UsageError(NO_TIME)
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
            raise LedgerInUseError("another newsarc sources check or copies of this archive is running")
        yield
    finally:
        if held is not None:
            held.close()


def _open_requests(name: str) -> AbstractAsyncContextManager[Requests]:
    from newsarc.sources.check.fetch import Fetcher

    return Fetcher(name)


def _run(coroutine: Coroutine[Any, Any, bool]) -> bool:
    return run_until_signal(coroutine)
