"""The same work on many parts, on all cores.

Work is a small object that can be pickled: a function with what it needs as its attributes. So any executor with the
``map`` of :class:`concurrent.futures.Executor` can do it. The default one forks: that starts faster than a pool of
:mod:`multiprocessing`, and nothing is sent to the workers, which share the work. Without forks (Windows), or with one
core, the work is done in this process.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import selectors
import signal
import struct
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, BinaryIO, NoReturn, Protocol, TypeVar

from newsarc.storage.signals import end_on_signals, uninterrupted

Part = TypeVar("Part")
Result = TypeVar("Result")

_LENGTH = struct.Struct("<Q")
_READ = 1 << 20
CAN_FORK = hasattr(os, "fork")


class Executor(Protocol):
    """Runs work in other processes: what is used here of :class:`concurrent.futures.Executor`."""

    def map(self, fn: Callable[[Part], Result], parts: Sequence[Part], /) -> Iterator[Result]:
        """Yield ``fn(part)`` for each of ``parts``, in their order. Exceptions of ``fn`` are raised here."""


def map_ordered(
    work: Callable[[Part], Result], parts: Sequence[Part], workers: int | None = None
) -> Generator[Result, None, None]:
    """Yield ``work(part)`` for each of ``parts``, in their order, from ``workers`` processes (default: one per core).

    ``work`` and results must pickle. What ``work`` changes in memory is lost. Exceptions of ``work`` are raised here.
    """
    number = min(workers or cores(), len(parts))
    executor = new_executor(number) if number > 1 else None
    yield from map(work, parts) if executor is None else executor.map(work, parts)


class ForkExecutor:
    """Runs work in forks of this process, which have in memory what it has.

    A worker that dies (memory, a signal) is no loss: its parts are done in this process. No worker is left behind when
    the results are closed before their end, or when an exception or a signal ends them.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def map(self, fn: Callable[[Part], Result], parts: Sequence[Part], /) -> Iterator[Result]:
        """Yield ``fn(part)`` for each of ``parts``, in their order. ``fn`` need not pickle; its results must."""
        # Output that is still in a buffer would be written by each worker once more.
        sys.stdout.flush()
        sys.stderr.flush()
        gc.freeze()  # a collection in a worker would touch, and so copy, all that it shares with us
        workers: list[_Worker] = []
        try:
            # Held back in a fork until it is a worker: it must not clean up what belongs to the first process.
            with uninterrupted():
                workers.extend(_Worker(fn, parts, first, self._workers) for first in range(self._workers))
            yield from _results(fn, parts, workers)
        finally:
            with uninterrupted():
                for worker in workers:
                    worker.stop()
            gc.unfreeze()


def new_executor(workers: int) -> Executor | None:
    """Return what runs work in so many processes; None where it has to be done in this one."""
    return ForkExecutor(workers) if CAN_FORK else None


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


class _Worker:
    """A fork that does every so-manieth part, and what came from it so far."""

    def __init__(self, work: Callable[[Part], Result], parts: Sequence[Part], first: int, step: int) -> None:
        reading, writing = os.pipe()
        self.waiting = list(range(first, len(parts), step))[::-1]
        self.received = bytearray()
        self.ended = False
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            _worker_main(work, [parts[number] for number in reversed(self.waiting)], writing)
        os.close(writing)
        os.set_blocking(reading, False)
        self.pipe = reading

    def receive(self) -> Iterator[tuple[int, bool, Any]]:
        """Yield what arrived whole: the number of the part, whether it failed, and the result or exception."""
        with contextlib.suppress(BlockingIOError):
            data = os.read(self.pipe, _READ)
            self.ended = not data
            self.received += data
        while len(self.received) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self.received)
            if len(self.received) < _LENGTH.size + length:
                return
            failed, result = pickle.loads(memoryview(self.received)[_LENGTH.size : _LENGTH.size + length])
            del self.received[: _LENGTH.size + length]
            yield self.waiting.pop(), failed, result

    def stop(self) -> None:
        """End the worker, whatever it is doing."""
        os.close(self.pipe)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _results(work: Callable[[Part], Result], parts: Sequence[Part], workers: list[_Worker]) -> Iterator[Result]:
    done: dict[int, Result] = {}
    following = 0
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            selector.register(worker.pipe, selectors.EVENT_READ, worker)
        while following < len(parts):
            for key, _ in selector.select():
                for number, failed, result in key.data.receive():
                    if failed:
                        raise result
                    done[number] = result
                if key.data.ended:
                    selector.unregister(key.data.pipe)
                    done.update((number, work(parts[number])) for number in key.data.waiting)
                    key.data.waiting.clear()
            while following in done:
                yield done.pop(following)
                following += 1


def _worker_main(work: Callable[[Part], Result], parts: Sequence[Part], writing: int) -> NoReturn:
    code = 1
    try:
        # A signal goes to all processes of a terminal or a job: the first one tells the user, the others just end.
        end_on_signals()
        gc.disable()  # what is made here lives as short as the worker, or is a tree: nothing to collect
        with open(writing, "wb") as pipe:
            for part in parts:
                message: tuple[bool, Result | Exception]
                try:
                    message = (False, work(part))
                except Exception as error:
                    message = (True, error)
                _send(pipe, message)
        code = 0
    except BaseException:  # the reader is gone, or will do the rest itself
        pass
    finally:
        os._exit(code)  # no exit handlers, no buffers: those are the first process's


def _send(pipe: BinaryIO, message: tuple[bool, object]) -> None:
    try:
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # an exception that does not pickle
        data = pickle.dumps((True, RuntimeError(f"{type(error).__name__}: {message[1]!r}")), pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()
