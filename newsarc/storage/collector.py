"""Owner of the garbage collector: the only module that disables it or freezes the heap."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_holds = 0  # reasons why the heap is frozen


def pause() -> None:
    """Disable the collector while modules are imported: they stay, so a collection would free nothing."""
    gc.disable()


def resume() -> None:
    """Exempt what was imported since :func:`pause` from collection, and enable the collector; nothing if it is on."""
    if not gc.isenabled():
        exempt_imports()
        gc.enable()


def exempt_imports() -> None:
    """Exempt everything imported so far from collection, including the one when the interpreter ends."""
    _hold()


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """Freeze the heap while forks of this process run: a collection in a fork would copy the memory that they share."""
    _hold()
    try:
        yield
    finally:
        _release()


def disable_in_fork() -> None:
    """Disable the collector in a worker: its objects have no cycles, or live as long as the worker."""
    gc.disable()


def _hold() -> None:
    global _holds  # noqa: PLW0603  # the heap belongs to the process
    _holds += 1
    gc.freeze()


def _release() -> None:
    global _holds  # noqa: PLW0603
    _holds -= 1
    if not _holds:
        gc.unfreeze()
