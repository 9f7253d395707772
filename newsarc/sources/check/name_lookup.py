"""Name lookups by the resolver of this system: many at once, each for a limited time."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

_TIMEOUT = 20.0  # seconds, from when a lookup begins
_LOOKUPS = 64  # at once: a lookup of a dead name may take ten seconds
_NO_NAME = {getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)}

Result = TypeVar("Result")


class NoSuchHostError(OSError):
    """A name does not exist."""


class SystemLookup:
    """Looks names up, each in a thread of its own.

    Python cannot end a lookup. So one that takes too long has failed, but counts as running until it ends: there are
    never more threads than lookups at once.
    """

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_LOOKUPS)

    async def __call__(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """Return the addresses and ports of a host and a port.

        Raises NoSuchHostError, TimeoutError and OSError; ValueError for a name that cannot be encoded.
        """
        # The dot at the end makes a name complete: no search domain of this machine is appended.
        name = host if _is_address(host) else f"{host}."
        try:
            found = await self._in_thread(lambda: socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except socket.gaierror as error:
            raise (NoSuchHostError(host) if error.errno in _NO_NAME else OSError("name lookup failed")) from None
        return [(str(address[0]), int(address[1])) for _, _, _, _, address in found]

    async def _in_thread(self, function: Callable[[], Result]) -> Result:
        """Return what ``function`` returns in a thread, which does not keep the process from ending."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()

        def end(result: Result | None, error: BaseException | None) -> None:
            self._slots.release()
            if answer.done():  # nobody waits any more
                return
            if error is None:
                answer.set_result(cast("Result", result))
            else:
                answer.set_exception(error)

        def work() -> None:
            result, error = None, None
            try:
                result = function()
            except Exception as raised:  # for whoever waits
                error = raised
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(end, result, error)

        await self._slots.acquire()
        try:
            threading.Thread(target=work, daemon=True).start()
        except RuntimeError:  # the system has no more threads
            self._slots.release()
            raise OSError("name lookup failed") from None
        return await asyncio.wait_for(answer, _TIMEOUT)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
