"""Encoding and error handling of the standard streams."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import locale
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

from newsarc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_UTF8 = "utf-8"
_PIECE = 1 << 16  # bytes


class OutputEndedError(Exception):
    """Standard output is closed or its disk is full. :func:`finish_streams` tells which."""


class _StreamFile(io.RawIOBase):
    """The file behind standard output or standard error.

    After the first failed write, ``failure`` is the error and further output is discarded; otherwise Python would fail
    to flush at exit and exit with 120. Standard output then raises OutputEndedError. Standard error never raises, so
    that a failed note does not stop the work.
    """

    def __init__(self, file: io.RawIOBase, for_people: str, *, raises: bool) -> None:
        self.encoding_for_people = for_people
        self.failure: OSError | None = None
        self._file = file
        self._raises = raises

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()

    def write(self, data: ReadableBuffer) -> int:
        if self.failure is None:
            try:
                return self._write(data)
            except OSError as error:
                self.failure = error
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self.fileno())
                os.close(nowhere)
        if self._raises:
            self._raises = False
            raise OutputEndedError
        return memoryview(data).nbytes

    def _write(self, data: ReadableBuffer) -> int:
        import select

        # Another program may have made the pipe non-blocking; then None means that it is full.
        while (written := self._file.write(data)) is None:
            select.select([], [self.fileno()], [])
        return written


def prepare_streams() -> None:
    """Set the encoding of the standard streams, and record write failures for :func:`finish_streams`.

    Standard input, and standard output unless it is a terminal, are UTF-8 in every locale, since programs read and
    write them; :func:`write_for_people` switches to the encoding of the locale. Unencodable characters are escaped. A
    stream that was closed before the start is opened on the null device, so that no file gets its descriptor.
    """
    for descriptor, name in enumerate(
        ("stdin", "stdout", "stderr")
    ):  # in this order: each gets the lowest free descriptor
        stream: io.TextIOWrapper | None = getattr(sys, name)
        nowhere = _open_nowhere(descriptor) if stream is None else -1
        if name == "stdin":
            if stream is not None:
                stream.reconfigure(encoding=_UTF8, errors="surrogateescape")
            continue
        # With python -u there is no buffer.
        file: Any = io.FileIO(nowhere, "w") if stream is None else getattr(stream.buffer, "raw", stream.buffer)
        for_people = _UTF8 if stream is None else _encoding_for_people(stream)
        prepared = io.TextIOWrapper(
            io.BufferedWriter(_StreamFile(file, for_people, raises=name == "stdout")),
            encoding=for_people if name == "stderr" or file.isatty() else _UTF8,
            errors="backslashreplace",
            line_buffering=name == "stderr" or (stream is not None and (stream.line_buffering or stream.write_through)),
        )
        setattr(sys, name, prepared)


def finish_streams(code: int) -> int:
    """Flush the streams. Return the exit code of the process, normally ``code``.

    A closed pipe is ignored. Any other write failure prints a line to standard error, if possible, and returns SETUP.
    """
    for name, stream in (("standard output", sys.stdout), ("standard error", sys.stderr)):
        with contextlib.suppress(OutputEndedError):
            stream.flush()
        file = _file_of(stream)
        failure = file.failure if file is not None else None
        if failure is not None and not _is_closed_pipe(failure):
            sys.stderr.write(f"newsarc: cannot write {name}: {failure.strerror}\n")
            code = ExitCode.SETUP
    return code


def read_input() -> bytes:
    """Return standard input. Raises UsageError if it is closed or cannot be read."""
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    buffer: Any = sys.stdin.buffer
    try:
        # In pieces, since Python handles interrupts only between reads.
        return b"".join(iter(lambda: buffer.read1(_PIECE), b""))
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror or error}") from None


def read_input_text() -> str:
    """Return standard input as text: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it.

    Removes the mark. Invalid bytes become lone surrogates. Raises as :func:`read_input`.
    """
    data = read_input()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.removeprefix(codecs.BOM_UTF8).decode(_UTF8, "surrogateescape")


def write_bytes(data: bytes) -> None:
    """Write ``data`` to standard output unchanged."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_for_people() -> None:
    """Use the encoding of the locale for standard output from now on, even in a pipe."""
    file = _file_of(sys.stdout)
    if file is not None:
        sys.stdout.reconfigure(encoding=file.encoding_for_people, errors="backslashreplace")  # type: ignore[union-attr]  # it is a TextIOWrapper


def _file_of(stream: TextIO) -> _StreamFile | None:
    file = getattr(stream.buffer, "raw", None)
    return file if isinstance(file, _StreamFile) else None


def _open_nowhere(descriptor: int) -> int:
    """Return a descriptor of the null device: ``descriptor`` if it is free, which child processes then inherit."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.set_inheritable(nowhere, nowhere == descriptor)
    return nowhere


def _encoding_for_people(stream: io.TextIOWrapper) -> str:
    if sys.platform == "win32" or "PYTHONIOENCODING" in os.environ or os.environ.get("PYTHONUTF8") == "1":
        return stream.encoding
    # In UTF-8 mode, Python assumes UTF-8 for every terminal. The C locale does not tell the encoding of the terminal.
    encoding = locale.getencoding()
    return _UTF8 if codecs.lookup(encoding).name == "ascii" else encoding


def _is_closed_pipe(error: OSError) -> bool:
    # Windows reports EINVAL for a closed pipe.
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)
