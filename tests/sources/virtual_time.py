"""An event loop whose time passes only where everybody waits: a month takes seconds, and no test reads a clock."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

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

    def __init__(self, grace: float = 0.0) -> None:
        self.now = 1000.0
        selector = _Selector()
        selector.loop, selector.grace = self, grace
        super().__init__(selector)

    def time(self) -> float:
        return self.now


def run(coroutine: Coroutine[Any, Any, Result], *, grace: float = 0.0) -> Result:
    """Run a coroutine to its end on a new loop. ``grace`` is needed where it uses sockets."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(grace)) as runner:
        return runner.run(coroutine)
