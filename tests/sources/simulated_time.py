"""An event loop whose clock jumps to the time of the next thing to do, so that hours of waiting take no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

Result = TypeVar("Result")


class _Selector(selectors.SelectSelector):
    loop: _Loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            self.loop.now += timeout
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, start: float) -> None:
        self.now = start
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-6  # that of asyncio is below what a number of this size can tell apart

    def time(self) -> float:
        return self.now


def now() -> float:
    """Return the simulated time, in seconds since 1970."""
    return asyncio.get_running_loop().time()


def run(coroutine: Coroutine[object, object, Result], *, start: float = 1_800_000_000.0) -> Result:
    """Return the result of a coroutine, which starts at a time, by default 2027-01-15 08:00 UTC."""
    with asyncio.Runner(loop_factory=lambda: _Loop(start)) as runner:
        return runner.run(coroutine)
