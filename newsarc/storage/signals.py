"""Signals that end newsarc: what was begun is cleaned up, as on any error, and the exit code tells the signal."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from subprocess import Popen

# What Python does with them unless told otherwise.
_HANDLED = {"SIGTERM": signal.SIG_DFL, "SIGHUP": signal.SIG_DFL, "SIGINT": signal.default_int_handler}
_SECONDS_TO_END = 5  # for a program that was asked to
_held = 0
_waiting: list[int] = []  # signals that came meanwhile


class Terminated(BaseException):
    """Raised where newsarc is when a signal tells it to end. Nothing but cleaning up is to be done on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """What shells report of a process that the signal ended."""
        return 128 + self.number


def raise_on_signals() -> None:
    """Raise :class:`Terminated` on SIGTERM and SIGHUP from now on, unless they are ignored, as under ``nohup``; and
    KeyboardInterrupt on SIGINT as before, but not within :class:`uninterrupted`.
    """
    for name, before in _HANDLED.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is before:
            signal.signal(number, _handle)


def end_on_signals() -> None:
    """Let all signals that end newsarc just end this process, a fork that has nothing to clean up."""
    for name in _HANDLED:
        number = getattr(signal, name)
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


class uninterrupted:  # noqa: N801  # a context manager, as those of contextlib
    """Holds back signals that end newsarc until the block is done: what was made must be known before anything can
    raise, and cleaning up must come to its end, when Ctrl-C is pressed twice, too.

    Works once :func:`raise_on_signals` was called. Programs that are started in the block do not inherit it.
    """

    def __enter__(self) -> None:
        global _held  # noqa: PLW0603  # signals are of the process
        _held += 1

    def __exit__(self, *error: object) -> None:
        global _held  # noqa: PLW0603
        _held -= 1
        if not _held and _waiting:
            numbers = tuple(_waiting)
            _waiting.clear()
            _raise(numbers)


def run_program(command: Sequence[str]) -> int:
    """Run a program that has the terminal and return its exit code, as :func:`wait_for`. Raises OSError."""
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
    """Return the exit code of a program that has the terminal, once it ends. Ctrl-C is its business alone; what ends
    newsarc ends it as well. Raises Terminated.
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


def end_program(process: Popen[str]) -> None:
    """Ask a program that newsarc started to end, as a signal asked newsarc; end it where it does not."""
    from subprocess import TimeoutExpired

    with uninterrupted():
        process.terminate()
        try:
            process.wait(_SECONDS_TO_END)
        except TimeoutExpired:
            process.kill()
            process.wait()


def exit_by_signal(error: Terminated) -> NoReturn:
    """End this process at once, without writing out what is still in buffers: whoever read it may be gone."""
    os._exit(error.exit_code)


def _handle(number: int, frame: FrameType | None) -> None:
    if _held:
        _waiting.append(number)
        return
    numbers = [number]
    while frame is not None:  # where this came while another signal was being handled, what that raises is lost
        if frame.f_code is _handle.__code__:
            numbers.append(frame.f_locals["number"])
        frame = frame.f_back
    _raise(numbers)


def _raise(numbers: Sequence[int]) -> NoReturn:
    """Raise the exception for signals that came together; any other goes before SIGINT, which some wait through."""
    for number in numbers:
        if number != signal.SIGINT:
            raise Terminated(number)
    raise KeyboardInterrupt
