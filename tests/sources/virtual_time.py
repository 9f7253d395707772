"""An event loop whose time passes only where everybody waits: a month takes seconds, and no test reads a clock."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

BEGIN = 1_800_000_000.0  # 2027-01-15 08:00 UTC
Result = TypeVar("Result")


class _Selector(selectors.DefaultSelector):
    """Instead of waiting for a timer, moves the time of its loop forward."""

    loop: VirtualLoop
    grace = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready. What other sockets of this process sent may take ``grace`` real seconds to arrive."""
        if timeout is None:
            return super().select(5)
        found = super().select(0) or (super().select(self.grace) if timeout and self.grace else [])
        if not found and timeout > 0:
            self.loop.now += timeout
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop. ``now`` is its time in seconds."""

    def __init__(self, grace: float, start: float) -> None:
        self.now = start
        selector = _Selector()
        selector.loop, selector.grace = self, grace
        super().__init__(selector)
        self._clock_resolution = 1e-6  # that of asyncio is below what a time since 1970 can tell apart

    def time(self) -> float:
        return self.now


def now() -> float:
    """Return the time of the running loop, in seconds."""
    return asyncio.get_running_loop().time()


def passed() -> float:
    """Return the seconds since a loop began at ``BEGIN``."""
    return now() - BEGIN


def run(coroutine: Coroutine[Any, Any, Result], *, grace: float = 0.0, start: float = BEGIN) -> Result:
    """Run a coroutine to its end on a new loop, whose time begins at ``start``. ``grace`` is for those with sockets."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(grace, start)) as runner:
        return runner.run(coroutine)
