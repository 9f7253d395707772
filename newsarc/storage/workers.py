"""Parallel map on all cores.

Work is a small picklable object: a callable whose attributes hold what it needs. Any executor with the ``map`` of
:class:`concurrent.futures.Executor` can run it. The default one forks: it starts faster than a :mod:`multiprocessing`
pool, and sends nothing to the workers, which inherit the work. Without forks (Windows), or with one core, the work is
done in this process.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import signal
import struct
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, BinaryIO, NoReturn, Protocol, TypeVar

from newsarc.storage import collector
from newsarc.storage.signals import end_on_signals, uninterrupted

Part = TypeVar("Part")
Progress = Callable[[int, int], None]  # called with the number of parts that are done, and their total
Result = TypeVar("Result")

_LENGTH = struct.Struct("<Q")
_CHUNK = 1 << 20
CAN_FORK = hasattr(os, "fork")


class Executor(Protocol):
    """Runs work in other processes: the part of :class:`concurrent.futures.Executor` that newsarc uses."""

    def map(self, fn: Callable[[Part], Result], parts: Sequence[Part], /) -> Iterator[Result]:
        """Yield ``fn(part)`` for each of ``parts``, in order. Re-raises exceptions of ``fn``."""


def map_ordered(
    work: Callable[[Part], Result], parts: Sequence[Part], workers: int | None = None
) -> Generator[Result, None, None]:
    """Yield ``work(part)`` for each of ``parts``, in order, from ``workers`` processes (default: one per core).

    ``work`` and its results must pickle. Changes of ``work`` to memory are lost. Re-raises exceptions of ``work``.
    """
    number = min(workers or cores(), len(parts))
    executor = new_executor(number) if number > 1 else None
    yield from map(work, parts) if executor is None else executor.map(work, parts)


class ForkExecutor:
    """Runs work in forks of this process, which share its memory.

    If a worker dies (out of memory, or killed), this process does its parts. All workers end with the iterator of
    results: when it is exhausted or closed, or by an exception or a signal.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def map(self, fn: Callable[[Part], Result], parts: Sequence[Part], /) -> Iterator[Result]:
        """Yield ``fn(part)`` for each of ``parts``, in order. ``fn`` need not pickle; its results must."""
        # Otherwise each worker would write the buffered output again.
        sys.stdout.flush()
        sys.stderr.flush()
        with collector.frozen():
            workers: list[_Worker] = []
            try:
                # A fork must not handle signals before it is a worker: it would clean up for the parent process.
                with uninterrupted():
                    workers.extend(_Worker(fn, parts, first, self._workers) for first in range(self._workers))
                yield from _results(fn, parts, workers)
            finally:
                with uninterrupted():
                    for worker in workers:
                        worker.stop()


def new_executor(workers: int) -> Executor | None:
    """Return an executor with this number of processes; None if the work must be done in this process."""
    return ForkExecutor(workers) if CAN_FORK else None


def cores() -> int:
    """Return the number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


class _Worker:
    """A forked worker that processes every ``step``-th part, and what was received from it so far."""

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
        """Yield each complete message: the index of the part, whether it failed, and the result or exception."""
        with contextlib.suppress(BlockingIOError):
            data = os.read(self.pipe, _CHUNK)
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
        """Kill the worker."""
        os.close(self.pipe)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _results(work: Callable[[Part], Result], parts: Sequence[Part], workers: list[_Worker]) -> Iterator[Result]:
    done: dict[int, Result] = {}
    next_index = 0
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            selector.register(worker.pipe, selectors.EVENT_READ, worker)
        while next_index < len(parts):
            for key, _ in selector.select():
                for number, failed, result in key.data.receive():
                    if failed:
                        raise result
                    done[number] = result
                if key.data.ended:
                    selector.unregister(key.data.pipe)
                    done.update((number, work(parts[number])) for number in key.data.waiting)
                    key.data.waiting.clear()
            while next_index in done:
                yield done.pop(next_index)
                next_index += 1


def _worker_main(work: Callable[[Part], Result], parts: Sequence[Part], writing: int) -> NoReturn:
    code = 1
    try:
        # A terminal sends signals to all processes of a job: the parent tells the user, workers just end.
        end_on_signals()
        collector.disable_in_fork()
        with open(writing, "wb") as pipe:
            for part in parts:
                message: tuple[bool, Result | Exception]
                try:
                    message = (False, work(part))
                except Exception as error:
                    message = (True, error)
                _send(pipe, message)
        code = 0
    except BaseException:  # the parent is gone, or will do the remaining parts itself
        pass
    finally:
        os._exit(code)  # without exit handlers and buffers, which belong to the parent


def _send(pipe: BinaryIO, message: tuple[bool, object]) -> None:
    try:
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # an exception that does not pickle
        data = pickle.dumps((True, RuntimeError(f"{type(error).__name__}: {message[1]!r}")), pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()
