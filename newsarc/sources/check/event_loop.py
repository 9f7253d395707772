"""The event loop of a run, which signals end in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from newsarc.storage.signals import cancel_on_signals, raise_for_signals

Result = TypeVar("Result")


def run_until_signal(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Return the result of a coroutine. A signal that asks newsarc to end cancels it first.

    An exception that a signal raised anywhere in an event loop would leave tasks behind that nobody cancels. Raises
    Terminated and KeyboardInterrupt, as :func:`newsarc.storage.signals.raise_on_signals` says.
    """
    received: list[int] = []

    async def cancellable() -> Result:
        with cancel_on_signals(received):
            return await coroutine

    try:
        result = asyncio.run(cancellable())
    except asyncio.CancelledError:
        raise_for_signals(received)
        raise
    raise_for_signals(received)
    return result
