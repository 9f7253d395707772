"""Termination by signals: newsarc cleans up as on any error, and the exit code tells the signal."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from subprocess import Popen

# The default handlers; any other handler was set by somebody and stays.
_HANDLED = {"SIGTERM": signal.SIG_DFL, "SIGHUP": signal.SIG_DFL, "SIGINT": signal.default_int_handler}
_GRACE = 5  # seconds that a program gets to end before it is killed
_depth = 0  # of nested `uninterrupted` blocks
_pending: list[int] = []  # signals received in such a block


class Terminated(BaseException):
    """A signal asks newsarc to end. Handlers may only clean up and must re-raise it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """The exit code that shells report for a process ended by this signal."""
        return 128 + self.number


def raise_on_signals() -> None:
    """Install handlers that raise :class:`Terminated` on SIGTERM and SIGHUP, and KeyboardInterrupt on SIGINT.

    Within :class:`uninterrupted`, they wait. Signals that are ignored, as under ``nohup``, stay ignored.
    """
    for name, before in _HANDLED.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is before:
            signal.signal(number, _handle)


def end_on_signals() -> None:
    """Restore the default action of these signals in a fork, which has nothing to clean up."""
    for name in _HANDLED:
        number = getattr(signal, name)
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


class uninterrupted:  # noqa: N801  # a context manager, as those of contextlib
    """Context manager that defers termination signals until the block ends.

    Use it to record a new resource before anything can raise, and to finish cleaning up even if Ctrl-C is pressed
    twice. It needs :func:`raise_on_signals`. Programs started in the block do not inherit it.
    """

    def __enter__(self) -> None:
        global _depth  # noqa: PLW0603  # signals belong to the process
        _depth += 1

    def __exit__(self, *error: object) -> None:
        global _depth  # noqa: PLW0603
        _depth -= 1
        if not _depth and _pending:
            numbers = tuple(_pending)
            _pending.clear()
            _raise(numbers)


@contextlib.contextmanager
def cancel_on_signals(received: list[int]) -> Iterator[None]:
    """Cancel the task that the block is in on a signal for which :func:`raise_on_signals` installed a handler.

    The numbers of the signals are added to ``received``, for :func:`raise_for_signals`.
    """
    from asyncio import current_task, get_running_loop

    loop, task = get_running_loop(), current_task()
    assert task is not None

    def cancel(number: int) -> None:
        received.append(number)
        task.cancel()

    handled: list[int] = []
    if os.name != "nt":  # where loops handle no signals
        handled = [
            number for number in map(signal.Signals.__getitem__, _HANDLED) if signal.getsignal(number) is _handle
        ]
    try:
        for number in handled:
            loop.add_signal_handler(number, cancel, number)
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
            signal.signal(number, _handle)


def raise_for_signals(numbers: Sequence[int]) -> None:
    """Raise Terminated or KeyboardInterrupt if any signals were received."""
    if numbers:
        _raise(numbers)


def run_program(command: Sequence[str]) -> int:
    """Run a program in the foreground and return its exit code. Raises OSError and Terminated."""
    from subprocess import Popen

    process: Popen[str] | None = None
    try:
        try:
            with uninterrupted():
                process = Popen(command, text=True)
        except KeyboardInterrupt:
            if process is None:
                raise
        return wait_for(process)
    except Terminated:
        if process is not None:
            end_program(process)
        raise


def wait_for(process: Popen[str]) -> int:
    """Wait for a program in the foreground and return its exit code.

    Ctrl-C is left to the program. Raises Terminated, after ending the program.
    """
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
    except Terminated:
        end_program(process)
        raise


def end_program(process: Popen[Any]) -> None:
    """Terminate a program that newsarc started; kill it if it does not end in time."""
    from subprocess import TimeoutExpired

    with uninterrupted():
        process.terminate()
        try:
            process.wait(_GRACE)
        except TimeoutExpired:
            process.kill()
            process.wait()


def exit_by_signal(error: Terminated) -> NoReturn:
    """End this process at once, without flushing buffers, since the reader may be gone."""
    os._exit(error.exit_code)


def _handle(number: int, frame: FrameType | None) -> None:
    if _depth:
        _pending.append(number)
        return
    numbers = [number]
    while frame is not None:  # if this interrupts another handler, the exception of that one is lost
        if frame.f_code is _handle.__code__:
            numbers.append(frame.f_locals["number"])
        frame = frame.f_back
    _raise(numbers)


def _raise(numbers: Sequence[int]) -> NoReturn:
    """Raise one exception for signals that came together. SIGINT comes last, because some callers ignore it."""
    for number in numbers:
        if number != signal.SIGINT:
            raise Terminated(number)
    raise KeyboardInterrupt
