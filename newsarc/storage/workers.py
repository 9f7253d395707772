"""The same work on many parts, on all cores.

The workers are forks of this process: what it holds (the list of paths, facts about pages) they share instead of being
sent it. Measured: importing multiprocessing takes 33 ms, as long as looking at 8,000 files; a fork and its pipe take 2.
Where there is no fork (Windows), or one core alone, the work is done here.
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
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, NoReturn, TypeVar

from newsarc.storage.signals import end_on_signals, uninterrupted

Part = TypeVar("Part")
Result = TypeVar("Result")

_LENGTH = struct.Struct("<Q")
_READ = 1 << 20


def in_order(work: Callable[[Part], Result], parts: Sequence[Part], workers: int | None = None) -> Iterator[Result]:
    """Yield ``work(part)`` for each of ``parts``, in their order.

    ``work`` may use anything that is in memory when the first result is asked for; what it changes there is lost, what
    it returns must pickle. Its exceptions are raised here. A worker that dies (memory, a signal) is no loss: its parts
    are done here. Whoever stops asking, or is interrupted, leaves no worker behind. ``workers`` is how many processes
    there are, by default one for each core that this process may use.
    """
    number = min(workers or cores(), len(parts))
    if number < 2 or not hasattr(os, "fork"):
        yield from map(work, parts)
        return
    # Output that is still in a buffer would be written by each worker once more.
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # a collection in a worker would touch, and so copy, all that it shares with us
    crew: list[_Worker] = []
    try:
        # Held back in a fork until it is a worker: it must not clean up what belongs to the first process.
        with uninterrupted():
            crew.extend(_Worker(work, parts, first, number) for first in range(number))
        yield from _results(work, parts, crew)
    finally:
        with uninterrupted():
            for worker in crew:
                worker.stop()
        gc.unfreeze()


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
            _be_worker(work, [parts[number] for number in reversed(self.waiting)], writing)
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


def _results(work: Callable[[Part], Result], parts: Sequence[Part], crew: list[_Worker]) -> Iterator[Result]:
    done: dict[int, Result] = {}
    following = 0
    with selectors.DefaultSelector() as selector:
        for worker in crew:
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


def _be_worker(work: Callable[[Part], Result], parts: Sequence[Part], writing: int) -> NoReturn:
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
